"""What the settings refuse, and that Django has nothing to warn of in production."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings


def python(*arguments, **environment):
    """Run Python in a process of its own: settings are read once.

    What a `.env` may say is overruled.
    """
    production = {
        "ALSEP_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DEBUG": "0",
        "SECURE_TLS": "1",
        "DATABASE_URL": "sqlite://:memory:",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | production | environment,
        capture_output=True,
        text=True,
    )


def manage(*arguments, **environment):
    """Run manage.py."""
    return python("manage.py", *arguments, **environment)


def read_settings(*names, **environment):
    """Read the settings without starting Django, and print some of them, a line for each."""
    lines = ["from alsep import settings"]
    for name in names:
        lines.append(f"print(settings.{name})")
    return python("-c", "\n".join(lines), **environment)


def test_django_has_nothing_to_warn_of_in_production_that_has_a_signing_key(tmp_path):
    keys = {"SIGNING_KEYS": str(tmp_path / "keys")}
    assert manage("signing_key", **keys).returncode == 0
    done = manage("check", "--deploy", "--fail-level", "WARNING", **keys)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"DEBUG": "1"}, "DEBUG is on. Production does not start with it"),
        ({"ALSEP_ENV": "prod"}, "ALSEP_ENV is 'prod'; it may be production or development."),
    ],
    ids=["without a key", "with DEBUG", "in an unknown environment"],
)
def test_it_does_not_start(environment, sentence):
    done = read_settings(**environment)
    assert done.returncode != 0
    assert sentence in done.stderr


def test_production_without_a_signing_key_does_not_serve(tmp_path):
    keys = {"SIGNING_KEYS": str(tmp_path / "keys")}
    done = manage("shell", "--no-imports", "-c", "import alsep.wsgi", **keys)
    assert done.returncode != 0
    assert "Make one with: manage.py signing_key." in done.stderr
    assert manage("signing_key", **keys).returncode == 0
    assert manage("shell", "--no-imports", "-c", "import alsep.wsgi", **keys).returncode == 0


def test_keys_lie_beside_the_state_unless_told_otherwise(tmp_path):
    beside = read_settings("SIGNING_KEYS", STATE_DIR=str(tmp_path))
    assert beside.stdout.strip() == str(tmp_path / "keys")
    told = read_settings("SIGNING_KEYS", SIGNING_KEYS="/run/keys")
    assert told.stdout.strip() == "/run/keys"


def test_development_starts_without_a_key():
    done = manage("check", ALSEP_ENV="development", SECRET_KEY="")
    assert done.returncode == 0, done.stderr


def test_production_keeps_cookies_and_pages_to_tls():
    names = (
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
    )
    kept = read_settings(*names)
    assert kept.stdout.split() == ["True", "True", "True", "31536000"]
    free = read_settings(*names, SECURE_TLS="0")
    assert free.stdout.split() == ["False", "False", "False", "0"]
