"""Signing off: no letter leaves by machine in a language whose letters nobody has read as they are."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from classifiers.intents import Intent
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.states import DeliveryState, ReplyState, RequestState
from daemon.records import Assessment, Delivery, SignOff
from daemon.rights.sign_off import revoke, sign_off, signed_off
from responses.rendering import NoTemplate, Templates
from tests.daemon.installation import Installation, mail


@pytest.fixture
def own(tmp_path: Path) -> Templates:
    """An owner's own templates, with one part in them."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "opening.txt").write_text("| Good day,\n")
    return Templates((tmp_path,))


def test_a_changed_template_needs_another_signature(firm: Installation, own: Templates) -> None:
    """The letter is written and held, and the reason says what is missing; signed, the next one leaves."""
    firm.add_contact()
    reply_id = firm.receive(mail("Where did you get my address?"))
    firm.pipeline(templates=own).handle()
    reply = firm.reply(reply_id)
    assert (reply.state, reply.reasons) == (ReplyState.REVIEW, ["not_signed_off"])
    assert [row.state for row in firm.rows(Delivery)] == [DeliveryState.HELD]
    with firm.database.write() as session:
        sign_off(session, own, "en", by="erika", now=firm.now)
    firm.add_contact("john.roe@example.org", number=2)
    other = mail("Where is it from", sender="john.roe@example.org", parent="<outreach.2@firm.example>")
    reply_id = firm.receive(other)
    firm.pipeline(templates=own).handle()
    assert firm.reply(reply_id).state == ReplyState.HANDLED


def test_a_revoked_signature_counts_for_nothing(firm: Installation) -> None:
    """From that moment every letter in the language waits; the other language is untouched."""
    with firm.database.write() as session:
        assert revoke(session, "en", by="erika", now=firm.now)
        assert not revoke(session, "en", by="erika", now=firm.now)
        session.flush()
        assert signed_off(session, Templates()) == {"de"}
    firm.add_contact()
    assert firm.handle(mail("Please stop.")).reasons == ["not_signed_off"]
    assert firm.kinds()[0] == "sign_off_revoked"


def test_a_signature_is_for_what_was_read(firm: Installation, own: Templates, tmp_path: Path) -> None:
    """One byte more in any part is another letter; a language without letters cannot be signed."""
    with firm.database.write() as session:
        row = sign_off(session, own, "en", by="erika", now=firm.now)
        session.flush()
        assert signed_off(session, own) == {"en", "de"}
        (tmp_path / "en" / "opening.txt").write_text("| Good day,\n\n")
        assert signed_off(session, own) == {"de"}
        with pytest.raises(NoTemplate):
            sign_off(session, own, "fr", by="erika", now=firm.now)
    assert row.digest != own.digest("en")
    ended = [signature for signature in firm.rows(SignOff) if signature.revoked_at]
    assert [signature.language for signature in ended] == ["en"]


def test_the_basis_is_told_where_a_balancing_test_covers_the_country(firm: Installation) -> None:
    """Quoted from the record in auto mode; elsewhere a person answers, with the clock running."""
    with firm.database.write() as session:
        session.add(
            Assessment(
                name="machines", interest="Finding machine builders", weighed_on=date(2026, 3, 1), weighed_by="Kim",
                outcome="It prevails for one mail to an address at work", countries=["DE", "AT"],
            )
        )  # fmt: skip
    firm.add_contact(country="AT")
    reply = firm.handle(mail("On what basis"))
    assert reply.state == ReplyState.HANDLED
    assert firm.deliver() == 1
    assert b"Finding machine builders" in firm.submission.accepted[0][2].replace(b"=\r\n", b"")
    assert firm.requests() == {"legal_basis": RequestState.ANSWERED}
    for number, country in ((2, "FR"), (3, None)):
        email = f"p{number}@example.org"
        firm.add_contact(email, number=number, country=country)
        raw = mail(
            "On what basis", sender=email, parent=f"<outreach.{number}@firm.example>", message_id=f"<{number}@e>"
        )
        assert firm.handle(raw).reasons == ["missing_fact:assessment.interest"]


def test_what_is_not_switched_on_asks_for_a_key_and_not_for_a_signature(firm: Installation) -> None:
    """The reason names what an owner would have to do."""
    firm.choices = Choices(Mode.AUTO, frozenset({(Intent.OPT_OUT, "en")}))
    firm.add_contact()
    assert firm.handle(mail("Where did you get my address?")).reasons == ["needs_key"]


def test_a_letter_is_looked_at_once_more_before_it_leaves(firm: Installation, own: Templates) -> None:
    """Its templates were changed while it settled: it is held; what a person lets go leaves as it is then."""
    firm.add_contact()
    reply = firm.handle(mail("Please stop."))
    firm.now += timedelta(minutes=2)
    post = replace(firm.post(), templates=own)
    assert post.deliver_due(firm.submission) == 0
    assert [(row.state, row.reason) for row in firm.rows(Delivery)] == [(DeliveryState.HELD, "not_signed_off")]
    assert firm.reply(reply.id).state == ReplyState.REVIEW
    firm.pipeline().review(reply.id, frozenset({Intent.OPT_OUT}), "erika")
    firm.now += timedelta(minutes=2)
    assert post.deliver_due(firm.submission) == 1
