"""The lines of a file as JSON objects. Numbers stay the texts that they are, never floats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from django.utils.translation import gettext as _

from kkm.domain.printable import printable
from kkm.importing.line_fields import BadLine

LONGEST = 1_000_000  # bytes of a line


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file as bytes, in constant memory.

    Of a line that is too long only so much is read that `parse_line` sees it.
    """
    while raw := file.readline(LONGEST + 1):
        yield raw


def parse_line(raw: bytes) -> dict[str, Any]:
    """The object on a line; numbers are texts. BadLine if there is none."""
    if len(raw) > LONGEST:
        raise BadLine("", _("строка длиннее 1 МБ."))
    try:
        values = json.loads(
            raw.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        sentence = _("байт {place} — не UTF-8.")
        raise BadLine("", sentence.format(place=error.start + 1)) from error
    except json.JSONDecodeError as error:
        sentence = _("не читается как JSON с символа {place}.")
        raise BadLine("", sentence.format(place=error.pos + 1)) from error
    except RecursionError as error:
        raise BadLine("", _("слишком много вложенных скобок.")) from error
    if not isinstance(values, dict):
        raise BadLine("", _("нужен один объект JSON в фигурных скобках."))
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. BadLine if a name is there twice."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in values:
            sentence = _("поле «{name}» указано дважды.")
            raise BadLine("", sentence.format(name=printable(name[:50])))
        values[name] = value
    return values


def _refuse_constant(text: str) -> NoReturn:
    """NaN and the infinities, which Python's json would take."""
    raise BadLine("", _("{text} — не число.").format(text=text))
