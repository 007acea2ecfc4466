"""What the description of the API says of each code of a refusal."""

from django.utils.translation import gettext_lazy as _

from kkm.webkassa.http import codes

CODE_DESCRIPTIONS = {
    codes.UNKNOWN: _("неверный вызов или сбой на нашей стороне"),
    codes.WRONG_LOGIN: _("неверный логин или пароль, или вход закрыт после пяти неудач"),
    codes.TOKEN_EXPIRED: _("токен истёк или отозван: вызовите Authorize"),
    codes.NOT_AUTHORISED: _("нет ключа или токена, либо они неизвестны"),
    codes.NOT_ALLOWED: _("операция не разрешена"),
    codes.NO_ACCESS: _("касса не открыта этому кассиру"),
    codes.NO_REGISTER: _("такой кассы нет"),
    codes.BLOCKED: _("касса заблокирована"),
    codes.NO_CASH: _("в кассе не хватает наличных"),
    codes.INVALID: _("ошибка в поле: текст начинается с его имени"),
    codes.NOT_ACTIVE: _("касса не состоит на учёте"),
    codes.SHIFT_TOO_LONG: _("смена открыта больше 24 часов: закройте её Z-отчётом"),
    codes.SHIFT_CLOSED: _("смена уже закрыта"),
    codes.NO_SHIFT: _("нет открытой смены"),
    codes.REPEATED: _(
        "внешний номер повторился: рядом с Data — прежний результат, без Data — номер занят другой "
        "операцией"
    ),
    codes.SHIFT_NOT_FOUND: _("такой смены не было"),
    codes.TICKET_NOT_FOUND: _("такого чека нет"),
    codes.OFFLINE_TOO_LONG: _("автономная операция передана позже 72 часов"),
    codes.Z_NOT_FOUND: _("такого Z-отчёта нет"),
}
