"""When a letter is planned, when it may leave, and everything that keeps it back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.intents import Intent
from daemon.decisions.case import Case, Evidence
from daemon.decisions.choices import Choices, Mode
from daemon.decisions.circumstances import NO_LETTER, letter_language
from daemon.decisions.identity import enough_evidence
from daemon.decisions.plan import OpenRequest, Suppress
from daemon.decisions.policy import decide
from daemon.decisions.standing import Counters, Standing
from daemon.decisions.states import ReplyState
from daemon.decisions.table import ANSWERS
from responses.facts import Section
from tests.daemon.decisions.cases import (
    CLAIM,
    CODE,
    DOMAIN,
    EMPLOYEE,
    EVERYTHING_ON,
    OTHER_SENDER,
    PERSON,
    STRANGER,
    THREAD,
    case,
    cases,
    choices,
    letters,
    prediction,
    reading,
    standings,
)

ASKED = Intent.DATA_SOURCE
NOT_FINNISH = prediction(ASKED, language="fi")


def _counted(**counters: int) -> Standing:
    return replace(EMPLOYEE, counters=Counters(**counters))


OBSTACLES: dict[str, tuple[int, Case, Standing]] = {
    "unanswerable:precedence": (0, case(ASKED, reading=reading(None, "precedence")), EMPLOYEE),
    "no_stored_address": (1, case(ASKED, match=OTHER_SENDER), EMPLOYEE),
    "letters_off": (2, case(ASKED), replace(EMPLOYEE, letters_off=True)),
    "no_letter_in_language": (3, case(prediction=NOT_FINNISH), EMPLOYEE),
    "counter:message": (4, case(ASKED), _counted(same_message=1)),
    "counter:week": (4, case(ASKED), _counted(contact_7_days=1)),
    "counter:month": (4, case(ASKED), _counted(contact_30_days=3)),
    "counter:domain": (4, case(ASKED), _counted(domain_1_hour=5)),
    "counter:all": (4, case(ASKED), _counted(all_1_hour=60)),
    "missing_fact:provenance:12.source": (
        5,
        case(ASKED),
        replace(EMPLOYEE, missing_facts=((Section.DATA_SOURCE, "provenance:12.source"),)),
    ),
}
"""For each obstacle: its row, a case and a standing."""


@pytest.mark.parametrize("name", OBSTACLES)
def test_an_obstacle_stops_the_letter_and_brings_a_person(name: str) -> None:
    """The answer that the law wants is written by a person then; its clock runs."""
    _, asked, standing = OBSTACLES[name]
    plan = decide(asked, standing, EVERYTHING_ON)
    assert not letters(plan)
    assert plan.state is ReplyState.REVIEW
    assert name in plan.reasons
    assert OpenRequest(ASKED, with_person=True) in plan.steps


@pytest.mark.parametrize("name", OBSTACLES)
def test_an_obstacle_is_found_by_its_own_row(name: str) -> None:
    """Without that row the letter would leave."""
    row, asked, standing = OBSTACLES[name]
    found = [other.found(asked, standing, EVERYTHING_ON, (Section.DATA_SOURCE,)) for other in NO_LETTER]
    assert [index for index, said in enumerate(found) if said] == [row]
    assert found[row] == name


@pytest.mark.parametrize("name", sorted(set(OBSTACLES) - {"missing_fact:provenance:12.source"}))
def test_a_confirmation_that_cannot_be_sent_is_left_out(name: str) -> None:
    """It is a courtesy: the suppression is what was asked for, and nobody needs to look."""
    _, asked, standing = OBSTACLES[name]
    opted_out = replace(asked, prediction=replace(asked.prediction, act=(Intent.OPT_OUT,)))
    plan = decide(opted_out, standing, EVERYTHING_ON)
    assert isinstance(plan.steps[0], Suppress)
    assert not letters(plan)
    assert plan.state is ReplyState.HANDLED


def test_every_obstacle_has_its_case() -> None:
    """A new row comes with a case of its own."""
    assert {row for row, _, _ in OBSTACLES.values()} == set(range(len(NO_LETTER)))


def test_limits_are_the_owners() -> None:
    """Counting starts at what was already sent: a limit of two allows a second letter, not a third."""
    generous = replace(EVERYTHING_ON, letters_per_contact_7_days=2)
    assert letters(decide(case(ASKED), _counted(contact_7_days=1), generous))
    assert not letters(decide(case(ASKED), _counted(contact_7_days=2), generous))


def test_only_facts_of_the_letters_own_sections_are_missed() -> None:
    """What an access letter lacks does not stop an answer about the source."""
    standing = replace(EMPLOYEE, missing_facts=((Section.ACCESS, "held"),))
    assert letters(decide(case(ASKED), standing, EVERYTHING_ON))
    assert not letters(decide(case(Intent.ACCESS), standing, EVERYTHING_ON))


def test_the_language_is_the_replys_own() -> None:
    """The contact's stored language helps where the reply is too short to tell; none means no letter."""
    german = replace(EMPLOYEE, language="de")
    assert letter_language(case(ASKED), german) == "en"
    short = case(prediction=prediction(ASKED, language=None))
    (letter,) = letters(decide(short, german, EVERYTHING_ON))
    assert letter.language == "de"
    assert "no_letter_in_language" in decide(short, replace(EMPLOYEE, language=None), EVERYTHING_ON).reasons


@pytest.mark.parametrize(
    ("mode", "auto", "released"),
    [
        (Mode.AUTO, {(Intent.DATA_SOURCE, "en"), (Intent.ACCESS, "en")}, True),
        (Mode.AUTO, {(Intent.DATA_SOURCE, "en")}, False),
        (Mode.AUTO, {(Intent.DATA_SOURCE, "en"), (Intent.ACCESS, "de")}, False),
        (Mode.AUTO, set(), False),
        (Mode.ASSIST, {(Intent.DATA_SOURCE, "en"), (Intent.ACCESS, "en")}, False),
    ],
)
def test_a_letter_leaves_alone_only_where_all_it_answers_is_switched_on(
    mode: Mode, auto: set[tuple[Intent, str]], *, released: bool
) -> None:
    """Mode auto, and each intent in the letter's language."""
    plan = decide(case(Intent.DATA_SOURCE, Intent.ACCESS), EMPLOYEE, Choices(mode, frozenset(auto)))
    assert [letter.released for letter in letters(plan)] == [released]


NOTHING: tuple[Evidence, ...] = ()
NEEDED = [
    (Intent.OPT_OUT, NOTHING, True),
    (Intent.DECLINED, NOTHING, True),
    (Intent.COMPLAINT, NOTHING, True),
    (Intent.INTERESTED, NOTHING, True),
    *[
        (intent, evidence, evidence != NOTHING and evidence not in ((THREAD,), (DOMAIN,), (THREAD, DOMAIN)))
        for intent in (Intent.DATA_SOURCE, Intent.LEGAL_BASIS)
        for evidence in (NOTHING, (THREAD,), (DOMAIN,), (THREAD, DOMAIN), (CLAIM,), (CODE,), (PERSON,))
    ],
    *[
        (intent, evidence, evidence in ((CLAIM, THREAD), (CLAIM, DOMAIN), (CODE,), (PERSON,)))
        for intent in (Intent.ACCESS, Intent.ERASURE, Intent.RECTIFICATION)
        for evidence in (
            NOTHING, (CLAIM,), (THREAD,), (DOMAIN,), (THREAD, DOMAIN),
            (CLAIM, THREAD), (CLAIM, DOMAIN), (CODE,), (PERSON,),
        )
    ],
]  # fmt: skip


@pytest.mark.parametrize(("intent", "evidence", "enough"), NEEDED)
def test_how_much_evidence_a_right_needs(intent: Intent, evidence: tuple[Evidence, ...], *, enough: bool) -> None:
    """The table of the design, row by row."""
    assert enough_evidence(intent, case(intent, evidence=evidence)) is enough


@given(cases(), standings, choices)
def test_no_copy_of_data_without_proof(asked: Case, standing: Standing, chosen: Choices) -> None:
    """A letter with the data needs the claim and the thread or the domain, or a code, or a person."""
    for letter in letters(decide(asked, standing, chosen)):
        assert Section.ACCESS not in letter.sections or enough_evidence(Intent.ACCESS, asked)


@given(cases(), standings, choices)
def test_a_letter_is_for_the_contact_who_wrote(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Never for a stranger, for somebody erased, or for whoever else wrote in the contact's thread."""
    if letters(decide(asked, standing, chosen)):
        assert asked.match.contact_id is not None
        assert not asked.match.other_sender


@given(cases(), standings, choices)
def test_what_is_released_was_switched_on(asked: Case, standing: Standing, chosen: Choices) -> None:
    """In auto mode, with every intent and the language named and signed off, and nothing else in the way."""
    plan = decide(asked, standing, chosen)
    for letter in letters(plan):
        named = all((ANSWERS[section], letter.language) in chosen.auto for section in letter.sections)
        signed = chosen.signed_off is None or letter.language in chosen.signed_off
        free = chosen.mode is Mode.AUTO and named and signed
        assert free or not letter.released
        assert letter.released or not free or Intent.ERASURE in asked.prediction.act or standing.promise == "delete"


@given(cases(), standings, choices)
def test_no_counter_is_ever_passed(asked: Case, standing: Standing, chosen: Choices) -> None:
    """Whatever else holds, a full counter means no letter."""
    counted = standing.counters
    if counted.contact_7_days >= 1 or counted.same_message or counted.all_1_hour >= 60 or standing.letters_off:
        assert not letters(decide(asked, standing, chosen))


@given(cases(), standings, choices, st.sampled_from(["precedence", "not_to_us"]))
def test_what_must_not_be_answered_never_is(asked: Case, standing: Standing, chosen: Choices, rule: str) -> None:
    """RFC 3834: a mark on a person's mail keeps every letter back."""
    marked = replace(asked, reading=replace(asked.reading, unanswerable=rule))
    assert not letters(decide(marked, standing, chosen))


def test_a_stranger_gets_no_letter() -> None:
    """There is no stored address of theirs; "we hold nothing" is never said by machine."""
    plan = decide(case(Intent.ACCESS, match=STRANGER, evidence=(CODE,)), Standing(), EVERYTHING_ON)
    assert not letters(plan)
    assert "unknown_sender" in plan.reasons
