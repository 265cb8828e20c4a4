"""A listener that keeps what it hears."""

import contextlib

from gosms_async.core.hooks import Listener


class Recorder(Listener):
    """Keeps (name of the hook, what it was told) in order."""

    def __init__(self):
        self.events = []

    @contextlib.contextmanager
    def on_call(self, endpoint):
        self.events.append(("call", endpoint))
        yield
        self.events.append(("end", endpoint))

    def on_attempt(self, attempt):
        self.events.append(("attempt", attempt))

    def on_retry(self, retry):
        self.events.append(("retry", retry))

    def on_rate_limited(self, refusal):
        self.events.append(("rate_limited", refusal))

    def on_outcome(self, outcome):
        self.events.append(("outcome", outcome))

    @property
    def names(self):
        return [name for name, _ in self.events]

    def __getitem__(self, hook):
        return [told for name, told in self.events if name == hook]
