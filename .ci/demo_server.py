"""A demo world with a server of its own, for pictures of its pages."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TREE = Path(__file__).resolve().parent.parent
# Who may log in, and the page that opens then.
INSPECTOR = ("inspector", "demo-inspector-2026", "/cabinet/")
ADMINISTRATOR = ("admin", "demo-admin-2026", "/admin/")
# The shop whose shift of yesterday is closed.
REGISTER = "ALS70000002"
DEMO = ["demo", "--days", "10", "--verbosity", "0"]
# The last cash sale of the last closed shift becomes 1,000 tenge smaller.
FALSIFICATION = """
    UPDATE kkm_fiscaloperation SET amount = amount - 100000, cash = cash - 100000
    WHERE id = (
        SELECT operation.id
        FROM kkm_fiscaloperation operation
        JOIN kkm_shift shift
            ON shift.kkm_id = operation.kkm_id AND shift.number = operation.shift_number
        JOIN kkm_kkm register ON register.id = operation.kkm_id
        WHERE register.serial_number = ? AND shift.closed_at IS NOT NULL
            AND operation.kind = 2 AND operation.cash > 200000
        ORDER BY operation.number DESC
        LIMIT 1
    )
"""


@contextmanager
def opened(chromium: str) -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(place: Path) -> Iterator[str]:
    """The address of a server with a demo world in a directory."""
    environment = os.environ | {
        "ALSEP_ENV": "development",
        "DEBUG": "0",
        "STATE_DIR": str(place),
        "DATABASE_URL": f"sqlite:///{place / 'db.sqlite3'}",
    }
    port = free_port()
    environment["CABINET_URL"] = f"http://127.0.0.1:{port}/"
    for command in (["migrate", "--verbosity", "0"], ["signing_key"], DEMO):
        run(command, environment)
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
        cwd=TREE,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command of manage.py without its output. CalledProcessError if it fails."""
    subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *command],
        cwd=TREE,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def wait_for(port: int) -> None:
    """Wait until a port is listened on, 30 seconds at most."""
    for _attempt in range(100):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.3)
    raise TimeoutError(f"port {port}")


def log_in(page: Page, user: tuple[str, str, str]) -> None:
    """Log in as one of the users of the demo world."""
    name, password, first_page = user
    page.goto("/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"**{first_page}")


def falsify(place: Path) -> None:
    """Change a sale of that shift in the database, past the journal and its triggers."""
    with closing(sqlite3.connect(place / "db.sqlite3")) as database, database:
        database.execute("DROP TRIGGER kkm_fiscaloperation_not_edited")
        database.execute(FALSIFICATION, [REGISTER])
