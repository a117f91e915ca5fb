"""What has to become of one reply of each kind: a row for each file in replies/."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """The state of a reply, how it was matched and proved, and what followed."""

    state: str
    matched_by: str | None
    evidence: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    requests: Mapping[str, str] = field(default_factory=dict)
    """State of each right that was asked for."""
    letter_to: str | None = None
    code_to: str | None = None
    """Who is asked for a one-time code, since the mail itself does not prove its sender."""


BOTH = ("E0", "E1")
PERSON = "with_person"

OUTCOMES = {
    "01-opt-out-en": Outcome(
        "handled", "references", BOTH,
        suppressed=("olivia.grant@grant-pumps.example",), letter_to="olivia.grant@grant-pumps.example",
    ),
    "02-opt-out-de": Outcome(
        "handled", "references", BOTH,
        suppressed=("jonas.keller@keller-fraesen.example",), letter_to="jonas.keller@keller-fraesen.example",
    ),
    "03-source-en": Outcome(
        "handled", "references", BOTH, requests={"data_source": "answered"},
        paused=("ruth.adams@adams-presses.example",), letter_to="ruth.adams@adams-presses.example",
    ),
    "04-source-de": Outcome(
        "handled", "references", BOTH, requests={"data_source": "answered"},
        paused=("miriam.voss@voss-anlagen.example",), letter_to="miriam.voss@voss-anlagen.example",
    ),
    "05-access-en": Outcome(
        "handled", "references", BOTH, requests={"access": "answered"},
        paused=("peter.novak@novak-gears.example",), letter_to="peter.novak@novak-gears.example",
    ),
    "06-mixed-de": Outcome(
        "handled", "references", BOTH, requests={"data_source": "answered", "access": "answered"},
        suppressed=("clara.hartmann@hartmann-lager.example",), letter_to="clara.hartmann@hartmann-lager.example",
    ),
    "07-erasure-en": Outcome(
        "review", "references", BOTH, ("needs_key",), requests={"erasure": "open"},
        suppressed=("leo.marsh@marsh-tools.example",),
    ),
    "08-legal-threat-en": Outcome(
        "review", "references", BOTH, ("person_answers", "missing_fact:assessment.interest"),
        requests={"legal_basis": PERSON, "complaint": PERSON}, paused=("helen.stone@stone-castings.example",),
    ),
    "09-interested-en": Outcome("review", "references", BOTH, ("person_answers",)),
    "10-polite-no-de": Outcome("handled", "references", BOTH, paused=("julia.frank@frank-waagen.example",)),
    "11-out-of-office-en": Outcome("automatic", "returned", BOTH, ("automatic:auto_reply_mark",)),
    "12-bounce": Outcome(
        "automatic", "returned", (), ("automatic:delivery_report",), suppressed=("ann.walker@walker-lathes.example",)
    ),
    "13-forged-en": Outcome(
        "handled", "address", ("E0",), requests={"access": "open"},
        paused=("karin.holm@holm-cranes.example",), code_to="karin.holm@holm-cranes.example",
    ),
    "14-stranger-access-en": Outcome(
        "review", "none", (), ("unknown_sender", "no_stored_address"), requests={"access": PERSON},
        paused=("robin.frost@mailbox.example.org",),
    ),
    "15-stranger-opt-out-en": Outcome("handled", "none", suppressed=("mo.lane@shop.example.net",)),
    "16-newsletter-en": Outcome("not_ours", "none", (), ("automatic:list_mail",)),
    "17-garbage": Outcome("failed", None),
}  # fmt: skip

ANSWERS = {name: outcome.letter_to for name, outcome in OUTCOMES.items() if outcome.letter_to}
"""Which replies are answered by machine, and to whom."""

LETTERS = ANSWERS | {name: outcome.code_to for name, outcome in OUTCOMES.items() if outcome.code_to}
"""The same with those that are answered by asking for a code first."""

ATTACKERS = (
    "collector@elsewhere.example", "office@elsewhere.example", "karin.holm@elsewhere.example",
    "news@valve-world.example.net",
)  # fmt: skip
"""Addresses that stand in the replies and belong to nobody we know."""
