"""Alsep's settings as the tests run them: development, so that no secret is needed, and a cheap
password hash.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("ALSEP_ENV", "development")
os.environ.setdefault("STATE_DIR", tempfile.mkdtemp(prefix="alsep-tests-"))

from alsep.settings import *  # noqa: F403
from alsep.settings import DATABASES, STATE_DIR, STATIC_ROOT

DEBUG = False
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
DATABASES["default"]["CONN_MAX_AGE"] = (
    0  # threads of a live server keep no connection to a database that will be dropped
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads that share one memory lock each other's tables. Nobody misses a
    # test database that power took.
    DATABASES["default"]["TEST"] = {"NAME": str(STATE_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
