"""A directory that is large enough to draw partners from, and a demonstration with fewer people."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kervan.core import packs
from kervan.core.models import Office
from kervan.demo import applications, partners
from kervan.demo.build import rebuild
from kervan.institutions import reference
from kervan.institutions.models import Institution
from kervan.institutions.services import load_directory

KEPT = {*partners.OF_BAYBURT, *partners.OF_MEVLANA, "TR BAYBURT01", "S UPPSALA01", "TR ISTANBU01", "TR ISTANBU27"}


@pytest.fixture
def client() -> Client:
    """A browser on this machine."""
    return Client(headers={"host": "localhost"})


@pytest.fixture
def demo_mode(settings: Any, tmp_path: Any) -> None:
    settings.DEMO = True
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, ".localhost"]
    settings.FILES_DIR = tmp_path


@pytest.fixture
def directory(db: None, demo_mode: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule packs, the partners of Bayburt and every eighth accredited institution."""
    rows = tuple(row for number, row in enumerate(reference.accredited_heis()) if row.code in KEPT or number % 8 == 0)
    monkeypatch.setattr(reference, "accredited_heis", lambda: rows)
    packs.load_shipped()
    load_directory()


@pytest.fixture
def small(directory: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eighty people instead of six hundred."""
    monkeypatch.setattr(applications, "COUNT", 80)


@pytest.fixture
def demo(small: None) -> Office:
    """A small demonstration for a university abroad."""
    return rebuild(Institution.objects.get(erasmus_code="S UPPSALA01"), today=timezone.localdate()).office
