"""Measured on public cases (sisimai/set-of-emails, flufl.bounce) where they are at hand; they are not shipped."""

import json
import os
from pathlib import Path

import pytest

from classifiers.reading import Ours, Reading, read
from classifiers.reading.automatic import AutomaticKind
from classifiers.reading.bounces import read_bounce
from classifiers.reading.delivery_reports import recipient_groups
from classifiers.reading.message import Message, parse

ROOT = Path(os.environ.get("REPLYD_EVAL", str(Path(__file__).parents[4] / "shared" / "eval"))) / "automatic"
pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason=f"public cases are not at {ROOT}; set REPLYD_EVAL")

WRITTEN_BY_A_PERSON = {"groupwise_03"}
"""flufl.bounce keeps it as the mail that is no bounce."""


def readings(folder: str) -> dict[str, Reading]:
    return {path.stem: read(parse(path.read_bytes()), Ours()) for path in sorted((ROOT / folder).iterdir())}


@pytest.fixture(scope="module")
def bounces() -> dict[str, Reading]:
    return readings("bounces")


@pytest.fixture(scope="module")
def expected() -> dict[str, bool]:
    """Whether at least one recipient is gone for good, by name of case; reports count as not."""
    cases = json.loads((ROOT / "bounces-expected.json").read_text())
    return {name: any(recipient["hard"] for recipient in recipients) for name, recipients in cases.items()}


def test_no_bounce_is_ever_answered(bounces):
    """Not one of 213, by a rule that does not need the recognition to be right."""
    assert len(bounces) == 213
    assert [name for name, reading in bounces.items() if reading.answerable] == []


def test_no_robot_of_the_second_collection_is_answered():
    """All but the one that a person wrote."""
    answerable = {name for name, reading in readings("flufl").items() if reading.answerable}
    assert answerable <= WRITTEN_BY_A_PERSON


def test_nearly_all_are_recognised(bounces):
    """Who is not recognised would be read as a person's words."""
    unseen = [name for name, reading in bounces.items() if reading.automatic is None]
    assert len(unseen) <= 2, unseen


def test_the_verdict_agrees_with_the_experts(bounces, expected):
    """Hard or not: at least 95 % agree, and at most 2 % of the soft ones would suppress."""
    verdicts = {name: bool(reading.automatic and reading.automatic.hard) for name, reading in bounces.items()}
    differing = [name for name, hard in expected.items() if verdicts[name] is not hard]
    soft = [name for name, hard in expected.items() if not hard]
    called_hard = [name for name in soft if verdicts[name]]
    assert len(differing) <= 0.05 * len(expected), differing
    assert len(called_hard) <= 0.02 * len(soft), called_hard


def named_by_the_report(message: Message) -> set[str]:
    groups = [group for report in message.delivery_status for group in recipient_groups(report)]
    return {address.lower() for group in groups for address in group.addresses[-1:]}


def test_the_failed_recipient_is_found(bounces):
    """Somebody is named in 95 % of the bounces, and it is whom the report names where there is one."""
    found = [
        reading for reading in bounces.values() if reading.automatic and reading.automatic.kind is AutomaticKind.BOUNCE
    ]
    nameless = [reading.message.subject for reading in found if not reading.automatic.recipients]
    assert len(nameless) <= 0.05 * len(found), nameless
    for reading in found:
        failed = {failure.recipient.lower() for failure in read_bounce(reading.message).failures}
        assert named_by_the_report(reading.message) <= failed


def test_complaints_and_reports_are_told_apart(bounces):
    """Seventeen files: thirteen complaints, three authentication reports, one unsubscription of Apple Mail."""
    kinds = [
        reading.automatic.kind for name, reading in bounces.items() if name.startswith("arf") and reading.automatic
    ]
    assert len(kinds) == 17
    assert kinds.count(AutomaticKind.ABUSE_REPORT) == 13
    assert kinds.count(AutomaticKind.UNSUBSCRIBE) == 1
    assert kinds.count(AutomaticKind.OTHER) == 3
