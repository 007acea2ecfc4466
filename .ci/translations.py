"""Check that every user-visible text has a Kazakh translation.

Fails with a list of the msgids that the catalogue lacks, and of the words in templates that are
outside of gettext. The catalogue is brought up to date in a copy of the tree. The tree itself is
not changed.
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
# Parts of a template that need no translation: tags and comments of Django, comments of HTML, and
# elements that name their language by an attribute.
NOT_FOR_GETTEXT = re.compile(
    r"""
    {%\s*(blocktranslate|blocktrans|comment)\b.*?{%\s*end\1\s*%}
    |{%.*?%}
    |{{.*?}}
    |{\#.*?\#}
    |<!--.*?-->
    |<(\w+)\b[^<>]*\slang="\w+"[^<>]*>[^<]*</\2>
    """,
    re.DOTALL | re.VERBOSE,
)
CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def untranslated() -> str:
    """The entries without a translation and the fuzzy ones, as gettext prints them."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "alsep"
        shutil.copytree(TREE, copy, ignore=NOT_OURS)
        renew_catalogue(copy, place)
        run("msgfmt", "--check", "--output-file", os.devnull, CATALOGUE, cwd=copy)
        options = ("--no-obsolete", "--no-wrap", CATALOGUE)
        found = []
        for kind in ("--untranslated", "--only-fuzzy"):
            text = run("msgattrib", kind, *options, cwd=copy)
            _header, _, entries = text.partition("\n\n")
            if entries:
                found.append(entries)
        return "\n".join(found)


def renew_catalogue(tree: Path, state: str) -> None:
    """Bring the msgids of the catalogue in a tree up to date. `state`: a temporary directory."""
    environment = os.environ | {
        "ALSEP_ENV": "development",
        "STATE_DIR": state,
        "DATABASE_URL": "sqlite://:memory:",
    }
    options = ("--locale", "kk", "--no-obsolete", "--verbosity", "0")
    run(sys.executable, "manage.py", "makemessages", *options, cwd=tree, env=environment)


def run(*command, **where) -> str:
    """The output of a command. If the command fails, exit with its complaint."""
    # The commands are those of this module.
    done = subprocess.run(command, capture_output=True, text=True, **where)  # noqa: S603
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return done.stdout


def unseen() -> list[str]:
    """The lines of templates that have words outside `translate` and `blocktranslate`."""
    found = []
    for template in sorted(TREE.glob("*templates/**/*")):
        if template.is_file():
            found += unseen_in(template)
    return found


def unseen_in(template: Path) -> list[str]:
    """Such lines of one template, with its path and their numbers."""
    name = template.relative_to(TREE)
    text = NOT_FOR_GETTEXT.sub(only_newlines, template.read_text())
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if CYRILLIC.search(line):
            found.append(f"{name}:{number}: {line.strip()}")
    return found


def only_newlines(match: re.Match) -> str:
    """The line breaks of a match, so that the numbers of later lines stay."""
    return "\n" * match[0].count("\n")


def main() -> str | None:
    """None if everything has a translation, else the complaint."""
    if not (TREE / CATALOGUE).exists():
        return f"{CATALOGUE} does not exist: nothing is translated into Kazakh yet."
    if lines := unseen():
        return "\n".join(["Words outside {% translate %}:", *lines])
    if entries := untranslated():
        return (
            f"{entries}\nThe entries above have no Kazakh in {CATALOGUE}. "
            "To get them there: make messages"
        )
    return None


if __name__ == "__main__":
    sys.exit(main())
