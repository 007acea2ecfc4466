"""The environment of the bench: a directory, databases, and Django in the current process."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from getpass import getuser
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from bench.measured import Measured

Answer = TypeVar("Answer")
NO_SERVER = (
    "The bench needs a PostgreSQL server whose role may create databases, and found none. "
    "Name one: BENCH_DATABASE_URL=postgres://user:password@host:5432/postgres make bench"
)


class CannotMeasure(Exception):
    """The machine lacks something that a part needs. The sentence says what."""


def measure_part(part: str, quick: bool) -> list[Measured]:
    """The lines of one part: `bench.<part>.measure`."""
    with scratch() as directory:
        module = import_module(f"bench.{part}")
        return module.measure(directory, quick)


def in_process(work: Callable[..., Answer], *arguments: object) -> Answer:
    """Call a function in a process of its own: Django is set up on one database in each."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary directory for the settings, SQLite and other files of a run."""
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
    server = server_url()
    name = f"alsep_bench_{purpose}_{os.getpid()}"
    _run(server, "CREATE DATABASE {}", name)
    try:
        yield _url_of(server, name)
    finally:
        _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def fresh(purpose: str) -> Iterator[None]:
    """A new database that stays. It is dropped if it could not be filled."""
    server = server_url()
    name = _name_of_kept(purpose)
    _run(server, "CREATE DATABASE {}", name)
    try:
        yield
    except BaseException:
        drop(purpose)
        raise


def mark(purpose: str, comment: str) -> None:
    """Give a database that stays a comment, which `comment_of` returns."""
    statement = "COMMENT ON DATABASE {} IS " + f"'{comment}'"
    _run(server_url(), statement, _name_of_kept(purpose))


def drop(purpose: str) -> None:
    """Drop a database that stays, if there is one."""
    _run(server_url(), "DROP DATABASE IF EXISTS {} WITH (FORCE)", _name_of_kept(purpose))


def comment_of(purpose: str) -> str:
    """The comment of a database that stays; "" if there is no such database."""
    statement = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with closing(psycopg2.connect(server_url())) as connection, connection.cursor() as cursor:
        cursor.execute(statement, [_name_of_kept(purpose)])
        found = cursor.fetchone()
    if found is None:
        return ""
    return found[0] or ""


def url_of_kept(purpose: str) -> str:
    """The URL of a database that stays."""
    return _url_of(server_url(), _name_of_kept(purpose))


def _name_of_kept(purpose: str) -> str:
    return f"alsep_bench_kept_{purpose}"


def _url_of(server: str, name: str) -> str:
    """The URL of a database on a server.

    `urlunsplit` drops the empty host of `postgres:///…`; it is put back.
    """
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    return url.replace("postgres:/alsep", "postgres:///alsep")


def server_url() -> str:
    """The first PostgreSQL server that answers. CannotMeasure if there is none.

    BENCH_DATABASE_URL or else DATABASE_URL names it. Without either, it is the server of this
    machine.
    """
    for url in _candidates():
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            continue
        return url
    raise CannotMeasure(NO_SERVER)


def _candidates() -> list[str]:
    for variable in ("BENCH_DATABASE_URL", "DATABASE_URL"):
        url = os.environ.get(variable, "")
        if url.startswith("postgres"):
            return [url]
    return [f"postgres://{getuser()}@127.0.0.1/postgres", "postgres:///postgres"]


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
    """Set Django up on a database, once in a process."""
    os.environ["DATABASE_URL"] = url
    import django

    django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)


@contextmanager
def pooled(directory: Path, size: int) -> Iterator[str]:
    """The URL of the database of this process through pgbouncer, which has so many connections to
    it. CannotMeasure if pgbouncer is not installed.
    """
    from django.conf import settings

    from tests.pooled import PROGRAM, pgbouncer

    if PROGRAM is None:
        raise CannotMeasure("pgbouncer is missing: apt-get install pgbouncer")
    chosen = settings.DATABASES["default"]
    with pgbouncer(chosen, directory, size) as port:
        yield f"postgres://{chosen['USER']}@127.0.0.1:{port}/{chosen['NAME']}"


def analyze() -> None:
    """Renew the planner's statistics of PostgreSQL, as autovacuum does in time.

    Without them PostgreSQL chooses bad plans. On other databases nothing happens.
    """
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
