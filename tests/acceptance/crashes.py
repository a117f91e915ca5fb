"""What has to be true of an installation after a crash and a clean run."""

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import select

from daemon.ledger.verifier import verify
from daemon.records import Delivery, LedgerEntry, Letter, Reply, Request
from daemon.records.database import Database
from daemon.records.encryption import Sealed
from tests.acceptance.world import World

ONCE_EACH = ("replies", "requests", "pauses", "suppressions", "letters", "deliveries", "predictions", "frozen_copies")
"""Tables that have to hold as many rows as after an undisturbed run."""


@dataclass(frozen=True)
class Result:
    """What was found after a run: counted where more than one could be wrong."""

    rows: dict[str, int]
    entries: dict[str, int]
    states: dict[int, str]
    requests: dict[tuple[int, str], str]
    letters: dict[int, tuple[str, str]]
    """Message-ID and state of the letter of each reply."""
    raws: dict[int, bytes]
    reasons: dict[int, list[str]]
    intact: bool
    accepted: dict[str, int]
    """How often the submission server accepted each Message-ID."""


def result_of(world: World) -> Result:
    """Everything that is compared."""
    database = Database.open(world.database_url)
    vault = world.vault
    with database.read() as session:
        replies = session.scalars(select(Reply).order_by(Reply.uid)).all()
        uids = {reply.id: reply.uid for reply in replies}
        requests = session.execute(select(Request.reply_id, Request.right, Request.state))
        letters = session.execute(
            select(Letter.reply_id, Letter.message_id, Delivery.state).join(Delivery, Delivery.letter_id == Letter.id)
        )
        found = Result(
            rows={},
            entries=dict(Counter(session.scalars(select(LedgerEntry.kind)))),
            states={reply.uid: reply.state for reply in replies},
            requests={(uids[row.reply_id], row.right): row.state for row in requests},
            letters={uids[row.reply_id]: (row.message_id, row.state) for row in letters},
            raws={
                reply.uid: vault.open(Sealed(reply.raw or b"", reply.raw_key or b""), "reply.raw") for reply in replies
            },
            reasons={reply.uid: reply.reasons or [] for reply in replies},
            intact=verify(session).intact,
            accepted=dict(Counter(message_id_of(letter.raw) for letter in world.sink.messages)),
        )
    database.close()
    return replace(found, rows={name: len(rows) for name, rows in world.tables().items() if name in ONCE_EACH})


def message_id_of(raw: bytes) -> str:
    """The Message-ID of a letter of ours, which stands on one line."""
    return next(line for line in raw.decode("ascii").splitlines() if line.startswith("Message-ID: "))[12:]


def assert_once_and_whole(crashed: Result, undisturbed: Result) -> int:
    """Nothing lost, nothing twice, no letter unaccounted for after crash and clean run; returns letters in doubt."""
    in_doubt = {uid for uid, (_, state) in crashed.letters.items() if state == "in_doubt"}
    assert crashed.raws == undisturbed.raws, "raw mail was lost or changed"
    assert crashed.rows == undisturbed.rows, "rows were lost or doubled"
    assert crashed.states == undisturbed.states | dict.fromkeys(in_doubt, "review"), "a reply ended elsewhere"
    assert crashed.intact, "the ledger is not intact"
    _assert_entries(crashed.entries, undisturbed.entries, len(in_doubt))
    _assert_letters(crashed, in_doubt)
    for (uid, right), state in undisturbed.requests.items():
        expected = "with_person" if uid in in_doubt and state == "answered" else state
        assert crashed.requests[uid, right] == expected, f"request {right} is {crashed.requests[uid, right]}"
    return len(in_doubt)


def _assert_entries(crashed: dict[str, int], undisturbed: dict[str, int], in_doubt: int) -> None:
    """The same entries, but that of a letter in doubt nobody claims that it was sent."""
    expected = Counter(undisturbed)
    expected["letter_sent"] -= in_doubt
    expected["letter_in_doubt"] += in_doubt
    assert crashed == {kind: count for kind, count in expected.items() if count}, "ledger entries were lost or doubled"


def _assert_letters(crashed: Result, in_doubt: set[int]) -> None:
    """Each letter is sent or in doubt; sent means accepted once, in doubt means reported, and never means twice."""
    ours = {message_id for message_id, _ in crashed.letters.values()}
    assert set(crashed.accepted) <= ours, "a letter left that nobody wrote"
    for uid, (message_id, state) in crashed.letters.items():
        times = crashed.accepted.get(message_id, 0)
        assert state in {"sent", "in_doubt"}, f"the letter of {uid} is {state}"
        assert times <= 1, f"the letter of {uid} left {times} times"
        assert times == 1 or uid in in_doubt, f"the letter of {uid} counts as sent and never left"
        assert state == "sent" or any(reason.startswith("letter_in_doubt") for reason in crashed.reasons[uid])
