"""How many kills: a few in every run of the tests, as many as wanted with `--kills`."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--kills", type=int, default=20, help="kills at random moments")


@pytest.fixture
def kills(request):
    return request.config.getoption("--kills", default=20)
