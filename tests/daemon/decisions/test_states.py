from enum import StrEnum
from itertools import product

import pytest

from daemon.decisions.states import (
    TABLES,
    ChallengeState,
    DeliveryState,
    ErasureState,
    ForbiddenTransition,
    ReplyState,
    RequestState,
    TaskState,
    check,
    sources,
)

BEGINNINGS: dict[type[StrEnum], set[StrEnum]] = {
    ReplyState: {ReplyState.RECEIVED},
    RequestState: {RequestState.OPEN, RequestState.WITH_PERSON},
    DeliveryState: {DeliveryState.QUEUED, DeliveryState.HELD},
    ErasureState: {ErasureState.GRACE},
    ChallengeState: {ChallengeState.OPEN},
    TaskState: {TaskState.OPEN},
}
PAIRS = [pair for kind in TABLES for pair in product(kind, kind)]


@pytest.mark.parametrize("kind", TABLES)
def test_every_state_is_in_its_table_and_can_be_reached(kind: type[StrEnum]) -> None:
    """No state is forgotten, and none is beyond reach."""
    assert set(TABLES[kind]) == set(kind)
    reached = set(BEGINNINGS[kind])
    while further := {after for before in reached for after in TABLES[kind][before]} - reached:
        reached |= further
    assert reached == set(kind)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_only_what_the_table_has_passes(before: StrEnum, after: StrEnum) -> None:
    """Every other step is a fault of ours; `sources` says the same for a conditional update."""
    if after in TABLES[type(before)][before]:
        check(before, after)
        assert before in sources(after)
    else:
        with pytest.raises(ForbiddenTransition, match=before.value):
            check(before, after)
        assert before not in sources(after)


def test_what_may_have_been_accepted_is_never_sent_again_by_machine() -> None:
    """From TRANSMITTING only the server's own word leads back to the queue; SENT leads nowhere."""
    assert sources(DeliveryState.TRANSMITTING) == (DeliveryState.CLAIMED,)
    assert not TABLES[DeliveryState][DeliveryState.SENT]
    assert DeliveryState.IN_DOUBT not in sources(DeliveryState.CLAIMED)


def test_a_reply_goes_back_to_the_machine_from_few_states() -> None:
    """From where nothing was carried out, and from where it waited for a code (tests/daemon/rights/test_challenge.py).

    What a machine wrote, and what is not ours, is never looked at again.
    """
    undecided, asked_for_a_code = {ReplyState.FAILED, ReplyState.SHADOWED}, {ReplyState.HANDLED, ReplyState.REVIEW}
    assert set(sources(ReplyState.RECEIVED)) == undecided | asked_for_a_code
