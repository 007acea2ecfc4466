"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from kkm import signing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alsep.settings")

application = get_wsgi_application()
signing.current()  # production does not start without a key: it would refuse every Z
