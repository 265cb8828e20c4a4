"""Which moment is the next start's: the window by itself, without a clock."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gosms_async.core.limits import Pace, Window

SPAN, HALF = 1.09, 1.09 / 20  # of ten a second: the window, half the usual distance


def window(starts=10, per=1.0, margin=0.09):
    """A window whose first *starts* were at 0 and count from 0.2: connections are made first."""
    made = Window(Pace(10, per, margin))
    assert [made.reserve(0.0).wait for _ in range(starts)] == [0.0] * starts
    return made


@pytest.mark.parametrize("now", [0.0, 1.0, 0.2 + SPAN, 2.2])
def test_a_busy_window_keeps_starts_half_the_usual_distance_apart(now):
    busy = window()

    first, second = (now + busy.reserve(now).wait for _ in range(2))

    assert first == pytest.approx(max(now, 0.2 + SPAN))
    assert second - first == pytest.approx(HALF)


def test_a_window_that_was_left_alone_for_two_of_its_lengths_is_not_busy():
    rested = window()

    assert [rested.reserve(2.5).wait for _ in range(3)] == [0.0] * 3


def test_after_five_idle_seconds_the_first_starts_count_later_by_a_handshake():
    idle = window()

    assert [idle.reserve(100.0).wait for _ in range(10)] == [0.0] * 10
    assert idle.reserve(100.0).wait == pytest.approx(0.2 + SPAN)


def test_a_refusal_is_forgotten_in_ten_windows_of_any_length():
    """Twice as slow at first, after five windows one and a half times; 0.2 s to connect."""
    refused = window(0, per=2.0, margin=0.0)
    refused.pause(0.0, 2.0)

    first, second = (refused.reserve(12.0).wait for _ in range(2))

    assert second - first == pytest.approx(0.2 + 1.5 * 0.2)


def test_a_missed_slot_moves_to_any_later_moment_at_no_cost():
    """The rate loses the time it was late, not a whole start; nobody else's slot moves."""
    busy = window()
    mine, other = (busy.reserve(1.29).slot for _ in range(2))

    moved = busy.reserve(mine + 0.2, mine, missed=True)

    assert moved.wait == 0
    assert [*busy.slots][-2:] == [other, mine + 0.2]
    assert len(busy.slots) == 10


def test_a_slot_known_too_late_of_which_the_moment_has_not_come_stays():
    busy = window()
    mine = busy.reserve(0.3).slot

    assert busy.reserve(0.4, mine, missed=True) == (pytest.approx(mine - 0.4), mine)


@given(st.lists(st.tuples(st.floats(0, 0.3), st.booleans(), st.booleans()), max_size=80))
def test_whatever_is_missed_no_window_holds_eleven(steps):
    """Two processes take turns as chance will have it, and miss slots before and after them."""
    shared, now = Window(Pace(10, 1.0, 0.0)), 0.0
    taken, used = {True: -math.inf, False: -math.inf}, []
    for passed, who, missed in steps:
        now += passed
        if not missed and taken[who] > -math.inf:
            now = max(now, taken[who])
            used.append(taken[who])
        taken[who] = shared.reserve(now, taken[who], missed=missed).slot

    used.sort()
    assert all(later - first >= 1 for first, later in zip(used, used[10:], strict=False))


def test_a_slot_that_was_used_does_not_move():
    busy = window()
    mine = busy.reserve(1.29).slot

    assert busy.reserve(mine, mine).wait == pytest.approx(HALF)
    assert mine in busy.slots


def test_of_equal_slots_only_one_moves():
    """Ten that began together are noted at one moment."""
    idle = window(2)

    assert idle.reserve(0.3, 0.2, missed=True).wait == 0

    assert [*idle.slots] == [0.2, 0.3]


def test_a_slot_that_counts_no_more_cannot_move():
    """Ten others came since, so the window is as full as it was."""
    full = window()

    assert full.reserve(0.3, 0.1, missed=True).wait == pytest.approx(0.2 + SPAN - 0.3)


@pytest.mark.parametrize(("age", "wait"), [(1.0, 2 * SPAN), (1.2, 0)])
def test_a_window_that_knows_less_than_its_user_forgot_a_second_and_waits_for_two(age, wait):
    """A start long ago is no sign of that: an idle account's window may be thrown away."""
    assert Window(Pace(10, 1.0, 0.09)).reserve(100.0, 100.0 - age).wait == pytest.approx(wait)
