"""Heads of journals that users have seen. They are anchors of an audit: a journal that was cut or
rewritten after somebody has seen it contradicts them.
"""

import logging
from collections.abc import Iterable, Iterator

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from inspector.models import SeenHead, User
from kkm import signing
from kkm.domain.anchor import FOREIGN_MEMORY, UNKNOWN_MEMORY, Anchor
from kkm.domain.finding import Rule
from kkm.errors import KeyUnavailable
from kkm.fields import SEAL_DIGITS, SealDigits
from kkm.local_time import clock
from kkm.models import KKM
from kkm.models.register import KKMQuerySet
from kkm.models.state import last_operation

# Rows that are read from the database at a time.
CHUNK = 2000
_logger = logging.getLogger(__name__)


def with_heads(registers: KKMQuerySet, user: User) -> KKMQuerySet:
    """Annotate where the journals end, and whether the user has seen these heads before."""
    last = last_operation().annotate(digits=SealDigits("seal"))
    number = Subquery(last.values("number")[:1])
    seal = Subquery(last.values("digits")[:1])
    same = SeenHead.objects.filter(
        user=user,
        kkm=OuterRef("pk"),
        number=OuterRef("head_number"),
        seal=OuterRef("head_seal"),
    )
    heads = registers.annotate(head_number=number, head_seal=seal)
    return heads.annotate(head_seen=Exists(same))


def remember_heads(user: User, kkms: Iterable[KKM]) -> None:
    """Keep where the journals end, unless the user has seen it before. Needs `with_heads`.

    One row for each head that is new. Without a signing key nothing is kept, nor is what somebody
    has written in the place of a seal, which is longer than any: the check finds it.
    """
    for kkm in kkms:
        known = vars(kkm)
        if known["head_number"] is None or known["head_seen"]:
            continue
        if len(known["head_seal"]) > SEAL_DIGITS:
            continue
        try:
            _keep(user, kkm, known["head_number"], known["head_seal"])
        except KeyUnavailable as error:
            _logger.error("A head that was seen is not remembered: %s", error.why)
            return


def _keep(user: User, kkm: KKM, number: int, seal: str) -> None:
    at = timezone.now().replace(microsecond=0)
    try:
        with transaction.atomic():
            SeenHead.create_signed(user=user, kkm=kkm, number=number, seal=seal, at=at)
    except IntegrityError:
        # Another request of the user has kept the same head at the same time.
        return


def remembered_heads(kkm: KKM) -> Iterator[Anchor]:
    """What all users have seen of a journal, by number: anchors for `kkm.audit.audit`.

    An anchor that the cabinet has not signed has a `fault`: then the row is wrong, not the journal.
    """
    heads = SeenHead.objects.filter(kkm=kkm).order_by("number", "pk").select_related("user")
    for head in heads.iterator(CHUNK):
        number = max(1, head.number)
        source = f"{head.user}, {clock(head.at)}"
        yield Anchor(number, head.seal, Rule.MEMORY, source, _fault(head))


def _fault(head: SeenHead) -> str:
    if head.signature_fits:
        return ""
    if head.signature_fits is None:
        signing.require()
        return UNKNOWN_MEMORY
    return FOREIGN_MEMORY
