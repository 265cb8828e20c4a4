"""A small kit for clients of JSON-over-HTTP APIs; it names no API."""

import sys

if "httpx" not in sys.modules:
    # Where click and rich are installed, httpx loads its command line with them: twice its time.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]  # the way to forbid an import
    import httpx  # noqa: F401 - loaded here without its command line

    del sys.modules["httpx._main"]
