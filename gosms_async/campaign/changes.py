"""The changes of a row's state, each one statement that is true only of a row as expected."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from gosms_async.campaign.states import State
from gosms_async.campaign.tables import ACCOUNTS, ROWS

# Built once: SQLAlchemy takes longer to build a statement than the database to run it.


def _of(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"the_{name}")  # a column's own name is the new value's


def _change(where: sa.ColumnElement[bool], *columns: str, **fixed: Any) -> sa.Update:
    given: dict[str, Any] = {name: sa.bindparam(name) for name in (*columns, "changed_at")}
    return sa.update(ROWS).where(where).values(**fixed, **given)


_OWN: Final = ROWS.c.key == _of("key")
_PAUSED: Final = sa.select(ACCOUNTS.c.name).where(
    ACCOUNTS.c.name == ROWS.c.account, ACCOUNTS.c.reason.is_not(None)
)
_MAY_LEAVE: Final = _OWN & (ROWS.c.state == State.PLANNED) & ~_PAUSED.exists()
_OPEN: Final = _OWN & ROWS.c.state.in_([State.SENDING, State.UNKNOWN])
_ENDLESS: Final = _OPEN & (ROWS.c.mark == _of("mark"))
_GIVEN_UP: Final = _OWN & (ROWS.c.state == State.UNKNOWN) & ROWS.c.turn.is_(None)

MARK: Final = _change(_MAY_LEAVE, "mark", "since", "turn", state=State.SENDING, error=None)
# What has claimed a message was accepted, whatever else is said of it.
REPLAN: Final = _change(
    _ENDLESS & ROWS.c.sms_id.is_(None), "error", state=State.PLANNED, mark=None, turn=None
)
ACCEPT: Final = _change(
    _ENDLESS, "sms_id", "recovered", state=State.ACCEPTED, turn=None, error=None, code=None
)
REFUSE: Final = _change(_ENDLESS, "code", "error", state=State.REFUSED, turn=None)
DOUBT: Final = _change(_ENDLESS, "error", state=State.UNKNOWN)
GIVE_UP: Final = _change(_ENDLESS, state=State.UNKNOWN, turn=None)
LOOK_FOR: Final = _change(_GIVEN_UP, "turn")
CLAIM: Final = _change(_OPEN, "sms_id")
