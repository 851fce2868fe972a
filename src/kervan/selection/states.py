"""States and moves of calls, applications and placement runs. What is "open" is computed from dates, never stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kervan.core.states import Move


class CallState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    SCORED = "scored", _("Scored")
    PUBLISHED = "published", _("Results published")
    FINAL = "final", pgettext_lazy("call", "Final")


C = CallState
CALL_MOVES = {
    "announce": Move((C.DRAFT,), C.ANNOUNCED),
    "take_back": Move((C.ANNOUNCED,), C.DRAFT),
    "score": Move((C.ANNOUNCED, C.SCORED), C.SCORED),
    "publish": Move((C.SCORED,), C.PUBLISHED),
    "finish": Move((C.PUBLISHED,), C.FINAL),
}


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    CHECKED = "checked", _("File accepted")
    PLACED = "placed", _("Placed")
    RESERVE = "reserve", _("On a reserve list")
    NOT_PLACED = "not_placed", _("Not placed")
    REJECTED = "rejected", _("Conditions not met")
    WITHDRAWN = "withdrawn", _("Withdrawn")


A = ApplicationState
APPLICATION_MOVES = {
    "submit": Move((A.DRAFT, A.RETURNED), A.SUBMITTED),
    "take_back": Move((A.SUBMITTED,), A.DRAFT),
    "return": Move((A.SUBMITTED, A.CHECKED), A.RETURNED),
    "accept": Move((A.SUBMITTED, A.RETURNED), A.CHECKED),
    "reopen": Move((A.CHECKED,), A.SUBMITTED),
    "place": Move((A.SUBMITTED, A.CHECKED, A.RETURNED, A.RESERVE, A.NOT_PLACED), A.PLACED),
    "reserve": Move((A.SUBMITTED, A.CHECKED, A.RETURNED, A.NOT_PLACED), A.RESERVE),
    "not_place": Move((A.SUBMITTED, A.CHECKED, A.RETURNED, A.RESERVE), A.NOT_PLACED),
    "reject": Move((A.SUBMITTED, A.CHECKED, A.RETURNED), A.REJECTED),
    "withdraw": Move((A.DRAFT, A.SUBMITTED, A.RETURNED, A.CHECKED, A.PLACED, A.RESERVE, A.NOT_PLACED), A.WITHDRAWN),
}


class RunState(models.TextChoices):
    COMPUTING = "computing", _("Being computed")
    DRAFT = "draft", _("Draft")
    ADOPTED = "adopted", _("Adopted")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


R = RunState
RUN_MOVES = {
    "compute": Move((R.COMPUTING,), R.DRAFT),
    "adopt": Move((R.DRAFT,), R.ADOPTED),
    "reopen": Move((R.ADOPTED,), R.DRAFT),
    "publish": Move((R.ADOPTED,), R.PUBLISHED),
    "discard": Move((R.COMPUTING, R.DRAFT), R.DISCARDED),
}
