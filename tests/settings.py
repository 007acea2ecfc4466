"""Alsep's settings as the tests run them: development, so that no secret is needed, and a cheap password hash."""

import os
import tempfile

os.environ.setdefault("ALSEP_ENV", "development")
os.environ.setdefault("STATE_DIR", tempfile.mkdtemp(prefix="alsep-tests-"))

from alsep.settings import *  # noqa: F403

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
