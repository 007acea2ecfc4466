"""The WSGI application for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from kkm import signing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alsep.settings")

application = get_wsgi_application()
# Without a key every Z-report would be refused, so production does not start without one.
signing.current()
