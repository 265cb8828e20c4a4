"""The error codes of GoSMS in plain words: what happened and what to do, English and Russian."""

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "ru"]

# code: language: (meaning, advice). "GoSMS API: Errors" gives the meanings.
WORDS: dict[int, dict[Language, tuple[str, str]]] = {
    1000: {
        "en": (
            "GoSMS met an error it does not name.",
            "Look whether an SMS was accepted before you send it again; quote the hash to support.",
        ),
        "ru": (
            "Сервис GoSMS сообщил о неизвестной ошибке.",
            "Перед повторной отправкой проверьте, не принято ли SMS; поддержке сообщите hash.",
        ),
    },
    1001: {
        "en": (
            "The body of the request is not valid JSON.",
            "Look at what may have changed the request on its way: a proxy, a transport.",
        ),
        "ru": (
            "Тело запроса — некорректный JSON.",
            "Проверьте, что могло изменить запрос по пути: прокси, собственный транспорт.",
        ),
    },
    1002: {
        "en": (
            "This API is switched off in the panel of GoSMS.",
            "Switch it on in the panel; until then no call will pass.",
        ),
        "ru": (
            "Этот API выключен в личном кабинете GoSMS.",
            "Включите его в личном кабинете: до этого не пройдёт ни один запрос.",
        ),
    },
    1003: {
        "en": (
            "This API does not exist: it was deleted, and its token is dead.",
            "Create an API in the panel and use its token.",
        ),
        "ru": (
            "Такого API нет: его удалили, и токен больше не действует.",
            "Создайте API в личном кабинете и возьмите его токен.",
        ),
    },
    1004: {
        "en": (
            "The account has no phone to send from.",
            "Connect an Android phone to the account, or wait until it is back.",
        ),
        "ru": (
            "В аккаунте нет ни одного устройства для отправки.",
            "Подключите к аккаунту телефон на Android или дождитесь его возвращения.",
        ),
    },
    1005: {
        "en": (
            "This API is not allowed to send SMS.",
            "Allow sending for this API in the panel, or use the token of another one.",
        ),
        "ru": (
            "Этому API запрещено отправлять SMS.",
            "Разрешите отправку для этого API в личном кабинете или возьмите токен другого.",
        ),
    },
    1006: {
        "en": (
            "The tariff's limit of SMS is used up.",
            "Raise the tariff, or wait until its period ends (a month on the free tariff).",
        ),
        "ru": (
            "Лимит SMS по тарифу исчерпан.",
            "Смените тариф или дождитесь конца его периода (на бесплатном тарифе — месяц).",
        ),
    },
    1007: {
        "en": (
            "This API is not allowed to read SMS.",
            "Allow reading in the panel: statuses and sends without an answer are looked up by it.",
        ),
        "ru": (
            "Этому API запрещено читать SMS.",
            "Разрешите чтение в личном кабинете: без него не узнать ни статус, ни судьбу отправки.",
        ),
    },
    1008: {
        "en": (
            "There is no SMS with this id, or it has been deleted.",
            "Check the id and that the token belongs to the account that sent the SMS.",
        ),
        "ru": (
            "SMS с таким id нет, или оно удалено.",
            "Проверьте id и то, что токен принадлежит аккаунту, с которого SMS отправлено.",
        ),
    },
    1009: {
        "en": (
            "This API is not allowed to delete SMS.",
            "Allow deleting SMS for this API in the panel.",
        ),
        "ru": (
            "Этому API запрещено удалять SMS.",
            "Разрешите удаление SMS для этого API в личном кабинете.",
        ),
    },
    1010: {
        "en": (
            "It is too early to delete this SMS.",
            "Delete it 5 minutes after its creation or later.",
        ),
        "ru": (
            "Удалять это SMS ещё рано.",
            "Удалите его не раньше чем через 5 минут после создания.",
        ),
    },
    1011: {
        "en": (
            "This API is not allowed to read devices.",
            "Allow reading devices for this API in the panel.",
        ),
        "ru": (
            "Этому API запрещено читать устройства.",
            "Разрешите чтение устройств для этого API в личном кабинете.",
        ),
    },
    1012: {
        "en": (
            "There is no device with this id.",
            "Copy the id of the device from the panel.",
        ),
        "ru": (
            "Устройства с таким id нет.",
            "Скопируйте id устройства из личного кабинета.",
        ),
    },
    1013: {
        "en": (
            "This API is not allowed to edit devices.",
            "Allow editing devices for this API in the panel.",
        ),
        "ru": (
            "Этому API запрещено изменять устройства.",
            "Разрешите изменение устройств для этого API в личном кабинете.",
        ),
    },
    1014: {
        "en": (
            "This API is not allowed to delete devices.",
            "Allow deleting devices for this API in the panel.",
        ),
        "ru": (
            "Этому API запрещено удалять устройства.",
            "Разрешите удаление устройств для этого API в личном кабинете.",
        ),
    },
    1015: {
        "en": (
            "No phone of the account is switched on for sending.",
            "Switch a phone on in the panel or in its app, or wait until one is back.",
        ),
        "ru": (
            "Ни одно устройство аккаунта не включено для отправки.",
            "Включите телефон в личном кабинете или в приложении либо дождитесь его возвращения.",
        ),
    },
    1016: {
        "en": (
            "The account has no phone with this device_id.",
            "Copy the id from the panel, or leave device_id out: any connected phone will send.",
        ),
        "ru": (
            "В аккаунте нет устройства с таким device_id.",
            "Скопируйте id из личного кабинета или не указывайте его: отправит любое устройство.",
        ),
    },
    1017: {
        "en": (
            "A SIM was chosen, but not the phone it is in.",
            "Give device_id along with to_sim, or leave to_sim out.",
        ),
        "ru": (
            "SIM-карта выбрана, а устройство, в котором она стоит, — нет.",
            "Укажите вместе с to_sim и device_id или не указывайте to_sim.",
        ),
    },
    2001: {
        "en": (
            "GoSMS does not accept this phone_number.",
            "Write it in full with the country code, digits only: 79161234567.",
        ),
        "ru": (
            "GoSMS не принимает такой phone_number.",
            "Укажите номер полностью, с кодом страны и только цифрами: 79161234567.",
        ),
    },
    2002: {
        "en": (
            "GoSMS does not accept this message.",
            "Keep to 1 to 300 characters; replace the back-quote, emoji and signs such as №, ₽, €.",
        ),
        "ru": (
            "GoSMS не принимает такой текст сообщения.",
            "Уложитесь в 1–300 символов; замените обратный апостроф, эмодзи и знаки вроде №, ₽, €.",
        ),
    },
    2003: {
        "en": (
            "The id of the SMS has a bad format.",
            "Use the id that the send returned: 24 hexadecimal digits.",
        ),
        "ru": (
            "Неверный формат id сообщения.",
            "Возьмите id, который вернула отправка: 24 шестнадцатеричные цифры.",
        ),
    },
    2004: {
        "en": (
            "callback_id has a bad format.",
            "Copy the id of the webhook from the panel; it cannot carry a reference of your own.",
        ),
        "ru": (
            "Неверный формат callback_id.",
            "Скопируйте id вебхука из личного кабинета; свою метку в нём передать нельзя.",
        ),
    },
    2005: {
        "en": (
            "device_id has a bad format.",
            "Copy the id of the device from the panel: a UUID in lower case.",
        ),
        "ru": (
            "Неверный формат device_id.",
            "Скопируйте id устройства из личного кабинета: это UUID строчными буквами.",
        ),
    },
    2006: {
        "en": (
            "limit is missing or not between 1 and 100.",
            "Ask for 1 to 100 messages a page.",
        ),
        "ru": (
            "limit не указан или не входит в диапазон от 1 до 100.",
            "Запрашивайте от 1 до 100 сообщений на страницу.",
        ),
    },
    2007: {
        "en": (
            "offset is not a number.",
            "Count pages from 1.",
        ),
        "ru": (
            "offset — не число.",
            "Считайте страницы с 1.",
        ),
    },
    2008: {
        "en": (
            "to_sim has a bad format.",
            "Give the SIM slot as a whole number; slots count from 0.",
        ),
        "ru": (
            "Неверный формат to_sim.",
            "Укажите слот SIM-карты целым числом; слоты считаются с 0.",
        ),
    },
    2009: {
        "en": (
            "is_active has a bad format.",
            "Give true or false.",
        ),
        "ru": (
            "Неверный формат is_active.",
            "Укажите true или false.",
        ),
    },
    3000: {
        "en": (
            "The account is blocked.",
            "Stop sending and write to the support of GoSMS.",
        ),
        "ru": (
            "Аккаунт заблокирован.",
            "Остановите отправку и напишите в поддержку GoSMS.",
        ),
    },
}
