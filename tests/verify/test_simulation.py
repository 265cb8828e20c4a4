"""A small run of the simulation whose figures the documents print."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

from duplicates import WEATHERS, simulate


@pytest.mark.parametrize("weather", WEATHERS, ids=lambda weather: weather.name)
@pytest.mark.parametrize("mode", ["verify (default)", "verify, campaign", "raise (none)"])
def test_nothing_is_doubled_lost_or_lied_about(weather, mode):
    outcome = simulate(weather, mode, 1000)

    assert (outcome.duplicated, outcome.lost, outcome.lied) == (0, 0, 0)


def test_a_campaign_leaves_nothing_in_doubt():
    assert simulate(WEATHERS[0], "verify, campaign", 1000).unknown == 0


def test_sending_again_without_looking_doubles_messages():
    """The simulation can show a duplicate."""
    assert simulate(WEATHERS[0], "resend (blind)", 1000).duplicated > 10
