"""Bounces in prose: the many mail systems that tell people, not programs, what failed.

A notice ends where the copy of the original begins. What it says is split at each line that opens with the address of a
recipient, so that two recipients of one notice are judged by their own words.
"""

import re
from dataclasses import dataclass

NOTICE_LIMIT_CHARACTERS = 32_000
RECIPIENTS_LIMIT = 100

_ORIGINAL_BEGINS = re.compile(
    r"^[ \t>*-]{0,80}(?:"
    r"(?:this is |below this line is |here is |included is |enclosed is |below is "
    r"|attachment is )?an? (?:full )?copy of (?:the|your)"
    r"|(?:below this line|here) is a copy|included is a copy"
    r"|(?:the )?header of the original|original message (?:follows|header)|message header(?:s)? follow"
    r"|original message ?-"
    r"|(?:begin )?(?:unsent|returned) (?:message|mail)(?: follows)?|unsent message|message text follows"
    r"|mensaje original"
    r"|the header(?:s)? (?:and|of)|the first \d+ lines of|your message reads|forwarded message|a copy of the original"
    r"|original message headers|original mail as follows|en-t[eê]tes de message d'origine|intestazioni originali"
    r"|header of the source mail|start of the message|message log of the original|\*\*\* ?original"
    r"|return-path: ?<|received: (?:from|by|\()"
    r")",
    re.IGNORECASE | re.MULTILINE,
)

ADDRESS = r"[^\s<>@\"'(),:;|\[\]/=]{1,128}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?"
_ADDRESS = re.compile(ADDRESS)
_OPENING_LINE = re.compile(
    r"^[ \t>*\"'•-]{0,40}(?:[45]\d\d[ -](?:<|\[)?)?[<\[\"]?(" + ADDRESS + r")"
    r"(?=[>\"'\]]{0,2}[ \t]{0,8}(?:$|[:(\[<,;!]|\.\.\.|- |on |fail|delivery|rejected|unknown))",
    re.MULTILINE,
)
_NAMED_LINE = re.compile(
    r"(?:recipients?(?: address)?|rcpt to|error-for|(?:un)?deliver\w* (?:message |mail |the message )?to"
    r"|delivered to(?: user)?"
    r"|your (?:mail )?message to|address(?:ed)? to|reach the|to this address|undeliverable address|delivery to"
    r"|unknown user"
    r"|userid|failed recipient|addressed to|user [^\s@]{1,64}|mailbox is full|message for)[ \t]{0,4}[:=]?[ \t\n]{0,8}"
    r"[<\"'\[(]{0,2}(?:smtp:)?(" + ADDRESS + r")",
    re.IGNORECASE,
)
_NOT_A_RECIPIENT_LINE = re.compile(
    r"^[^\n]{0,60}(?:\bfrom:|mail from|sender|envelope-from|\bcc:|message-id|please contact|for help|from <)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """What a notice says of one recipient."""

    recipient: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A bounce's prose and the original that it carries behind it in the same text."""

    text: str
    original: str

    def passages(self, not_recipients: frozenset[str]) -> tuple[Passage, ...]:
        """One passage for each failed recipient, in order; `not_recipients` are addresses in lower case."""
        for pattern in (_OPENING_LINE, _NAMED_LINE):
            found = _passages(self.text, pattern, not_recipients)
            if found:
                return found
        bare = _NOT_A_RECIPIENT_LINE.sub("", self.text)
        return _passages(bare, re.compile(f"({ADDRESS})"), not_recipients)


def notice(text: str) -> Notice:
    """Split a bounce's text before the copy of the original."""
    head = text[:NOTICE_LIMIT_CHARACTERS]
    begins = _ORIGINAL_BEGINS.search(head)
    if begins is None or not head[: begins.start()].strip():
        return Notice(head, "")
    return Notice(head[: begins.start()], text[begins.start() : begins.start() + NOTICE_LIMIT_CHARACTERS])


def _passages(text: str, pattern: re.Pattern[str], not_recipients: frozenset[str]) -> tuple[Passage, ...]:
    hits = [hit for hit in pattern.finditer(text) if hit.group(1).lower() not in not_recipients][:RECIPIENTS_LIMIT]
    texts: dict[str, list[str]] = {}
    for number, hit in enumerate(hits):
        end = hits[number + 1].start() if number + 1 < len(hits) else len(text)
        texts.setdefault(hit.group(1), []).append(text[hit.start() : end])
    preface = text[: hits[0].start()] if len(texts) == 1 else ""
    return tuple(Passage(address, (preface + "\n".join(said)).strip()) for address, said in texts.items())
