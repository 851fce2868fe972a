"""`./kervan check`: everything that a machine can say about the sources, each step with its time, two at once."""

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]
SHOWN_LINES = 60
STEPS = {
    "types": [PYTHON, "-m", "mypy"],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "security": [PYTHON, "-m", "bandit", "--quiet", "--configfile", "pyproject.toml", "-ll", "--recursive", "src"],
    "templates": [PYTHON, "-m", "djlint", "src/kervan", "--lint", "--quiet"],
    "translations": [*MANAGE, "messages", "--check"],
    "settings": [*MANAGE, "check", "--fail-level", "WARNING"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "imports and rules": [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_architecture.py"],
}


@dataclass(frozen=True)
class Outcome:
    name: str
    passed: bool
    seconds: float
    output: str


def run_step(name: str, command: Sequence[str], environment: dict[str, str]) -> Outcome:
    begin = time.monotonic()
    result = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return Outcome(name, result.returncode == 0, time.monotonic() - begin, result.stdout)


def report(outcome: Outcome) -> None:
    print(f"{outcome.name:<20}{'passed' if outcome.passed else 'FAILED'}{outcome.seconds:8.1f} s", flush=True)
    if not outcome.passed:
        lines = outcome.output.rstrip().splitlines()
        print("\n".join(lines[:SHOWN_LINES]))
        if len(lines) > SHOWN_LINES:
            print(f"... {len(lines) - SHOWN_LINES} more lines: {shlex.join(STEPS[outcome.name][1:])}")


def check() -> bool:
    """Run all steps on a throw-away data folder; return whether all passed."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as data, ThreadPoolExecutor(max_workers=2) as pool:
        environment = {**os.environ, "KERVAN_DATA_DIR": data, "KERVAN_DATABASE_URL": f"sqlite:///{data}/check.sqlite3"}
        runs = [pool.submit(run_step, name, command, environment) for name, command in STEPS.items()]
        outcomes = []
        for run in runs:
            outcomes.append(run.result())
            report(outcomes[-1])
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    verdict = f"FAILED: {', '.join(failed)}" if failed else f"all {len(outcomes)} steps passed"
    print(f"Check: {verdict} ({time.monotonic() - begin:.0f} s)", flush=True)
    return not failed


if __name__ == "__main__":
    sys.exit(0 if check() else 1)
