"""Importing the opt-outs that a sending tool keeps: addresses, domains, or hashes of addresses that we know."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from daemon.clock import Clock
from daemon.ledger.entries import EntryKind, record
from daemon.records import Contact, Subject, Suppression
from daemon.records.database import Database
from daemon.records.digests import BadAddress, Digester, normal_domain, normal_form, suppression_forms
from daemon.records.encryption import Vault
from daemon.rights.suppression import suppress, suppress_domain
from daemon.suppression_check import in_batches
from daemon.suppression_rows import Row, Rows

ROWS_AT_ONCE = 500
"""Rows in one transaction, so that the service never waits long for an import."""
FAULTS_SHOWN = 1000
"""Faults that are kept with their lines; the others are counted."""
_HEX = frozenset("0123456789abcdef")
_NOTHING = "is neither an address nor a domain nor a hash (MD5, SHA-1 or SHA-256 in hex)"
_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}


class Kind(StrEnum):
    """What a row names."""

    ADDRESS = "address"
    DOMAIN = "domain"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    KNOWN = "known"
    """Stopped before."""
    UNMATCHED = "unmatched"
    """A hash of none of our contacts; nobody can tell whose it is."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What one row says: an address or a domain in its normal form, or a hash in lower-case hex."""

    line: int
    kind: Kind
    value: str


@dataclass
class Report:
    """What an import did, or would do."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """How many rows of each kind and outcome, as `address added`."""
    bad: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    """Line and fault of the bad rows, the first FAULTS_SHOWN of them."""
    imported: bool = False


Told = Callable[[Stop, Outcome], None]


@dataclass(frozen=True, slots=True)
class SuppressionImport:
    """What importing needs, wired once."""

    database: Database
    vault: Vault
    digester: Digester
    clock: Clock
    by: str
    reason: str

    def run(self, rows: Rows, *, skip_bad: bool, dry_run: bool, told: Told) -> Report:
        """Suppress everybody whom the file names, or nobody while a row is bad, unless `skip_bad`; raises BadFile.

        The file is read twice, so that nothing is half done. Broken off, it is just run again.
        """
        report, hashes = Report(), set[bytes]()
        for row in rows:
            report.rows += 1
            found = stop_of(row)
            if isinstance(found, str):
                report.bad += 1
                report.faults += [(row.line, found)][: FAULTS_SHOWN - len(report.faults)]
            elif found.value and found.kind not in {Kind.ADDRESS, Kind.DOMAIN}:
                hashes.add(bytes.fromhex(found.value))
        if report.bad and not skip_bad:
            return report
        known = self._contacts_of(hashes) if hashes else {}
        seen = set[str]()
        for batch in in_batches((found for row in rows if isinstance(found := stop_of(row), Stop)), ROWS_AT_ONCE):
            with self.database.write() as session:
                outcomes = list(self._import(session, batch, known, seen))
                if dry_run:
                    session.rollback()
            if not dry_run:
                seen.clear()
            for stop, outcome in outcomes:
                report.outcomes[f"{stop.kind} {outcome}"] += 1
                told(stop, outcome)
        report.imported = not dry_run
        return report

    def _import(
        self, session: Session, batch: Sequence[Stop], known: Mapping[bytes, str], seen: set[str]
    ) -> Iterator[tuple[Stop, Outcome]]:
        """One batch: what each row comes to, the suppressions, and their entries in the ledger."""
        meant = [(stop, _meant(stop, known)) for stop in batch]
        stopped = self._in_force(session, [value for _, value in meant if value]) | seen
        added: dict[str, Kind] = {}
        for stop, value in meant:
            if value is None:
                yield stop, Outcome.UNMATCHED
            elif value in stopped or value in added or not self._stop(session, value):
                yield stop, Outcome.KNOWN
            else:
                added[value] = Kind.ADDRESS if "@" in value else Kind.DOMAIN
                yield stop, Outcome.ADDED
        seen.update(added)
        if added:
            self._note(session, added)

    def _stop(self, session: Session, value: str) -> bool:
        now = self.clock()
        if "@" not in value:
            return suppress_domain(session, self.digester, value, vault=self.vault, reason=self.reason, since=now)
        return suppress(session, self.digester, value, vault=self.vault, reply_id=None, reason=self.reason, since=now)

    def _in_force(self, session: Session, values: Iterable[str]) -> set[str]:
        """Those of which every form is stopped already."""
        digests = {value: self._digests(value) for value in values}
        wanted = sorted({digest for of_value in digests.values() for digest in of_value})
        rows = select(Suppression.digest).where(
            Suppression.scope.in_(("address", "domain")),
            Suppression.digest.in_(wanted),
            Suppression.undone_at.is_(None),
        )
        found = set(session.scalars(rows))
        return {value for value, of_value in digests.items() if found.issuperset(of_value)}

    def _digests(self, value: str) -> tuple[str, ...]:
        return self.digester.addresses(value) if "@" in value else (self.digester.domain(value),)

    def _note(self, session: Session, added: Mapping[str, Kind]) -> None:
        """One entry with the counts, and one for each contact under their own commitment."""
        now, kinds = self.clock(), Counter(added.values())
        counts = {"addresses": kinds[Kind.ADDRESS], "domains": kinds[Kind.DOMAIN]}
        payload = {"by": self.by, "reason": self.reason, **counts}
        record(session, now, EntryKind.SUPPRESSIONS_IMPORTED, payload=payload)
        contacts = select(Subject.commitment).join(Contact, Contact.id == Subject.contact_id)
        for commitment in session.scalars(contacts.where(Contact.email_normal.in_(sorted(added)))):
            record(
                session, now, EntryKind.SUPPRESSED, subject=commitment, payload={"by": self.by, "reason": self.reason}
            )

    def _contacts_of(self, hashes: set[bytes]) -> dict[bytes, str]:
        """Contacts whose address in lower case has one of these hashes (MD5, SHA-1 or SHA-256)."""
        names = {_HASHES[2 * len(value)] for value in hashes}
        found: dict[bytes, str] = {}
        with self.database.read() as session:
            contacts = select(Contact.email, Contact.email_normal).order_by(Contact.id)
            for email, normal in session.execute(contacts.execution_options(yield_per=1000)):
                for text in {email.strip().lower(), normal, *suppression_forms(normal)}:
                    for name in names:
                        value = hashed(text, name)
                        if value in hashes:
                            found[value] = normal
        return found


def stop_of(row: Row) -> Stop | str:
    """What a row of a list of opt-outs says, or what is wrong with it; `@example.com` is the domain."""
    text = row.value.strip()
    if row.fault is not None or not text:
        return row.fault or "is empty"
    if len(text) in _HASHES and set(text.lower()) <= _HEX:
        return Stop(row.line, Kind(_HASHES[len(text)]), text.lower())
    try:
        bare = text.removeprefix("*") if text.startswith("*@") else text
        if "@" in bare[1:]:
            return Stop(row.line, Kind.ADDRESS, normal_form(bare))
        domain = normal_domain(bare.removeprefix("@"))
    except BadAddress:
        return _NOTHING
    is_name = "." in domain and not domain.rpartition(".")[2].isdigit()
    return Stop(row.line, Kind.DOMAIN, domain) if is_name else _NOTHING


def hashed(text: str, name: str) -> bytes:
    """The hash of a text in UTF-8, as sending tools exchange them; it protects nobody, and nothing here rests on it."""
    return hashlib.new(name, text.encode(), usedforsecurity=False).digest()


def _meant(stop: Stop, known: Mapping[bytes, str]) -> str | None:
    """The address or domain that a row means; None for a hash of nobody we know."""
    if stop.kind in {Kind.ADDRESS, Kind.DOMAIN}:
        return stop.value
    return known.get(bytes.fromhex(stop.value))
