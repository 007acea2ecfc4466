"""Sessions of an account that was switched off end for good: they do not come back when it is
switched on again.
"""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from inspector.models import User


def end_sessions(user: User) -> int:
    """Remove every session of a user; how many there were.

    Nobody can find them by user: each is read.
    """
    mine = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=mine).delete()
    return len(mine)
