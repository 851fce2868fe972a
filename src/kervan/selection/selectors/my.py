"""An applicant's own pages, each in a stated number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kervan.core.scope import Scope
from kervan.core.text import pick
from kervan.institutions.models import Unit
from kervan.people.models import Enrolment
from kervan.people.selectors.persons import programmes
from kervan.selection import applicant_texts as texts
from kervan.selection.models import Application, ApplicationDocument, CheckState, Place, PointClaim
from kervan.selection.rules.packs import Item, SelectionRules
from kervan.selection.selectors.claims import claim_code, claimable, enrolments_of
from kervan.selection.selectors.imports import places_of
from kervan.selection.selectors.rules import documents_of, rules_of
from kervan.selection.selectors.sheets import item_of

EXAM_LANGUAGES = ("en", "de", "fr", "es", "it", "ru", "ar")


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place as the applicant may wish for it. why_not: why it is not for them; notes: what it would mean.

    apart: whom it is for, where the call offers several places under one title.
    """

    uid: str
    title: str
    detail: str
    demands: Sequence[str]
    why_not: str
    notes: Sequence[str]
    apart: str = ""

    @property
    def option(self) -> str:
        """The place in one line of a choice: what tells it from others of that title, why not, else what it asks."""
        said = [self.why_not] if self.why_not else list(self.notes)
        return " · ".join(filter(None, [self.title, self.apart, *said]))


@dataclass(frozen=True, slots=True)
class Needed:
    """A document to upload: its code, what it is, what is there already."""

    code: str
    label: str
    is_special: bool
    row: ApplicationDocument | None

    @property
    def is_returned(self) -> bool:
        return self.row is not None and self.row.state == CheckState.RETURNED


@dataclass(frozen=True, slots=True)
class ClaimChoice:
    """A point item that the applicant may state."""

    item: Item
    label: str
    points: str
    claim: PointClaim | None


def applications(scope: Scope) -> QuerySet[Application]:
    """One's own applications, newest first. One query."""
    rows = Application.objects.visible_to(scope).filter(person_id=scope.person_id)
    return rows.select_related("call__office", "call__pack_version", "person", "unit").order_by("-pk")


def choices_of(application: Application) -> list[PlaceChoice]:
    """All places of the call, those for this applicant first, then by name. One query."""
    rules = rules_of(application.call)
    places = list(places_of(application.call))
    titles = Counter(texts.place_title(place) for place in places)
    choices = [_choice(place, application, rules, titles[texts.place_title(place)] > 1) for place in places]
    return sorted(choices, key=lambda choice: bool(choice.why_not))


def _choice(place: Place, application: Application, rules: SelectionRules, is_twin: bool) -> PlaceChoice:
    notes = (texts.language_note(place, application), texts.citizenship_note(place, application, rules))
    return PlaceChoice(
        place.uid,
        texts.place_title(place),
        texts.place_detail(place),
        texts.demand_words(place),
        texts.why_not(place, application),
        [note for note in notes if note],
        " · ".join(texts.whom_words(place)) if is_twin else "",
    )


def needed_documents(application: Application) -> list[Needed]:
    """The documents to upload: required ones, then proofs of claimed points. Two queries."""
    rows = {row.code: row for row in application.documents.select_related("stored_file")}
    needed = [
        Needed(one.code, pick(one.label_en, one.label_tr), False, rows.get(one.code))
        for one in documents_of(application.call)
    ]
    items = {item.code: item for item in claimable(application.call)}
    for claim in application.claims.order_by("pk"):
        item = items.get(item_of(claim))
        if item and item.points > 0:
            code = claim_code(claim)
            needed.append(Needed(code, texts.item_label(item), bool(claim.sealed_item), rows.get(code)))
    return needed


def claim_choices(application: Application) -> list[ClaimChoice]:
    """The point items that may be stated, with what is stated already. One query."""
    there = {item_of(claim): claim for claim in application.claims.all()}
    return [
        ClaimChoice(item, texts.item_label(item), texts.points(item.points), there.get(item.code))
        for item in claimable(application.call)
    ]


def study_choices(application: Application) -> list[Enrolment]:
    """The enrolments to choose from; none means that the applicant states programme and average. One query."""
    return list(enrolments_of(application.person))


def programme_choices(application: Application) -> list[Unit]:
    """The study programmes of the office's institution, for those without a record. One query."""
    return list(programmes(application.office_id).select_related("parent"))


def language_choices(application: Application) -> list[tuple[str, str]]:
    """The languages whose exam may count: the usual ones and those that a place asks for. One query."""
    asked = {one["language"] for place in places_of(application.call) for one in place.condition.languages}
    codes = [*EXAM_LANGUAGES, *sorted(asked - set(EXAM_LANGUAGES))]
    return [(code, texts.language_name(code)) for code in codes]
