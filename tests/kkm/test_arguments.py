"""What the commands say to a register's number that no register can have."""

import pytest
from django.core.management import CommandError, call_command

COMMANDS = [
    ("verify_journal",),
    ("export_journal", "--output", "out.zip"),
    ("import_operations", "operations.jsonl"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("typed", ["a b", "../x", "abcd", "ABC", "'", "é", "A" * 21, "", "АВСД"])
def test_a_number_that_no_register_can_have_is_refused_in_words(db, command, typed):
    name, *rest = command
    sentence = "--kkm: Серийный номер .ЗНМ. состоит из 4–20 латинских заглавных букв и цифр"
    with pytest.raises(CommandError, match=sentence):
        call_command(name, *rest, "--kkm", typed)
