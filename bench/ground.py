"""Where the bench stands: settings of its own, databases of its own, and Django set up in
whichever process asks.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from bench.measured import Measured

NO_SERVER = (
    "The bench needs a PostgreSQL server whose role may create databases, and found none. "
    "Name one: BENCH_DATABASE_URL=postgres://user:password@host:5432/postgres make bench"
)


class CannotMeasure(Exception):
    """Something that the bench stands on is missing; the sentence says what."""


def measure_part(part: str, quick: bool) -> list[Measured]:
    """The lines of one part: `bench.<part>.measure`."""
    with scratch() as directory:
        return import_module(f"bench.{part}").measure(directory, quick)


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory for what is written on the way; settings and SQLite live in it."""
    path = Path(tempfile.mkdtemp(prefix="alsep-bench-"))
    os.environ |= {
        "ALSEP_ENV": "development",
        "DEBUG": "0",
        "STATE_DIR": str(path),
        "DJANGO_SETTINGS_MODULE": "alsep.settings",
    }
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def database(purpose: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database, dropped in the end."""
    server, name = server_url(), f"alsep_bench_{purpose}_{os.getpid()}"
    _run(server, "CREATE DATABASE {}", name)
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}")).replace(
            "postgres:/alsep", "postgres:///alsep"
        )
    finally:
        _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def server_url() -> str:
    """BENCH_DATABASE_URL, or DATABASE_URL if it names PostgreSQL, or the server of this machine."""
    named = [os.environ.get(name, "") for name in ("BENCH_DATABASE_URL", "DATABASE_URL")]
    named = [url for url in named if url.startswith("postgres")]
    for url in named[:1] or [f"postgres://{getuser()}@127.0.0.1/postgres", "postgres:///postgres"]:
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            continue
        return url
    raise CannotMeasure(NO_SERVER)


def _run(url: str, statement: str, name: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
    except psycopg2.errors.InsufficientPrivilege as error:
        raise CannotMeasure(NO_SERVER) from error
    finally:
        connection.close()


def set_up(url: str, *, migrate: bool = False) -> None:
    """Django on a database, in this process; once."""
    os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
