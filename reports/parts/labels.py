"""How reports name things. Upper case where registers print upper case."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kkm.domain.kinds import OperationKind as K
from kkm.domain.kinds import PaymentType

PLURAL = {
    K.SALE: _("ПРОДАЖ"),
    K.PURCHASE: _("ПОКУПОК"),
    K.SALE_RETURN: _("ВОЗВРАТОВ ПРОДАЖ"),
    K.PURCHASE_RETURN: _("ВОЗВРАТОВ ПОКУПОК"),
    K.DEPOSIT: _("ВНЕСЕНИЙ"),
    K.WITHDRAWAL: _("ИЗЪЯТИЙ"),
}
SINGULAR = {
    K.SALE: _("ПРОДАЖА"),
    K.PURCHASE: _("ПОКУПКА"),
    K.SALE_RETURN: _("ВОЗВРАТ ПРОДАЖИ"),
    K.PURCHASE_RETURN: _("ВОЗВРАТ ПОКУПКИ"),
}
TICKETS = {
    K.SALE: _("ЧЕКОВ ПРОДАЖ"),
    K.PURCHASE: _("ЧЕКОВ ПОКУПОК"),
    K.SALE_RETURN: _("ЧЕКОВ ВОЗВР. ПРОДАЖ"),
    K.PURCHASE_RETURN: _("ЧЕКОВ ВОЗВР. ПОКУПОК"),
}
VAT = {
    K.SALE: _("ИТОГО НДС ПРОДАЖ"),
    K.PURCHASE: _("ИТОГО НДС ПОКУПОК"),
    K.SALE_RETURN: _("ИТОГО НДС ВОЗВР. ПРОДАЖ"),
    K.PURCHASE_RETURN: _("ИТОГО НДС ВОЗВР. ПОКУПОК"),
}
PERIOD_VAT = {
    K.SALE: _("НАЧИСЛЕНО НДС ПО ПРОДАЖАМ"),
    K.PURCHASE: _("НДС ПО ПОКУПКАМ"),
    K.SALE_RETURN: _("НДС ПО ВОЗВРАТАМ ПРОДАЖ"),
    K.PURCHASE_RETURN: _("НДС ПО ВОЗВРАТАМ ПОКУПОК"),
}
CASHIER = {
    K.SALE: _("Продаж"),
    K.PURCHASE: _("Покупок"),
    K.SALE_RETURN: _("Возвратов продаж"),
    K.PURCHASE_RETURN: _("Возвратов покупок"),
}
PAYMENT = {
    PaymentType.CASH: _("НАЛИЧНЫЕ"),
    PaymentType.CARD: _("БАНКОВСКАЯ КАРТА"),
    PaymentType.CREDIT: _("КРЕДИТ"),
    PaymentType.TARE: _("ТАРА"),
    PaymentType.MOBILE: _("МОБИЛЬНЫЙ ПЛАТЕЖ"),
}
IDENTITY = {
    "goods": _("секции − скидки + наценки = сумма чеков"),
    "payments": _("оплаты = сумма чеков"),
    "turnover": _("обороты по ставкам НДС = сумма чеков"),
    "total": _("прирост необнуляемых сумм = сумма чеков"),
    "count": _("прирост счётчиков = число операций"),
    "cash": _("наличные: начало + приход − расход = конец"),
    "gaps": _("номера смен идут подряд"),
    "joints": _("смена начинается с итога предыдущей"),
    "split": _("сумма частей = итог"),
}
DEFAULT_SECTION = pgettext_lazy("section of a register", "ОТДЕЛ ПО УМОЛЧАНИЮ")

# The order in which the fiscal and the cashier report print kinds of ticket; X and Z print them as
# `kkm.domain.kinds.TICKETS`.
EACH_WITH_ITS_RETURN = (K.SALE, K.SALE_RETURN, K.PURCHASE, K.PURCHASE_RETURN)
