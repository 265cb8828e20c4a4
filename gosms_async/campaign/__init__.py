"""
Durable sending: what is planned is sent once, whatever dies in between.

    async with Journal() as journal, Worker(journal):
        campaign = Campaign("spring", journal)
        await campaign.load("clients.csv", "{name}, your order {order} is ready")
        print(await campaign.wait())
"""

try:
    import dbos as _dbos  # noqa: F401 - asked for once, here
    import phonenumbers as _phonenumbers  # noqa: F401 - as above
    import platformdirs as _platformdirs  # noqa: F401 - as above
except ImportError as _missing:
    raise ImportError("campaigns need: pip install 'gosms-async[campaign]'") from _missing

from gosms_async.campaign.accounts import Pause
from gosms_async.campaign.campaign import Campaign, Counts
from gosms_async.campaign.errors import (
    CampaignError,
    ChangedError,
    DoubtError,
    JournalError,
    NotSentError,
    Problem,
    RowsError,
)
from gosms_async.campaign.journal import Journal
from gosms_async.campaign.loading import Loaded
from gosms_async.campaign.outbox import Outbox
from gosms_async.campaign.report import write_csv
from gosms_async.campaign.rows import Entry
from gosms_async.campaign.settings import Settings
from gosms_async.campaign.states import State
from gosms_async.campaign.worker import Worker

__all__ = [
    "Campaign",
    "CampaignError",
    "ChangedError",
    "Counts",
    "DoubtError",
    "Entry",
    "Journal",
    "JournalError",
    "Loaded",
    "NotSentError",
    "Outbox",
    "Pause",
    "Problem",
    "RowsError",
    "Settings",
    "State",
    "Worker",
    "write_csv",
]
