"""Every fault there is: when it strikes, whom by default, and what it means to a person."""

from __future__ import annotations

import enum

import attrs


class Stage(enum.Enum):
    """The moment of a request at which a fault strikes."""

    REFUSAL = "the API refuses before it does anything"
    BEFORE = "the request is lost before it does anything"
    AFTER = "the work is done, the answer is harmed"
    PLAN = "the message fares otherwise than usual"
    LISTING = "the list is shown otherwise than usual"
    WEBHOOK = "a webhook is called otherwise than usual"


@attrs.frozen
class Action:
    """One kind of fault; *endpoints* are those it strikes unless told otherwise (none: all)."""

    stage: Stage
    en: str
    ru: str
    endpoints: tuple[str, ...] = ()
    code: int = 1000  #: of a refusal
    status: int | None = None  #: of a refusal whose code does not say it


_SEND = ("send",)
_LIST = ("list",)
_HOOK = ("webhook",)

ACTIONS: dict[str, Action] = {
    "429_storm": Action(Stage.REFUSAL, "429, nothing done", "429, не сделано", status=429),
    "500_before": Action(
        Stage.REFUSAL, "500, nothing stored", "500, не сохранено", _SEND, status=500
    ),
    "500_after": Action(Stage.AFTER, "stored, yet 500", "сохранено, но ответ 500", _SEND),
    "html_502": Action(
        Stage.AFTER, "stored, a proxy says 502", "сохранено, прокси ответил 502", _SEND
    ),
    "drop_before": Action(Stage.BEFORE, "reset, nothing stored", "обрыв, не сохранено", _SEND),
    "drop_after": Action(Stage.AFTER, "stored, then reset", "сохранено, затем обрыв", _SEND),
    "hang_before": Action(
        Stage.BEFORE, "no answer, nothing stored", "нет ответа, не сохранено", _SEND
    ),
    "hang": Action(Stage.AFTER, "stored, never answered", "сохранено, ответа нет", _SEND),
    "latency": Action(Stage.AFTER, "a slow answer", "медленный ответ"),
    "dribble": Action(Stage.AFTER, "the answer drips", "ответ по капле", _SEND),
    "truncate": Action(Stage.AFTER, "half an answer", "половина ответа", _SEND),
    "garbage": Action(Stage.AFTER, "200, but no JSON", "200, но не JSON", _SEND),
    "device_offline": Action(Stage.PLAN, "phones are away", "телефоны не в сети", _SEND),
    "stuck": Action(Stage.PLAN, "waits for ever", "ждет вечно", _SEND),
    "no_report": Action(Stage.PLAN, "sent, never reported", "отправлено, отчета нет", _SEND),
    "send_error": Action(Stage.PLAN, "sending fails", "ошибка отправки", _SEND),
    "delivery_error": Action(Stage.PLAN, "delivery fails", "ошибка доставки", _SEND),
    "tariff_limit": Action(
        Stage.REFUSAL, "1006: tariff limit", "1006: лимит тарифа", _SEND, code=1006
    ),
    "blocked": Action(Stage.REFUSAL, "3000: blocked", "3000: аккаунт заблокирован", code=3000),
    "api_off": Action(Stage.REFUSAL, "1002: API is off", "1002: API отключено", code=1002),
    "no_send_right": Action(
        Stage.REFUSAL, "1005: no right to send", "1005: отправка запрещена", _SEND, code=1005
    ),
    "no_devices": Action(Stage.REFUSAL, "1004: no device", "1004: нет устройств", _SEND, code=1004),
    "no_active_devices": Action(
        Stage.REFUSAL, "1015: no active device", "1015: нет активных устройств", _SEND, code=1015
    ),
    "bad_token": Action(Stage.REFUSAL, "401: bad token", "401: неверный токен", code=1003),
    "list_lag": Action(Stage.LISTING, "lists lag behind", "список отстает", _LIST),
    "list_shuffle": Action(Stage.LISTING, "lists in any order", "список вперемешку", _LIST),
    "offset_by_record": Action(
        Stage.LISTING, "offset counts records", "offset считает записи", _LIST
    ),
    "webhook_delay": Action(Stage.WEBHOOK, "webhooks are late", "вебхуки опаздывают", _HOOK),
    "webhook_duplicate": Action(Stage.WEBHOOK, "webhooks come twice", "вебхуки дважды", _HOOK),
    "webhook_reorder": Action(
        Stage.WEBHOOK, "webhooks out of order", "вебхуки не по порядку", _HOOK
    ),
    "webhook_drop": Action(Stage.WEBHOOK, "webhooks get lost", "вебхуки теряются", _HOOK),
}
