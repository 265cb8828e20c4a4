"""Where the faults live: a server in plain text and one over TLS, and places nobody answers at."""

import asyncio
import contextlib
import datetime as dt
import itertools
import socket
import ssl

import trustme
from account_server import Accounts
from raw_server import raw_server


class Town:
    """Open it as an async context manager; its servers live on the running loop."""

    def __init__(self):
        self.accounts = Accounts()
        self.trust = ssl.create_default_context()
        self._authority = trustme.CA()
        self._authority.configure_trust(self.trust)
        self._places = {}
        self._numbers = itertools.count()
        self._stack = contextlib.AsyncExitStack()

    def url(self, place):
        return self._places[place]

    def new_token(self):
        return f"secret-token-{next(self._numbers)}"

    async def __aenter__(self):
        async with self._stack as stack:
            self._stack.callback(self._resolve_no_invalid_names())
            await self._serve("http", self.accounts)
            await self._serve("https", self.accounts, self._certificate(self._authority))
            await self._serve("unknown authority", self.accounts, self._certificate(trustme.CA()))
            await self._serve(
                "other name", self.accounts, self._certificate(self._authority, "example.org")
            )
            past = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
            await self._serve(
                "expired", self.accounts, self._certificate(self._authority, not_after=past)
            )
            for place, script in (("no tls", _mail), ("tls hangs", _wait), ("tls ends", _leave)):
                await self._serve(place, script)
                self._places[place] = self._places[place].replace("http:", "https:")
            self._places["nowhere"] = "https://gosms.invalid/v1"
            self._places["refused"] = self._refused()
            self._places["hole"] = self._black_hole()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *error):
        await self._stack.aclose()

    async def _serve(self, place, script, context=None):
        server = await self._stack.enter_async_context(raw_server(script, context))
        self._places[place] = f"{server.url}v1"

    def _certificate(self, authority, name="127.0.0.1", **extra):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name, **extra).configure_cert(context)
        return context

    def _refused(self):
        bound = self._stack.enter_context(socket.socket())  # and not listening
        bound.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{bound.getsockname()[1]}/v1"

    def _black_hole(self):
        hole = self._stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):  # fill its queue
            filler = self._stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(hole.getsockname())
        return f"http://127.0.0.1:{hole.getsockname()[1]}/v1"

    def _resolve_no_invalid_names(self):
        """Keep look-ups of `.invalid` away from the network; return what undoes it."""
        loop = asyncio.get_running_loop()
        real = loop.getaddrinfo

        async def getaddrinfo(host, *args, **kwargs):
            if str(host).endswith("invalid"):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return await real(host, *args, **kwargs)

        loop.getaddrinfo = getaddrinfo
        return lambda: setattr(loop, "getaddrinfo", real)


async def _mail(peer):
    await peer.send(b"220 mail.example.org ESMTP\r\n")
    await peer.gone()


async def _wait(peer):
    await peer.gone()


async def _leave(peer):
    await peer.reader.read(1)
