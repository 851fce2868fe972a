"""Which kinds of agreement hold with a partner today, for the public pages about our partners."""

from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from kervan.agreements.models import Agreement, AgreementKind, AgreementState, AgreementVersion
from kervan.institutions import public_kinds

LIVING = (AgreementState.IN_FORCE, AgreementState.TERMINATED)


def holds(kind: str) -> Exists:
    """An agreement of this kind is in force today; samples of another university do not count."""
    today = timezone.localdate()
    versions = AgreementVersion.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        agreement=OuterRef("pk"),
        in_force_since__isnull=False,
        valid_from__lte=today,
    )
    rows = _with_partner().filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), Exists(versions), kind=kind, sample_of="", state__in=LIVING
    )
    return Exists(rows)


def without_samples(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Leave out partners that are known only from agreements of another university."""
    samples, ours = _with_partner().exclude(sample_of=""), _with_partner().filter(sample_of="")
    return rows.exclude(Exists(samples), ~Exists(ours))


def _with_partner() -> QuerySet[Agreement]:
    rows: QuerySet[Agreement] = Agreement.objects.filter(
        office_id=OuterRef("office_id"), institution_id=OuterRef("institution_id")
    )
    return rows


def register() -> None:
    public_kinds.kind(*(public_kinds.Kind(kind, kind.label, partial(holds, kind)) for kind in AgreementKind))
    public_kinds.narrow(without_samples)
