"""Transports in memory whose answers the test holds in its hand."""

import asyncio

import httpx


class Held(httpx.AsyncBaseTransport):
    """Answers nothing until it is let go; `waiting` requests are with it."""

    def __init__(self, answer):
        self.answer = answer
        self.go = asyncio.Event()
        self.requests = []
        self.waiting = 0

    async def handle_async_request(self, request):
        self.requests.append(request)
        self.waiting += 1
        try:
            await self.go.wait()
        finally:
            self.waiting -= 1
        return self.answer()


class Stepwise(httpx.AsyncBaseTransport):
    """Suspends before the answer, before each part of its body and at its end."""

    def __init__(self, answer):
        self.answer = answer
        self.open = 0

    async def handle_async_request(self, _):
        self.open += 1
        try:
            for _ in range(3):
                await asyncio.sleep(0)
        except BaseException:
            self.open -= 1
            raise
        response = self.answer()
        return httpx.Response(response.status_code, stream=_Parts(self, response.content))


class _Parts(httpx.AsyncByteStream):
    def __init__(self, transport, content):
        self.transport = transport
        self.content = content

    async def __aiter__(self):
        for place in range(0, len(self.content), 12):
            await asyncio.sleep(0)
            yield self.content[place : place + 12]

    async def aclose(self):
        self.transport.open -= 1
        await asyncio.sleep(0)


class Body(httpx.AsyncByteStream):
    """A body of *parts*, one every *pause* seconds."""

    def __init__(self, parts, pause=0.0):
        self.parts = parts
        self.pause = pause
        self.given = 0
        self.closed = False

    async def __aiter__(self):
        for part in self.parts:
            await asyncio.sleep(self.pause)
            self.given += 1
            yield part

    async def aclose(self):
        self.closed = True
