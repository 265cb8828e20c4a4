"""The calls of the comparison made by the official `sinch` package, in a process of its own."""

import datetime as dt
import sys

from sinch import SinchClient

client = SinchClient(service_plan_id="plan", sms_api_token="token", sms_region="us")
client.configuration.sms_domain_with_service_plan_id = sys.argv[1] + "/{}"

batches = client.sms.batches
batches.send_sms(to=["46701234567"], from_="46707654321", body="hi", client_reference="r1")
batches.send_sms(
    to=["46701234567", "+46701234568"],
    from_="Shop",
    body="Ёлка ждет",
    delivery_report="full",
    send_at=dt.datetime(2030, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=3))),
    expire_at=dt.datetime(2030, 1, 3, 3, 4, 5, 123456, tzinfo=dt.UTC),
    event_destination_target="https://shop.example/reports",
    client_reference="r2",
)
batches.get(batch_id="01FC66621XXXXX119Z8PMV1QPQ")
batches.cancel(batch_id="01FC66621XXXXX119Z8PMV1QPQ")
batches.list(page=0, page_size=30)
batches.list(page=1, page_size=100, client_reference="order 1/2")
client.sms.delivery_reports.get(batch_id="B1", report_type="summary")
client.sms.delivery_reports.get(batch_id="B1", report_type="full")
