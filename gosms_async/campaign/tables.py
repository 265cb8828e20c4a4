"""The tables of campaigns, which stand beside those of DBOS in one database."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()

CAMPAIGNS: Final = sa.Table(
    "gosms_campaigns",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("salt", sa.Text, nullable=False),  # keys are digests: no phone is guessed from one
    sa.Column("source", sa.Text, nullable=False, default=""),  # digest of the file and the template
    sa.Column("created_at", sa.Double, nullable=False),  # seconds since 1970, as all times here
)

ROWS: Final = sa.Table(
    "gosms_rows",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("campaign", sa.Text, nullable=False),  # empty: of the outbox
    sa.Column("batch", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # of the row in its source
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("device_id", sa.Text),
    sa.Column("to_sim", sa.Integer),
    sa.Column("callback_id", sa.Text),
    sa.Column("payload", sa.Text, nullable=False),  # digest of the five above
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("mark", sa.Text),  # of the attempt that may be on the way; each has its own
    sa.Column("since", sa.Double),  # the server's clock before that attempt
    sa.Column("turn", sa.Text),  # of the text and phone: one at a time may be on the way
    sa.Column("sms_id", sa.Text),
    sa.Column("recovered", sa.Boolean, nullable=False, default=False),
    sa.Column("code", sa.Integer),  # of the error that ended it
    sa.Column("error", sa.Text),
    sa.Column("status", sa.Integer),  # of the message, as last seen
    sa.Column("changed_at", sa.Double, nullable=False),
    sa.UniqueConstraint("account", "turn"),
    sa.UniqueConstraint("account", "sms_id"),
    sa.Index("gosms_rows_batch", "batch"),
    sa.Index("gosms_rows_campaign", "campaign", "state"),
    sa.Index("gosms_rows_account", "account", "state"),
)

ACCOUNTS: Final = sa.Table(
    "gosms_accounts",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("code", sa.Integer),
    sa.Column("reason", sa.Text),  # why it is paused; NULL: it is not
    sa.Column("since", sa.Double),
)
