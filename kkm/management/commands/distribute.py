"""`manage.py distribute [--dry-run]`: the journal over the machines of a Citus, by register."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kkm.spread import checks, citus


class Command(BaseCommand):
    """Say what is to be done, do it, and check it. What was done before stays."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to say it only."""
        parser.description = _(
            "Распределить журнал по серверам Citus: строки каждой кассы вместе, остальные таблицы "
            "копией на каждом сервере. Можно повторять."
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=_("только сказать, что будет сделано"),
        )

    def handle(self, *, dry_run: bool, **_options: object) -> None:
        """CommandError if something is missing, or if the result is not as it should be."""
        lack = citus.missing(connection)
        if lack:
            raise CommandError(lack)
        todo = citus.plan(connection)
        self._say_plan(todo)
        if dry_run:
            return
        if todo.spread or todo.whole:
            self._hand_over(todo)
        for statement in citus.make_settings(connection):
            self.stdout.write(statement)
        for signature in citus.make_functions(connection):
            text = _("На каждом сервере функция {signature}.")
            self.stdout.write(text.format(signature=signature))
        self._check()

    def _say_plan(self, todo: citus.Plan) -> None:
        text = _("Серверов: {count}.")
        self.stdout.write(text.format(count=citus.machines(connection)))
        named = {
            _("Распределяются по кассам: {tables}."): todo.spread,
            _("Копией на каждом сервере: {tables}."): todo.whole,
        }
        for text, tables in named.items():
            if tables:
                self.stdout.write(text.format(tables=", ".join(tables)))
        if not todo.spread and not todo.whole:
            self.stdout.write(_("Все таблицы уже распределены."))

    def _hand_over(self, todo: citus.Plan) -> None:
        with transaction.atomic():
            dropped = citus.drop_triggers(connection, todo)
            lost = citus.distribute(connection, todo)
        for name in dropped:
            text = _("Снят триггер {name}: он спрашивает журналы с других серверов.")
            self.stdout.write(text.format(name=name))
        for key in lost:
            text = _("Снят внешний ключ {name}: {table} есть на каждом сервере, {to} — нет.")
            self.stdout.write(text.format(name=key.name, table=key.table, to=key.to))

    def _check(self) -> None:
        # The settings of roles hold from the next connection on.
        connection.close()
        if not checks.has_journal(connection):
            self.stdout.write(_("Журнал пуст: как отказывают триггеры, не проверено."))
        found = checks.faults(connection)
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(_("Проверено: распределение в порядке."))
