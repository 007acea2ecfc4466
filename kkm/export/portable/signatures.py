"""Ed25519 signatures, checked by what the machine has: the library `cryptography`, or the command
`openssl`, or nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from kkm.domain.anchor import BAD_SIGNATURE, UNKNOWN_KEY

Verify = Callable[[bytes, bytes, bytes], bool]  # takes a raw key, a text and a signature

CRYPTOGRAPHY = "cryptography"
OPENSSL = "openssl"
TOOLS = (CRYPTOGRAPHY, OPENSSL)  # the first one that works is used

# RFC 8410: what stands before the 32 bytes of an Ed25519 key.
_PREFIX = bytes.fromhex("302a300506032b6570032100")
_BEGIN = "-----BEGIN PUBLIC KEY-----\n"
_END = "\n-----END PUBLIC KEY-----\n"
_KEY_BYTES, _SIGNATURE_BYTES, _ID_DIGITS = 32, 64, 16

# RFC 8032, 7.1, test 2. A tool works if it accepts this signature, and refuses it for another text.
_TEST_KEY = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
_TEST_TEXT, _OTHER_TEXT = b"r", b"s"
_TEST_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


class KeyRing:
    """The public keys that are trusted, and the tool that checks their signatures.

    `keys`: raw keys by id. `tool`: its name, "" if the machine has none. `trusted`: ids that
    alone are trusted; none given, all the keys are.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        *,
        trusted: Iterable[str] = (),
        tools: Iterable[str] = TOOLS,
    ) -> None:
        trusted_ids = frozenset(trusted) or keys.keys()
        self.keys = {key: raw for key, raw in keys.items() if key in trusted_ids}
        self.tool: str
        self._verify: Verify | None
        self.tool, self._verify = next(_working(tools), ("", None))

    def fault(self, text: str, key: str, signature: str) -> str:
        """Why a signature cannot be trusted, "" if it can.

        Without a tool only the key and the form of the signature are looked at.
        """
        if key not in self.keys:
            return UNKNOWN_KEY
        try:
            raw = base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            return BAD_SIGNATURE
        if len(raw) != _SIGNATURE_BYTES or base64.b64encode(raw).decode() != signature:
            return BAD_SIGNATURE
        if self._verify is None or self._verify(self.keys[key], text.encode(), raw):
            return ""
        return BAD_SIGNATURE


def raw_key(pem: bytes, key: str) -> bytes:
    """The 32 bytes of the public key that has this id.

    ValueError for whatever is not its one PEM.
    """
    body = pem.decode().removeprefix(_BEGIN).removesuffix(_END)
    try:
        raw = base64.b64decode(body, validate=True).removeprefix(_PREFIX)
    except binascii.Error as error:
        raise ValueError("not a public key") from error
    if len(raw) != _KEY_BYTES or _pem(raw) != pem or fingerprint(raw)[:_ID_DIGITS] != key:
        raise ValueError("not the Ed25519 key that its name says")
    return raw


def fingerprint(raw: bytes) -> str:
    """The SHA-256 of a raw key; its first 16 digits are the key's id."""
    return hashlib.sha256(raw).hexdigest()


def _pem(raw: bytes) -> bytes:
    body = base64.b64encode(_PREFIX + raw).decode()
    return f"{_BEGIN}{body}{_END}".encode()


def _working(tools: Iterable[str]) -> Iterator[tuple[str, Verify]]:
    """The tools that work on this machine, each with its function."""
    makers = {CRYPTOGRAPHY: _by_cryptography, OPENSSL: _by_openssl}
    for name in tools:
        verify = makers[name]()
        if verify and _works(verify):
            yield name, verify


def _works(verify: Verify) -> bool:
    try:
        accepts = verify(_TEST_KEY, _TEST_TEXT, _TEST_SIGNATURE)
        return accepts and not verify(_TEST_KEY, _OTHER_TEXT, _TEST_SIGNATURE)
    except Exception:  # whatever is wrong with a tool, another one may work
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
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "key").write_bytes(_pem(key))
            Path(folder, "text").write_bytes(text)
            Path(folder, "signature").write_bytes(signature)
            command = [
                openssl,
                *("pkeyutl", "-verify", "-rawin"),
                *("-pubin", "-inkey", "key"),
                *("-in", "text"),
                *("-sigfile", "signature"),
            ]
            done = subprocess.run(  # noqa: S603
                command,
                check=False,
                cwd=folder,
                capture_output=True,
            )
            return done.returncode == 0

    return verify
