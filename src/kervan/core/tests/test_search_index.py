"""Searching by part of a word finds what plain Python finds, on both databases, whatever wrote the rows."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kervan.agreements.models import Agreement, AgreementKind
from kervan.core import search_index
from kervan.core.models import Office
from kervan.core.rules.turkish import search_key
from kervan.institutions.models import Contact, Institution, Partner
from kervan.people.models import Person

SEARCHED = (Institution, Contact, Person, Agreement)
LETTERS = st.text("aAbıIiİşŞğGöÖüçß łŁæ'’\"%_\\-*?.(:^ 1", max_size=9)
WORDS = st.sampled_from(["Universität", "Üniversitesi", "Łódź", "İstanbul Şişli", "O'Brien", "100%_\\", "x", ""])
TEXTS = st.lists(LETTERS | WORDS, max_size=4).map(" ".join)
CHOICES = pytest.mark.parametrize("few", [0, 1, search_index.FEW], ids=["never rare", "one is rare", "always rare"])


@pytest.fixture
def anne(office: Office) -> Contact:
    """A contact at the university of Graz."""
    graz = Institution.objects.create(name="Universität Graz", country="AT", city="Graz")
    partner = Partner.objects.create(office=office, institution=graz)
    row: Contact = Contact.objects.create(office=office, partner=partner, given_name="Anne", family_name="Şahin Öztürk")
    return row


def ask(text: str, model: Any = Contact) -> list[str]:
    return sorted(str(row) for row in model.objects.matching(text))


def check_index() -> None:
    """Have SQLite compare each index with its table."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for model in SEARCHED:
                name = f"{model._meta.db_table}_pieces"
                cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")


@CHOICES
@given(names=st.lists(TEXTS, min_size=1, max_size=5), typed=TEXTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_found_that_hold_every_word(
    office: Office, monkeypatch: pytest.MonkeyPatch, few: int, names: list[str], typed: str
) -> None:
    monkeypatch.setattr(search_index, "FEW", few)
    with transaction.atomic():
        Institution.objects.bulk_create(
            Institution(name=name[:300], country="AT", search_key=search_key(name)) for name in names
        )
        for text in {typed, names[0], names[-1][1:6]}:
            words = search_key(text).split()
            rows = list(Institution.objects.all())
            expected = {row.pk for row in rows if all(word in row.search_key for word in words)}
            assert set(Institution.objects.matching(text).values_list("pk", flat=True)) == expected
        transaction.set_rollback(True)


@CHOICES
def test_an_agreement_is_found_by_words_of_its_reference_and_of_its_partner(
    anne: Contact, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search_index, "FEW", few)
    partner = anne.partner
    Agreement.objects.create(
        office=partner.office, institution=partner.institution, kind=AgreementKind.BILATERAL, reference="B-2024/117"
    )
    everything = ["B-2024/117: Universität Graz"]
    assert [ask(text, Agreement) for text in ("graz 117", "2024", "GRAZ", "b", "")] == [everything] * 5
    assert [ask(text, Agreement) for text in ("graz 118", "wien", "x")] == [[]] * 3
    assert [ask(text, Partner) for text in ("universitat", "zzz")] == [["Universität Graz"], []]


def test_whatever_writes_keeps_the_index(anne: Contact) -> None:
    twins = [Contact(office=anne.office, partner=anne.partner, family_name=f"Zwilling {n}") for n in range(3)]
    for row in twins:
        row.fill_keys()
    Contact.objects.bulk_create(twins)
    check_index()
    assert ask("zwill") == ["Zwilling 0", "Zwilling 1", "Zwilling 2"]
    twins[0].search_key = "changed in bulk"
    Contact.objects.bulk_update(twins[:1], ["search_key"])
    assert Contact.objects.filter(pk=twins[1].pk).update(search_key="changed alone") == 1
    assert Contact.objects.filter(pk=twins[2].pk).update(unit="same words") == 1
    check_index()
    assert (ask("zwill"), ask("changed")) == (["Zwilling 2"], ["Zwilling 0", "Zwilling 1"])
    assert Contact.objects.filter(pk=twins[0].pk)._raw_delete(using=connection.alias) == 1
    twins[1].delete()
    check_index()
    assert (ask("changed"), ask("oztur")) == ([], ["Anne Şahin Öztürk"])


def test_erased_words_leave_nothing_in_the_index(anne: Contact) -> None:
    Contact.objects.filter(pk=anne.pk).update(search_key="")
    search_index.forget()
    check_index()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT group_concat(hex(block)) FROM institutions_contact_pieces_data")
            assert b"ozt".hex().upper() not in cursor.fetchone()[0]


def test_what_was_rolled_back_is_not_found(anne: Contact) -> None:
    with transaction.atomic():
        Contact.objects.filter(pk=anne.pk).update(search_key="vanishing")
        transaction.set_rollback(True)
    check_index()
    assert (ask("vanish"), ask("sahin")) == ([], ["Anne Şahin Öztürk"])


def test_nothing_is_made_twice(db: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        search_index.prepare()
    assert [query["sql"] for query in seen if "pieces" in query["sql"]] == []


def test_sqlite_asks_the_index_where_a_word_is_rare(anne: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only on SQLite")

    def asks(text: str, model: Any) -> bool:
        with CaptureQueriesContext(connection) as seen:
            ask(text, model)
        return "MATCH" in seen[-1]["sql"]

    assert [asks(text, Contact) for text in ("sahin", "a sahin", "s", "")] == [True, True, False, False]
    assert [asks(text, Agreement) for text in ("b 117", "graz", "at")] == [True, True, False]
    monkeypatch.setattr(search_index, "FEW", 0)
    assert (asks("sahin", Contact), asks("nobody", Contact)) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_an_index_whose_table_was_remade_is_written_anew(anne: Contact) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only on SQLite")
    with connection.schema_editor() as editor:
        editor._remake_table(Contact)  # type: ignore[attr-defined]
    Contact.objects.filter(pk=anne.pk).update(search_key="unseen by triggers")
    assert (ask("unseen"), ask("sahin")) == (["Anne Şahin Öztürk"], [])
    search_index.prepare()
    check_index()
    with CaptureQueriesContext(connection) as seen:
        assert ask("unseen") == ["Anne Şahin Öztürk"]
    assert "_pieces" in seen[-1]["sql"]


def test_without_an_index_searches_answer_the_same(
    anne: Contact, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TABLE institutions_contact_pieces")
            monkeypatch.setattr(search_index, "TOKENIZER", "of another time")
        else:
            cursor.execute("DROP INDEX institutions_contact_pieces")
            monkeypatch.setattr(search_index, "EXTENSION", "of_another_time")
    search_index.prepare()
    assert capsys.readouterr().err.startswith("Searches read whole tables")
    assert (ask("ozturk sahin"), ask("zzz")) == (["Anne Şahin Öztürk"], [])


def test_postgresql_uses_the_index_by_itself(anne: Contact) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    assert "institutions_contact_pieces" in Contact.objects.filter(Q(search_key__contains="ozturk")).explain()
