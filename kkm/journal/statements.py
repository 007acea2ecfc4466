"""The statements by which the door reads a register's journal.

They are written out: the ORM would spend more time composing them than the database executing them.
The condition on the external number repeats the words of its index, otherwise SQLite would not use
the index.
"""

from __future__ import annotations

from kkm.domain.kinds import TICKETS, OperationKind
from kkm.domain.operation import LINE_FIELDS
from kkm.fields import zero_for_null
from kkm.models import KKM, FiscalOperation, Position, Registration, Shift, VatRate
from kkm.models.operation import BALANCE_COLUMNS, PAYMENT_COLUMNS
from kkm.questions import Question

JOURNAL = FiscalOperation._meta.db_table
LINES = Position._meta.db_table
REGISTER = KKM._meta.db_table
REGISTRATION = Registration._meta.db_table
SHIFT = Shift._meta.db_table
RATES = VatRate._meta.db_table


_BALANCE = ", ".join(f"o.{column}" for column in BALANCE_COLUMNS.values())
_TICKETS = " + ".join(BALANCE_COLUMNS[f"{kind.name.lower()}_count"] for kind in TICKETS)
_PAID = ", ".join(map(zero_for_null, [*PAYMENT_COLUMNS.values(), "change"]))
_CONTENT = f"id, number, kind, amount, {_PAID}, details"

# The last blocking has two conditions on `kind`: the index of acts has the condition `kind >= 30`,
# and a statement has to repeat these words to use it; the list picks the blockings among the acts.
_FIRST_ACT = int(OperationKind.ACTIVATION)
_BLOCKINGS = ", ".join(str(int(kind)) for kind in (OperationKind.BLOCK, OperationKind.UNBLOCK))

# Parameters: the register, an external number, a day of VAT rates.
_STATE = f"""
SELECT k.serial_number,
       EXISTS (
           SELECT 1 FROM {JOURNAL}
           WHERE kkm_id = k.id AND external_number = {{number}} AND NOT (external_number = '')
       ) AS is_number_taken,
       (
           SELECT {{string_agg}}(CAST(rate AS text), ',') FROM {RATES}
           WHERE valid_from <= {{day}} AND (valid_to IS NULL OR valid_to > {{day}})
       ) AS rates,
       o.number, o.seal, o.occurred_at, {_BALANCE},
       r.first_number AS activation_number, r.registration_number,
       s.number AS shift_number, s.opened_at AS shift_opened_at,
       (
           SELECT {_TICKETS} FROM {JOURNAL}
           WHERE kkm_id = k.id AND number = s.first_number - 1
       ) AS tickets_before,
       (SELECT MAX(number) FROM {SHIFT} WHERE kkm_id = k.id) AS last_shift_number,
       (
           SELECT kind FROM {JOURNAL}
           WHERE kkm_id = k.id AND kind >= {_FIRST_ACT} AND kind IN ({_BLOCKINGS})
           ORDER BY number DESC LIMIT 1
       ) AS last_blocking
FROM {REGISTER} k
LEFT JOIN {JOURNAL} o ON o.kkm_id = k.id
    AND o.number = (SELECT MAX(number) FROM {JOURNAL} WHERE kkm_id = k.id)
LEFT JOIN {REGISTRATION} r ON r.kkm_id = k.id AND r.closed_at IS NULL
LEFT JOIN {SHIFT} s ON s.kkm_id = k.id AND s.closed_at IS NULL
WHERE k.id = {{kkm}}"""

# On SQLite the transaction itself is the lock.
STATE = Question(
    "alsep_state",
    _STATE,
    lock=f"SELECT FROM {REGISTER} WHERE id = {{kkm}} FOR NO KEY UPDATE",
    kkm="bigint",
    number="text",
    day="date",
)

REPEATED = (
    f"SELECT {_CONTENT} FROM {JOURNAL} "
    f"WHERE kkm_id = %s AND external_number = %s AND NOT (external_number = '')"
)
REPEATED_LINES = (
    f"SELECT {', '.join(LINE_FIELDS)} FROM {LINES} WHERE kkm_id = %s AND number = %s ORDER BY line"
)
TAKEN_NUMBERS = (
    f"SELECT external_number FROM {JOURNAL} "
    f"WHERE kkm_id = %s AND NOT (external_number = '') AND external_number IN ({{}})"
)
OPERATION_IDS = f"SELECT id FROM {JOURNAL} WHERE kkm_id = %s AND number >= %s ORDER BY number"
RATES_ON = (
    f"SELECT rate FROM {RATES} WHERE valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)"
)
RATES_SO_FAR = f"SELECT rate FROM {RATES} WHERE valid_from <= %s"
