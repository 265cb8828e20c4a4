"""The least and the most that a rate limit may be are taken."""

import pytest

from gosms_async import RateLimit


def test_the_ends_of_the_ranges_are_taken():
    limit = RateLimit(1, 0.001, margin=0, share=1)

    assert (limit.requests, limit.margin, limit.share) == (1, 0, 1)


@pytest.mark.parametrize(
    "wrong", [{"requests": 0}, {"per": 0}, {"margin": -0.1}, {"share": 0}, {"share": 1.1}]
)
def test_what_is_beyond_is_refused_by_name(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"^{name} must be "):
        RateLimit(**wrong)
