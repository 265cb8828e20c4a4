"""What a command ends with: an exit code, and one sentence where it failed."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gosms_async import APIError


class Exit(enum.IntEnum):
    """The exit codes of `gosms`."""

    OK = 0
    FAILED = 1
    USAGE = 2  #: the command line or a setting is wrong; nothing was asked of the account
    PARTLY = 3  #: some of it failed, or its outcome is unknown: look before doing it again
    RIGHTS = 4  #: the token is missing, not accepted, or may not do this
    STOPPED = 5  #: the account sends nothing now: its tariff is used up, or it is blocked
    DECLINED = 6  #: the question before a costly act was not answered with yes
    INTERRUPTED = 130


# Codes of "GoSMS API documentation: Errors", by number: loading the names costs every start.
_STOPPED = frozenset({1006, 3000})  # the tariff's limit, a blocked account
_RIGHTS = frozenset({1002, 1003, 1005, 1007, 1009, 1011, 1013, 1014})  # this API may not


class StopError(Exception):
    """The command ends here: one sentence for a person, an exit code for a script."""

    def __init__(self, sentence: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.code = code


def code_of(error: Exception) -> Exit:
    """Return the exit code for what a command or a call ended with."""
    if isinstance(error, StopError):
        return error.code
    return _code_of_call(error)


def _code_of_call(error: Exception) -> Exit:
    # What ends well does without the client, and `--help` comes sooner.
    from gosms_async import APIError, OutcomeUnknownError, WaitTimeoutError  # noqa: PLC0415

    if isinstance(error, APIError):
        return _code_of_refusal(error)
    unknown = isinstance(error, (OutcomeUnknownError, WaitTimeoutError))
    return Exit.PARTLY if unknown else Exit.FAILED


def _code_of_refusal(error: APIError) -> Exit:
    from gosms_async import AuthenticationError, ErrorCode, PermissionDeniedError  # noqa: PLC0415

    if error.code in _STOPPED:
        return Exit.STOPPED
    if error.code in _RIGHTS or isinstance(error, AuthenticationError):
        return Exit.RIGHTS
    # A 403 whose code is documented means what the code says: no phone is there, say.
    forbidden = isinstance(error, PermissionDeniedError) and error.code not in list(ErrorCode)
    return Exit.RIGHTS if forbidden else Exit.FAILED


def origin_of(error: Exception) -> tuple[str, int]:
    """Return the module and the line that raised *error*."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return (trace.tb_frame.f_globals["__name__"], trace.tb_lineno) if trace else ("?", 0)


def code_of_all(errors: list[Exception], asked: int) -> Exit:
    """Return the exit code of *asked* things of which some ended with *errors*."""
    if not errors:
        return Exit.OK
    codes = {code_of(error) for error in errors}
    return codes.pop() if len(errors) == asked and len(codes) == 1 else Exit.PARTLY
