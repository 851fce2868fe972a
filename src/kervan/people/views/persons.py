"""Pages of persons, of one's own profile, and of accounts and roles."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kervan.core.answers import attempt
from kervan.core.editing import version_sent
from kervan.core.errors import NotPossible, Stale
from kervan.core.lists import Column, Filter, listing
from kervan.core.once import new_key, once
from kervan.core.permissions import allow, is_applicant, is_signed_in
from kervan.core.selectors import pages as core_selectors
from kervan.people import permissions, texts, viewing
from kervan.people.forms.persons import PersonForm, ProfileForm, RoleForm
from kervan.people.models import ROLE_LABELS, Person, RoleAssignment
from kervan.people.parts import person_parts
from kervan.people.permissions import (
    invites_people,
    keeps_people,
    manages_accounts,
    may_look_as,
    reads_accounts,
    reads_people,
)
from kervan.people.selectors import persons as selectors
from kervan.people.services import persons as services


@require_GET
@allow(reads_people)
def people_list(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.people(scope),
        name="people",
        caption=_("People"),
        columns=[
            Column("name", gettext_lazy("Name"), lambda row: row.full_name, sort="sort_key", link=_person_url),
            Column("number", gettext_lazy("Student number"), lambda row: row.student_number),
            Column("unit", gettext_lazy("Study programme"), _programmes),
            Column("email", gettext_lazy("E-mail"), lambda row: row.email),
            Column("invented", gettext_lazy("Invented"), lambda row: row.is_invented, kind="mark"),
        ],
        default_sort="name",
        filters=[Filter("unit", gettext_lazy("Faculty"), selectors.faculties(scope.office_id), selectors.in_unit)],
        search=_matching,
        empty=_("No person yet. Whoever signs up, applies or comes with an imported list appears here."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "people/people.html", {"listing": found, "may_add": invites_people(scope)})


def _matching(rows: Any, text: str) -> Any:
    return rows.matching(text)


def _person_url(person: Person) -> str:
    return person.get_absolute_url()


def _programmes(person: Any) -> str:
    return ", ".join(str(one.unit) for one in person.current)


def _visible_person(request: HttpRequest, uid: str) -> Person:
    rows = Person.objects.visible_to(request.scope).select_related("user", "office")  # type: ignore[attr-defined]
    person: Person = get_object_or_404(rows, uid=uid)
    return person


@require_GET
@allow(reads_people)
def person(request: HttpRequest, uid: str) -> HttpResponse:
    row, scope = _visible_person(request, uid), request.scope  # type: ignore[attr-defined]
    roles = list(row.roles.select_related("unit").order_by("pk"))
    shown = RoleAssignment.objects.visible_to(scope).filter(person=row)
    may_invite = invites_people(scope)
    context = {
        "person": row,
        "crumbs": [(_("People"), reverse("people:people")), (row.full_name, "")],
        "enrolments": row.enrolments.select_related("unit").order_by("-is_current", "pk"),
        "roles": [texts.role_sentence(one.role, str(one.unit or "")) for one in roles if one in shown],
        "citizenships": selectors.citizenships(row),
        "standing": selectors.account_standing(row),
        "may_edit": keeps_people(scope),
        "may_invite": may_invite and row.email and not (row.user and row.user.last_login),
        "may_see_roles": reads_accounts(scope),
        "may_look_as": row.pk != scope.person_id and may_look_as(scope, viewing.roles_of(row)),
        "parts": [(part.title, reverse(part.url_name, args=[uid])) for part in person_parts if part.readers(scope)],
        "events": core_selectors.timeline_of(row),
    }
    return render(request, "people/person.html", context)


@require_http_methods(["GET", "POST"])
@allow(invites_people)
def person_new(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None, initial={"language": "tr"})
    context = {"form": form, "key": request.POST.get("idempotency_key") or new_key()}
    if request.method == "POST" and form.is_valid():
        try:
            uid = once(request, "person", lambda: _create(request, form))
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("people:person", uid=uid)
    context["crumbs"] = [(_("People"), reverse("people:people")), (_("New person"), "")]
    return render(request, "people/person_new.html", context)


def _create(request: HttpRequest, form: PersonForm) -> Person:
    office = request.office  # type: ignore[attr-defined]
    return services.create_person(office, actor=request.user, **form.values())  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
@allow(keeps_people)
def person_edit(request: HttpRequest, uid: str) -> HttpResponse:
    row = _visible_person(request, uid)
    form, context = _edit(request, row, PersonForm)
    if context.get("is_saved"):
        messages.success(request, _("The record was saved."))
        return redirect("people:person", uid=uid)
    crumbs = [(_("People"), reverse("people:people")), (row.full_name, row.get_absolute_url()), (_("Change"), "")]
    return render(request, "people/person_edit.html", {"person": row, "form": form, "crumbs": crumbs, **context})


@require_http_methods(["GET", "POST"])
@allow(is_applicant)
def profile(request: HttpRequest) -> HttpResponse:
    row = Person.objects.select_related("office").get(pk=request.scope.person_id)  # type: ignore[attr-defined]
    is_first_time = not row.given_name
    form, context = _edit(request, row, ProfileForm)
    if context.get("is_saved"):
        messages.success(request, _("Your record was saved."))
        return redirect("core:start" if is_first_time else "people:profile")
    context |= {
        "person": Person.objects.get(pk=row.pk),
        "form": form,
        "standing": selectors.profile_standing(row),
        "enrolments": row.enrolments.select_related("unit").order_by("-is_current", "pk"),
        "events": core_selectors.timeline_of(row, with_names=False),
    }
    return render(request, "people/profile.html", context)


def _edit(request: HttpRequest, row: Person, kind: type[ProfileForm]) -> tuple[ProfileForm, dict[str, Any]]:
    """Read or save a record. The context holds `is_saved`, or after a stale save both versions as `differences`."""
    own = Person.objects.get(pk=row.pk)  # a model form writes into its instance
    form = kind(request.POST or None, instance=own)
    context: dict[str, Any] = {"version": row.version}
    if request.method != "POST" or not form.is_valid():
        context["version"] = version_sent(request, row.version)
        return form, context
    try:
        version = version_sent(request, row.version)
        services.save_person(row, version, actor=request.user, **form.values())  # type: ignore[arg-type]
        context["is_saved"] = True
    except Stale as stale:
        context |= {"version": stale.current.version, "stale": stale, "differences": _differences(form, stale.current)}  # type: ignore[attr-defined]
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    return form, context


def _differences(form: ProfileForm, current: Any) -> list[dict[str, Any]]:
    """Yours beside theirs, for every field that can be changed here."""
    return [
        {
            "label": texts.field_label(name),
            "left": _shown(value),
            "right": _shown(getattr(current, name)),
            "differs": value != getattr(current, name),
        }
        for name, value in form.values().items()
    ]


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "–")


@require_POST
@allow(is_signed_in)
def begin(request: HttpRequest) -> HttpResponse:
    office = request.office  # type: ignore[attr-defined]
    if office is None:
        return redirect("core:home")
    if services.open_record(office, request.user):  # type: ignore[arg-type]
        return redirect("people:profile")
    messages.warning(
        request,
        _("The office has a record with your address already. Confirm the address first: use the link in the mail."),
    )
    return redirect("account_email")


@require_POST
@allow(invites_people)
def invite(request: HttpRequest, uid: str) -> HttpResponse:
    row = _visible_person(request, uid)
    base_url = request.build_absolute_uri("/")
    return attempt(
        request,
        lambda: services.invite(row, actor=request.user, base_url=base_url),  # type: ignore[arg-type]
        _("The invitation to %(email)s is on its way.") % {"email": row.email},
        "people:person",
        uid,
    )


@require_GET
@allow(reads_accounts)
def accounts(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    found = listing(
        request,
        selectors.holders(scope, request.GET.get("q", "").strip()),
        name="accounts",
        is_closed=True,
        caption=_("Accounts and roles"),
        columns=[
            Column("name", gettext_lazy("Name"), lambda row: row.full_name, sort="sort_key", link=_account_url),
            Column("roles", gettext_lazy("Roles"), _roles),
            Column("email", gettext_lazy("E-mail"), lambda row: row.email),
            Column("account", gettext_lazy("Account"), _account_badge, kind="badge"),
        ],
        default_sort="name",
        filters=[Filter("role", gettext_lazy("Role"), _role_choices(), _with_role)],
        search=_matching,
        empty=_("Nobody holds a role yet."),
    )
    if isinstance(found, HttpResponse):
        return found
    return render(request, "people/accounts.html", {"listing": found, "may_manage": manages_accounts(scope)})


def _role_choices() -> list[tuple[str, Any]]:
    return [(role.value, label) for role, label in ROLE_LABELS.items()]


def _with_role(rows: Any, role: str) -> Any:
    return rows.filter(pk__in=RoleAssignment.objects.filter(role=role).values("person_id"))


def _account_url(person: Person) -> str:
    return reverse("people:account", args=[person.uid])


def _roles(person: Any) -> str:
    return "; ".join(texts.role_sentence(one.role, str(one.unit or "")) for one in person.held)


def _account_badge(person: Person) -> tuple[Any, str]:
    if person.user is None:
        return _("No account"), ""
    return (_("Signs in"), "ok") if person.user.last_login else (_("Invited"), "info")


@require_http_methods(["GET", "POST"])
@allow(reads_accounts)
def account(request: HttpRequest, uid: str) -> HttpResponse:
    row, scope = _visible_person(request, uid), request.scope  # type: ignore[attr-defined]
    may_manage = manages_accounts(scope)
    form = RoleForm(request.POST or None, office_id=scope.office_id)
    if request.method == "POST" and may_manage and form.is_valid() and _give(request, row, form):
        return redirect("people:account", uid=uid)
    held = RoleAssignment.objects.visible_to(scope).filter(person=row).select_related("unit").order_by("pk")
    may_invite = permissions.invites_people(scope) and not (row.user and row.user.last_login)
    context = {
        "person": row,
        "form": form,
        "crumbs": [(_("Accounts and roles"), reverse("people:accounts")), (row.full_name, "")],
        "roles": [(one, texts.role_sentence(one.role, str(one.unit or ""))) for one in held],
        "may_manage": may_manage and row.pk != scope.person_id,
        "may_hand_over": held and row.user_id and permissions.hands_over_work_of(scope, row.pk),
        "may_invite": may_invite and row.email,
        "standing": selectors.account_standing(row),
        "events": core_selectors.timeline_of(row),
    }
    return render(request, "people/account.html", context)


def _give(request: HttpRequest, row: Person, form: RoleForm) -> bool:
    role, unit = form.cleaned_data["role"], form.cleaned_data["unit"]
    try:
        services.give_role(row, role, unit, actor=request.user)  # type: ignore[arg-type]
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The role was given. It counts from the next page on."))
    return True


@require_POST
@allow(manages_accounts)
def take_role(request: HttpRequest, uid: str) -> HttpResponse:
    rows = RoleAssignment.objects.visible_to(request.scope).select_related("person", "unit")  # type: ignore[attr-defined]
    row = get_object_or_404(rows, uid=uid)
    return attempt(
        request,
        lambda: services.take_role(row, actor=request.user),  # type: ignore[arg-type]
        _("The role was taken away."),
        "people:account",
        row.person.uid,
    )
