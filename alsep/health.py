"""Is Alsep fit to answer? What `/healthz` says, found out anew at each question."""

import logging
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.utils import timezone

from kkm import signing
from kkm.audit.registers_to_check import to_be_checked
from kkm.errors import KeyUnavailable
from kkm.models import Audit, SignedHead

UNCHECKED: Mapping[str, str | int | None] = {
    "journals": "unknown",
    "journals_checked_seconds_ago": None,
}
log = logging.getLogger(__name__)


def examine() -> dict[str, str | int | None]:
    """`status` is ok or failing; beside it what each part says. Why the database failed goes to the
    log, not to the public.

    What the last full check of the journals found is told, and makes nothing fail: Alsep is fit to
    answer, and to show it.
    """
    try:
        parts = {"database": _database(), "migrations": _migrations()}
        migrated = parts["migrations"] == "ok"
        parts |= {"signing_key": _key(migrated)}
        checked = _check() if migrated else {}
    except Error:
        log.exception("The database does not answer.")
        parts, checked = {"database": "does not answer", "migrations": "unknown"}, {}
        parts |= {"signing_key": _key(False)}
    status = "failing"
    if set(parts.values()) == {"ok"}:
        status = "ok"
    return {"status": status, **parts, **(checked or UNCHECKED)}


def _check() -> dict[str, str | int | None]:
    """The journals were all checked when the one that has waited longest was; a finding in any
    of them counts.
    """
    last = Audit.objects.filter(kkm=OuterRef("pk")).order_by("-number")
    rows = (
        to_be_checked()
        .annotate(
            checked=Subquery(last.values("at")[:1]), found=Subquery(last.values("findings")[:1])
        )
        .order_by()
    )
    sums = rows.aggregate(
        n=Count("pk"),
        checked_n=Count("checked"),
        oldest=Min("checked"),
        broken=Count("pk", filter=~Q(found="")),
    )
    if not sums["n"] or sums["checked_n"] < sums["n"]:
        return {
            "journals": "not all were checked" if sums["n"] else "none yet",
            "journals_checked_seconds_ago": None,
        }
    age = int((timezone.now() - sums["oldest"]).total_seconds())
    return {"journals": "findings" if sums["broken"] else "ok", "journals_checked_seconds_ago": age}


def _key(migrated: bool) -> str:
    """Whether there is a key to sign with, and the one by which the last head was signed.

    Development makes the first one itself.
    """
    try:
        current, known = signing.current_id(), signing.public_keys()
    except KeyUnavailable as error:
        log.error("The signing key cannot be read: %s", error.why)
        return "unreadable"
    if not current and settings.PRODUCTION:
        return "missing"
    last = SignedHead.objects.order_by("-pk").values_list("key", flat=True)[:1] if migrated else []
    return "ok" if set(last) <= set(known) else "another"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def _migrations() -> str:
    missing = _shipped() - set(MigrationRecorder(connection).applied_migrations())
    return f"{len(missing)} not applied" if missing else "ok"


@cache
def _shipped() -> frozenset[tuple[str, str]]:
    """The migrations of this code; they cannot change while the process lives."""
    return frozenset(MigrationLoader(None).graph.nodes)
