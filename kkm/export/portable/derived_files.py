"""The files that say the same as operations.jsonl in another form: z.jsonl and the tables."""

from __future__ import annotations

from kkm.domain.operation import Operation
from kkm.export.portable.csv_tables import HEADERS, Table, operation_row, position_rows, z_row
from kkm.export.portable.excel_cells import TEXTS
from kkm.export.portable.export_format import OPERATIONS, OPERATIONS_CSV, POSITIONS_CSV, ZS, ZS_CSV
from kkm.export.portable.folder_or_zip import Source
from kkm.export.portable.outcome import Outcome

_NAMES = (ZS, OPERATIONS_CSV, POSITIONS_CSV, ZS_CSV)


class DerivedFiles:
    """Reads each of them beside the operations, in constant memory."""

    def __init__(self, source: Source, outcome: Outcome) -> None:
        self._outcome = outcome
        self._table = Table()
        self._text = TEXTS[outcome.manifest.format]
        self._files = {name: source.open(name) for name in _NAMES if name in source.names}
        for name in HEADERS:
            self._expect(name, self._table.header(name), "в первой строке не названия столбцов")

    def compare(self, operation: Operation) -> None:
        """Check that each of them goes on with this operation."""
        counts = self._outcome.counts
        counts["operations"] += 1
        counts["positions"] += len(operation.lines)
        fault = f"об операции № {operation.number} сказано не то, что в {OPERATIONS}"
        row = operation_row(operation, self._text)
        self._expect(OPERATIONS_CSV, self._table.rows([row]), fault)
        if operation.lines:
            rows = position_rows(operation, self._text)
            self._expect(POSITIONS_CSV, self._table.rows(rows), fault)
        if operation.z:
            counts["zs"] += 1
            self._expect(ZS, operation.z.encode() + b"\n", fault)
            row = z_row(operation.z, self._text)
            self._expect(ZS_CSV, self._table.rows([row]), fault)

    def end(self) -> None:
        """Check that nothing more follows."""
        for name, file in self._files.items():
            if file.read(1):
                self._outcome.add_fault(f"{name}: в конце есть то, чего нет в {OPERATIONS}")
            file.close()

    def _expect(self, name: str, content: bytes, fault: str) -> None:
        """After the first difference a file is not read on: all that follows would be shifted."""
        file = self._files.get(name)
        if file and file.read(len(content)) != content:
            self._outcome.add_fault(f"{name}: {fault}")
            self._files.pop(name).close()
