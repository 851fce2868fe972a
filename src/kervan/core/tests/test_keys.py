"""A secret is made once, kept for the owner alone, and the same for all who ask at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from kervan.core import keys


def test_a_secret_is_made_once_and_kept_for_the_owner(tmp_path: Path) -> None:
    number = count()
    found = {keys.kept(tmp_path / "key", lambda: f"secret {next(number)}") for _ in range(3)}
    assert found == {"secret 0"}
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_all_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    number = count()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys.kept(tmp_path / "key", lambda: f"secret {next(number)}"), range(40)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
