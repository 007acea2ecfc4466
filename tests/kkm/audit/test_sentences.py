"""What an audit finds is told in sentences of the reader's language, with the law behind each."""

import json

import pytest

from kkm.audit.sample_journal import SERIAL_NUMBER, sample_journal
from kkm.audit.tamperings import tamperings
from kkm.domain.checker import Checker
from kkm.domain.finding import LAW, Finding, Rule, TableField, TableRow
from kkm.reading.finding_sentences import law, sentence
from tests.breadth import breadth, part_of


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_its_law(rule):
    assert ("626" in law(rule)) == ("626" in LAW[rule])
    assert "None" not in law(rule)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (Finding(5, Rule.NUMBER, 5, 6), "Нумерация нарушена: ожидалась операция № 5, найдена № 6."),
        (
            Finding(5, Rule.BALANCE, 150000, 160000, subject="cash"),
            "Итог не сходится, «наличных в кассе»: должно быть 1 500.00 ₸, указано 1 600.00 ₸.",
        ),
        (
            Finding(5, Rule.BALANCE, 15, 16, subject="sale_count"),
            "Итог не сходится, «продаж за всё время»: должно быть 15, указано 16.",
        ),
        (Finding(5, Rule.VAT, 2207, 0), "НДС позиции неверен: по расчёту 22.07 ₸, указан 0.00 ₸."),
        (Finding(5, Rule.LINES, "", 3), "Позиции не сходятся с суммой: по расчёту 0, указано 3."),
        (
            Finding(5, Rule.TIME, 1773298800, 1773298799),
            "Нарушен порядок времени: после 12.03.2026 12:00:00 указано 12.03.2026 11:59:59.",
        ),
        (
            Finding(5, Rule.SHIFT_LENGTH, 86400, 90061),
            "Операция позже, чем через 24 часа после открытия смены: прошло 25 ч 1 мин.",
        ),
        (
            Finding(5, Rule.Z, 150000, 140000, subject="amount/2"),
            "Z-отчёт не сходится со своей сменой, «сумма: Продажа»: по операциям смены 1 500.00 ₸, в отчёте 1 400.00 ₸.",
        ),
        (
            Finding(5, Rule.Z, {"cash": 1, "sale_count": 2}, {"cash": 1, "sale_count": 3}),
            "Z-отчёт не сходится со своей сменой, «продаж за всё время»: по операциям смены 2, в отчёте 3.",
        ),
        (
            Finding(5, Rule.SPAN, 1773298800, 1773298801, subject=TableField("shift", "closed_at")),
            "Таблица не сходится с журналом, «смена — закрыта»: по журналу 12.03.2026 12:00:00, в таблице 12.03.2026 12:00:01.",
        ),
        (
            Finding(5, Rule.SPAN, False, True, subject=TableRow("shift", 4)),
            "Таблица не сходится с журналом, «смена 4»: по журналу нет, в таблице есть.",
        ),
        (
            Finding(5, Rule.MEMORY, "ab12cd34ef56ab78" * 4, "", "Сериков Н.Б."),
            "Журнал отличается от того, что видели раньше (Сериков Н.Б.): контрольный код был AB12-CD34-EF56-AB78, теперь —.",
        ),
        (
            Finding(5, Rule.SIGNATURE, "signature", ""),
            "Подписи нет, хотя эта операция должна быть подписана.",
        ),
    ],
)
def test_a_finding_is_told_in_a_sentence(finding, said):
    assert sentence(finding) == said
    assert sentence(json.loads(json.dumps(finding.stored))) == said


def test_what_is_found_of_every_tampering_can_be_told():
    told = set()
    for tampering in part_of(tamperings(sample_journal()), 4):
        checker = Checker(SERIAL_NUMBER)
        for operation in tampering.journal:
            checker.feed(operation)
        told |= {sentence(finding) for finding in checker.findings[:3]}
    assert len(told) > breadth(100, 500)
    assert not [text for text in told if "{expected}" in text or "None" in text]
