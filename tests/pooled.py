"""pgbouncer as docs/operations.md sets it up, on a free port before a database of the tests."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from bench.ports import free_port, is_listened_on

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


def configuration() -> ConfigParser:
    """What the page tells to write into pgbouncer.ini."""
    block = re.search(
        r"^    \[databases\]\n(?:    .*\n|\n(?=    ))+", PAGE.read_text(), re.MULTILINE
    )
    parser = ConfigParser(interpolation=None)
    parser.read_string(dedent(block[0]))
    return parser


@contextmanager
def pgbouncer(database: Mapping[str, object], directory: Path, size: int) -> Iterator[int]:
    """Its port. `database`: Django's settings of it; `size`: how many connections it may have.

    Only addresses, the size and the passwords are not those of the page: whoever comes to the port
    is the role of the database.
    """
    parser, port = configuration(), free_port()
    place = {
        "host": database["HOST"] or "127.0.0.1",
        "port": database["PORT"] or 5432,
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
    }
    given = " ".join(f"{name}={value}" for name, value in place.items() if value)
    parser["databases"] = {str(database["NAME"]): given}
    own = {"listen_port": str(port), "default_pool_size": str(size)}
    parser["pgbouncer"].update(own | {"auth_type": "any", "unix_socket_dir": ""})
    file = directory / "pgbouncer.ini"
    file.touch(mode=0o600)
    with file.open("w") as text:
        parser.write(text)
    # It refuses to run as root, and takes another user after it has read the file.
    another = ["-u", "nobody"] if os.geteuid() == 0 else []
    with (directory / "pgbouncer.log").open("w") as log:
        process = subprocess.Popen([PROGRAM, *another, file], stdout=log, stderr=log)
        try:
            if not is_listened_on(port, process):
                told = (directory / "pgbouncer.log").read_text()
                raise RuntimeError(f"pgbouncer did not start: {told}")
            yield port
        finally:
            process.terminate()
            process.wait(20)
