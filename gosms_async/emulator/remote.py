"""The control API of an emulator that another process runs."""

from __future__ import annotations

from typing import Any

_TIMEOUT = 10.0  # seconds


async def ask(
    url: str,
    method: str,
    path: str,
    *,
    params: dict[str, Any] | None = None,
    json: dict[str, Any] | None = None,
    timeout: float = _TIMEOUT,  # noqa: ASYNC109 - httpx keeps it
) -> Any:
    """
    Return what the emulator at *url* answers; *path* is below its `/_emulator`.

    The address of its API, which ends in `/v1`, will do as well.

    Raises:
        AssertionError: What was waited for or asserted is not so; it lists the inbox.
        ValueError: It refuses the arguments.
        ConnectionError: No emulator answers there in *timeout* seconds.
    """
    import httpx  # noqa: PLC0415 - half of the start of `gosms emulator`, which asks nobody

    address = f"{url.rstrip('/').removesuffix('/v1')}/_emulator/{path}"
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=timeout) as client:
            answer = await client.request(method, address, params=params, json=json)
        content = answer.json()
    except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
        raise ConnectionError(f"no emulator answers at {url}") from error
    if answer.is_success:
        return content
    if "failed" in content:
        raise AssertionError(content["failed"])
    raise ValueError(content.get("error", content))
