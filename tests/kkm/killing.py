"""A warm process that forks writers and kills them: `python -m tests.kkm.killing`, a job in JSON on
its standard input, acks on its output.

A writer drives the door in a loop on connections of its own, and acknowledges each operation in a
pipe after its commit. When as many were acknowledged as the dice said, and a few milliseconds more
have passed, it is killed by SIGKILL, wherever it is. The next one first asks again for what its
predecessor may or may not have written: the external number tells.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

ONE_BY_ONE = 0.5  # share of the actions that record one operation; the others a batch
LONGEST = 40  # operations of a batch
A_FEW = 0.008  # seconds between the last acknowledgement that is waited for and the kill


class Job(NamedTuple):
    """Ids of registers that have been activated, since when, what the dice begin with, how many
    kills over how many operations.
    """

    kkms: list[int]
    at: str
    seed: int
    kills: int
    operations: int


def main() -> None:
    """Each line of the output: register, external number, seal or null (of a batch the door
    returns no seals).
    """
    import django

    django.setup()
    job = Job(**json.load(sys.stdin))
    dice, unfinished = Random(job.seed), None
    for round_, wanted in enumerate(_parts(job, dice)):
        acks = list(_killed(job, round_, unfinished, wanted, dice.uniform(0, A_FEW)))
        for _action, *ack in acks:
            print(json.dumps(ack))  # noqa: T201
        unfinished = (round_, acks[-1][0] + 1 if acks else 0)


def _parts(job: Job, dice: Random) -> list[int]:
    """How many operations each writer may finish: they add up."""
    cuts = sorted(dice.sample(range(1, job.operations), job.kills - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, job.operations], strict=True)]


def _killed(
    job: Job, round_: int, unfinished: tuple[int, int] | None, wanted: int, later: float
) -> Iterator[list]:
    """What one writer has acknowledged before it was killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        _write_until_killed(job, round_, unfinished, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        for _number in range(wanted):
            line = pipe.readline()
            if not line:
                break
            yield json.loads(line)
        time.sleep(later)
        os.kill(pid, signal.SIGKILL)
        yield from (json.loads(line) for line in pipe if line.endswith("\n"))
    _pid, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        sys.exit(f"a writer ended by itself in round {round_}")


def _write_until_killed(
    job: Job, round_: int, unfinished: tuple[int, int] | None, pipe: int
) -> None:
    try:
        if unfinished:
            for ack in _act(job, *unfinished, now=_clock(job, round_, 0)):
                _acknowledge(pipe, -1, ack)
        action = 0
        while True:
            acks = _act(job, round_, action, now=_clock(job, round_, action))
            _acknowledge(pipe, action, *acks)
            action += 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)


def _acknowledge(pipe: int, action: int, *acks: tuple) -> None:
    os.write(pipe, "".join(f"{json.dumps([action, *ack])}\n" for ack in acks).encode())


def _clock(job: Job, round_: int, action: int) -> datetime:
    return datetime.fromisoformat(job.at) + timedelta(seconds=60 * round_ + min(action // 20, 59))


def _act(job: Job, round_: int, action: int, *, now: datetime) -> list[tuple]:
    """Do what this action of this round is; the same again when it is asked again.

    (register, external number, seal) of each.
    """
    from kkm import journal
    from kkm.domain.ticket import ShiftClosing
    from kkm.models import KKM

    dice = Random(f"{job.seed}/{round_}/{action}")
    kkm, name = KKM(pk=dice.choice(job.kkms)), f"{round_}-{action}"
    if dice.random() < ONE_BY_ONE:
        written = journal.record(kkm=kkm, entry=_ticket(dice, now, name), received_at=now)
        return [(kkm.pk, name, written.operation.seal)]
    entries = [_ticket(dice, now, f"{name}-{place}") for place in range(dice.randint(1, LONGEST))]
    if dice.random() < 0.2:
        entries.append(
            ShiftClosing(at=now, external_number=f"{name}-Z", actor_name="Ахметова А.К.")
        )
    journal.record_many(kkm=kkm, entries=entries, received_at=now)
    return [(kkm.pk, entry.external_number, None) for entry in entries]


def _ticket(dice: Random, now: datetime, name: str):
    from kkm.domain.kinds import OperationKind
    from tests.kkm.journals import ticket

    sale = ticket(
        dice, OperationKind.SALE, now, {"external_number": name, "actor_name": "Ахметова А.К."}
    )
    return replace(sale, at=now)


if __name__ == "__main__":
    main()
