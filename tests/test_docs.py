"""What the documentation says is so: generated pages, links, printed results, worked figures."""

import doctest
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from kervan.core.management.commands import docs

ROOT = Path(settings.BASE_DIR)
PLACEMENT = ROOT / "docs" / "understand" / "how-placement-works.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)|(?:src|href)=\"([^\"#:]+)\"")
CONSOLE = re.compile(r"^```console\n\$ \./kervan (.*)\n((?:.*\n)*?)```$", re.MULTILINE)
FILE = re.compile(r"^```csv\n((?:.*\n)*?)```$", re.MULTILINE)


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the commands of the page can be run without leaving anything behind."""
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "docs" / "examples"


@pytest.mark.parametrize("path", docs.pages(), ids=lambda path: path.name)
def test_generated_page_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == docs.pages()[path], "run ./kervan docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = [one or other for one, other in LINK.findall(page.read_text("utf-8"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def said_by(command: str) -> str:
    out = io.StringIO()
    call_command(*shlex.split(command), stdout=out, stderr=out)
    return out.getvalue()


def test_commands_print_what_the_page_shows(examples: Path) -> None:
    shown = CONSOLE.findall(PLACEMENT.read_text("utf-8"))
    assert [said_by(command) for command, _output in shown] == [output for _command, output in shown]
    assert len(shown) == 2


def test_shown_files_are_the_shipped_ones(examples: Path) -> None:
    shown = FILE.findall(PLACEMENT.read_text("utf-8"))
    assert sorted(shown) == sorted(path.read_text("utf-8") for path in examples.glob("*.csv"))


def test_table_of_scores_is_what_the_command_writes(examples: Path) -> None:
    lines = [line.split(",") for line in said_by("score docs/examples/marks.csv").splitlines()[1:-1]]
    text = PLACEMENT.read_text("utf-8")
    for applicant, gpa, language, base, *_points, final, _passes, _reasons in lines:
        assert re.search(rf"\| {applicant} \| {gpa} \| {language} \| {base} \| −?\d+ \| \*\*{final}\*\* \|", text)


def test_placed_scores_are_the_computed_ones(examples: Path) -> None:
    finals = [line.split(",") for line in said_by("score docs/examples/marks.csv").splitlines()[1:-1]]
    wanted = {line[0]: line[-3] for line in finals if line[-2] == "yes"}
    rows = [line.split(",") for line in (examples / "applicants.csv").read_text("utf-8").splitlines()[1:]]
    assert {row[0]: row[1] for row in rows if row[1]} == wanted


def test_quoted_reasons_are_given(examples: Path) -> None:
    text = PLACEMENT.read_text("utf-8")
    command = next(command for command, _output in CONSOLE.findall(text) if command.startswith("place"))
    explained = said_by(f"{command} --explain")
    quotes = re.findall(r"^> (.+)$", text, re.MULTILINE)
    assert quotes and [quote for quote in quotes if quote not in explained] == []


def test_worked_succession_is_computed(examples: Path) -> None:
    blocks = re.findall(r"```pycon\n(.*?)```", PLACEMENT.read_text("utf-8"), re.DOTALL)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "how-placement-works", None, 0)
    assert doctest.DocTestRunner().run(test).failed == 0
