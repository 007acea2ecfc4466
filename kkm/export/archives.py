"""Exports of several registers in one ZIP, as a stream: each is the ZIP that it is alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from zipstream import ZIP_STORED, ZipStream

from kkm import signing
from kkm.export.archive import Archive
from kkm.export.plan import Plan

CONTENTS = "СОСТАВ.txt"


class Archives:
    """Exports by their plans, and a list of what is there.

    `left_out`: a sentence for each register that has no export, with its serial number.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        left_out: Sequence[str],
        *,
        now: datetime,
    ) -> None:
        signing.current()  # raises KeyUnavailable before anything is sent
        self._plans = plans
        self._contents = _contents(plans, left_out)
        self._now = now

    def stream(self) -> Iterator[bytes]:
        """The bytes of the ZIP. Its members are packed already: they are stored as they are."""
        packed = ZipStream(compress_type=ZIP_STORED)
        packed.add(self._contents.encode("utf-8-sig"), CONTENTS)
        yield from packed.all_files()
        for plan in self._plans:
            archive = Archive(plan, now=self._now)
            packed.add(archive.stream(), f"{plan.name}.zip")
            yield from packed.all_files()
        yield from packed.footer()


def _contents(plans: Sequence[Plan], left_out: Sequence[str]) -> str:
    """For a person, in the language of the thread: a line for each export, with its period and
    operations; then what was left out. Lines end as Windows wants them.
    """
    title = _("Выгрузки журналов касс: {count}")
    lines = [
        title.format(count=len(plans)),
        "",
    ]
    line = _("{name}.zip: {period}, операции № {first} — {last}")
    for plan in plans:
        text = line.format(
            name=plan.name,
            period=plan.period,
            first=plan.first,
            last=plan.last,
        )
        lines.append(text)
    if left_out:
        lines += [
            "",
            _("Не выгружены:"),
            *left_out,
        ]
    return "\r\n".join([*lines, ""])
