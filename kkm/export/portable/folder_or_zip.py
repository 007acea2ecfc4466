"""Where an export lies: an unpacked folder, or the ZIP itself.

Nothing is unpacked, and no name from outside is ever made into a path.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from kkm.export.portable.export_format import MANIFEST

LINE_LIMIT = 16 * 1024 * 1024  # bytes: the longest ticket or Z-report is far below
_BUFFER = 256 * 1024  # bytes
# What zipfile raises for a damaged ZIP besides the error that it documents: names that are no
# UTF-8, sizes that lead out of the file.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
_IGNORED = {".DS_Store", "Thumbs.db", "desktop.ini"}  # file managers write them into folders


class CannotBeChecked(Exception):
    """What lies there is damaged or no export; `str()` is a sentence that says why."""


class Folder:
    """An export that was unpacked.

    `names`: of its files. `strange`: what no export has, that is links, devices and pipes.
    """

    def __init__(self, path: Path) -> None:
        self._files: dict[str, Path] = {}
        self.strange: list[str] = []
        for directory, folders, files in os.walk(path):
            for name in folders:
                folder = Path(directory, name)
                if os.path.islink(folder):
                    self._add(folder, path)
            for name in files:
                self._add(Path(directory, name), path)
        self.names = frozenset(self._files)

    def _add(self, file: Path, root: Path) -> None:
        name = file.relative_to(root).as_posix()
        if not stat.S_ISREG(file.lstat().st_mode):
            self.strange.append(name)
        elif file.name not in _IGNORED:
            self._files[name] = file

    def open(self, name: str) -> BinaryIO:
        """One of `names` for reading."""
        return self._files[name].open("rb")


class Zip:
    """An export as it was downloaded: a ZIP with everything in one folder.

    `names`: of the files in that folder. `strange`: entries outside of it, and names that occur
    twice.
    """

    def __init__(self, path: Path) -> None:
        with _damage(path):
            self._zip = zipfile.ZipFile(path)
        entries = [entry for entry in self._zip.infolist() if not entry.filename.endswith("/")]
        root = _root(entries)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self.strange: list[str] = []
        for entry in entries:
            name = entry.filename.removeprefix(root)
            if not entry.filename.startswith(root) or name in self._entries:
                self.strange.append(entry.filename)
            else:
                self._entries[name] = entry
        self.names = frozenset(self._entries)

    def open(self, name: str) -> BinaryIO:
        """One of `names` for reading."""
        return io.BufferedReader(_ZipEntry(self._zip, self._entries[name]), _BUFFER)


Source = Folder | Zip


def _root(entries: Sequence[zipfile.ZipInfo]) -> str:
    """The folder that has the manifest, with its slash; "" unless there is exactly one."""
    roots = []
    for entry in entries:
        folder, slash, name = entry.filename.partition("/")
        if slash and name == MANIFEST:
            roots.append(folder + slash)
    if len(roots) != 1:
        return ""
    return roots[0]


class _ZipEntry(io.RawIOBase):
    """A file of a ZIP, whose damage is raised as CannotBeChecked."""

    def __init__(self, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._path = packed.filename
        with _damage(self._path):
            self._file = packed.open(entry)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _damage(self._path):
            content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


@contextmanager
def _damage(path: Path | str | None) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise CannotBeChecked(f"{path}: ZIP повреждён или скачан не до конца ({error})") from error


@contextmanager
def open_export(path: Path) -> Iterator[Source]:
    """The export at a path.

    CannotBeChecked, here or while it is read, for what is damaged or is no export.
    """
    try:
        source = _source(path)
        if MANIFEST not in source.names:
            raise CannotBeChecked(f"{path}: это не выгрузка — в ней нет {MANIFEST}")
        yield source
    except FileNotFoundError as error:
        raise CannotBeChecked(f"{path}: такого файла нет") from error
    except OSError as error:
        raise CannotBeChecked(f"{path}: не читается ({error.strerror or error})") from error


def _source(path: Path) -> Source:
    if path.is_dir():
        return Folder(path)
    return Zip(path)


def read_lines(source: Source, name: str) -> Iterator[bytes]:
    """The lines of a file, each with its end.

    CannotBeChecked for one that is longer than any line can be.
    """
    with source.open(name) as file:
        while line := file.readline(LINE_LIMIT):
            if len(line) == LINE_LIMIT:
                raise CannotBeChecked(f"{name}: строка длиннее {LINE_LIMIT} байт")
            yield line


def read_whole(source: Source, name: str) -> bytes:
    """A small file whole."""
    with source.open(name) as file:
        content = file.read(LINE_LIMIT)
    if len(content) == LINE_LIMIT:
        raise CannotBeChecked(f"{name}: больше {LINE_LIMIT} байт")
    return content
