"""Words of the copy of the data on paper: headings, labels and the few sentences that every copy has."""

from collections.abc import Mapping
from dataclasses import dataclass

from responses.facts import SourceKind


@dataclass(frozen=True, slots=True)
class CopyWords:
    """What one language calls the parts of a copy; labels are by name of the fact."""

    title: str
    as_of: str
    """With `{case}` and `{day}`."""
    sender: str
    held: str
    sources: str
    purposes: str
    recipients: str
    retention: str
    rights: str
    correspondence: str
    labels: Mapping[str, str]
    kinds: Mapping[SourceKind, str]
    yes: str
    no: str
    nobody: str
    none: str
    from_us: str
    from_you: str
    digest: str
    """With `{day}`."""
    right_sentences: tuple[str, ...]
    unprintable: str
    page: str
    """With `{page}` and `{pages}`."""


ENGLISH = CopyWords(
    title="Copy of your personal data",
    as_of="Case {case}. This is what was stored when your message arrived on {day} (Art.\u00a015\u00a0GDPR).",
    sender="Who stores the data",
    held="What is stored about you",
    sources="Where the data come from",
    purposes="What the data are for, and why we turned to you",
    recipients="Who has received the data, and where they are",
    retention="How long the data are kept",
    rights="Your rights",
    correspondence="Correspondence",
    labels={
        "controller.name": "Controller", "controller.seat": "Address", "controller.email": "E-mail",
        "controller.representative": "Representative in the EU (Art. 27 GDPR)",
        "controller.officer": "Data protection officer", "controller.authority": "Supervisory authority",
        "controller.storage_countries": "Stored in", "controller.safeguards": "Safeguards outside the EEA",
        "controller.automated_decisions": "Decisions by a machine alone, profiling included (Art. 22 GDPR)",
        "items": "Data", "source_kind": "Kind of source", "source": "Source", "obtained_on": "Collected on",
        "obtained_by": "Collected by", "verified_with": "Checked with", "publicly_accessible": "Publicly accessible",
        "purpose": "Purpose", "reason": "Why you", "recipients": "Passed on to", "stored_in": "Systems",
        "suppressed_on": "Entry that stops outreach",
    },
    kinds={
        SourceKind.COMPANY_WEBSITE: "company website",
        SourceKind.PROFESSIONAL_NETWORK: "profile on a professional network",
        SourceKind.PUBLIC_REGISTER: "public register",
        SourceKind.DIRECTORY: "directory of companies",
        SourceKind.PURCHASED_LIST: "ready-made list that was bought",
        SourceKind.LIST_BUILT_TO_ORDER: "list put together to order",
        SourceKind.EVENT: "event",
        SourceKind.REFERRAL: "referral by somebody",
        SourceKind.GIVEN_BY_PERSON: "given by you",
        SourceKind.GUESSED_AND_VERIFIED: "worked out from other information, then checked",
    },
    yes="yes",
    no="no",
    nobody="nobody",
    none="none",
    from_us="from us",
    from_you="from you",
    digest="since {day}: a keyed digest of your address, kept for as long as outreach is to stay stopped",
    right_sentences=(
        "You can have these data corrected (Art. 16), erased (Art. 17) or restricted in their use (Art. 18 GDPR).",
        "You can object to their use (Art. 21 GDPR); to direct marketing at any time and without giving a reason.",
        "You can complain to the supervisory authority (Art. 77 GDPR).",
    ),
    unprintable="Some characters cannot be shown here and stand as \ufffd; the JSON file beside this document has"
    " them all.",
    page="Page {page} of {pages}",
)  # fmt: skip

GERMAN = CopyWords(
    title="Kopie Ihrer personenbezogenen Daten",
    as_of="Vorgang {case}. Das war gespeichert, als Ihre Nachricht am {day} einging (Art.\u00a015\u00a0DSGVO).",
    sender="Wer die Daten speichert",
    held="Was über Sie gespeichert ist",
    sources="Woher die Daten stammen",
    purposes="Wozu die Daten dienen und warum wir uns an Sie gewandt haben",
    recipients="Wer die Daten erhalten hat und wo sie liegen",
    retention="Wie lange die Daten aufbewahrt werden",
    rights="Ihre Rechte",
    correspondence="Schriftwechsel",
    labels={
        "controller.name": "Verantwortlicher", "controller.seat": "Anschrift", "controller.email": "E-Mail",
        "controller.representative": "Vertreter in der EU (Art. 27 DSGVO)",
        "controller.officer": "Datenschutzbeauftragte Person", "controller.authority": "Aufsichtsbehörde",
        "controller.storage_countries": "Gespeichert in", "controller.safeguards": "Garantien außerhalb des EWR",
        "controller.automated_decisions": "Entscheidungen allein durch eine Maschine, einschließlich Profiling"
        " (Art. 22 DSGVO)",
        "items": "Angaben", "source_kind": "Art der Quelle", "source": "Quelle", "obtained_on": "Erhoben am",
        "obtained_by": "Erhoben von", "verified_with": "Geprüft mit", "publicly_accessible": "Öffentlich zugänglich",
        "purpose": "Zweck", "reason": "Warum Sie", "recipients": "Weitergegeben an", "stored_in": "Systeme",
        "suppressed_on": "Eintrag gegen weitere Ansprache",
    },
    kinds={
        SourceKind.COMPANY_WEBSITE: "Firmenwebsite",
        SourceKind.PROFESSIONAL_NETWORK: "Profil in einem beruflichen Netzwerk",
        SourceKind.PUBLIC_REGISTER: "öffentliches Register",
        SourceKind.DIRECTORY: "Firmenverzeichnis",
        SourceKind.PURCHASED_LIST: "fertige Liste, die gekauft wurde",
        SourceKind.LIST_BUILT_TO_ORDER: "im Auftrag zusammengestellte Liste",
        SourceKind.EVENT: "Veranstaltung",
        SourceKind.REFERRAL: "Empfehlung durch Dritte",
        SourceKind.GIVEN_BY_PERSON: "von Ihnen selbst",
        SourceKind.GUESSED_AND_VERIFIED: "aus anderen Angaben erschlossen, dann geprüft",
    },
    yes="ja",
    no="nein",
    nobody="niemanden",
    none="keine",
    from_us="von uns",
    from_you="von Ihnen",
    digest="seit dem {day}: ein mit einem geheimen Schlüssel gebildeter Prüfwert Ihrer Adresse, aufbewahrt, solange die"
    " Ansprache unterbleiben soll",
    right_sentences=(
        "Sie können diese Daten berichtigen (Art. 16), löschen (Art. 17) oder einschränken lassen (Art. 18 DSGVO).",
        "Sie können ihrer Verwendung widersprechen (Art. 21 DSGVO), der Direktwerbung jederzeit und ohne Begründung.",
        "Sie können sich bei der Aufsichtsbehörde beschweren (Art. 77 DSGVO).",
    ),
    unprintable="Einige Zeichen lassen sich hier nicht darstellen und stehen als \ufffd; die JSON-Datei neben diesem"
    " Dokument enthält sie alle.",
    page="Seite {page} von {pages}",
)  # fmt: skip

COPY_WORDS: Mapping[str, CopyWords] = {"en": ENGLISH, "de": GERMAN}
