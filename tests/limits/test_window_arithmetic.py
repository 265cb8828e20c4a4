"""Which moment is the next start's: the window by itself, without a clock."""

import pytest

from gosms_async.core.limits import Pace, Window

SPAN, HALF = 1.09, 1.09 / 20  # of ten a second: the window, half the usual distance


def window(starts=10, per=1.0, margin=0.09):
    """A window whose first *starts* were at 0 and count from 0.2: connections are made first."""
    made = Window(Pace(10, per, margin))
    assert [made.reserve(0.0) for _ in range(starts)] == [0.0] * starts
    return made


@pytest.mark.parametrize("now", [0.0, 1.0, 0.2 + SPAN, 2.2])
def test_a_busy_window_keeps_starts_half_the_usual_distance_apart(now):
    busy = window()

    first, second = busy.reserve(now), busy.reserve(now)

    assert first == pytest.approx(max(now, 0.2 + SPAN))
    assert second - first == pytest.approx(HALF)


def test_a_window_that_was_left_alone_for_two_of_its_lengths_is_not_busy():
    rested = window()

    assert [rested.reserve(2.5) for _ in range(3)] == [2.5] * 3


def test_after_five_idle_seconds_the_first_starts_count_later_by_a_handshake():
    idle = window()

    assert [idle.reserve(100.0) for _ in range(10)] == [100.0] * 10
    assert idle.reserve(100.0) == pytest.approx(100.2 + SPAN)


def test_a_refusal_is_forgotten_in_ten_windows_of_any_length():
    """Twice as slow at first, after five windows one and a half times; 0.2 s to connect."""
    refused = window(0, per=2.0, margin=0.0)
    refused.pause(0.0, 2.0)

    first, second = refused.reserve(12.0), refused.reserve(12.0)

    assert second - first == pytest.approx(0.2 + 1.5 * 0.2)
