"""`manage.py demo`: a world to look at, and who may look at it."""

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tqdm import tqdm

from inspector.models import Control, User
from kkm.demo import entry
from kkm.demo.hours import Calendar
from kkm.demo.world import World, make_sample_registers, registers, sample_registers

ADMIN, FIRST, SECOND = "admin", "inspector", "inspector2"
PEOPLE = {  # login: name, password, what for
    ADMIN: (
        "Администратор",
        "demo-admin-2026",
        gettext_lazy("админка /admin/: кассы, налогоплательщики, инспекторы"),
    ),
    FIRST: (
        "Сериков Нурлан Бекович",
        "demo-inspector-2026",
        gettext_lazy("кабинет инспектора, может блокировать кассы"),
    ),
    SECOND: (
        "Ахметжанова Айгуль Маратовна",
        "demo-inspector2-2026",
        gettext_lazy("кабинет инспектора, часть касс — общие с первым"),
    ),
}


class Command(BaseCommand):
    """Write the demo world through the door; safe to run again."""

    def add_arguments(self, parser: CommandParser) -> None:
        """How big, and which."""
        parser.description = _(
            "Демонстрационные налогоплательщики, кассы во всех состояниях, смены за последние дни, инспекторы и их логины."
        )
        parser.add_argument(
            "--registers",
            type=_positive,
            default=14,
            help=_("сколько касс (по умолчанию 14: по одной и более в каждом состоянии)"),
        )
        parser.add_argument(
            "--days",
            type=_positive,
            default=60,
            help=_("за сколько дней, включая сегодня (по умолчанию 60)"),
        )
        parser.add_argument(
            "--seed", type=int, default=1, help=_("одно число и один день — один и тот же мир")
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
                        "Демонстрационные пароли известны всем: в production нужен ключ --yes-in-production."
                    )
                )
            settings.DEBUG = False  # or Django keeps the text of every statement, for nothing
            people = _people()
            self._write(
                World(
                    Calendar(timezone.now(), days),
                    registers,
                    seed,
                    (FIRST, people[FIRST].full_name),
                ),
                verbosity,
            )
            make_sample_registers((FIRST, people[FIRST].full_name))
            _grant(people)
            entry.let_in(timezone.now())
        self._tell()

    def _tell(self) -> None:
        """Who may come in, by the door of people and by that of registers."""
        self.stdout.write("\n" + _("Логины:"))
        self._table(
            [
                (login, password, str(purpose))
                for login, (_name, password, purpose) in PEOPLE.items()
            ]
        )
        self.stdout.write(
            "\n"
            + _("Кассиры, только через API касс; заголовок x-api-key: {key}").format(key=entry.KEY)
        )
        self._table(entry.logins())
        login, password, _purpose = entry.logins()[0]
        who = f"--key {entry.KEY} --login {login} --password {password}"
        command = (
            f".venv/bin/python manage.py kassa --base {settings.CABINET_URL.rstrip('/')} {who}"
        )
        self.stdout.write(_("Попробовать: {command}").format(command=command))

    def _table(self, rows: list[tuple[str, str, str]]) -> None:
        for login, password, purpose in rows:
            self.stdout.write(f"  {login:<11} {password:<21} {purpose}")

    def _write(self, world: World, verbosity: int) -> None:
        there = registers().count()
        if there >= world.registers:
            self.stdout.write(
                _("Демонстрационный мир уже есть: касс — {there}. Ничего не добавлено.").format(
                    there=there
                )
            )
            return
        bar = tqdm(
            world.write(),
            total=world.registers - there,
            unit=_("касса"),
            desc=_("Кассы"),
            disable=verbosity == 0,
        )
        made = sum(1 for _kkm in bar)
        self.stdout.write(_("Готово: касс добавлено — {made}.").format(made=made))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _people() -> dict[str, User]:
    """The demo users, made if they are not there."""
    people = {}
    for login, (name, password, _purpose) in PEOPLE.items():
        rights = {"is_staff": login == ADMIN, "is_superuser": login == ADMIN}
        user, made = User.objects.get_or_create(
            username=login, defaults={"full_name": name, **rights}
        )
        if made:
            user.set_password(password)
            user.save()
        people[login] = user
    people[FIRST].user_permissions.add(
        Permission.objects.get(content_type__app_label="kkm", codename="block_kkm")
    )
    return people


def _grant(people: dict[str, User]) -> None:
    """The first inspector controls nine registers of ten, the second every other one and those that the first does not."""
    for index, kkm in enumerate([*registers(), *sample_registers()]):
        for login, controls in (
            (FIRST, index % 10 != 3),
            (SECOND, index % 2 == 0 or index % 10 == 3),
        ):
            mine = Control.objects.filter(inspector=people[login], kkm=kkm)
            if controls and not mine.exists():  # a control that was revoked stays revoked
                Control.grant(inspector=people[login], kkm=kkm)
