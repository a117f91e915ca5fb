"""A second mail before the first one's letter has left: nothing is answered that was taken back."""

from datetime import timedelta

from classifiers.intents import Intent
from daemon.decisions.states import DeliveryState, ReplyState, RequestState
from daemon.records import Delivery, Letter
from tests.daemon.installation import Installation, mail


def _second(text: str, number: int = 2) -> bytes:
    return mail(text, message_id=f"<reply.{number}@example.com>")


def _deliveries(firm: Installation) -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in firm.rows(Delivery)]


def test_sorry_ignore_that_is_not_answered(firm: Installation) -> None:
    """The letter that settled is held, both mails are a person's, and the clock of the first is theirs too."""
    firm.add_contact()
    first = firm.handle(mail("Send me a copy of my data."))
    second = firm.handle(_second("Sorry, ignore that."))
    assert _deliveries(firm) == [(DeliveryState.HELD, "second_mail")]
    assert (firm.reply(first.id).state, second.state) == (ReplyState.REVIEW, ReplyState.REVIEW)
    assert second.reasons == ["second_mail"]
    assert firm.requests() == {"access": RequestState.WITH_PERSON}
    assert "letter_stopped" in firm.kinds()
    assert firm.deliver() == 0


def test_a_person_lets_the_first_letter_go(firm: Installation) -> None:
    """Decided again it is written anew, and leaves once."""
    firm.add_contact()
    first = firm.handle(mail("Send me a copy of my data."))
    firm.handle(_second("And thank you."))
    firm.pipeline().review(first.id, frozenset({Intent.ACCESS}), "erika")
    assert _deliveries(firm) == [(DeliveryState.QUEUED, None)]
    assert firm.deliver() == 1
    assert firm.requests() == {"access": RequestState.ANSWERED}


def test_a_wish_to_be_left_alone_stops_at_once_all_the_same(firm: Installation) -> None:
    """What protects the person never waits."""
    firm.add_contact()
    firm.handle(mail("Where did you get my address?"))
    firm.handle(_second("Please stop."))
    assert firm.suppressed()
    assert _deliveries(firm) == [(DeliveryState.HELD, "second_mail")]


def test_what_has_left_is_held_back_by_nothing(firm: Installation) -> None:
    """Afterwards every mail stands for itself."""
    firm.add_contact()
    firm.handle(mail("Please stop."))
    firm.deliver()
    assert firm.handle(_second("Thank you.")).state == ReplyState.HANDLED


def test_another_copy_of_the_same_mail_is_no_second_one(firm: Installation) -> None:
    """It came by way of two of our addresses."""
    firm.add_contact()
    firm.handle(mail("Please stop."))
    assert firm.handle(mail("Please stop.")).state == ReplyState.HANDLED
    assert firm.deliver() == 1


def test_both_in_one_batch_are_no_different(firm: Installation) -> None:
    """Read together, decided one after the other."""
    firm.add_contact()
    first, second = firm.receive(mail("Send a copy.")), firm.receive(_second("Sorry, ignore that."))
    firm.handle_all()
    assert {firm.reply(first).state, firm.reply(second).state} == {ReplyState.REVIEW}
    assert firm.deliver() == 0


def test_somebody_elses_mail_holds_nothing_of_theirs(firm: Installation) -> None:
    """Each person's letters stand for themselves."""
    firm.add_contact()
    firm.add_contact("john.roe@example.org", number=2)
    firm.handle(mail("Send a copy."))
    firm.handle(mail("hello", sender="john.roe@example.org", parent="<outreach.2@firm.example>"))
    assert firm.deliver() == 1


def test_while_the_first_waits_for_a_person_the_second_does_too(firm: Installation) -> None:
    """However late it comes: whoever decides about the first has to have read it."""
    firm.add_contact()
    firm.handle(mail("This is wrong."))
    firm.now += timedelta(days=2)
    assert firm.handle(_second("Forget it.")).reasons == ["second_mail"]
    assert firm.handle(_second("Stop.", 3)).state == ReplyState.HANDLED
    assert [row.sections for row in firm.rows(Letter)] == [["opt_out"]]
