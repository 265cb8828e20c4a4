"""`gosms campaign`: one text to many recipients, once to each, whatever dies in between."""

from __future__ import annotations

from .campaign_records import cancel, delete, purge, reconcile, report, retry, status
from .campaign_run import campaign, run, worker

__all__ = ["campaign"]

for _command in (run, status, reconcile, retry, report, worker, cancel, purge, delete):
    campaign.command(_command)
