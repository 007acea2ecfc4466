"""Quantities and rates are kept in thousandths: this is how they are written as decimals."""


def thousandths_text(value: int) -> str:
    """16 000 → «16», 2 400 → «2.4», 450 → «0.45». Not for negative values."""
    whole, part = divmod(value, 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".")
