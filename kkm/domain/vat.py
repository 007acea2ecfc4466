"""Value added tax that is included in a sum. A rate is thousandths of a percent (16000 is 16 %); None is «без НДС»."""


def included_vat(tiyn: int, rate: int | None) -> int:
    """VAT in tiyn inside `tiyn` ≥ 0, rounded half-up: amount·r/(100+r). It is counted per position and only added up afterwards."""
    if not rate:
        return 0
    whole = 100_000 + rate
    return (2 * tiyn * rate + whole) // (2 * whole)


def rate_name(rate: int | None) -> str:
    """16000 → «16.00%»; empty for «без НДС»."""
    return "" if rate is None else f"{rate // 1000}.{rate % 1000 // 10:02d}%"
