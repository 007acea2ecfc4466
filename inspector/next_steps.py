"""What an inspector does with the findings of a check: takes its protocol, looks at the operation,
blocks the register.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kkm.models import Audit


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The steps after a check: `operation` is the number of the first bad one, `is_there` says
    whether the journal has it.
    """

    audit: Audit
    operation: int
    is_there: bool


def next_steps(audit: Audit | None) -> NextSteps | None:
    """The steps after the last check of a register; None where it found nothing, or where its row
    cannot be believed.
    """
    if audit is None or not audit.found:
        return None
    number = audit.found[0]["number"]
    is_there = audit.kkm.operations.filter(number=number).exists()
    return NextSteps(audit, number, is_there)


def blocking_reason(steps: NextSteps) -> str:
    """What the act of blocking says of a check; it fits into `BlockingForm`."""
    reason = _("нарушена целостность: проверка № {number}, операция № {operation}")
    return reason.format(number=steps.audit.number, operation=steps.operation)
