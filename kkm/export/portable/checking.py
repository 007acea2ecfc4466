"""The check of an export: its files against the manifest, then the walk along its journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from kkm.export.portable import form, signatures
from kkm.export.portable.manifest import Manifest
from kkm.export.portable.outcome import Outcome
from kkm.export.portable.sources import Source, Unreadable, read
from kkm.export.portable.walk import Walk
from kkm.export.portable.words import fault_of

_CHUNK = 1024 * 1024


def check(
    source: Source,
    *,
    trusted: Iterable[str] = (),
    tools: Iterable[str] | None = None,
    progress: Callable[[int], None] = lambda read: None,
) -> Outcome:
    """Everything that can be checked of an export.

    Unreadable if it says nothing of itself; `trusted`: ids of the only keys believed.
    """
    raw = read(source, form.MANIFEST)
    try:
        manifest = Manifest.parse(raw.decode())
    except ValueError as error:
        raise Unreadable(str(error)) from error
    keys, wrong = _keys(source)
    outcome = Outcome(
        manifest,
        signatures.Ring(keys, trusted=trusted, **({} if tools is None else {"tools": tools})),
    )
    for sentence in (*wrong, *_files(source, manifest), *_signature(source, raw.decode(), outcome)):
        outcome.fault(sentence)
    if form.OPERATIONS in source.names:
        Walk(source, outcome).go(progress)
    outcome.findings.sort(key=attrgetter("number"))
    return outcome


def _keys(source: Source) -> tuple[dict[str, bytes], list[str]]:
    found, wrong = {}, []
    for name in sorted(source.names):
        if name.startswith(form.KEYS):
            key = name.removeprefix(form.KEYS).removesuffix(".pem")
            try:
                found[key] = signatures.raw_key(read(source, name), key)
            except ValueError:
                wrong.append(f"{name}: это не тот ключ Ed25519, который назван именем файла")
    return found, wrong


def _files(source: Source, manifest: Manifest) -> Iterator[str]:
    """Nothing missing, nothing more, every sum right."""
    there, told = source.names - {form.MANIFEST, form.SIGNATURE}, manifest.files
    yield from (f"{name}: такого в выгрузке быть не может" for name in source.strange)
    yield from (
        f"{name}: файла нет" for name in sorted(told.keys() | form.REQUIRED) if name not in there
    )
    yield from (
        f"{name}: лишний файл, в {form.MANIFEST} его нет" for name in sorted(there - told.keys())
    )
    for name in sorted(there & told.keys()):
        if _sum(source, name, told[name].bytes) != told[name]:
            yield f"{name}: контрольная сумма SHA-256 не та, что в {form.MANIFEST}"


def _sum(source: Source, name: str, most: int) -> tuple[int, str]:
    """How long a file is and its SHA-256; no further than one chunk behind where it should end."""
    digest, size = hashlib.sha256(), 0
    with source.open(name) as file:
        while size <= most and (chunk := file.read(_CHUNK)):
            size += len(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()


def _signature(source: Source, text: str, outcome: Outcome) -> Iterator[str]:
    """manifest.sig and the head of the manifest: who made the export, signed both."""
    if form.SIGNATURE not in source.names:
        yield f"{form.SIGNATURE}: файла нет"
        return
    try:
        signed = form.read_signature(read(source, form.SIGNATURE))
    except ValueError:
        yield f"{form.SIGNATURE}: не подпись"
        return
    if fault := outcome.ring.fault(text, *signed):
        yield f"{form.SIGNATURE}: {fault_of(fault, signed[0])}"
    head = outcome.manifest.head
    if fault := outcome.ring.fault(head.text, head.key, head.signature):
        yield f"{form.MANIFEST}, head: {fault_of(fault, head.key)}"
