"""What leaves, and what is changed, when the owner has not let go of the reins yet; or when the model is broken."""

import pytest
from sqlalchemy import select

from classifiers.intents import Intent
from daemon.records import Delivery, PredictionRecord, Reply
from tests.acceptance.models import promote_damaged_model
from tests.acceptance.outcomes import ANSWERS, LETTERS, OUTCOMES
from tests.acceptance.world import World, replies

pytestmark = pytest.mark.dovecot
NAMES = list(OUTCOMES)


def run_in_mode(world: World, mode: str) -> dict[str, str]:
    """The state of each reply after a run."""
    world.mode, world.auto = mode, ()
    world.write_settings()
    for raw in replies():
        world.user.deliver(raw)
    world.run_once()
    states = world.rows(select(Reply.state).order_by(Reply.uid))
    return dict(zip(NAMES, (row.state for row in states), strict=True))


def count(world: World, *tables: str) -> dict[str, int]:
    """How many rows there are."""
    return {name: len(rows) for name, rows in world.tables().items() if name in tables}


def test_in_assist_mode_every_letter_waits_for_a_key(world):
    """Outreach stops and clocks run as ever; letters are written and held."""
    states = run_in_mode(world, "assist")
    assert world.sink.messages == []
    assert world.user.file_names("Sent") == []
    held = world.rows(select(Delivery.state, Delivery.reason))
    assert [tuple(row) for row in held] == [("held", "needs_key")] * len(ANSWERS)
    assert states == {name: "review" if name in LETTERS else outcome.state for name, outcome in OUTCOMES.items()}
    assert count(world, "requests", "suppressions") == {
        "requests": sum(len(outcome.requests) for outcome in OUTCOMES.values()),
        "suppressions": sum(len(outcome.suppressed) for outcome in OUTCOMES.values()),
    }


def test_in_shadow_mode_nothing_happens_but_a_record_of_what_would(world):
    """No pause, no suppression, no request, no letter; a plan on every reply that is ours."""
    states = run_in_mode(world, "shadow")
    assert world.sink.messages == []
    effects = ("pauses", "suppressions", "requests", "letters", "deliveries", "frozen_copies")
    assert count(world, *effects) == dict.fromkeys(effects, 0)
    untouched = {"16-newsletter-en": "not_ours", "17-garbage": "failed"}
    assert states == dict.fromkeys(NAMES, "shadowed") | untouched
    plans = world.rows(select(Reply.plan).where(Reply.state == "shadowed").order_by(Reply.uid))
    assert plans[0].plan[0].startswith("suppress the sender")


def test_with_a_damaged_model_nothing_leaves_and_people_decide(world):
    """The rules alone speak: whatever has words of a right waits for a person, and nobody is deleted or answered."""
    (world.data / "model" / "model.skops").unlink()
    (world.data / "model" / "model.json").unlink()
    (world.data / "model").rmdir()
    promote_damaged_model(world.data)
    for raw in replies():
        world.user.deliver(raw)
    assert "model_refused" in world.run_once()
    states = world.rows(select(Reply.state).order_by(Reply.uid))
    found = dict(zip(NAMES, (row.state for row in states), strict=True))
    from_robots = {name: outcome.state for name, outcome in OUTCOMES.items() if name[:2] in {"11", "12", "16", "17"}}
    assert found == dict.fromkeys(NAMES, "review") | from_robots
    assert world.sink.messages == []
    assert count(world, "letters", "requests") == {"letters": 0, "requests": 0}
    assert {row.model_version for row in world.rows(select(PredictionRecord.model_version))} == {"rules-only"}
    likely = world.rows(select(PredictionRecord.maybe).order_by(PredictionRecord.id))
    assert likely[0].maybe == [Intent.OPT_OUT]
