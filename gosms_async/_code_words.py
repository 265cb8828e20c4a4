"""The error codes of GoSMS in plain words: what happened and what to do, English and Russian."""

from typing import Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["en", "ru"]


class Words(NamedTuple):
    """What a code means (GoSMS API documentation: Errors), and what to do about it."""

    meaning: str
    advice: str
    meaning_ru: str
    advice_ru: str

    def of(self, language: Language) -> tuple[str, str]:
        """Return meaning and advice in *language*."""
        return {"en": self[:2], "ru": self[2:]}[language]


WORDS = {
    1000: Words(
        "GoSMS met an error it does not name.",
        "Look whether an SMS was accepted before you send it again; quote the hash to support.",
        "Сервис GoSMS сообщил о неизвестной ошибке.",
        "Перед повторной отправкой проверьте, не принято ли SMS; поддержке сообщите hash.",
    ),
    1001: Words(
        "The body of the request is not valid JSON.",
        "Look at what may have changed the request on its way: a proxy, a transport.",
        "Тело запроса — некорректный JSON.",
        "Проверьте, что могло изменить запрос по пути: прокси, собственный транспорт.",
    ),
    1002: Words(
        "This API is switched off in the panel of GoSMS.",
        "Switch it on in the panel; until then no call will pass.",
        "Этот API выключен в личном кабинете GoSMS.",
        "Включите его в личном кабинете: до этого не пройдёт ни один запрос.",
    ),
    1003: Words(
        "This API does not exist: it was deleted, and its token is dead.",
        "Create an API in the panel and use its token.",
        "Такого API нет: его удалили, и токен больше не действует.",
        "Создайте API в личном кабинете и возьмите его токен.",
    ),
    1004: Words(
        "The account has no phone to send from.",
        "Connect an Android phone to the account, or wait until it is back.",
        "В аккаунте нет ни одного устройства для отправки.",
        "Подключите к аккаунту телефон на Android или дождитесь его возвращения.",
    ),
    1005: Words(
        "This API is not allowed to send SMS.",
        "Allow sending for this API in the panel, or use the token of another one.",
        "Этому API запрещено отправлять SMS.",
        "Разрешите отправку для этого API в личном кабинете или возьмите токен другого.",
    ),
    1006: Words(
        "The tariff's limit of SMS is used up.",
        "Raise the tariff, or wait until its period ends (a month on the free tariff).",
        "Лимит SMS по тарифу исчерпан.",
        "Смените тариф или дождитесь конца его периода (на бесплатном тарифе — месяц).",
    ),
    1007: Words(
        "This API is not allowed to read SMS.",
        "Allow reading in the panel: statuses and sends without an answer are looked up by it.",
        "Этому API запрещено читать SMS.",
        "Разрешите чтение в личном кабинете: без него не узнать ни статус, ни судьбу отправки.",
    ),
    1008: Words(
        "There is no SMS with this id, or it has been deleted.",
        "Check the id and that the token belongs to the account that sent the SMS.",
        "SMS с таким id нет, или оно удалено.",
        "Проверьте id и то, что токен принадлежит аккаунту, с которого SMS отправлено.",
    ),
    1009: Words(
        "This API is not allowed to delete SMS.",
        "Allow deleting SMS for this API in the panel.",
        "Этому API запрещено удалять SMS.",
        "Разрешите удаление SMS для этого API в личном кабинете.",
    ),
    1010: Words(
        "It is too early to delete this SMS.",
        "Delete it 5 minutes after its creation or later.",
        "Удалять это SMS ещё рано.",
        "Удалите его не раньше чем через 5 минут после создания.",
    ),
    1011: Words(
        "This API is not allowed to read devices.",
        "Allow reading devices for this API in the panel.",
        "Этому API запрещено читать устройства.",
        "Разрешите чтение устройств для этого API в личном кабинете.",
    ),
    1012: Words(
        "There is no device with this id.",
        "Copy the id of the device from the panel.",
        "Устройства с таким id нет.",
        "Скопируйте id устройства из личного кабинета.",
    ),
    1013: Words(
        "This API is not allowed to edit devices.",
        "Allow editing devices for this API in the panel.",
        "Этому API запрещено изменять устройства.",
        "Разрешите изменение устройств для этого API в личном кабинете.",
    ),
    1014: Words(
        "This API is not allowed to delete devices.",
        "Allow deleting devices for this API in the panel.",
        "Этому API запрещено удалять устройства.",
        "Разрешите удаление устройств для этого API в личном кабинете.",
    ),
    1015: Words(
        "No phone of the account is switched on for sending.",
        "Switch a phone on in the panel or in its app, or wait until one is back.",
        "Ни одно устройство аккаунта не включено для отправки.",
        "Включите телефон в личном кабинете или в приложении либо дождитесь его возвращения.",
    ),
    1016: Words(
        "The account has no phone with this device_id.",
        "Copy the id from the panel, or leave device_id out: any connected phone will send.",
        "В аккаунте нет устройства с таким device_id.",
        "Скопируйте id из личного кабинета или не указывайте его: отправит любое устройство.",
    ),
    1017: Words(
        "A SIM was chosen, but not the phone it is in.",
        "Give device_id along with to_sim, or leave to_sim out.",
        "SIM-карта выбрана, а устройство, в котором она стоит, — нет.",
        "Укажите вместе с to_sim и device_id или не указывайте to_sim.",
    ),
    2001: Words(
        "GoSMS does not accept this phone_number.",
        "Write it in full with the country code, digits only: 79161234567.",
        "GoSMS не принимает такой phone_number.",
        "Укажите номер полностью, с кодом страны и только цифрами: 79161234567.",
    ),
    2002: Words(
        "GoSMS does not accept this message.",
        "Keep to 1 to 300 characters; replace the back-quote, emoji and signs such as №, ₽, €.",
        "GoSMS не принимает такой текст сообщения.",
        "Уложитесь в 1–300 символов; замените обратный апостроф, эмодзи и знаки вроде №, ₽, €.",
    ),
    2003: Words(
        "The id of the SMS has a bad format.",
        "Use the id that the send returned: 24 hexadecimal digits.",
        "Неверный формат id сообщения.",
        "Возьмите id, который вернула отправка: 24 шестнадцатеричные цифры.",
    ),
    2004: Words(
        "callback_id has a bad format.",
        "Copy the id of the webhook from the panel; it cannot carry a reference of your own.",
        "Неверный формат callback_id.",
        "Скопируйте id вебхука из личного кабинета; свою метку в нём передать нельзя.",
    ),
    2005: Words(
        "device_id has a bad format.",
        "Copy the id of the device from the panel: a UUID in lower case.",
        "Неверный формат device_id.",
        "Скопируйте id устройства из личного кабинета: это UUID строчными буквами.",
    ),
    2006: Words(
        "limit is missing or not between 1 and 100.",
        "Ask for 1 to 100 messages a page.",
        "limit не указан или не входит в диапазон от 1 до 100.",
        "Запрашивайте от 1 до 100 сообщений на страницу.",
    ),
    2007: Words(
        "offset is not a number.",
        "Count pages from 1.",
        "offset — не число.",
        "Считайте страницы с 1.",
    ),
    2008: Words(
        "to_sim has a bad format.",
        "Give the SIM slot as a whole number; slots count from 0.",
        "Неверный формат to_sim.",
        "Укажите слот SIM-карты целым числом; слоты считаются с 0.",
    ),
    2009: Words(
        "is_active has a bad format.",
        "Give true or false.",
        "Неверный формат is_active.",
        "Укажите true или false.",
    ),
    3000: Words(
        "The account is blocked.",
        "Stop sending and write to the support of GoSMS.",
        "Аккаунт заблокирован.",
        "Остановите отправку и напишите в поддержку GoSMS.",
    ),
}
