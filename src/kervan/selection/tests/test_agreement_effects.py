"""What is said about calls before an agreement is ended."""

from datetime import date
from decimal import Decimal
from typing import Any

from kervan.agreements import services
from kervan.agreements.models import Agreement, Condition
from kervan.core.models import Office
from kervan.people.middleware import scope_of
from kervan.selection.agreement_effects import of_calls
from kervan.selection.states import CallState
from kervan.selection.tests.small_call import make_call


def sentences(office: Office, user: Any, agreement: Agreement, last_day: date) -> list[str]:
    return [one.sentence for one in of_calls(scope_of(user, office.pk), agreement, last_day)]


def test_people_placed_and_places_offered_after_the_last_day_are_counted(office: Office, elif_: Any) -> None:
    published = make_call(office, state=CallState.PUBLISHED, title_en="First")
    make_call(office, title_en="Second")
    agreement = Agreement.objects.get(reference="IIA PL WARSZAW01")
    line = Condition.objects.filter(agreement_version__agreement=agreement).first()
    assert line is not None
    services.record_uses(office.pk, 2026, f"call:{published.uid}", {line.line_uid: (3, Decimal(15))}, actor=elif_)
    assert sentences(office, elif_, agreement, date(2026, 8, 31)) == [
        "3 people are placed by the call “First” for 2026/27.",
        "The call “Second” offers 2 places of it for 2026/27.",
    ]
    assert sentences(office, elif_, agreement, date(2027, 8, 31)) == []
