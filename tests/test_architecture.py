"""The plan of the packages, guarded: which may import which, which may write fiscal rows or statements
that write, where local times are made, how long functions and modules are, and which addresses
answer without a login.

Imports, calls, statements and sizes are read from the source; addresses are asked by Django's test
client. A room is a package or module of `FLOORS`, a floor a layer of rooms, the door is
`kkm.journal` (docs/architecture.md).
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from inspector.models import Control, User
from kkm import journal
from kkm.audit.audit import full_audit
from kkm.audit.history import keep
from kkm.models import FISCAL_MODELS, FiscalOperation
from tests.factories import KKMFactory
from tests.stories import act, activate, close, sell

ROOT = Path(settings.BASE_DIR)
APPS = ("alsep", "kkm", "reports", "inspector")

# A room may import itself and the rooms of lower floors. Rooms of one floor do not know each other.
FLOORS = [
    ["kkm", "kkm.domain"],
    ["kkm.errors"],
    [
        "kkm.fast_json",
        "kkm.fields",
        "kkm.local_time",
        "kkm.signing",
        "kkm.questions",
        "kkm.throttle",
        "kkm.values",
    ],
    ["kkm.models", "kkm.arguments"],
    ["kkm.reading", "kkm.spread"],
    ["kkm.journal", "kkm.audit", "kkm.importing", "reports"],
    ["kkm.export"],
    ["kkm.webkassa", "kkm.admin", "kkm.demo", "inspector"],
    # The outermost wiring of each app: Django finds it, nobody imports it.
    [
        *(f"{app}.{part}" for app in APPS for part in ("apps", "management", "migrations")),
        "inspector.admin",
    ],
    ["alsep"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
NO_SUCH_ROOMS = {
    "utils",
    "util",
    "common",
    "core",
    "helpers",
    "services",
    "base",
    "misc",
    "signals",
}

FUNCTION_LINES, MODULE_LINES = 40, 400


# -- reading the source ----------------------------------------------------------------------------


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {module_name(path): path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))}
MODULES = sorted(PATHS)


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(PATHS[module].read_text(encoding="utf-8"))


def imports_of(module: str) -> Iterator[str]:
    """Everything that a module imports, wherever in it, as full dotted names."""
    package = module if PATHS[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = ".".join(
                [*package.split(".")[: len(package.split(".")) + 1 - node.level]]
                if node.level
                else []
            )
            source = ".".join(part for part in (home, node.module) if part)
            yield from (
                f"{source}.{alias.name}" if f"{source}.{alias.name}" in PATHS else source
                for alias in node.names
            )


def room_of(module: str) -> str | None:
    """The longest room that the module lies in."""
    parts = module.split(".")
    names = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
    room = next((name for name in names if name in FLOOR), None)
    return None if room == "kkm" and module != "kkm" else room


def is_ours(name: str) -> bool:
    return name.split(".")[0] in APPS


# -- imports ---------------------------------------------------------------------------------------


def test_every_module_lies_in_a_room_of_the_plan():
    assert [module for module in MODULES if room_of(module) is None] == []


def test_imports_run_one_way():
    wrong = {module: found for module in MODULES if (found := imports_from_above(module))}
    assert wrong == {}, "these modules may not import these"


def imports_from_above(module: str) -> list[str]:
    """What a module imports from rooms that are not below its own."""
    mine = room_of(module)
    found = []
    for name in filter(is_ours, imports_of(module)):
        room = room_of(name)
        if room != mine and not (room and FLOOR[room] < FLOOR[mine]):
            found.append(name)
    return found


def test_the_domain_imports_the_standard_library_and_itself():
    wrong = {
        (module, name)
        for module in MODULES
        if room_of(module) == "kkm.domain"
        for name in imports_of(module)
        if not name.startswith("kkm.domain") and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert wrong == set()


# Local times are made in these modules only: the first reads them and gives UTC, the second shows
# them. So no other module has a local time that could be added to, subtracted or compared.
LOCAL_TIME = {"kkm.domain.moments", "kkm.local_time"}
MAKES_LOCAL_TIME = {"localtime", "make_aware", "make_naive", "astimezone", "combine", "localize"}


def test_nobody_else_makes_a_local_time():
    made = {module: found for module in MODULES if (found := local_times_of(module))}
    assert set(made) <= LOCAL_TIME, made


def local_times_of(module: str) -> set[str]:
    """The calls of a module that make a local time, and the zones that it gives."""
    called = [node.func for node in ast.walk(tree_of(module)) if isinstance(node, ast.Call)]
    names = {func.attr for func in called if isinstance(func, ast.Attribute)}
    names |= {func.id for func in called if isinstance(func, ast.Name)}
    zoned = {
        keyword.arg
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "tzinfo" and ast.unparse(keyword.value) not in ("UTC", "None")
    }
    return names & MAKES_LOCAL_TIME | zoned


def test_the_journal_and_the_reports_know_no_users():
    wrong = {
        (module, name)
        for module in MODULES
        if module.split(".")[0] in ("kkm", "reports")
        for name in imports_of(module)
    }
    wrong = {pair for pair in wrong if pair[1].startswith(("inspector", "django.contrib.auth"))}
    assert wrong == {
        ("kkm.models.reference", "django.contrib.auth.hashers")
    }  # cashiers have passwords, and are no users


def test_the_reading_of_imports_sees_all_ways_of_importing():
    assert {"kkm.journal", "kkm.errors"} <= set(imports_of("inspector.views.acts"))
    assert "inspector.models" in set(
        imports_of("inspector.migrations.0002_triggers")
    )  # inside a function
    assert "kkm.models.triggers" in set(imports_of("kkm.migrations.0002_triggers"))


def test_there_are_no_signals_and_no_rooms_for_everything():
    assert [module for module in MODULES if NO_SUCH_ROOMS & set(module.split("."))] == []
    wrong = [
        (module, name)
        for module in MODULES
        for name in imports_of(module)
        if re.search(r"\bsignals\b|\bdjango\.dispatch\b", name)
    ]
    assert wrong == []


# -- one door writes -------------------------------------------------------------------------------

DOOR = "kkm.journal"
WRITERS = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "save",
    "delete",
    "update",
    "bulk_update",
}
WRITERS |= {f"a{name}" for name in WRITERS} | {"_raw_delete", "save_base"}
MANAGERS_WRITE = {
    "add",
    "set",
    "remove",
    "clear",
    "aadd",
    "aset",
    "aremove",
    "aclear",
}  # a set has such methods too
NAMES = {model.__name__ for model in FISCAL_MODELS}
LINKS = {
    field.name
    for model in FISCAL_MODELS
    for field in model._meta.fields
    if field.related_model in FISCAL_MODELS
}
LINKS |= {
    field.remote_field.related_name
    for model in FISCAL_MODELS
    for field in model._meta.fields
    if field.remote_field
}
LINKS |= {"open_shift", "open_registration", "blocking"}
WRITING_SQL = re.compile(
    r"\b(INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|DELETE\s+FROM|TRUNCATE|UPDATE\s+\S+\s+SET|MERGE\s+INTO|COPY)\b"
)
HISTORY = "kkm.audit.history"  # writes results of audits, and nothing else
OF_AUDITS = {HISTORY, "kkm.migrations.0005_signed_audits"}
SQL_ALLOWED = {
    "kkm.migrations._journal_move",
    "kkm.migrations.0015_directory_of_numbers",
    "kkm.models.triggers",
    "kkm.spread.checks",
}  # they move rows to other tables; the statements of the others name what the triggers refuse


def spine(node: ast.expr) -> Iterator[str]:
    """Names along `a.b(…).c[…]`, from the end to the beginning; arguments count only where the
    beginning is a plain function.
    """
    while True:
        if isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Call):
            plain = isinstance(node.func, ast.Name) or getattr(node.func, "attr", "") == "get_model"
            for argument in node.args if plain else ():
                yield from spine(argument)
            node = node.func
        elif isinstance(node, ast.Subscript | ast.Starred | ast.Await):
            node = node.value
        else:
            break
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value.rpartition(".")[2]
    elif isinstance(node, ast.IfExp):
        yield from (name for part in (node.body, node.orelse) for name in spine(part))
    elif isinstance(node, ast.BoolOp | ast.List | ast.Tuple):
        yield from (
            name
            for part in getattr(node, "values", getattr(node, "elts", ()))
            for name in spine(part)
        )
    elif isinstance(node, ast.ListComp | ast.GeneratorExp):
        yield from spine(node.generators[0].iter)


def bindings(scope: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(target, what it is bound to) for every way of naming a value in a scope."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            yield from ((target, node.value) for target in node.targets)
        elif isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value:
            yield node.target, node.value
        elif isinstance(node, ast.For | ast.comprehension):
            yield node.target, node.iter
        elif isinstance(node, ast.withitem) and node.optional_vars:
            yield node.optional_vars, node.context_expr
        elif isinstance(node, ast.arg) and node.annotation:
            yield ast.Name(node.arg), node.annotation


def fiscal_names(scope: ast.AST, known: set[str]) -> set[str]:
    """Names in a scope that may stand for rows or querysets of the journal."""
    names = set(known)
    while True:
        found = {
            target.id
            for targets, value in bindings(scope)
            if set(spine(value)) & (names | LINKS)
            for target in ast.walk(targets)
            if isinstance(target, ast.Name)
        }
        if found <= names:
            return names
        names |= found


def writes(tree: ast.Module, names: set[str] = NAMES) -> list[str]:
    """Calls of writing methods on anything fiscal."""
    imported = [
        alias for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    ]
    models = names | {alias.asname for alias in imported if alias.name in names and alias.asname}
    found = []
    for scope in ast.walk(tree):
        if isinstance(scope, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            known = models if isinstance(scope, ast.Module) else fiscal_names(scope, models)
            found += [ast.unparse(call) for call in ast.walk(scope) if is_writing(call, known)]
    return found


def is_writing(call: ast.AST, names: set[str]) -> bool:
    """Whether it is a call of a writing method on one of the names, or on what hangs on a
    register.
    """
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    method, subject = call.func.attr, call.func.value
    if method in MANAGERS_WRITE:
        return isinstance(subject, ast.Attribute) and subject.attr in LINKS
    return method in WRITERS and bool(set(spine(subject)) & (names | LINKS))


def texts_of(tree: ast.Module) -> Iterator[str]:
    """String literals, f-strings with {} for their values, docstrings left out."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
        ):
            yield node.value


def test_only_the_door_writes_to_the_journal():
    found = {}
    for module in MODULES:
        guarded = NAMES - {"Audit"} if module in OF_AUDITS else NAMES
        if not module.startswith(DOOR) and (calls := writes(tree_of(module), guarded)):
            found[module] = calls
    assert found == {}


def test_only_the_door_takes_and_frees_registration_numbers():
    names = {"TakenRegistrationNumber"}
    assert [module for module in MODULES if writes(tree_of(module), names)] == [DOOR]


def test_the_history_of_audits_writes_nothing_else():
    assert {call.partition("(")[0] for call in writes(tree_of(HISTORY))} == {"Audit.objects.create"}


def test_only_the_door_has_statements_that_write():
    found = [
        (module, text)
        for module in MODULES
        if not module.startswith(DOOR) and module not in SQL_ALLOWED
        for text in texts_of(tree_of(module))
        if WRITING_SQL.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "FiscalOperation.objects.create(number=1)",
        "models.Shift.objects.filter(pk=1).update(number=2)",
        "from kkm.models import Shift as S\nS.objects.all().delete()",
        "kkm.operations.filter(number=1).update(number=2)",
        "def f(kkm):\n    last = kkm.operations.last()\n    last.save()",
        "def f(rows):\n    for row in ZReport.objects.all():\n        row.delete()",
        "def f(shift: Shift):\n    shift.save(update_fields=['number'])",
        "def f(kkm):\n    one = next(iter(kkm.shifts.all()))\n    again = one\n    again.save()",
        "def f(kkm):\n    if (shift := kkm.open_shift):\n        shift.delete()",
        "def f():\n    get_object_or_404(Registration, pk=1).delete()",
        "apps.get_model('kkm', 'Position').objects.bulk_create([])",
        "def f(z):\n    z.operation.save()",
        "Registration(kkm=kkm).save()",
        "kkm.operations.add(operation, bulk=False)",
        "def f():\n    [s.delete() for s in Shift.objects.all()]",
    ],
)
def test_a_way_round_the_door_would_be_seen(source):
    assert writes(ast.parse(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "KKM.objects.filter(Exists(Registration.objects.open())).update(comment='')",
        "def f(kkm):\n    kkm.comment = ''\n    kkm.save()",
        "seen = {}\nseen.update(a=1)",
        "def f(kkm):\n    for shift in kkm.shifts.all():\n        seen.add(shift)",
        "def f(kkm):\n    journal.record(kkm=kkm, entry=Position(name='a'))\n    kkm.save()",
        "FiscalOperation.objects.filter(number=1).first()",
    ],
)
def test_what_is_not_the_journal_may_be_written(source):
    assert writes(ast.parse(source)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('sql = f"INSERT INTO {table} VALUES (1)"', True),
        ('sql = "UPDATE kkm_shift SET number = 1"', True),
        ('sql = "DELETE  FROM kkm_shift"', True),
        ('sql = "INSERT OR REPLACE INTO kkm_shift VALUES (1)"', True),
        ('"""Prose may say DELETE FROM."""', False),
        ('sql = "SELECT 1 FROM kkm_kkm FOR UPDATE"', False),
    ],
)
def test_a_statement_that_writes_would_be_seen(text, found):
    assert any(WRITING_SQL.search(literal) for literal in texts_of(ast.parse(text))) is found


# -- sizes -----------------------------------------------------------------------------------------


def test_functions_and_modules_keep_to_the_sizes():
    found = []
    for module in MODULES:
        if ".migrations." not in module:
            found += too_long_in(module)
    assert found == []


def too_long_in(module: str) -> list[str]:
    """The module, if it is too long, and its functions that are."""
    lines = PATHS[module].read_text(encoding="utf-8").splitlines()
    found = [module] if len(lines) > MODULE_LINES else []
    for node in ast.walk(tree_of(module)):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and node.end_lineno - node.lineno + 1 > FUNCTION_LINES:
            found.append(f"{module}.{node.name}")
    return found


# -- addresses -------------------------------------------------------------------------------------

A_TOKEN = f"AEA{'A' * 170}"  # damaged, and answered all the same
PUBLIC = {
    "/",
    "/healthz",
    "/keys/",
    "/favicon.ico",
    "/language/",
    "/theme/",
    "/login/",
    "/logout/",
    "/admin/login/",
    "/admin/logout/",
}
PUBLIC |= {"/consumer", "/consumer.pdf"}
PUBLIC |= {"/api/openapi.json", "/api/docs", "/api/docs/"}
# The calls refuse in JSON who has no key or token: tests/kkm/webkassa/test_access.py.
CALLS_OF_THE_API = "webkassa"
PUBLIC |= {"/verify/", f"/verify/{A_TOKEN}"}
LOGINS = {"/login/", "/admin/login/"}
LEAST_ROUTES_OF_A_REGISTER = 17  # raise it with the cabinet
KWARGS = {
    "text": A_TOKEN,
    "number": 2,
    "kind": "z",
    "object_id": 1,
    "content_type_id": 1,
    "url": "nowhere",
}
SPECIAL = {"act_pdf": {"number": 4}, "check_pdf": {"number": 1}}
QUERY = {"report_pdf": "?date=2026-03-12&type=z", "report": "?date=2026-03-12&type=z"}


ANY_CASE = re.compile(r"\[([a-z])[A-Z]\]")  # a letter of a route that matches in any case
PARAMETER = re.compile(r"<(?:\w+:)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?P<choices>[^)]*)\)")


def sample(route: str, **known: object) -> str:
    """An address that fits a route."""

    def value(match: re.Match) -> str:
        name, choices = match["name"] or match["group"], match["choices"] or ""
        usual = choices.split("|")[0] if re.fullmatch(r"[\w|]+", choices) else 1
        return str({**KWARGS, **known}.get(name, usual))

    return PARAMETER.sub(value, ANY_CASE.sub(r"\1", route))


def routes(patterns=None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the project with its full pattern."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        own = (
            str(entry.pattern)
            if isinstance(entry.pattern, RoutePattern)
            else str(entry.pattern).strip("^$").replace(r"\Z", "")
        )
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, before + own)
        else:
            yield before + own, entry


ROUTES = [(route, entry) for route, entry in routes() if entry.name != CALLS_OF_THE_API]
OF_A_REGISTER = [(route, entry.name) for route, entry in ROUTES if "serial>" in route]


def address(route: str, name: str | None = None, **known: object) -> str:
    return sample(route, **{**SPECIAL.get(name, {}), **known})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", sorted({sample(route, serial="ALS00000001") for route, _ in ROUTES} - PUBLIC)
)
def test_without_a_login_the_login_page_opens(url):
    client = Client()
    response = client.get(url)
    if response.status_code == 405:
        response = client.post(url)
    assert response.status_code == 302, f"{url} answers without a login"
    hops = [
        response.url,
        *(step for step, _ in client.get(response.url, follow=True).redirect_chain),
    ]
    assert {hop.partition("?")[0] for hop in hops} & LOGINS


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "name"), [*OF_A_REGISTER, ("/cabinet/", "cabinet")])
def test_htmx_without_a_login_opens_the_login_page(client, route, name):
    response = client.get(address(route, name, serial="ALS00000001"), HTTP_HX_REQUEST="true")
    assert response.status_code == 200
    assert response["HX-Redirect"].startswith("/login/?next=/cabinet/")


@pytest.mark.django_db
@pytest.mark.parametrize("url", sorted(PUBLIC))
def test_what_is_public_does_not_ask_to_log_in(url):
    response = Client().get(url)
    assert response.status_code in (200, 302, 405)
    assert response.status_code != 302 or response.url.partition("?")[0] in {
        "/",
        "/api/docs/",
        *LOGINS,
    }


@pytest.fixture
def worked_kkm(active_kkm, now):
    """A register with everything that has a page: a ticket (2), a Z (3), an act of
    deregistration (4), an open shift, a check (1).
    """
    sell(active_kkm, at=now)
    close(active_kkm, at=now)
    journal.deregister(kkm=active_kkm, act=act(now, reason="замена на новую модель"))
    activate(active_kkm, at=now)
    sell(active_kkm, at=now)
    keep(active_kkm, full_audit(active_kkm), at=now, by="Сериков Н.Б.", milliseconds=1)
    return active_kkm


@pytest.fixture
def inspector(db):
    """May log in; controls nothing."""
    return User.objects.create_user(username="serikov", password=None, full_name="Сериков Н.Б.")


@pytest.fixture
def cabinet(inspector, client):
    """The inspector's browser."""
    client.force_login(inspector, backend="django.contrib.auth.backends.ModelBackend")
    return client


def answers(client, url):
    return {client.get(url).status_code, client.post(url).status_code}


def test_the_cabinet_has_the_routes_that_this_guard_is_for():
    assert len(OF_A_REGISTER) >= LEAST_ROUTES_OF_A_REGISTER


@pytest.mark.parametrize(("route", "name"), OF_A_REGISTER)
def test_a_register_that_is_not_the_inspectors_does_not_exist(cabinet, worked_kkm, route, name):
    before = FiscalOperation.objects.count()
    found = answers(
        cabinet, address(route, name, serial=worked_kkm.serial_number) + QUERY.get(name, "")
    )
    assert 404 in found
    assert found <= {404, 405}
    assert FiscalOperation.objects.count() == before


@pytest.mark.parametrize(("route", "name"), OF_A_REGISTER)
def test_a_revoked_control_takes_effect_at_the_next_click(
    cabinet, inspector, worked_kkm, now, route, name
):
    control = Control.create_signed(inspector=inspector, kkm=worked_kkm, granted_at=now)
    url = address(route, name, serial=worked_kkm.serial_number) + QUERY.get(name, "")
    seen = cabinet.get(url).status_code
    Control.objects.filter(pk=control.pk).update(revoked_at=now)
    assert seen != 404, "the guard would see nothing on this page"
    assert answers(cabinet, url) <= {404, 405}


def test_another_inspectors_register_stays_hidden_from_one_who_has_his_own(
    cabinet, inspector, worked_kkm, now
):
    mine = KKMFactory()
    activate(mine, at=now)
    Control.create_signed(inspector=inspector, kkm=mine, granted_at=now)
    page = cabinet.get(reverse("cabinet")).content.decode()
    assert mine.serial_number in page
    assert worked_kkm.serial_number not in page
