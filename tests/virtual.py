"""An event loop whose clock jumps to the next timer instead of waiting for it."""

import asyncio
import selectors


class _Jump(selectors.BaseSelector):
    """Looks at the files and never waits: the time a loop would wait is added to its clock."""

    def __init__(self):
        self._real = selectors.DefaultSelector()
        self.now = 1000.0

    def select(self, timeout=None):
        if timeout:
            self.now += timeout
        return self._real.select(0)

    def register(self, fileobj, events, data=None):
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj):
        return self._real.unregister(fileobj)

    def get_map(self):
        return self._real.get_map()

    def close(self):
        self._real.close()


class VirtualLoop(asyncio.SelectorEventLoop):
    """Run coroutines in virtual time; `lag` is added once to the clock, as a blocked loop does."""

    def __init__(self):
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self):
        return self._jump.now

    def lag(self, seconds):
        self._jump.now += seconds


def run(main):
    """Run the coroutine *main(loop)* in virtual time and return what it returns."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main(runner.get_loop()))
