"""What a command ends with: an exit code, and one sentence where it failed."""

from __future__ import annotations

import enum

from gosms_async import (
    APIError,
    AuthenticationError,
    ErrorCode,
    OutcomeUnknownError,
    PermissionDeniedError,
    WaitTimeoutError,
)


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


_STOPPED = frozenset({ErrorCode.TARIFF_LIMIT, ErrorCode.ACCOUNT_BLOCKED})
_RIGHTS = frozenset(
    {
        ErrorCode.API_SWITCHED_OFF,
        ErrorCode.API_NOT_FOUND,
        ErrorCode.SENDING_NOT_ALLOWED,
        ErrorCode.READING_NOT_ALLOWED,
        ErrorCode.DELETING_NOT_ALLOWED,
        ErrorCode.READING_DEVICES_NOT_ALLOWED,
        ErrorCode.EDITING_DEVICES_NOT_ALLOWED,
        ErrorCode.DELETING_DEVICES_NOT_ALLOWED,
    }
)


class StopError(Exception):
    """The command ends here: one sentence for a person, an exit code for a script."""

    def __init__(self, sentence: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.code = code


def code_of(error: Exception) -> Exit:
    """Return the exit code for what a call or an argument ended with."""
    if isinstance(error, StopError):
        return error.code
    if isinstance(error, APIError):
        return _code_of_refusal(error)
    if isinstance(error, (OutcomeUnknownError, WaitTimeoutError)):
        return Exit.PARTLY
    return Exit.USAGE if isinstance(error, ValueError) else Exit.FAILED


def _code_of_refusal(error: APIError) -> Exit:
    if error.code in _STOPPED:
        return Exit.STOPPED
    if error.code in _RIGHTS or isinstance(error, AuthenticationError):
        return Exit.RIGHTS
    # A 403 whose code is documented means what the code says: no phone is there, say.
    forbidden = isinstance(error, PermissionDeniedError) and error.code not in list(ErrorCode)
    return Exit.RIGHTS if forbidden else Exit.FAILED


def code_of_all(errors: list[Exception], asked: int) -> Exit:
    """Return the exit code of *asked* things of which some ended with *errors*."""
    if not errors:
        return Exit.OK
    codes = {code_of(error) for error in errors}
    return codes.pop() if len(errors) == asked and len(codes) == 1 else Exit.PARTLY
