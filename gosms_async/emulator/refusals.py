"""Every way the API says no: code, HTTP status, and the words it uses."""

from __future__ import annotations

# GoSMS API documentation, "Errors". Which status goes with which code is documented by example
# only (400 with 2xxx). The others are this emulator's reading: 400 the request itself is wrong,
# 401 the token is, 404 there is no such thing, 403 the account does not allow it (now).
# So are the words: a Russian text is documented, not which.
REFUSALS: dict[int, tuple[int, str]] = {
    1000: (500, "Неизвестная ошибка"),
    1001: (400, "Неверный формат JSON"),
    1002: (403, "API отключено в панели управления"),
    1003: (401, "API не существует"),
    1004: (403, "В аккаунте нет устройств"),
    1005: (403, "Отправка SMS запрещена для этого API"),
    1006: (403, "Достигнут лимит SMS по тарифу"),
    1007: (403, "Чтение SMS запрещено для этого API"),
    1008: (404, "SMS не найдено"),
    1009: (403, "Удаление SMS запрещено для этого API"),
    1010: (403, "Удаление возможно через 5 минут после создания SMS"),
    1011: (403, "Чтение устройств запрещено для этого API"),
    1012: (404, "Устройство не найдено"),
    1013: (403, "Изменение устройств запрещено для этого API"),
    1014: (403, "Удаление устройств запрещено для этого API"),
    1015: (403, "Нет устройств, включенных для отправки"),
    1016: (404, "В аккаунте нет устройства с таким device_id"),
    1017: (400, "Для to_sim нужно указать device_id"),
    2001: (400, "Неверный формат phone_number"),
    2002: (400, "Неверный формат message"),
    2003: (400, "Неверный формат id"),
    2004: (400, "Неверный формат callback_id"),
    2005: (400, "Неверный формат device_id"),
    2006: (400, "limit должен быть от 1 до 100"),
    2007: (400, "offset должен быть числом"),
    2008: (400, "Неверный формат to_sim"),
    2009: (400, "Неверный формат is_active"),
    3000: (403, "Аккаунт заблокирован"),
}


class RefusedError(Exception):
    """The API says no with one of its codes."""

    def __init__(self, code: int, *, status: int | None = None, message: str | None = None) -> None:
        usual_status, usual_message = REFUSALS[code]
        self.code = code
        self.status: int = usual_status if status is None else status
        self.message: str = usual_message if message is None else message
        self.headers: tuple[tuple[str, str], ...] = ()
        super().__init__(f"{self.status} {code}: {self.message}")
