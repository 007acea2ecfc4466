"""Fails with a list of what has no Kazakh: words that the catalogue lacks, and words in templates that gettext never sees.

The catalogue is brought up to date in a copy of the tree; the tree itself is not touched.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/kk/LC_MESSAGES/django.po")
NOT_OURS = shutil.ignore_patterns(
    ".git", ".venv", ".hypothesis", "*_cache", "var", "tests", "bench", "__pycache__", ".env"
)
NOT_FOR_GETTEXT = re.compile(
    r"""{%\s*(blocktranslate|blocktrans|comment)\b.*?{%\s*end\1\s*%}|{%.*?%}|{{.*?}}|{\#.*?\#}|<!--.*?-->
    |<(\w+)\b[^<>]*\slang="\w+"[^<>]*>[^<]*</\2>  # an element that says itself what language it is in""",
    re.DOTALL | re.VERBOSE,
)
CYRILLIC_LINE = re.compile(r"^.*[\u0400-\u04ff].*$", re.MULTILINE)


def untranslated() -> str:
    """The entries that are missing, empty or fuzzy, as gettext prints them."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "alsep"
        shutil.copytree(TREE, copy, ignore=NOT_OURS)
        environment = os.environ | {
            "ALSEP_ENV": "development",
            "STATE_DIR": place,
            "DATABASE_URL": "sqlite://:memory:",
        }
        run(
            sys.executable,
            "manage.py",
            "makemessages",
            "--locale",
            "kk",
            "--no-obsolete",
            "--verbosity",
            "0",
            cwd=copy,
            env=environment,
        )
        run("msgfmt", "--check", "--output-file", os.devnull, CATALOGUE, cwd=copy)
        options = ("--no-obsolete", "--no-wrap", CATALOGUE)
        found = [
            run("msgattrib", kind, *options, cwd=copy)
            for kind in ("--untranslated", "--only-fuzzy")
        ]
        return "\n".join(
            entries for _header, _, entries in (text.partition("\n\n") for text in found) if entries
        )


def run(*command, **where) -> str:
    """What the command prints; if it fails, what it complained of."""
    done = subprocess.run(command, capture_output=True, text=True, **where)  # noqa: S603 the commands stand above
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return done.stdout


def unseen() -> list[str]:
    """Lines of templates with words outside `translate` and `blocktranslate`."""
    found = []
    for template in sorted(TREE.glob("*templates/**/*")):
        if template.is_file():
            text = NOT_FOR_GETTEXT.sub(
                lambda match: "\n" * match[0].count("\n"), template.read_text()
            )
            found += [
                f"{template.relative_to(TREE)}:{text.count(chr(10), 0, line.start()) + 1}: {line[0].strip()}"
                for line in CYRILLIC_LINE.finditer(text)
            ]
    return found


if __name__ == "__main__":
    if not (TREE / CATALOGUE).exists():
        sys.exit(f"{CATALOGUE} does not exist: nothing is translated into Kazakh yet.")
    if lines := unseen():
        sys.exit("\n".join(["Words outside {% translate %}:", *lines]))
    if entries := untranslated():
        sys.exit(
            f"{entries}\nThe entries above have no Kazakh in {CATALOGUE}. To get them there: make messages"
        )
