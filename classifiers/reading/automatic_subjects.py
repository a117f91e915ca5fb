"""Subjects that machines write, by kind; anchored, so that who answers one ("Re: Out of office") stays a person.

Exchange, Gmail, Notes, Apple and the common mail servers open with these in the named languages. A mark like
"[External]" that a gateway puts in front is taken off first. `BLOCKING` is wider than the others: it only keeps a
letter from being sent, so that "Absence" or "Auto:" may err.
"""

import re

_GATEWAY_MARK = re.compile(r"^(?:\s{0,8}[\[({*]{1,2}[\w .:/!-]{1,40}[\])}*]{1,2}[ :]{0,4}){1,4}")
_ENDS = r"\s{0,8}(?:$|[:;,.!(|\[]|[-–—]|re:|aw:|fwd?:|sv:|antw:|odp:)"


def _opens_with(*phrases: str, ends: str = _ENDS) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(phrases) + ")" + ends, re.IGNORECASE)


AUTO_REPLY = _opens_with(
    # English
    r"automatic(?:ally generated)? (?:reply|response|answer)",
    r"auto(?:mated|matic)?[ -]?(?:reply|response|responder|respond)(?: message)?",
    r"(?:i am |i'm )?(?:currently )?out of (?:the "
    r"|my )?office(?: (?:auto)?-?\s?(?:reply|response|message|notification))?",
    r"ooo|oof|out-of-office|on (?:annual|maternity|paternity|parental) leave"
    r"|vacation (?:reply|response|message|notice)",
    # German
    r"automatische (?:antwort|r[üu]ckantwort)(?: auf)?"
    r"|abwesenheits(?:notiz|nachricht|meldung|benachrichtigung|assistent)",
    r"abwesenheit|abwesend|autom\. antwort|nicht im b[üu]ro|automatische abwesenheitsnotiz",
    # French
    r"r[ée]ponse automatique|message d'absence|notification d'absence|absent(?:e)? du bureau|r[ée]ponse auto",
    # Spanish
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|mensaje de ausencia|auto-?respuesta",
    # Italian
    r"risposta automatica|fuori (?:sede|ufficio)|messaggio automatico|assenza dall'ufficio|assente",
    # Dutch
    r"automatisch(?:e)? (?:antwoord|beantwoording|bericht)|afwezig(?:heid)?(?:sbericht|smelding|sassistent)?"
    r"|niet aanwezig",
    # Polish
    r"odpowied[źz] automatyczna|automatyczna odpowied[źz]|autoodpowied[źz]|poza biurem|nieobecno[śs][ćc]",
    # Portuguese
    r"resposta autom[áa]tica|fora do escrit[óo]rio|aus[êe]ncia tempor[áa]ria|fora da empresa",
    # Swedish, Danish, Norwegian
    r"autosvar|automatiskt? svar|autosvar:? ikke til stede|fr[åa]nvaro(?:meddelande)?|frav[æa]r(?:sbesked)?"
    r"|ikke til stede",
    # Finnish
    r"automaattinen (?:vastaus|poissaoloviesti)|poissaoloilmoitus|poissa(?: toimistosta)?",
    # Czech, Slovak
    r"automatick[áa] odpov[ěe][ďd]|mimo kancel[áa][řr]|nep[řr][íi]tomnost",
    # Russian, Ukrainian
    r"автоответ(?:чик)?|автоматический ответ|нет на месте|вне офиса|автоматична відповідь",
    # Hungarian, Romanian, Turkish, Greek, Chinese, Japanese, Korean
    r"automatikus v[áa]lasz|r[ăa]spuns automat|otomatik yan[ıi]t|αυτόματη απάντηση",
    r"自動返信|自动回复|自動回覆|자동 ?회신|자동 ?응답",
)
"""Out-of-office notes and other answers of machines."""

BOUNCE = _opens_with(
    r"undeliver(?:ed|able)|delivery status notification"
    r"|delivery (?:status|failure|report|notification|has failed|problem)",
    r"(?:email |message )?delivery (?:failure|failed|has failed|warning|problem|error|delayed)|mail delivery",
    r"returned (?:mail|e-?mail|message|to sender)|failure (?:notice|delivery)|non[- ]delivery|not delivered",
    r"mail (?:delivery|failure|failed|error|system error|not delivered|could not be delivered)"
    r"|message (?:undeliverable|delayed)",
    r"(?:mail|message) (?:delivery )?(?:could not|has not|was not|not) (?:be |been )?(?:delivered|sent)|delayed mail",
    r"your (?:message|mail|e-?mail)(?: to .{1,200})? (?:could not|couldn't|was not|wasn't|has not)",
    r"warning: (?:message|could not|.{1,200} - user unknown)|could not (?:send|deliver)|could not send message",
    r"failed mail|automatically rejected mail|undelivered mail|\*\*message you sent blocked|message you sent blocked",
    r"permanent delivery failure|sorry, your message could not be delivered|rejected mail|processing error",
    r"unzustellbar|nicht zustellbar|unzustellbare nachricht|zustellung (?:fehlgeschlagen|nicht m[öo]glich)"
    r"|mail[- ]fehler",
    r"non remis|[ée]chec de (?:la )?remise|non distribuable|message non distribu[ée]",
    r"no se puede entregar|no entregado|entrega fallida|error de entrega|correo devuelto",
    r"non recapitabile|mancato recapito|impossibile recapitare|messaggio non recapitato",
    r"onbestelbaar|niet bezorgd|kan niet worden bezorgd|niedor[ęe]czon[aey]|nie mo[żz]na dor[ęe]czy[ćc]"
    r"|niedostarczon[aey]",
    r"n[ãa]o (?:foi )?entregue|falha na entrega|oleverbar|kan inte levereras|kunne ikke leveres|ei voitu toimittaa",
    r"nedoru[čc]iteln[éey]|недоставленное сообщение|не доставлено|ваше сообщение не доставлено|сообщение не доставлено",
    ends="",
)
"""Notices of non-delivery."""

RECEIPT = _opens_with(
    r"read|gelesen|lu|le[íi]do|letto|gelezen|przeczytane|przeczytano|lida?|l[äa]st|l[æa]st|luettu|p[řr]e[čc]teno"
    r"|прочитано|прочтено",
    r"not read|ungelesen gel[öo]scht|non lu|no le[íi]do|deleted without being read",
    r"return receipt|read[- ]receipt|disposition notification|lesebest[äa]tigung|accus[ée] de (?:lecture|r[ée]ception)",
    r"confirmaci[óo]n de lectura|conferma di lettura|ricevuta di ritorno|leesbevestiging|potwierdzenie odczytu",
    ends=r"\s{0,4}(?:$|:|\(displayed\)|-)",
)
"""Receipts (RFC 8098), whose reports not every client writes as such."""

COMPLAINT = _opens_with(
    r"e-?mail feedback report|complaint about message|abuse report|\w{1,40} abuse report|spam complaint"
    r"|feedback report",
    ends="",
)
"""Complaints of mailbox providers that are no RFC 5965 report, or may be."""

REPORT = _opens_with(
    r"dmarc (?:forensic|aggregate|failure)?\s?report|report domain: ?\S{1,253}|spf(?:/| and )dkim|tls report"
    r"|report-id:",
    ends="",
)
"""Reports about domains, which are nobody's complaint."""

CHALLENGE = _opens_with(
    r"(?:please )?(?:confirm|verify) (?:your|that you|you) (?:e-?mail|message|sent|are|sender)",
    r"(?:please )?confirm (?:delivery|sending)|sender (?:verification|confirmation)|verification required"
    r"|challenge[- ]response",
    r"your (?:e-?mail|message) (?:requires|is awaiting|awaits) (?:verification|confirmation|approval|moderator)",
    r"action required to deliver|\[?boxbe\]?|message (?:quarantined|held) (?:for|pending)"
    r"|.{0,40}awaits moderator approval",
    ends="",
)
"""Challenges: a machine asks us to prove that we are people (RFC 3834 section 1 calls them group responders)."""

UNSUBSCRIBE = re.compile(
    r"(?:un-?subscribe|list[- ]unsubscribe|opt[- ]?out|remove|abmelden|abmeldung|d[ée]sinscription|d[ée]sabonnement"
    r"|darse de baja"
    r"|cancella(?:zione|mi)|uitschrijven|afmelden|wypisz|cancelar (?:inscri[çc][ãa]o|subscri[çc][ãa]o)|avregistrera"
    r"|отписаться)"
    r"(?::? ?[\w.+=@-]{1,320})?[.! ]{0,4}",
    re.IGNORECASE,
)
"""What a List-Unsubscribe mailto asks programs to send (RFC 2369 section 3.2): the word, perhaps a token, no more."""

BLOCKING = _opens_with(
    r"auto\b:?|automat(?:ed|ic|ische?|ico|ica|ique)\b|absence\b|abwesenheit|vacation\b|holiday (?:notice|message)"
    r"|urlaub\b",
    r"fr[åa]nvaro|frav[æa]r|autosvar|automaattinen|poissa|ferie\b|afwezig|fuori (?:sede|ufficio)|assente"
    r"|nep[řr][íi]tomn",
    r"delivery|undeliver|unzustellbar|returned mail|mail delivery|failure notice|non-?delivery"
    r"|warning: (?:message|could not)",
    r"acknowledg(?:e)?ment of receipt|ticket (?:received|created|#)|\[?ticket[ #:]"
    r"|we (?:have )?received your (?:message|request|e-?mail)",
    ends="",
)
"""Openings that forbid an answer beside all of the above."""

SAYS_OUT_OF_OFFICE = re.compile(r"\b(?:is|am|are) (?:currently )?out of (?:the )?office\b", re.IGNORECASE)


def opening(subject: str) -> str:
    """The subject without what a gateway put in front of it, at most 500 characters."""
    bare = subject.strip()[:500]
    return _GATEWAY_MARK.sub("", bare) or bare


def opens(pattern: re.Pattern[str], subject: str) -> bool:
    """Whether the subject begins so, with or without the gateway's mark."""
    return pattern.match(subject.strip()[:500]) is not None or pattern.match(opening(subject)) is not None
