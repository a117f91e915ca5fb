"""One reply of each kind, from a real mailbox to real letters, by the installed command."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from daemon.records import Contact, LedgerEntry, Record, Reply, Request
from daemon.records.database import Database
from daemon.records.digests import suppressed
from daemon.records.encryption import Sealed
from daemon.rights.suppression import paused
from tests.acceptance.conftest import EITHER, Founding
from tests.acceptance.forks import Forks
from tests.acceptance.letters import compared, faults_of_form
from tests.acceptance.outcomes import ATTACKERS, LETTERS, OUTCOMES
from tests.acceptance.world import HERE, World, as_sent, replies

pytestmark = pytest.mark.dovecot
NAMES = list(OUTCOMES)


@dataclass
class Spine:
    """What there was after each step."""

    world: World
    began: datetime
    after_old_mail: dict[str, list[Any]]
    log: str
    after: dict[str, list[Any]]
    in_inbox: list[str]


@pytest.fixture(scope="module", params=EITHER)
def spine(request: pytest.FixtureRequest, founding: Founding, forks: Forks) -> Spine:
    """Old mail and a first run; then contacts, a reply of each kind, and a run of the installed command."""
    world = founding(request.param)
    prepared = replace(world, forks=forks)
    for old in sorted((HERE / "old").glob("*.eml")):
        world.user.deliver(as_sent(old))
    prepared.run_once()
    after_old_mail = world.tables()
    prepared.import_contacts()
    began = datetime.now(UTC).replace(microsecond=0)
    for raw in replies():
        world.user.deliver(raw)
    in_inbox = world.user.file_names()
    log = world.run_once()
    return Spine(world, began, after_old_mail, log, world.tables(), in_inbox)


def in_order(world: World, *columns: Any) -> dict[str, Any]:
    """Columns of each reply, by the name of its file: UIDs rise in the order of delivery."""
    return dict(zip(NAMES, world.rows(select(*columns).order_by(Reply.uid)), strict=True))


def test_mail_from_before_the_first_run_is_left_alone(spine):
    """A mailbox with old wishes in it: none of them is even read, and no letter leaves."""
    assert not spine.after_old_mail["replies"]
    assert not spine.after_old_mail["letters"]
    assert len(spine.after["replies"]) == len(NAMES)


def test_every_reply_ends_in_one_state_with_its_match_and_evidence(spine):
    """State, how it was matched, what proves the sender, and why it ended there."""
    found = in_order(spine.world, Reply.state, Reply.matched_by, Reply.evidence, Reply.reasons)
    as_expected = {
        name: (outcome.state, outcome.matched_by, outcome.evidence, outcome.reasons)
        for name, outcome in OUTCOMES.items()
    }
    assert {
        name: (
            row.state,
            row.matched_by,
            tuple(piece["level"] for piece in row.evidence or ()),
            tuple(row.reasons or ()),
        )
        for name, row in found.items()
    } == as_expected


def test_outreach_stops_for_whoever_may_want_that_and_for_nobody_else(spine):
    """Pauses and suppressions by address, also for the addresses that strangers named in the replies."""
    asked = {address for o in OUTCOMES.values() for address in (*o.paused, *o.suppressed)}
    contacts = {row.email for row in spine.world.rows(select(Contact.email))}
    database, digester = Database.open(spine.world.database_url), spine.world.digester
    with database.read() as session:
        now = datetime.now(UTC)
        everybody = asked | contacts | set(ATTACKERS)
        are_paused = {address for address in everybody if paused(session, digester, address, now)}
        are_suppressed = {address for address in everybody if suppressed(session, digester, address)}
    database.close()
    assert are_paused == {address for outcome in OUTCOMES.values() for address in outcome.paused}
    assert are_suppressed == {address for outcome in OUTCOMES.values() for address in outcome.suppressed}


def test_a_polite_no_rests_for_a_year_and_other_pauses_until_a_person_decides(spine):
    """Only the pause of a polite no has an end."""
    by_id = {row.id: name for name, row in in_order(spine.world, Reply.id).items()}
    ends = {(by_id[row["reply_id"]], bool(row["until"])) for row in _named(spine, "pauses")}
    assert {name for name, ended in ends if ended} == {"10-polite-no-de"}


def _named(spine: Spine, table: str) -> list[dict[str, Any]]:
    names = [column.name for column in Record.metadata.tables[table].columns]
    return [dict(zip(names, row, strict=True)) for row in spine.after[table]]


def test_every_right_that_was_asked_for_has_its_clock(spine):
    """One request a right, the clock from the moment the mail came; who answers; both dates."""
    names = {row.id: name for name, row in in_order(spine.world, Reply.id).items()}
    requests = spine.world.rows(select(Request).order_by(Request.id))
    found = Counter((names[row.Request.reply_id], row.Request.right, row.Request.state) for row in requests)
    expected = ((name, *item) for name, outcome in OUTCOMES.items() for item in outcome.requests.items())
    assert found == Counter(expected)
    for (request,) in requests:
        assert spine.began <= request.received_at <= datetime.now(UTC)
        assert request.safe_due == request.received_at.date() + timedelta(days=28)
        assert timedelta(days=28) <= request.legal_due - request.received_at.date() <= timedelta(days=40)


@pytest.mark.parametrize("name", LETTERS)
def test_each_letter_is_as_it_was_read_and_approved(spine, name):
    """The whole text of each letter, header fields included, against the file in letters/."""
    (accepted,) = [letter for letter in spine.world.sink.messages if letter.recipients == (LETTERS[name],)]
    came, expected = compared(name, accepted.raw)
    assert came == expected
    assert faults_of_form(accepted.raw) == []


def test_nothing_leaves_but_one_letter_each_to_the_stored_address(spine):
    """Envelopes, exactly: never a Reply-To, a Cc or an address that a text names."""
    envelopes = [(letter.envelope_from, letter.recipients) for letter in spine.world.sink.messages]
    assert Counter(envelopes) == Counter(("sales@firm.example", (address,)) for address in LETTERS.values())


def test_the_mailbox_is_as_before_and_sent_holds_a_copy_of_each_letter(spine):
    """No flag changed, nothing moved; in Sent stands what was sent, octet for octet."""
    user = spine.world.user
    assert [name.partition(":2,")[::2] for name in user.file_names()] == [(name, "") for name in spine.in_inbox]
    copies = [path.read_bytes() for path in user.maildir("Sent").glob("[cn][ue][rw]/*")]
    wire = [copy.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for copy in copies]
    assert Counter(wire) == Counter(letter.raw for letter in spine.world.sink.messages)


def test_each_mail_is_kept_whole_and_unreadable_for_others(spine):
    """The raw bytes come back from their encryption; of what is not ours only the header is left."""
    kept = in_order(spine.world, Reply.raw, Reply.raw_key)
    vault = spine.world.vault
    opened = {name: vault.open(Sealed(row.raw, row.raw_key), "reply.raw") for name, row in kept.items()}
    expected = dict(zip(NAMES, replies(), strict=True))
    expected["16-newsletter-en"] = expected["16-newsletter-en"].partition(b"\r\n\r\n")[0]
    # As Dovecot hands it out: IMAP has no NUL (RFC 9051 section 4.3) and no bare LF.
    expected["17-garbage"] = re.sub(rb"\r?\n", b"\r\n", expected["17-garbage"]).replace(b"\x00", b"\x80")
    assert opened == expected
    assert "derzeit keinen Bedarf" not in repr(spine.after)


def test_an_alarm_is_raised_for_the_threat_and_for_nothing_else(spine):
    """It stands in the log, for whoever is on call, and in the ledger."""
    assert spine.log.count('"event": "alarm"') == 1
    threat = in_order(spine.world, Reply.id)["08-legal-threat-en"].id
    alarms = spine.world.rows(select(LedgerEntry.payload).where(LedgerEntry.kind == "alarm"))
    assert [row.payload["reply"] for row in alarms] == [threat]


def test_the_ledger_tells_all_of_it_and_is_intact(spine):
    """An entry for each effect, sealed, and `replyd ledger verify` says so."""
    kinds = Counter(row.kind for row in spine.world.rows(select(LedgerEntry.kind)))
    expected = {
        "suppressed": sum(len(o.suppressed) for o in OUTCOMES.values()),
        "paused": sum(len(o.paused) for o in OUTCOMES.values()),
        "request_opened": sum(len(o.requests) for o in OUTCOMES.values()),
        "copy_frozen": 4,  # access, mixed, erasure, forged
        "challenged": 1,
        "signed_off": 2,
        "letter_queued": len(LETTERS),
        "letter_sent": len(LETTERS),
        "alarm": 1,
        "failed": 1,
        "contacts_imported": kinds["contacts_imported"],
    }
    assert kinds == expected
    verdict = spine.world.replyd("ledger", "verify").stdout
    assert "0 to be sealed" in verdict
    assert verdict.endswith("\nintact\n")


def test_a_second_run_over_the_same_mailbox_changes_nothing(spine, forks):
    """No row in any table is new or different, and no mail leaves; our own letters in Sent are passed by."""
    sent = len(spine.world.sink.messages)
    replace(spine.world, forks=forks).run_once()
    before, after = dict(spine.after), spine.world.tables()
    assert [row for row in after.pop("mailboxes") if "replies" in row] == [
        row for row in before.pop("mailboxes") if "replies" in row
    ]
    assert after == before
    assert len(spine.world.sink.messages) == sent
