"""The administration of registers: staff enter reference data and registers, and look at the
journal. `django.contrib.admin` finds the pages through this module.
"""

from kkm.admin import (
    cash_registers,
    heads_and_audits,
    integrations,
    journal,
    reference_data,
)

__all__ = ["cash_registers", "heads_and_audits", "integrations", "journal", "reference_data"]
