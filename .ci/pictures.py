"""Make pictures from a demo world of its own: those of the README (docs/pictures), and every page
in both languages, both themes and two widths (var/pictures; index.html shows them side by side).

Usage: pictures.py CHROMIUM. The demo world, its database and its server are temporary.
"""

import sys
import tempfile
from pathlib import Path

from demo_server import INSPECTOR, REGISTER, TREE, falsify, log_in, opened, served
from page_pictures import save_every_page
from PIL import Image
from playwright.sync_api import Browser, Page

PICTURES = TREE / "docs" / "pictures"
EVERY_PAGE = TREE / "var" / "pictures"
WIDE, HIGH = 1440, 900
VERDICT_HIGH = 430
# With few colours a picture of text stays under 60 KB.
COLOURS = 32


def main(chromium: str) -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with served(place) as address, opened(chromium) as browser:
            save_pictures_of_readme(browser, address, place)
            save_every_page(browser, address, EVERY_PAGE)


def save_pictures_of_readme(browser: Browser, address: str, place: Path) -> None:
    """The table, a report, and the verdict after the journal was falsified, which it stays."""
    viewport = {"width": WIDE, "height": HIGH}
    page = browser.new_page(base_url=address, locale="ru-RU", viewport=viewport)
    log_in(page, INSPECTOR)
    page.goto("/cabinet/")
    save(page, "table")
    proof = open_report(page)
    save(page, "report")
    falsify(place)
    page.goto(proof)
    save(page, "verdict", VERDICT_HIGH)


def open_report(page: Page) -> str:
    """Open the last Z of the register. The address in its QR code."""
    page.goto(f"/cabinet/kkm/{REGISTER}/z-reports/")
    page.click("table.zs tbody tr:first-child a.btn-outline-primary")
    return page.locator(".proof a").evaluate("link => link.href")


def save(page: Page, name: str, high: int = HIGH) -> None:
    """Save the upper part of what the page shows, in few colours."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDE, "height": high})
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
