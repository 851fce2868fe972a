"""`./kervan bench [NAME] [options]`: run one measurement of benchmarks/, or all of them one after another."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


def scripts() -> dict[str, Path]:
    """Return the measurements by name; files that begin with an underscore are their helpers."""
    return {path.stem: path for path in sorted(BENCHMARKS.glob("*.py")) if not path.stem.startswith("_")}


def main(arguments: list[str]) -> int:
    known = scripts()
    if arguments and arguments[0] not in known:
        print(f"There is no measurement {arguments[0]!r}. There are: {', '.join(known) or 'none'}.", file=sys.stderr)
        return 2
    names = arguments[:1] or list(known)
    codes = [subprocess.call([sys.executable, str(known[name]), *arguments[1:]]) for name in names]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
