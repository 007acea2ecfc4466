"""The WSGI application for gunicorn."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from kkm import signing
from kkm.errors import KeyUnavailable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alsep.settings")

application = get_wsgi_application()
try:
    signing.current()
except KeyUnavailable as error:
    # Without a key every Z-report would be refused, so production does not start without one.
    raise ImproperlyConfigured(error.why) from error
