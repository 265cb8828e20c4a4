"""The 28 error codes of GoSMS: what each means, what to do about it, whether waiting helps."""

from enum import IntEnum

from ._code_words import WORDS, Language


class ErrorCode(IntEnum):
    """
    The reason inside an error answer (GoSMS API documentation: Errors).

    The HTTP status says what kind of refusal it was, the code says why.
    """

    UNKNOWN_ERROR = 1000
    INVALID_JSON = 1001
    API_SWITCHED_OFF = 1002
    API_NOT_FOUND = 1003
    NO_DEVICE = 1004
    SENDING_NOT_ALLOWED = 1005
    TARIFF_LIMIT = 1006
    READING_NOT_ALLOWED = 1007
    MESSAGE_NOT_FOUND = 1008
    DELETING_NOT_ALLOWED = 1009
    TOO_EARLY_TO_DELETE = 1010
    READING_DEVICES_NOT_ALLOWED = 1011
    DEVICE_NOT_FOUND = 1012
    EDITING_DEVICES_NOT_ALLOWED = 1013
    DELETING_DEVICES_NOT_ALLOWED = 1014
    NO_ACTIVE_DEVICE = 1015
    NOT_YOUR_DEVICE = 1016
    SIM_WITHOUT_DEVICE = 1017
    BAD_PHONE_NUMBER = 2001
    BAD_MESSAGE = 2002
    BAD_ID = 2003
    BAD_CALLBACK_ID = 2004
    BAD_DEVICE_ID = 2005
    BAD_LIMIT = 2006
    BAD_OFFSET = 2007
    BAD_TO_SIM = 2008
    BAD_IS_ACTIVE = 2009
    ACCOUNT_BLOCKED = 3000

    def meaning(self, language: Language = "en") -> str:
        """Say in one sentence what happened, in English or Russian."""
        return WORDS[self].of(language)[0]

    def advice(self, language: Language = "en") -> str:
        """Say what to do about it, in English or Russian."""
        return WORDS[self].of(language)[1]

    @property
    def may_heal(self) -> bool:
        """Whether the same call may succeed minutes later though nobody has changed anything."""
        return self in _MAY_HEAL

    @property
    def stops_account(self) -> bool:
        """Whether no SMS leaves until somebody acts in the panel: repeating is useless."""
        return self in _STOPS_ACCOUNT

    @property
    def is_account_level(self) -> bool:
        """Whether the account, its API or its phones are the reason, not this one request."""
        return self in _ACCOUNT_LEVEL


def error_code(value: int) -> ErrorCode | int:
    """Return the member for *value*; a code that is not documented stays a plain number."""
    try:
        return ErrorCode(value)
    except ValueError:
        return value


_MAY_HEAL = frozenset(
    {
        ErrorCode.UNKNOWN_ERROR,
        ErrorCode.NO_DEVICE,  # a phone may come back
        ErrorCode.TOO_EARLY_TO_DELETE,  # five minutes after creation it passes
        ErrorCode.NO_ACTIVE_DEVICE,  # a phone may be switched on again
    }
)

_STOPS_ACCOUNT = frozenset(
    {
        ErrorCode.API_SWITCHED_OFF,
        ErrorCode.API_NOT_FOUND,
        ErrorCode.SENDING_NOT_ALLOWED,
        ErrorCode.TARIFF_LIMIT,  # it ends with the tariff's period: too long for any retry
        ErrorCode.ACCOUNT_BLOCKED,
    }
)

_ACCOUNT_LEVEL = _STOPS_ACCOUNT | {
    ErrorCode.NO_DEVICE,
    ErrorCode.NO_ACTIVE_DEVICE,
    ErrorCode.READING_NOT_ALLOWED,
    ErrorCode.DELETING_NOT_ALLOWED,
    ErrorCode.READING_DEVICES_NOT_ALLOWED,
    ErrorCode.EDITING_DEVICES_NOT_ALLOWED,
    ErrorCode.DELETING_DEVICES_NOT_ALLOWED,
}
