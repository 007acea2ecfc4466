"""Where an export lies: a folder, or the ZIP itself.

Nothing is unpacked, and no name from outside is ever made into a path.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kkm.export.portable.form import MANIFEST

LINE_LIMIT = 16 * 1024 * 1024  # bytes: the longest ticket, or Z, is far below
_BUFFER = 256 * 1024
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
_IGNORED = {".DS_Store", "Thumbs.db", "desktop.ini"}  # file managers leave them wherever they look


class Unreadable(Exception):
    """It cannot be checked; the sentence says why."""


class Folder:
    """An export that was unpacked.

    `names` of its files; `strange` is what no export has: links, devices, pipes.
    """

    def __init__(self, path: Path) -> None:
        self._files: dict[str, Path] = {}
        self.strange: list[str] = []
        for directory, folders, files in os.walk(path):
            for each in (
                *(name for name in folders if os.path.islink(os.path.join(directory, name))),
                *files,
            ):
                self._add(Path(directory, each), path)
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


class Zipped:
    """An export as it was downloaded: everything in one folder.

    `strange`: entries outside of it, and names that occur twice.
    """

    def __init__(self, path: Path) -> None:
        with _damage(path):
            self._zip = zipfile.ZipFile(path)
        entries = [entry for entry in self._zip.infolist() if not entry.filename.endswith("/")]
        manifests = [
            entry.filename
            for entry in entries
            if entry.filename.count("/") == 1 and entry.filename.endswith(f"/{MANIFEST}")
        ]
        self._root = manifests[0][: -len(MANIFEST)] if len(manifests) == 1 else ""
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self.strange: list[str] = []
        for entry in entries:
            name = entry.filename.removeprefix(self._root)
            if not entry.filename.startswith(self._root) or name in self._entries:
                self.strange.append(entry.filename)
            else:
                self._entries[name] = entry
        self.names = frozenset(self._entries)

    def open(self, name: str) -> BinaryIO:
        """One of `names` for reading."""
        return io.BufferedReader(_Entry(self._zip, self._entries[name]), _BUFFER)


class _Entry(io.RawIOBase):
    """A file of a ZIP, whose damage is told as Unreadable."""

    def __init__(self, packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._path = packed.filename
        with _damage(self._path):
            self._file = packed.open(entry)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        with _damage(self._path):
            return self._file.readinto(buffer)


@contextmanager
def _damage(path: Path | str) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise Unreadable(f"{path}: ZIP повреждён или скачан не до конца ({error})") from error


Source = Folder | Zipped


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The export at a path.

    Unreadable, here or while it is read, for what is damaged or is no export.
    """
    try:
        source = Folder(path) if path.is_dir() else Zipped(path)
        if MANIFEST not in source.names:
            raise Unreadable(f"{path}: это не выгрузка — в ней нет {MANIFEST}")
        yield source
    except FileNotFoundError as error:
        raise Unreadable(f"{path}: такого файла нет") from error
    except OSError as error:
        raise Unreadable(f"{path}: не читается ({error.strerror or error})") from error


def lines(source: Source, name: str) -> Iterator[bytes]:
    """The lines of a file, each with its end.

    Unreadable for one that is longer than any line can be.
    """
    with source.open(name) as file:
        while line := file.readline(LINE_LIMIT):
            if len(line) == LINE_LIMIT:
                raise Unreadable(f"{name}: строка длиннее {LINE_LIMIT} байт")
            yield line


def read(source: Source, name: str) -> bytes:
    """A small file whole."""
    with source.open(name) as file:
        whole = file.read(LINE_LIMIT)
    if len(whole) == LINE_LIMIT:
        raise Unreadable(f"{name}: больше {LINE_LIMIT} байт")
    return whole
