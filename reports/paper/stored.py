"""Papers of stored Z's, which never change: rendered once and kept in the cache "paper"."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import get_language
from weasyprint import VERSION

from reports.report import Report

logger = logging.getLogger(__name__)

_ROOT = Path(settings.BASE_DIR)
_FILES = (
    _ROOT / "templates" / "reports" / "body.html",
    _ROOT / "templates" / "reports" / "paper.html",
    _ROOT / "static" / "css" / "paper.css",
)
_FOLDERS = (
    (_ROOT / "reports", "*.py"),
    (_ROOT / "kkm" / "domain", "*.py"),
    (_ROOT / "locale", "*.mo"),
)


def key_of(report: Report) -> str:
    """The key of the paper of a stored Z, in the language of the thread."""
    site = hashlib.sha256(settings.CABINET_URL.encode()).hexdigest()[:16]  # the QR has it
    return f"{report.kind}-{report.seal}-{_version()}-{site}-{get_language()}"


def read(key: str) -> bytes | None:
    """The paper that was rendered before.

    None if there is none, or if the cache cannot be read: a damaged file, or one that is not ours.
    Such a file is written again.
    """
    pdf = None
    with _logged("read"):
        pdf = caches["paper"].get(key)
    if isinstance(pdf, bytes):
        return pdf
    return None


def write(key: str, pdf: bytes) -> None:
    """Keep a paper. If the cache cannot be written (a full disk, a folder that is not ours), the
    paper is printed all the same.
    """
    with _logged("written"):
        caches["paper"].set(key, pdf)


@contextmanager
def _logged(action: str) -> Iterator[None]:
    """Whatever a cache raises is logged and stops nothing: a damaged pickle may raise anything."""
    try:
        yield
    except Exception as error:
        logger.warning(
            "The cache of papers cannot be %s, the paper is rendered: %s: %s",
            action,
            type(error).__name__,
            error,
        )


@cache
def _version() -> str:
    """A digest that changes with what papers are made of: templates, style sheets, code, words and
    their translations, WeasyPrint. Papers that another version made are not found.
    """
    digest = hashlib.sha256(VERSION.encode())
    for path in _sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    yield from _FILES
    for folder, names in _FOLDERS:
        yield from sorted(folder.rglob(names))
