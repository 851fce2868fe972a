import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from kervan.core import spreadsheet_messages
from kervan.core.rules import archives, spreadsheets
from kervan.core.rules.spreadsheets import Notice, SpreadsheetError
from kervan.core.spreadsheet_messages import error_sentence, notice_sentence

CALLS = [
    node
    for module in (spreadsheets, archives)
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8")))
    if isinstance(node, ast.Call)
    and isinstance(node.func, ast.Name)
    and node.args
    and isinstance(node.args[0], ast.Constant)
]
REFUSALS = {
    (call.args[0].value, *(word.arg for word in call.keywords)) for call in CALLS if call.func.id == "SpreadsheetError"
}
REFUSALS |= {(call.args[0].value,) for call in CALLS if call.func.id == "ArchiveProblem"}


@pytest.mark.parametrize("refusal", sorted(REFUSALS))
def test_every_refusal_has_a_sentence_with_its_values(refusal):
    code, *names = refusal
    with override("en"):
        sentence = error_sentence(SpreadsheetError(code, **{name: f"<{name}>" for name in names}))
    assert sentence.endswith(".") and all(f"<{name}>" in sentence for name in names)


def test_every_notice_has_a_sentence():
    codes = {call.args[0].value for call in CALLS if call.func.id == "Notice"}
    assert codes == set(spreadsheet_messages._NOTICES)
    params = dict.fromkeys(("encoding", "lines", "used", "others", "value"), "x")
    assert all(notice_sentence(Notice(code, 3, params)) for code in codes)


def test_kinds_of_files_are_named_in_words():
    with override("en"):
        sentence = error_sentence(SpreadsheetError("disguised", extension="xls", found="html"))
    assert sentence.startswith("The name of the file ends in “xls”, but its content is: a web page.")
