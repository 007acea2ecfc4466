"""What consecutive closed shifts come to, from the running balances at their two ends."""

from django.db.models import Max, Min

from kkm.domain.balance import Balance
from kkm.models import KKM
from kkm.models.span import Figures, SpanQuerySet


def total_of_shifts(kkm: KKM, shifts: SpanQuerySet) -> Figures | None:
    """The sums of consecutive closed shifts of a register, and the cash in its drawer after the
    last one. None if there are no shifts, and if somebody has removed one of the two operations
    that it reads, however many shifts there are.
    """
    ends = shifts.order_by().aggregate(first=Min("first_number"), last=Max("last_number"))
    if ends["last"] is None:
        return None
    before_first = ends["first"] - 1
    numbers = (before_first, ends["last"])
    # Before the first operation of a register its balance is nothing.
    balances = {0: Balance()}
    for row in kkm.operations.filter(number__in=numbers):
        balances[row.number] = row.balance
    if not balances.keys() >= set(numbers):
        return None
    before = balances[before_first]
    after = balances[ends["last"]]
    sales = after.sale_total - before.sale_total
    sale_returns = after.sale_return_total - before.sale_return_total
    purchases = after.purchase_total - before.purchase_total
    purchase_returns = after.purchase_return_total - before.purchase_return_total
    return Figures(
        tickets=after.tickets - before.tickets,
        sales=sales,
        sale_returns=sale_returns,
        purchases=purchases,
        purchase_returns=purchase_returns,
        revenue=sales - sale_returns - purchases + purchase_returns,
        cash=after.cash,
    )
