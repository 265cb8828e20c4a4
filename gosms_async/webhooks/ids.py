"""
Message ids in a body of unknown form.

What a webhook sends is not documented, and nothing signs it. So it is not parsed: whatever looks
like an id, 24 hexadecimal digits on their own, is taken for a hint.
"""

from __future__ import annotations

import re
from typing import Final

MAX_BODY: Final = 16 * 1024  #: bytes

_ID: Final = re.compile(rb"(?<![0-9a-zA-Z])[0-9a-fA-F]{24}(?![0-9a-zA-Z])")
_ESCAPE: Final = re.compile(rb"%(?:25)*[0-9a-fA-F]{2}|\\+(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
_FORMS: Final = ("json", "x-www-form-urlencoded", "form-data", "plain")


def ids_in(body: bytes) -> list[str]:
    """
    Return each id in *body* once, in lower case: JSON, a form, or JSON within either.

    Escapes of URLs and of JSON go first, lest their digits pass for some of an id's.
    """
    found = _ID.findall(_ESCAPE.sub(b" ", body))
    return list(dict.fromkeys(each.decode().lower() for each in found))


def may_hold_ids(content_type: str) -> bool:
    """Whether a body of this type can be JSON or a form; one that does not say may be."""
    kind = content_type.partition(";")[0].strip().lower()
    return not kind or kind.endswith(_FORMS)
