"""What the tests of the rooms share."""

import pytest
from listening import Recorder

from gosms_async.core.hooks import add_listener, remove_listener


@pytest.fixture
def heard():
    """What listeners are told during the test."""
    listener = Recorder()
    add_listener(listener)
    yield listener
    remove_listener(listener)
