"""Ed25519 signatures, checked by whatever the machine has: the library `cryptography`, or the
command `openssl`, or nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from kkm.domain.anchor import BAD_SIGNATURE, UNKNOWN_KEY

Verify = Callable[[bytes, bytes, bytes], bool]
CRYPTOGRAPHY, OPENSSL = "cryptography", "openssl"
_PREFIX = bytes.fromhex(
    "302a300506032b6570032100"
)  # RFC 8410: what stands before the 32 bytes of an Ed25519 key
_BEGIN, _END = "-----BEGIN PUBLIC KEY-----\n", "\n-----END PUBLIC KEY-----\n"
# RFC 8032, 7.1, test 2: who cannot say of this that it is right, and of another text that it is
# wrong, cannot check signatures
_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


class Ring:
    """Public keys by id, and `by` what their signatures are checked: "" when the machine has
    nothing for it.

    `trusted`: ids that alone are believed; none given, all the keys are.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        *,
        trusted: Iterable[str] = (),
        tools: Iterable[str] = (CRYPTOGRAPHY, OPENSSL),
    ) -> None:
        trusted = frozenset(trusted)
        self.keys = {key: raw for key, raw in keys.items() if not trusted or key in trusted}
        self.by, self._verify = next(_working(tools), ("", None))

    def fault(self, text: str, key: str, signature: str) -> str:
        """Why a signature cannot be believed, "" if it can.

        Where nothing checks signatures, only the key's name is looked at.
        """
        if key not in self.keys:
            return UNKNOWN_KEY
        try:
            raw = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            return BAD_SIGNATURE
        if len(raw) != 64 or base64.b64encode(raw).decode() != signature:
            return BAD_SIGNATURE
        return (
            ""
            if self._verify is None or self._verify(self.keys[key], text.encode(), raw)
            else BAD_SIGNATURE
        )


def raw_key(pem: bytes, key: str) -> bytes:
    """The 32 bytes of the public key that has this id.

    ValueError for whatever is not its one PEM.
    """
    body = pem.decode().removeprefix(_BEGIN).removesuffix(_END)
    try:
        raw = base64.b64decode(body, validate=True).removeprefix(_PREFIX)
    except binascii.Error as error:
        raise ValueError("not a public key") from error
    if len(raw) != 32 or _pem(raw) != pem or fingerprint(raw)[:16] != key:
        raise ValueError("not the Ed25519 key that its name says")
    return raw


def fingerprint(raw: bytes) -> str:
    """The SHA-256 of a raw key; its first 16 digits are the key's id."""
    return hashlib.sha256(raw).hexdigest()


def _pem(raw: bytes) -> bytes:
    return f"{_BEGIN}{base64.b64encode(_PREFIX + raw).decode()}{_END}".encode()


def _working(tools: Iterable[str]) -> Iterable[tuple[str, Verify]]:
    makers = {CRYPTOGRAPHY: _by_cryptography, OPENSSL: _by_openssl}
    for name in tools:
        verify = makers[name]()
        if verify and _can(verify):
            yield name, verify


def _can(verify: Verify) -> bool:
    try:
        return verify(_KEY, b"r", _SIGNATURE) and not verify(_KEY, b"s", _SIGNATURE)
    except Exception:  # whatever is wrong with a tool, another may do
        return False


def _by_cryptography() -> Verify | None:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None

    def verify(key: bytes, text: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
        except InvalidSignature:
            return False
        return True

    return verify


def _by_openssl() -> Verify | None:
    """`openssl pkeyutl -verify -rawin`, OpenSSL 1.1.1 or newer."""
    openssl = shutil.which("openssl")
    if openssl is None:
        return None

    def verify(key: bytes, text: bytes, signature: bytes) -> bool:
        with tempfile.TemporaryDirectory() as place:
            files = {"key": _pem(key), "text": text, "signature": signature}
            for name, content in files.items():
                Path(place, name).write_bytes(content)
            command = [
                openssl,
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "key",
                "-rawin",
                "-in",
                "text",
                "-sigfile",
                "signature",
            ]
            how = {"cwd": place, "capture_output": True}
            done = subprocess.run(command, check=False, **how)  # noqa: S603
            return done.returncode == 0

    return verify
