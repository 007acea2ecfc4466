"""Make the pictures of the README from a demo world of its own: docs/pictures/*.png.

Usage: pictures.py CHROMIUM. The demo world, its database and its server are temporary.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

TREE = Path(__file__).resolve().parent.parent
PICTURES = TREE / "docs" / "pictures"
LOGIN, PASSWORD = "inspector", "demo-inspector-2026"
# The shop whose shift of yesterday is closed.
REGISTER = "ALS70000002"
# The last cash sale of the last closed shift becomes 1,000 tenge smaller.
FALSIFICATION = """
    UPDATE kkm_fiscaloperation SET amount = amount - 100000, cash = cash - 100000
    WHERE id = (
        SELECT operation.id
        FROM kkm_fiscaloperation operation
        JOIN kkm_shift shift ON shift.id = operation.shift_id
        JOIN kkm_kkm register ON register.id = operation.kkm_id
        WHERE register.serial_number = ? AND shift.closed_at IS NOT NULL
            AND operation.kind = 2 AND operation.cash > 200000
        ORDER BY operation.number DESC
        LIMIT 1
    )
"""
DEMO = ["demo", "--days", "10", "--verbosity", "0"]
WIDE, HIGH = 1440, 900
VERDICT_HIGH = 430
# With few colours a picture of text stays under 60 KB.
COLOURS = 32


def main(chromium: str) -> None:
    """Make the three pictures."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with served(place) as address, opened(chromium, address) as page:
            log_in(page)
            page.goto("/cabinet/")
            save(page, "table")
            proof = open_report(page)
            save(page, "report")
            falsify(place)
            page.goto(proof)
            save(page, "verdict", VERDICT_HIGH)


@contextmanager
def opened(chromium: str, address: str) -> Iterator[Page]:
    """A page of a headless browser, for addresses of one server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page(
            base_url=address,
            locale="ru-RU",
            timezone_id="Asia/Almaty",
            viewport={"width": WIDE, "height": HIGH},
        )
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


def log_in(page: Page) -> None:
    """Log in as the first inspector of the demo world."""
    page.goto("/login/")
    page.fill("input[name=username]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/cabinet/")


def open_report(page: Page) -> str:
    """Open the last Z of the register. The address in its QR code."""
    page.goto(f"/cabinet/kkm/{REGISTER}/z-reports/")
    page.click("table.zs tbody tr:first-child a.btn-outline-primary")
    return page.locator(".proof a").evaluate("link => link.href")


def falsify(place: Path) -> None:
    """Change a sale of that shift in the database, past the journal and its triggers."""
    with closing(sqlite3.connect(place / "db.sqlite3")) as database, database:
        database.execute("DROP TRIGGER kkm_fiscaloperation_not_edited")
        database.execute(FALSIFICATION, [REGISTER])


def save(page: Page, name: str, high: int = HIGH) -> None:
    """Save the upper part of what the page shows, in few colours."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDE, "height": high})
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
