"""Signatures by keys that no database knows: Ed25519, in files of the directory SIGNING_KEYS.

    <id>.pem    the private key that signs now (mode 0600)
    <id>.pub    public keys of earlier ones: what they signed stays verifiable

The id of a key is the first 16 hexadecimal digits of the SHA-256 of its raw public key, so a file
cannot pass for another key. A rotation is seen at once by every process: the names in the directory
are looked at before each use.

Where there is no key, or a file cannot be read, `KeyUnavailable` is raised, by who signs and by who
verifies alike: a signature that cannot be looked at is not a forged one. `knows` says whether there
is one key in particular.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization as forms
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core import checks

from kkm.errors import KeyUnavailable

ALGORITHM = "Ed25519"
_MISSING = (
    "There is no signing key in {}. Make one with: manage.py signing_key. (SIGNING_KEYS says where "
    "the keys are.)"
)


class Ring(NamedTuple):
    """The keys: the one that signs (none before the first), and by id all that may have signed."""

    current: str
    private: Ed25519PrivateKey | None
    public: dict[str, Ed25519PublicKey]


def current() -> str:
    """The id of the key that signs.

    Without one development makes it; production raises KeyUnavailable.
    """
    key_id, _private = _signer()
    return key_id


def current_id() -> str:
    """The id of the key that signs; "" before the first is made."""
    return _ring().current


def sign(text: str) -> tuple[str, str]:
    """The id of the key and the signature in base64."""
    key_id, signature = sign_bytes(text.encode())
    return key_id, base64.b64encode(signature).decode()


def sign_bytes(data: bytes) -> tuple[str, bytes]:
    """The id of the key and the signature as it is, where every character counts."""
    key_id, private = _signer()
    return key_id, private.sign(data)


def verify(text: str, key_id: str, signature: str) -> bool:
    """Whether the key of this id, if we have it, made this signature of this text. Each character
    counts: base64 has one form only.

    KeyUnavailable where there is no key at all.
    """
    key = _verifiers().get(key_id)
    try:
        made = base64.b64decode(signature, validate=True)
        return (
            key is not None
            and base64.b64encode(made).decode() == signature
            and _made_by(key, text.encode(), made)
        )
    except (binascii.Error, ValueError):
        return False


def fits(text: str, key_id: str, signature: str) -> bool | None:
    """Whether a stored signature fits a text.

    None if this cannot be known now: the key is not here or cannot be read.
    """
    try:
        if not knows(key_id):
            return None
        return verify(text, key_id, signature)
    except KeyUnavailable:
        return None


def verify_bytes(data: bytes, id_prefix: str, signature: bytes) -> bool:
    """Whether a key of ours whose id begins so made this signature.

    KeyUnavailable where there is no key at all.
    """
    return any(
        _made_by(key, data, signature)
        for key_id, key in _verifiers().items()
        if key_id.startswith(id_prefix)
    )


def _made_by(key: Ed25519PublicKey, data: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def public_keys() -> dict[str, str]:
    """All public keys, PEM by id, the current one first."""
    ring = _ring()
    ids = sorted(ring.public, key=lambda key_id: (key_id != ring.current, key_id))
    return {key_id: _public_pem(ring.public[key_id]).decode() for key_id in ids}


def knows(id_prefix: str) -> bool:
    """Whether there is a public key whose id begins so."""
    return any(key_id.startswith(id_prefix) for key_id in _ring().public)


def require() -> None:
    """KeyUnavailable where there is no key to verify with."""
    _verifiers()


def create() -> str:
    """Make the first key, unless there is one; the id of the current key."""
    with _locked() as directory:
        return _ring().current or _write_key(directory)


def rotate() -> str:
    """Make a new key the current one; of those before it only the public halves stay.

    The new id.
    """
    with _locked() as directory:
        before = sorted(directory.glob("*.pem"))
        for path in before:
            public = _load_private(path).public_key()
            _write(path.with_suffix(".pub"), _public_pem(public), 0o644)
        new = _write_key(directory)
        for path in before:
            path.unlink()
        return new


def check(**_about: object) -> list[checks.CheckMessage]:
    """Django's check of a deployment: nobody else reads the key.

    (Without one the server itself refuses to start: `alsep.wsgi`.)
    """
    try:
        path = _directory() / f"{current_id()}.pem"
    except KeyUnavailable as error:
        return [checks.Error(error.why, id="alsep.E001")]
    if path.exists() and path.stat().st_mode & 0o077:
        return [
            checks.Warning(
                f"Others than its owner may read the signing key. Correct it with: chmod 600 "
                f"{path}",
                id="alsep.W001",
            )
        ]
    return []


def _directory() -> Path:
    return Path(settings.SIGNING_KEYS)


def _signer() -> tuple[str, Ed25519PrivateKey]:
    """The key that signs and its id. Development makes the first one."""
    ring = _ring()
    if ring.private is None:
        if settings.PRODUCTION:
            raise KeyUnavailable(why=_MISSING.format(_directory()))
        try:
            create()
        except OSError as error:
            raise KeyUnavailable(why=str(error)) from error
        ring = _ring()
    if ring.private is None:
        raise KeyUnavailable(why=_MISSING.format(_directory()))
    return ring.current, ring.private


def _verifiers() -> dict[str, Ed25519PublicKey]:
    public = _ring().public
    if not public:
        raise KeyUnavailable(why=_MISSING.format(_directory()))
    return public


def _ring() -> Ring:
    """The keys as they are now.

    A file that goes while it is read was rotated away: then the names are read again.
    """
    directory = _directory()
    for _attempt in range(9):
        try:
            return _read(
                directory,
                tuple(
                    sorted(
                        name for name in os.listdir(directory) if name.endswith((".pem", ".pub"))
                    )
                ),
            )
        except FileNotFoundError:
            if not directory.is_dir():
                break
        except OSError as error:
            raise KeyUnavailable(why=str(error)) from error
    return Ring("", None, {})


@lru_cache(maxsize=8)
def _read(directory: Path, names: tuple[str, ...]) -> Ring:
    """The newest private key signs: two of them are there for a moment of each rotation."""
    public: dict[str, Ed25519PublicKey] = {}
    for name in names:
        if name.endswith(".pub"):
            public[name.removesuffix(".pub")] = _load_public(directory / name)
    private: Ed25519PrivateKey | None = None
    newest = ""
    newest_time = -1
    for name in names:
        if name.endswith(".pem"):
            path = directory / name
            key = _load_private(path)
            public[path.stem] = key.public_key()
            written = path.stat().st_mtime_ns
            if written > newest_time:
                private, newest, newest_time = key, path.stem, written
    return Ring(newest, private, public)


def _load_private(path: Path) -> Ed25519PrivateKey:
    """A private key that is what its name says."""
    with _explained(path):
        key = forms.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey) or _id(key.public_key()) != path.stem:
        raise _misnamed(path)
    return key


def _load_public(path: Path) -> Ed25519PublicKey:
    """A public key that is what its name says."""
    with _explained(path):
        key = forms.load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey) or _id(key) != path.stem:
        raise _misnamed(path)
    return key


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """KeyUnavailable for a file that cryptography cannot read as a key."""
    try:
        yield
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable(why=f"{path} is not a key in PEM.") from error


def _misnamed(path: Path) -> KeyUnavailable:
    return KeyUnavailable(why=f"{path} is not the {ALGORITHM} key that its name says.")


def _id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)


@contextmanager
def _locked() -> Iterator[Path]:
    """The directory of keys, made if it is not there, for one writer at a time."""
    directory = _directory()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield directory


def _write_key(directory: Path) -> str:
    key = Ed25519PrivateKey.generate()
    key_id = _id(key.public_key())
    pem = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    _write(directory / f"{key_id}.pem", pem, 0o600)
    return key_id


def _write(path: Path, data: bytes, mode: int) -> None:
    """A file is there whole or not at all."""
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(
            directory
        )  # a key that a loss of power took would turn all that it signed into forgeries
    finally:
        os.close(directory)
