"""Exports for tests: made as they are downloaded, unpacked, forged, checked."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kkm.domain.period import Period
from kkm.export.archive import Archive
from kkm.export.plan import plan
from kkm.export.portable import export_format
from kkm.export.portable.check_export import check_export
from kkm.export.portable.folder_or_zip import open_export
from kkm.export.portable.manifest import FileSum, Manifest
from kkm.export.portable.outcome import Outcome
from kkm.models import KKM

NOW = datetime(2026, 3, 13, 9, 0, tzinfo=ZoneInfo("Asia/Almaty"))
TODAY = NOW.date()


def days(first: str, last: str) -> Period:
    """From … to …, as in an address."""
    return Period(date.fromisoformat(first), date.fromisoformat(last))


def exported(kkm: KKM, period: Period | None = None, today: date = TODAY) -> bytes:
    """The ZIP of these days, None for the whole journal."""
    return b"".join(Archive(plan(kkm, period, today=today), now=NOW).stream())


def unpacked(kkm: KKM, place: Path, period: Period | None = None) -> Path:
    """The folder that comes out of it."""
    return unpack(exported(kkm, period), place)


def unpack(packed: bytes, place: Path) -> Path:
    """The one folder of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(packed)) as opened_zip:
        opened_zip.extractall(place)
    (folder,) = place.iterdir()
    return folder


def checked(path: Path, **how: object) -> Outcome:
    """What the check says of a folder or a ZIP, in this process."""
    with open_export(path) as source:
        return check_export(source, **how)


def checked_export(kkm: KKM, place: Path, period: Period | None = None) -> Outcome:
    """The same of a fresh export."""
    path = place / "export.zip"
    path.write_bytes(exported(kkm, period))
    return checked(path)


def manifest_of(folder: Path) -> Manifest:
    """What a folder says of itself."""
    return Manifest.parse((folder / export_format.MANIFEST).read_text(encoding="utf-8"))


def forge(folder: Path, **changes: object) -> None:
    """Make the manifest agree with the files as they are now; its signature stays what it was."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in (export_format.MANIFEST, export_format.SIGNATURE):
            content = path.read_bytes()
            files[name] = FileSum(len(content), hashlib.sha256(content).hexdigest())
    forged = replace(manifest_of(folder), files=files, **changes)
    (folder / export_format.MANIFEST).write_bytes(forged.text.encode())


def json_lines(path: Path) -> list[dict]:
    """The objects of a .jsonl."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]
