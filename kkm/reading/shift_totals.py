"""What consecutive closed shifts come to, from the running balances at their two ends."""

from django.db.models import Max, Min

from kkm.domain.balance import Balance
from kkm.models import KKM
from kkm.models.span import Figures, SpanQuerySet


def total_of_shifts(kkm: KKM, shifts: SpanQuerySet) -> Figures | None:
    """The sums of consecutive closed shifts of a register, and the cash in its drawer after the
    last one; None if there are no shifts. It reads two operations, however many shifts there are.
    """
    ends = shifts.order_by().aggregate(first=Min("first_number"), last=Max("last_number"))
    if ends["last"] is None:
        return None
    numbers = (ends["first"] - 1, ends["last"])
    balances = {row.number: row.balance for row in kkm.operations.filter(number__in=numbers)}
    # Before the first operation of a register its balance is nothing.
    before = balances.get(ends["first"] - 1, Balance())
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
