"""Where requests may go: one https origin, or plain http on this machine."""

from __future__ import annotations

import urllib.parse
from typing import Final

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def checked_base_url(url: str) -> str:
    """
    Return *url* without a trailing slash.

    Raises:
        ValueError: It is not an https URL (http is for loopback), or it has credentials, a query
            or a fragment.
        TypeError: It is not a str.
    """
    if not isinstance(url, str):
        raise TypeError(f"base_url: a text, not {type(url).__name__}")
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"base_url: {error}") from None
    if not host or not url.isascii() or any(c <= " " for c in url):
        raise ValueError("base_url: an absolute URL is needed")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise ValueError("base_url: https only; http is for 127.0.0.1, ::1 and localhost")
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise ValueError("base_url: no credentials, query or fragment")
    return url.rstrip("/")
