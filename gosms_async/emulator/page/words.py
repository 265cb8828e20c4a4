"""What the page says, in English and Russian."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("GoSMS emulator", "Эмулятор GoSMS"),
    "skip": ("Skip to the messages", "К сообщениям"),
    "search": ("Search", "Поиск"),
    "search hint": ("to:7916 status:4 text:code", "to:7916 status:4 text:код"),
    "clock": ("Clock", "Часы"),
    "pause": ("Stop the clock", "Остановить часы"),
    "go on": ("Let the clock run", "Запустить часы"),
    "advance": ("Advance by", "Вперед на"),
    "stopped": ("stopped", "стоят"),
    "language": ("Language", "Язык"),
    "theme": ("Theme", "Тема"),
    "light": ("Light", "Светлая"),
    "dark": ("Dark", "Темная"),
    "auto": ("As the system", "Как в системе"),
    "clear": ("Clear", "Очистить"),
    "clear hint": ("Forget all messages, requests and faults", "Забыть сообщения, запросы и сбои"),
    "filters": ("Filters", "Фильтры"),
    "inbox": ("Inbox", "Входящие"),
    "inboxes": ("Tokens", "Токены"),
    "all": ("All", "Все"),
    "all tokens": ("All tokens", "Все токены"),
    "status 0": ("waiting", "ждет"),
    "status 1": ("taken", "взято"),
    "status 2": ("sent", "отправлено"),
    "status 3": ("sending failed", "не отправлено"),
    "status 4": ("delivered", "доставлено"),
    "status 5": ("not delivered", "не доставлено"),
    "lost": ("answer lost", "ответ потерян"),
    "lost hint": ("Stored, but the client saw no success", "Сохранено, но клиент не увидел успеха"),
    "duplicate": ("duplicate", "дубль"),
    "duplicate hint": (
        "The same number and text within 10 minutes",
        "Тот же номер и текст в течение 10 минут",
    ),
    "truth": ("Problems", "Проблемы"),
    "phones": ("Phones", "Телефоны"),
    "online": ("online", "в сети"),
    "offline": ("offline", "не в сети"),
    "switched off": ("switched off", "выключен"),
    "take off the net": ("Take off the net", "Отключить от сети"),
    "bring back": ("Bring back", "Вернуть в сеть"),
    "faults": ("Faults", "Сбои"),
    "once": ("once", "раз"),
    "once hint": ("The next matching request", "Следующий подходящий запрос"),
    "always": ("always", "всегда"),
    "off": ("off", "выкл"),
    "armed": ("armed", "включено"),
    "fired": ("fired", "сработало"),
    "arm": ("Arm", "Включить"),
    "kind": ("Fault", "Сбой"),
    "match": ("Match", "Условие"),
    "match hint": ("send to:7916", "send to:7916"),
    "times": ("Times", "Раз"),
    "chance": ("then p", "далее p"),
    "another fault": ("Another fault", "Другой сбой"),
    "webhooks": ("Webhooks", "Вебхуки"),
    "webhook format": (
        "In this emulator's own format: the real one is not documented.",
        "В собственном формате эмулятора: настоящий не описан.",
    ),
    "add": ("Add", "Добавить"),
    "remove": ("Remove", "Удалить"),
    "address": ("Address", "Адрес"),
    "resend": ("Resend", "Повторить"),
    "messages": ("Messages", "Сообщения"),
    "nothing found": ("Nothing matches.", "Ничего не найдено."),
    "show all": ("Show all", "Показать все"),
    "newer": ("Newer", "Новее"),
    "older": ("Older", "Старее"),
    "client saw": ("client saw", "клиент видел:"),
    "no answer": ("no answer", "нет ответа"),
    "broken answer": ("a broken answer", "обрывок ответа"),
    "pending": ("nothing yet", "пока ничего"),
    "back": ("All messages", "Все сообщения"),
    "message": ("Message", "Сообщение"),
    "code": ("Code", "Код"),
    "copy": ("Copy", "Копировать"),
    "copied": ("Copied", "Скопировано"),
    "characters": ("characters", "симв."),
    "parts one": ("part", "часть"),
    "parts few": ("parts", "части"),
    "parts many": ("parts", "частей"),
    "any phone": ("any phone", "любой телефон"),
    "device": ("Device", "Устройство"),
    "not on the phone": ("Not on the phone yet", "Еще не на телефоне"),
    "never on the phone": ("Will never arrive", "Не придет"),
    "no report": ("Sent; no report yet", "Отправлено, отчета нет"),
    "on the phone": ("Delivered", "Доставлено"),
    "preview": ("The recipient's phone", "Телефон получателя"),
    "timeline": ("Timeline", "Ход событий"),
    "to come": ("expected", "ожидается"),
    "waits for a phone": ("waits for a phone", "ждет телефон"),
    "attempts": ("Attempts", "Попытки"),
    "attempts hint": (
        "Every request for this number and text, and what its sender saw",
        "Все запросы с этим номером и текстом и что увидел отправитель",
    ),
    "stored": ("stored", "сохранено"),
    "not stored": ("not stored", "не сохранено"),
    "deliveries": ("Webhook calls", "Вызовы вебхуков"),
    "waiting": ("waiting", "ждет"),
    "delivered": ("delivered", "доставлен"),
    "failed": ("failed", "не удался"),
    "dropped": ("dropped", "потерян"),
    "again": ("Send the same again", "Отправить так же"),
    "log": ("Requests", "Запросы"),
    "no requests": ("No request yet.", "Запросов пока нет."),
    "stored though": ("the SMS was stored", "SMS сохранено"),
    "time": ("Time", "Время"),
    "request": ("Request", "Запрос"),
    "answer": ("Answer", "Ответ"),
    "took": ("Took", "Заняло"),
    "notes": ("Notes", "Заметки"),
    "ms": ("ms", "мс"),
    "empty title": ("Send your first SMS", "Отправьте первое SMS"),
    "empty text": (
        "No account, no phone, no cost. Any token opens an inbox of its own.",
        "Без аккаунта, телефона и затрат. Любой токен открывает свой ящик.",
    ),
    "empty faults": (
        "Or arm a fault and see what your client makes of it.",
        "Или включите сбой и посмотрите, как справится ваш клиент.",
    ),
    "choose": ("Choose a message to see its phone.", "Выберите сообщение, чтобы увидеть телефон."),
    "keys": ("Keyboard", "Клавиатура"),
    "key j": ("next message", "следующее сообщение"),
    "key k": ("previous message", "предыдущее сообщение"),
    "key /": ("search", "поиск"),
    "key c": ("copy the code", "скопировать код"),
    "key esc": ("close, leave the search", "закрыть, выйти из поиска"),
    "key ?": ("this help", "эта справка"),
    "close": ("Close", "Закрыть"),
    "magic": ("Numbers that misbehave", "Номера с причудами"),
    "magic text": (
        "An SMS to one of them goes wrong in its own way.",
        "SMS на такой номер не удается, каждое по-своему.",
    ),
}

LANGUAGES = ("en", "ru")


def words(language: str) -> Callable[[str], str]:
    """Return a function that says a key in *language* (`en` or `ru`)."""
    column = LANGUAGES.index(language)
    return lambda key: _WORDS[key][column]


def parts(count: int, language: str) -> str:
    """Return a number of SMS parts with the noun in its right form."""
    few, teens = range(2, 5), range(11, 15)
    if count == 1 or (language == "ru" and count % 10 == 1 and count % 100 not in teens):
        form = "parts one"
    elif count % 10 in few and count % 100 not in teens:
        form = "parts few"
    else:
        form = "parts many"
    return f"{count} {words(language)(form)}"
