"""The whole way of an erasure, on both databases, with a clock that stands still until it is moved."""

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from classifiers.intents import Intent
from daemon.decisions.states import ErasureState, ReplyState, RequestState
from daemon.mail.errors import LetterRefused
from daemon.records import (
    Account,
    Contact,
    Erasure,
    LedgerEntry,
    Letter,
    Provenance,
    Reply,
    Request,
    Subject,
    Suppression,
    SystemTask,
)
from daemon.rights.decided import Decided
from daemon.rights.erasure import CannotDoThat, finish_without_letter, start, undo
from daemon.rights.erasure_letters import OURS
from daemon.rights.requests import close
from daemon.rights.review import dismiss
from daemon.rights.suppression import pause
from responses.languages import LANGUAGES
from tests.daemon.installation import JANE, SETTLING, START, Installation, bounce, mail
from tests.daemon.rights.erasing import (
    AFTER_GRACE,
    CRM,
    DECIDED,
    MAILBOX,
    begin,
    clockwork,
    effects,
    erasure_of,
    last_letter,
    later,
    letters,
    tick,
    waits_for,
)


@pytest.fixture
def jane(firm: Installation) -> int:
    """A contact with full provenance."""
    return firm.add_contact()


def test_the_whole_way_with_two_systems(firm: Installation, jane: int) -> None:
    """Grace, purge with an interim letter, two ticks, completion letter, and the address goes."""
    erasure_id = begin(firm)
    works = clockwork(firm, CRM, MAILBOX)
    assert works.advance() == 0
    assert waits_for(firm, erasure_id)[0] == "grace"
    firm.now = AFTER_GRACE
    assert works.advance() == 1
    assert (erasure_of(firm, erasure_id).state, works.advance()) == (ErasureState.PURGED, 0)
    assert [(task.system, task.due.isoformat()) for task in firm.rows(SystemTask)] == [
        ("our CRM", "2026-03-21"),
        ("our mailbox", "2026-03-25"),
    ]
    assert firm.deliver() == 1
    assert "our mailbox, by 25 March 2026" in last_letter(firm)
    assert "our database of contacts and correspondence, on 11 March 2026" in last_letter(firm)
    tick(firm, "our CRM")
    assert works.advance() == 0
    tick(firm, note="thread and trash")
    assert works.advance() == 1
    assert erasure_of(firm, erasure_id).state == ErasureState.COMPLETING
    assert firm.deliver() == 1
    assert "our CRM, on 11 March 2026: done by hand" in last_letter(firm)
    assert firm.submission.accepted[-1][1] == JANE
    assert works.advance() == 1
    done = erasure_of(firm, erasure_id)
    assert (done.state, done.contact_id, done.done_at, done.swept_at) == (ErasureState.DONE, None, firm.now, firm.now)
    assert firm.rows(Contact) == []
    assert firm.suppressed()
    assert firm.requests() == {"erasure": RequestState.ANSWERED}
    assert letters(firm) == {"erasure_interim": "sent", "erasure_completed": "sent"}
    assert works.advance() == 0


def test_without_systems_it_is_one_letter(firm: Installation, jane: int) -> None:
    """Nothing is declared, so that the completion letter follows the purge at once, and no interim letter."""
    erasure_id = begin(firm)
    firm.now = AFTER_GRACE
    assert clockwork(firm).advance() == 2
    assert letters(firm) == {"erasure_completed": "queued"}
    firm.deliver()
    assert clockwork(firm).advance() == 1
    assert erasure_of(firm, erasure_id).state == ErasureState.DONE


def test_what_the_ledger_keeps(firm: Installation, jane: int) -> None:
    """Each step stands there under the person's commitment; its opening is destroyed at the end."""
    begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm, CRM).advance()
    tick(firm)
    clockwork(firm, CRM).advance()
    firm.deliver()
    clockwork(firm, CRM).advance()
    (subject,) = firm.rows(Subject)
    assert (subject.contact_id, subject.opening, subject.opening_key) == (None, None, None)
    kinds = ["erasure_started", "erasure_purged", "task_opened", "task_done", "erased"]
    found = [entry for entry in firm.rows(LedgerEntry) if entry.kind in kinds]
    assert [entry.kind for entry in found] == kinds
    assert {entry.subject for entry in found} == {subject.commitment}


def test_nothing_is_deleted_in_the_grace(firm: Installation, jane: int) -> None:
    """Until the last midnight of the grace all is there, and afterwards it is not."""
    begin(firm)
    firm.now = AFTER_GRACE.replace(day=10, hour=23)
    clockwork(firm).advance()
    assert firm.rows(Contact)[0].name == "Jane Doe"
    firm.now = AFTER_GRACE.replace(hour=0)
    clockwork(firm).advance()
    (contact,) = firm.rows(Contact)
    assert (contact.email, contact.name, contact.company, contact.position, contact.country) == (JANE, *[None] * 4)


def test_an_erasure_can_be_undone_in_its_grace(firm: Installation, jane: int) -> None:
    """Nothing goes, the request is a person's, the suppression stays; the same reply may begin it again."""
    erasure_id = begin(firm)
    with firm.database.write() as session:
        undo(session, erasure_id, by="kim", now=firm.now)
    assert firm.requests() == {"erasure": RequestState.WITH_PERSON}
    assert firm.suppressed()
    firm.now = AFTER_GRACE
    assert clockwork(firm).advance() == 0
    assert firm.rows(Contact)[0].name == "Jane Doe"
    with pytest.raises(CannotDoThat), firm.database.write() as session:
        undo(session, erasure_id, by="kim", now=firm.now)
    with firm.database.write() as session:
        session.get_one(Request, 1).state = RequestState.OPEN
    _begin_again(firm)
    taken_up = erasure_of(firm, erasure_id)
    assert (taken_up.state, taken_up.ended_by) == (ErasureState.GRACE, None)
    assert taken_up.grace_until > firm.now


def _begin_again(firm: Installation) -> None:
    """The same reply is decided once more."""
    (item,) = firm.pipeline().reader.understand([firm.reply(1)])
    with firm.database.write() as session:
        reply, contact = session.get_one(Reply, 1), session.scalars(select(Contact)).one()
        account = session.get_one(Erasure, 1).account_id
        decided = Decided(reply, session.get_one(Account, account), contact, None, item.case, None, DECIDED)
        start(decided, effects(firm, session), released=True)
        start(decided, effects(firm, session), released=True)  # twice is once


def test_after_the_purge_nothing_can_be_undone(firm: Installation, jane: int) -> None:
    """What is gone is gone, and the command says so."""
    erasure_id = begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm, CRM).advance()
    with pytest.raises(CannotDoThat, match="not in its grace"), firm.database.write() as session:
        undo(session, erasure_id, by="kim", now=firm.now)


def test_a_second_mail_joins_the_running_erasure(firm: Installation, jane: int) -> None:
    """Whoever asks twice is erased once."""
    first = begin(firm)
    later(firm, hours=1)
    assert begin(firm, mail("delete", message_id="<reply.2@example.com>")) == first
    assert len(firm.rows(Erasure)) == 1


def test_a_mail_that_came_in_the_grace_is_settled_first(firm: Installation, jane: int) -> None:
    """First nobody has looked at it, then it waits for a person; once they have settled it, the purge follows."""
    erasure_id = begin(firm)
    firm.now = AFTER_GRACE
    reply_id = firm.receive(mail("prices", message_id="<reply.2@example.com>"))
    assert clockwork(firm).advance() == 0
    assert waits_for(firm, erasure_id) == ("mail_unread",)
    firm.handle_all()
    assert firm.reply(reply_id).state == ReplyState.REVIEW
    assert clockwork(firm).advance() == 0
    assert waits_for(firm, erasure_id) == ("reply_waits",)
    with firm.database.write() as session:
        dismiss(session, session.get_one(Reply, reply_id), "kim", firm.now)
    assert clockwork(firm).advance() == 2


def test_a_mail_of_theirs_that_failed_is_settled_first(firm: Installation, jane: int) -> None:
    """A reply that met a fault was matched to nobody; the pause that stood in for it says whose it is."""
    erasure_id = begin(firm)
    reply_id = firm.handle(mail("hello", message_id="<reply.2@example.com>")).id
    with firm.database.write() as session:
        reply = session.get_one(Reply, reply_id)
        reply.state, reply.contact_id = ReplyState.FAILED, None
        pause(
            session, firm.digester, JANE, contact_id=None, reply_id=reply_id, reason="fault_of_ours",
            since=firm.now, until=None,
        )  # fmt: skip
    firm.now = AFTER_GRACE
    assert clockwork(firm).advance() == 0
    assert waits_for(firm, erasure_id) == ("reply_waits",)


def test_knowledge_comes_before_erasure(firm: Installation, jane: int) -> None:
    """An open request for the copy holds the purge, and so do 72 hours after its letter has left."""
    asked = firm.handle(mail("copy"))
    erasure_id = begin(firm, mail("delete", message_id="<reply.2@example.com>"))
    firm.now = AFTER_GRACE
    assert clockwork(firm).advance() == 0
    assert {"knowledge_open", "letter_open", "reply_waits"} <= set(waits_for(firm, erasure_id))
    firm.pipeline().review(asked.id, frozenset({Intent.ACCESS}), "erika")
    assert firm.deliver() == 1
    assert clockwork(firm).advance() == 0
    assert waits_for(firm, erasure_id) == ("may_bounce",)
    later(firm, hours=71)
    assert clockwork(firm).advance() == 0
    later(firm, hours=2)
    assert clockwork(firm).advance() == 2


def test_a_bounce_of_the_copy_holds_the_purge_for_a_person(firm: Installation, jane: int) -> None:
    """Whoever asked to know has no answer after all: nothing is purged until a person has found another way."""
    firm.handle(mail("copy"))
    assert firm.deliver() == 1
    (letter,) = firm.rows(Letter)
    erasure_id = begin(firm, mail("delete", message_id="<reply.2@example.com>"))
    firm.handle(bounce(JANE, letter.message_id))
    firm.now = AFTER_GRACE
    assert clockwork(firm).advance() == 0
    assert {"knowledge_open", "letters_off", "reply_waits"} <= set(waits_for(firm, erasure_id))
    with firm.database.write() as session:
        for request in session.scalars(select(Request).where(Request.right == "access")).all():
            close(session, request.id, how="answered_by_hand", by="kim", now=firm.now)
        for reply in session.scalars(select(Reply).where(Reply.state == ReplyState.REVIEW)):
            reply.state = ReplyState.HANDLED
    assert waits_for(firm, erasure_id) == ("letters_off",)
    with firm.database.write() as session:
        finish_without_letter(effects(firm, session), erasure_id, by="kim")
    assert clockwork(firm).advance() == 3
    assert erasure_of(firm, erasure_id).state == ErasureState.DONE
    assert firm.requests()["erasure"] == RequestState.CLOSED


def test_a_dispute_is_settled_first(firm: Installation, jane: int) -> None:
    """What is said to be wrong is stored until that is settled."""
    erasure_id = begin(firm)
    with firm.database.write() as session:
        session.get_one(Contact, jane).restricted_since = firm.now
    firm.now = AFTER_GRACE
    assert clockwork(firm).advance() == 0
    assert waits_for(firm, erasure_id) == ("dispute_open",)


def test_nobody_is_purged_who_could_be_written_to_again(firm: Installation, jane: int) -> None:
    """Somebody has lifted the suppression: without its digest the person would be forgotten, and written to."""
    erasure_id = begin(firm)
    with firm.database.write() as session:
        for row in session.scalars(select(Suppression)):
            row.undone_at, row.undone_by = firm.now, "kim"
    firm.now = AFTER_GRACE
    assert clockwork(firm).advance() == 0
    assert waits_for(firm, erasure_id) == ("not_suppressed",)


def test_a_late_bounce_of_the_completion_letter_does_no_harm(firm: Installation, jane: int) -> None:
    """The person is erased: nobody is found for it, nothing is opened, and everybody else is as before."""
    bob = firm.add_contact("bob@example.org", number=2)
    begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm).advance()
    firm.deliver()
    clockwork(firm).advance()
    (letter,) = firm.rows(Letter)
    before = firm.requests()
    reply = firm.handle(bounce(JANE, letter.message_id))
    assert reply.contact_id is None
    assert reply.state in {ReplyState.AUTOMATIC, ReplyState.NOT_OURS}
    assert firm.requests() == before
    assert [contact.id for contact in firm.rows(Contact)] == [bob]
    assert firm.rows(Contact)[0].letters_off_since is None
    assert clockwork(firm).advance() == 0


def test_a_mail_between_purge_and_end_is_dealt_with(firm: Installation, jane: int) -> None:
    """The address still stands, so that it is theirs; the end waits until a person has settled it."""
    erasure_id = begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm, CRM).advance()
    reply = firm.handle(mail("where", message_id="<reply.2@example.com>"))
    assert reply.contact_id == jane
    assert reply.state == ReplyState.REVIEW
    tick(firm)
    clockwork(firm, CRM).advance()
    firm.deliver()
    assert clockwork(firm, CRM).advance() == 0
    assert set(waits_for(firm, erasure_id)) == {"knowledge_open", "reply_waits"}
    with firm.database.write() as session:
        session.get_one(Reply, reply.id).state = ReplyState.HANDLED
        for request in session.scalars(select(Request).where(Request.right == "data_source")).all():
            close(session, request.id, how="answered_by_hand", by="kim", now=firm.now)
    assert clockwork(firm, CRM).advance() == 1
    assert firm.reply(reply.id).raw is None


def test_who_had_received_the_data_is_remembered_until_they_are_told(firm: Installation, jane: int) -> None:
    """The source's record goes with the purge; the names of its recipients do not (Art. 19)."""
    with firm.database.write() as session:
        session.scalars(select(Provenance)).one().recipients = ["Mailer Ltd", "Our branch"]
    erasure_id = begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm).advance()
    assert firm.rows(Provenance) == []
    assert erasure_of(firm, erasure_id).recipients == ["Mailer Ltd", "Our branch"]


def test_a_held_completion_letter_waits_for_its_key(firm: Installation, jane: int) -> None:
    """What may not leave by machine is held, and the address with it."""
    erasure_id = begin(firm, released=False)
    firm.now = AFTER_GRACE
    clockwork(firm).advance()
    assert letters(firm) == {"erasure_completed": "held"}
    assert firm.deliver() == 0
    assert waits_for(firm, erasure_id) == ("completion_with_person",)
    assert firm.rows(Contact)[0].email == JANE


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_both_letters_leave_in_every_language(firm: Installation, jane: int, language: str) -> None:
    """They pass the lint as they are, and this database has a name in the language."""
    erasure_id = begin(firm)
    with firm.database.write() as session:
        session.get_one(Erasure, erasure_id).language = language
    firm.now = AFTER_GRACE
    clockwork(firm, CRM).advance()
    assert firm.deliver() == 1
    assert OURS[language] in last_letter(firm)
    tick(firm)
    clockwork(firm, CRM).advance()
    assert firm.deliver() == 1
    assert OURS[language] in last_letter(firm)
    assert "Jane Doe" not in last_letter(firm)


def test_an_interim_letter_that_nobody_let_go_is_overtaken(firm: Installation, jane: int) -> None:
    """All is done before its key came: it is withdrawn, and only the completion letter waits."""
    begin(firm, released=False)
    firm.now = AFTER_GRACE
    clockwork(firm, CRM).advance()
    assert letters(firm) == {"erasure_interim": "held"}
    tick(firm)
    clockwork(firm, CRM).advance()
    assert letters(firm) == {"erasure_interim": "withdrawn", "erasure_completed": "held"}


def test_a_completion_letter_that_is_refused_is_a_person_s(firm: Installation, jane: int) -> None:
    """The address does not exist any more: a person ends it, and the reply that it had brought back is settled."""
    erasure_id = begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm).advance()
    firm.submission.before = LetterRefused(permanent=True, code=550, answer="no such user", at="RCPT TO")
    firm.deliver()
    assert letters(firm) == {"erasure_completed": "refused"}
    assert firm.reply(1).state == ReplyState.REVIEW
    assert clockwork(firm).advance() == 0
    assert waits_for(firm, erasure_id) == ("completion_with_person",)
    with firm.database.write() as session:
        finish_without_letter(effects(firm, session), erasure_id, by="kim")
    assert clockwork(firm).advance() == 1
    assert letters(firm) == {"erasure_completed": "withdrawn"}
    assert firm.reply(1).state == ReplyState.HANDLED
    assert firm.rows(Contact) == []


def test_the_grace_counts_working_days_at_the_seat(firm: Installation, jane: int) -> None:
    """Started before Easter, it ends after it."""
    firm.now = START.replace(month=4, day=2)
    erasure_id = begin(firm)
    assert erasure_of(firm, erasure_id).grace_until == START.replace(month=4, day=10, hour=0)


def test_a_system_that_is_declared_later_holds_up_nothing(firm: Installation, jane: int) -> None:
    """The tasks are those of the day of the purge: one that is removed keeps its task, a new one gets none."""
    begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm, CRM).advance()
    assert clockwork(firm, MAILBOX).advance() == 0
    assert [task.system for task in firm.rows(SystemTask)] == ["our CRM"]
    tick(firm)
    assert clockwork(firm, MAILBOX).advance() == 1


def test_a_letter_that_cannot_be_written_is_a_person_s(firm: Installation, jane: int) -> None:
    """In a language without letters nothing leaves; a person ends it by name, and the request is closed."""
    erasure_id = begin(firm)
    with firm.database.write() as session:
        session.get_one(Erasure, erasure_id).language = None
    firm.now = AFTER_GRACE
    assert clockwork(firm, CRM).advance() == 1
    assert letters(firm) == {}
    tick(firm)
    assert clockwork(firm, CRM).advance() == 0
    assert waits_for(firm, erasure_id) == ("no_letter",)
    with firm.database.write() as session:
        finish_without_letter(effects(firm, session), erasure_id, by="kim")
    assert clockwork(firm, CRM).advance() == 2
    assert firm.rows(Contact) == []


def test_a_letter_on_its_way_cannot_be_done_without(firm: Installation, jane: int) -> None:
    """While a letter is being sent nobody can say that there is none."""
    erasure_id = begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm).advance()

    def finish() -> None:
        with pytest.raises(CannotDoThat, match="being sent"), firm.database.write() as session:
            finish_without_letter(effects(firm, session), erasure_id, by="kim")

    firm.submission.meanwhile = finish
    assert firm.deliver() == 1
    assert letters(firm) == {"erasure_completed": "sent"}


def test_overdue_tasks_are_shouted_about_once_a_day(firm: Installation, jane: int) -> None:
    """A system that nobody has erased in time is an error in the log, each day anew."""
    begin(firm)
    firm.now = AFTER_GRACE
    works = clockwork(firm, CRM)
    works.advance()
    later(firm, days=11)
    for shouted in (1, 0):
        with capture_logs() as logs:
            works.advance()
        assert [line["event"] for line in logs].count("task_overdue") == shouted
    later(firm, days=1)
    with capture_logs() as logs:
        works.advance()
    assert [line["event"] for line in logs].count("task_overdue") == 1
    assert "erasure_overdue" not in [line["event"] for line in logs]
    later(firm, days=11)
    with capture_logs() as logs:
        works.advance()
    (line,) = [line for line in logs if line["event"] == "erasure_overdue"]
    assert (line["erasure"], line["due"]) == (1, "2026-04-02")


def test_the_settling_time_binds_erasure_letters_too(firm: Installation, jane: int) -> None:
    """A letter waits its two minutes like any other."""
    begin(firm)
    firm.now = AFTER_GRACE
    clockwork(firm).advance()
    assert firm.post().deliver_due(firm.submission) == 0
    firm.now += SETTLING
    assert firm.post().deliver_due(firm.submission) == 1
