from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from daemon.mail.backoff import CEILING, FIRST, retry_delay

CHANCES = st.floats(0, 1, exclude_max=True)


@given(st.integers(), CHANCES)
def test_the_pause_stays_between_a_second_and_a_quarter_of_an_hour(failures, chance):
    """However often it failed, the pause is neither none nor for ever."""
    assert FIRST <= retry_delay(failures, chance) <= CEILING


@given(st.integers(1, 40), CHANCES)
def test_the_pause_never_shrinks_with_failures(failures, chance):
    """One more failure never makes the pause shorter."""
    assert retry_delay(failures, chance) <= retry_delay(failures + 1, chance)


def test_the_pause_grows_and_is_spread():
    """It starts with a second or two, ends at the ceiling, and half of it is drawn."""
    assert retry_delay(1, 0) == timedelta(seconds=1)
    assert retry_delay(99, 0) == CEILING / 2
    assert retry_delay(99, 0.999999) > CEILING * 0.999
