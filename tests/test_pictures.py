"""What `make pictures` does to a journal, so that its check finds something."""

import runpy
from pathlib import Path

from django.conf import settings

from kkm.audit.audit import full_audit
from tests.factories import KKMFactory
from tests.kkm.tampering import unlocked
from tests.statements import run
from tests.stories import activate, close, sell

DEMO_SERVER = Path(settings.BASE_DIR) / ".ci" / "demo_server.py"


def test_the_falsified_sale_is_found(db, now):
    of_demo = runpy.run_path(str(DEMO_SERVER))
    kkm = KKMFactory(serial_number=of_demo["REGISTER"])
    activate(kkm, at=now)
    sale = sell(kkm, 5_000, at=now)
    close(kkm, at=now)
    with unlocked():
        run(of_demo["FALSIFICATION"].replace("?", "%s"), [kkm.serial_number])
    findings = full_audit(kkm).findings
    assert findings[0].number == sale.number
