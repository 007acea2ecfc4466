"""`manage.py demo`: write the demo world and print its logins."""

from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tqdm import tqdm

from inspector.models import Control, User
from kkm.arguments import positive
from kkm.demo import accounts
from kkm.demo.hours import Calendar
from kkm.demo.world import World, make_sample_registers, registers, sample_registers
from kkm.models import KKM

ADMIN, FIRST, SECOND = "admin", "inspector", "inspector2"


class Person(NamedTuple):
    """A demo user of the cabinet."""

    name: str
    password: str
    purpose: Promise


# By login.
PEOPLE = {
    ADMIN: Person(
        "Администратор",
        "demo-admin-2026",
        gettext_lazy("администрирование /admin/: кассы, налогоплательщики, инспекторы"),
    ),
    FIRST: Person(
        "Сериков Нурлан Бекович",
        "demo-inspector-2026",
        gettext_lazy("кабинет инспектора, может блокировать кассы"),
    ),
    SECOND: Person(
        "Ахметжанова Айгуль Маратовна",
        "demo-inspector2-2026",
        gettext_lazy("кабинет инспектора, часть касс — общие с первым"),
    ),
}


class Command(BaseCommand):
    """Write the demo world through the door. It is safe to run the command again."""

    def add_arguments(self, parser: CommandParser) -> None:
        """The size of the world, its seed, and what to do."""
        parser.description = _(
            "Демонстрационные налогоплательщики, кассы во всех состояниях, "
            "смены за последние дни, инспекторы и их логины."
        )
        parser.add_argument(
            "--registers",
            type=positive,
            default=14,
            help=_("сколько касс (по умолчанию 14: по одной и более в каждом состоянии)"),
        )
        parser.add_argument(
            "--days",
            type=positive,
            default=60,
            help=_("за сколько дней, включая сегодня (по умолчанию 60)"),
        )
        parser.add_argument(
            "--seed",
            type=int,
            default=1,
            help=_("начальное число: с одним числом в один день данные одинаковы"),
        )
        parser.add_argument("--logins", action="store_true", help=_("только напечатать логины"))
        parser.add_argument(
            "--yes-in-production",
            action="store_true",
            help=_("разрешить при ALSEP_ENV=production: пароли всем известны"),
        )

    def handle(
        self,
        *,
        registers: int,
        days: int,
        seed: int,
        logins: bool,
        yes_in_production: bool,
        verbosity: int,
        **_options: object,
    ) -> None:
        """Write what is missing, then print the logins."""
        if not logins:
            if settings.PRODUCTION and not yes_in_production:
                raise CommandError(
                    _(
                        "Демонстрационные пароли известны всем: "
                        "в production нужен ключ --yes-in-production."
                    )
                )
            # With DEBUG Django keeps the text of every statement.
            settings.DEBUG = False
            people = _people()
            inspector = (FIRST, people[FIRST].full_name)
            world = World(Calendar(timezone.now(), days), registers, seed, inspector)
            self._write(world, verbosity)
            make_sample_registers(inspector)
            _grant(people)
            accounts.create_missing(timezone.now())
        self._print_logins()

    def _print_logins(self) -> None:
        """The logins of the cabinet, then those of the register API."""
        self.stdout.write("\n" + _("Логины:"))
        for login, person in PEOPLE.items():
            self._print_login(login, person.password, str(person.purpose))
        heading = _("Кассиры, только через API касс; заголовок x-api-key: {key}")
        self.stdout.write("\n" + heading.format(key=accounts.KEY))
        for login, password, purpose in accounts.logins():
            self._print_login(login, password, purpose)
        self.stdout.write(_("Попробовать: {command}").format(command=_kassa_command()))

    def _print_login(self, login: str, password: str, purpose: str) -> None:
        self.stdout.write(f"  {login:<11} {password:<21} {purpose}")

    def _write(self, world: World, verbosity: int) -> None:
        present = registers().count()
        if present >= world.registers:
            text = _("Демонстрационные данные уже есть: касс — {there}. Ничего не добавлено.")
            self.stdout.write(text.format(there=present))
            return
        bar = tqdm(
            world.write(),
            total=world.registers - present,
            unit=_("касса"),
            desc=_("Кассы"),
            disable=verbosity == 0,
        )
        made = 0
        for _kkm in bar:
            made += 1
        self.stdout.write(_("Готово: касс добавлено — {made}.").format(made=made))


def _kassa_command() -> str:
    """A command that works with the first demo cashier."""
    login, password, _purpose = accounts.logins()[0]
    base = settings.CABINET_URL.rstrip("/")
    return (
        f".venv/bin/python manage.py kassa --base {base} "
        f"--key {accounts.KEY} --login {login} --password {password}"
    )


def _people() -> dict[str, User]:
    """The demo users by login. The missing ones are created."""
    people = {}
    for login, person in PEOPLE.items():
        is_admin = login == ADMIN
        fields = {
            "full_name": person.name,
            "is_staff": is_admin,
            "is_superuser": is_admin,
        }
        user, made = User.objects.get_or_create(username=login, defaults=fields)
        if made:
            user.set_password(person.password)
            user.save()
        people[login] = user
    blocking = Permission.objects.get(content_type__app_label="kkm", codename="block_kkm")
    people[FIRST].user_permissions.add(blocking)
    return people


def _grant(people: dict[str, User]) -> None:
    """Give the inspectors control of registers.

    The first inspector controls nine registers of ten. The second controls every other one and
    those that the first does not.
    """
    for index, kkm in enumerate([*registers(), *sample_registers()]):
        is_tenth = index % 10 == 3
        if not is_tenth:
            _control(people[FIRST], kkm)
        if is_tenth or index % 2 == 0:
            _control(people[SECOND], kkm)


def _control(inspector: User, kkm: KKM) -> None:
    """A control that exists or was revoked stays as it is."""
    if not Control.objects.filter(inspector=inspector, kkm=kkm).exists():
        Control.create_signed(inspector=inspector, kkm=kkm)
