"""The table of reports. A new report is a module here and a line in `KINDS`."""

from __future__ import annotations

from reports.kinds import act, cashiers, check, period, sections, shift, x, z
from reports.kinds.kind import Kind, PaperKind

# What the inspector can ask for, by name, in the order of the form.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        z.KIND,
        x.KIND,
        period.KIND,
        cashiers.KIND,
        shift.KIND,
        sections.KIND,
    )
}

# What a day of the calendar leads to; days from … to …; a register with no Z yet.
DAY_KIND = z.KIND
PERIOD_KIND = period.KIND
NOW_KIND = x.KIND

# Every kind of report, also those that are not asked for by days: the act, the protocol of a check.
PAPER_KINDS: dict[str, PaperKind] = {**KINDS, act.NAME: act.KIND, check.NAME: check.KIND}
