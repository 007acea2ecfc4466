"""The check of an export: its files against the manifest, then one pass along its journal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from kkm.export.portable import export_format, signatures
from kkm.export.portable.folder_or_zip import CannotBeChecked, Source, read_whole
from kkm.export.portable.journal_pass import JournalPass
from kkm.export.portable.manifest import FileSum, Manifest
from kkm.export.portable.outcome import Outcome
from kkm.export.portable.russian_findings import signature_fault

_CHUNK = 1024 * 1024  # bytes


def _ignore(_read: int) -> None:
    """Report no progress."""


def check_export(
    source: Source,
    *,
    trusted: Iterable[str] = (),
    tools: Iterable[str] = signatures.TOOLS,
    progress: Callable[[int], None] = _ignore,
) -> Outcome:
    """Check everything that can be checked of an export.

    `trusted`: ids of the only trusted keys; all are, if none is given. Raises CannotBeChecked
    for an export without a manifest that can be read.
    """
    raw = read_whole(source, export_format.MANIFEST)
    try:
        manifest = Manifest.parse(raw.decode())
    except ValueError as error:
        raise CannotBeChecked(str(error)) from error
    keys, faults = _read_keys(source)
    outcome = Outcome(manifest, signatures.KeyRing(keys, trusted=trusted, tools=tools))
    faults += _file_faults(source, manifest)
    faults += _signature_faults(source, raw.decode(), outcome)
    for fault in faults:
        outcome.add_fault(fault)
    if export_format.OPERATIONS in source.names:
        JournalPass(source, outcome).run(progress)
    outcome.findings.sort(key=attrgetter("number"))
    return outcome


def _read_keys(source: Source) -> tuple[dict[str, bytes], list[str]]:
    """The public keys of the export by id, and what is wrong with their files."""
    keys: dict[str, bytes] = {}
    faults = []
    for name in sorted(source.names):
        if not name.startswith(export_format.KEYS):
            continue
        key = name.removeprefix(export_format.KEYS).removesuffix(".pem")
        try:
            keys[key] = signatures.raw_key(read_whole(source, name), key)
        except ValueError:
            faults.append(f"{name}: это не тот ключ Ed25519, который назван именем файла")
    return keys, faults


def _file_faults(source: Source, manifest: Manifest) -> Iterator[str]:
    """Files that are missing, files too many, and sums that are not right."""
    present = source.names - {export_format.MANIFEST, export_format.SIGNATURE}
    listed = manifest.files
    for name in source.strange:
        yield f"{name}: такого в выгрузке быть не может"
    for name in sorted(listed.keys() | export_format.REQUIRED):
        if name not in present:
            yield f"{name}: файла нет"
    for name in sorted(present - listed.keys()):
        yield f"{name}: лишний файл, в {export_format.MANIFEST} его нет"
    for name in sorted(present & listed.keys()):
        if _file_sum(source, name, listed[name].bytes) != listed[name]:
            yield (
                f"{name}: контрольная сумма SHA-256 не совпадает с указанной в "
                f"{export_format.MANIFEST}"
            )


def _file_sum(source: Source, name: str, expected_bytes: int) -> FileSum:
    """How long a file is and its SHA-256.

    A file that is longer than expected is read one chunk further, not to its end.
    """
    digest = hashlib.sha256()
    size = 0
    with source.open(name) as file:
        while size <= expected_bytes and (chunk := file.read(_CHUNK)):
            size += len(chunk)
            digest.update(chunk)
    return FileSum(size, digest.hexdigest())


def _signature_faults(source: Source, manifest: str, outcome: Outcome) -> Iterator[str]:
    """What is wrong with manifest.sig and with the head in the manifest.

    The maker of the export signed both.
    """
    if export_format.SIGNATURE not in source.names:
        yield f"{export_format.SIGNATURE}: файла нет"
        return
    try:
        line = read_whole(source, export_format.SIGNATURE)
        key, signature = export_format.read_signature(line)
    except ValueError:
        yield f"{export_format.SIGNATURE}: не подпись"
        return
    fault = outcome.key_ring.fault(manifest, key, signature)
    if fault:
        yield f"{export_format.SIGNATURE}: {signature_fault(fault, key)}"
    head = outcome.manifest.head
    fault = outcome.key_ring.fault(head.text, head.key, head.signature)
    if fault:
        yield f"{export_format.MANIFEST}, head: {signature_fault(fault, head.key)}"
