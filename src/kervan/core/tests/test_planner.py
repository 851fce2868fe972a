"""After a bulk load PostgreSQL knows how large its tables are."""

import pytest
from django.db import connection

from kervan.core.models import Office, PackVersion
from kervan.core.planner import count_anew


@pytest.mark.django_db
def test_tables_are_counted_where_the_planner_needs_it() -> None:
    Office.objects.bulk_create(Office(slug=f"office-{number}", name_en="O", name_tr="O") for number in range(300))
    count_anew(Office, PackVersion, Office)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'core_office'")
            assert cursor.fetchone() == (300,)
    assert Office.objects.count() == 300
