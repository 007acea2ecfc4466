"""Which registers have something to check: those that have rows which only work leaves behind.

A whole journal may have been removed. So a register is chosen not by its operations alone, but by
all that is kept beside them as well: then the check finds what is missing. A register that was
never active has no such rows and stays out.
"""

from __future__ import annotations

from typing import cast

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from kkm.models import KKM, Audit

# Relations of a register whose rows only a register that worked can have. The last one is a table
# of the cabinet: what its users have seen. A frozen Z stands with its shift, a position with its
# operation.
TRACES = (
    "operations",
    "signed_heads",
    "audits",
    "shifts",
    "registrations",
    "taken_registration_numbers",
    "late_offline",
    "seen_heads",
)
_NOTHING_FOUND = Q(operations=0, findings="")  # the check of a register that has never worked


def to_be_checked() -> QuerySet[KKM]:
    """Every register that has such a row.

    `verify_journal --all` checks them, and `/healthz` reports on their checks.
    """
    chosen = Q()
    for model in _tables():
        chosen |= Q(Exists(model._default_manager.filter(kkm=OuterRef("pk"))))
    return KKM.objects.filter(chosen)


def has_worked(kkm: KKM) -> bool:
    """Whether something besides operations shows that the register must have a journal."""
    for model in _tables():
        rows = model._default_manager.filter(kkm=kkm)
        if model is Audit:
            rows = rows.exclude(_NOTHING_FOUND)
        if rows.exists():
            return True
    return False


def _tables() -> list[type[Model]]:
    models = [KKM._meta.get_field(name).related_model for name in TRACES]
    return cast("list[type[Model]]", models)
