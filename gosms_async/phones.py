"""Phone numbers as people write them, read by their country's rules."""

from __future__ import annotations

try:
    import phonenumbers
except ImportError as _missing:
    raise ImportError("phone numbers need: pip install 'gosms-async[campaign]'") from _missing


def international(number: str, region: str = "RU") -> str | None:
    """
    Return the digits of *number* with its country code; None if no such number can exist.

    Args:
        number: As people write it; without a country code it is one of *region*.
        region: Two letters, ISO 3166.
    """
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
