"""Questions of the product that are asked of many registers at once: who asks, a module or one of
its functions, and the reason. Every other statement names the register of every fiscal table that
it touches; `tests/conftest.py` reads all of them.
"""

REGISTER = "a register is found by the serial number in an address or a call"
TABLE = "the table of registers, with the state of each"
STAFF = "pages of staff list the rows of all registers"
BASIS = "a return names its ticket by an РНМ, and what returned a ticket is looked for everywhere"
NUMBER = "a registration is found by the РНМ, on whatever register it was"
CHECKED = "which registers are to be checked, and how far their checks are"

FLEET_QUESTIONS = {
    "alsep.admin_site": STAFF,
    "alsep.health": CHECKED,
    "alsep.unsigned": STAFF,
    "inspector.access.get_kkms": REGISTER,
    "inspector.admin": STAFF,
    "inspector.ticket_search": "a ticket is looked for on every register that the user controls",
    "inspector.management.commands.verify_journal._registers": CHECKED,
    "inspector.views.table": TABLE,
    "kkm.admin": STAFF,
    "kkm.models.register.count_by_state": TABLE,
    "kkm.reading.returns._bases": BASIS,
    "kkm.reading.returns._registrations": BASIS,
    "kkm.webkassa.http.access._registers": REGISTER,
    "kkm.webkassa.http.access.register_of": REGISTER,
    "kkm.webkassa.listed_cashboxes": "the registers of a cashier, with the state of each",
    "kkm.spread": "it spreads the tables, and asks them as a whole",
    "reports.ticket.search.find_ticket": NUMBER,
    "reports.verify.typed._registers": NUMBER,
}


def is_of_the_fleet(asker: str) -> bool:
    """Whether the asker, «module.function», is listed: itself or a module that it stands in."""
    return any(asker == one or asker.startswith(f"{one}.") for one in FLEET_QUESTIONS)
