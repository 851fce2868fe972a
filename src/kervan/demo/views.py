"""The demonstration's own pages: switch the role, go on with the tour, try another university, the sample table."""

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kervan.core.errors import NotPossible
from kervan.core.permissions import allow
from kervan.core.services.accounts import keep_language
from kervan.demo import build, cast, selectors, sheet, tour
from kervan.demo.permissions import everyone, is_demonstration
from kervan.institutions.models import Institution
from kervan.people.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
VISITOR = "visitor"


def _only_here(request: HttpRequest) -> None:
    """Outside a demonstration on this machine none of these pages exist."""
    if not is_demonstration(request):
        raise Http404


@require_POST
@allow(everyone)
def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Sign in as one of the cast, or out as a visitor; the tour goes on where it was."""
    _only_here(request)
    step = request.session.get(tour.SESSION_KEY, 0)
    if name == VISITOR:
        logout(request)
    else:
        persona = cast.by_code(name)
        office = request.office  # type: ignore[attr-defined]
        user = get_object_or_404(User, email=persona.email if persona else "", persons__office=office)
        keep_language(user, get_language() or "en")
        login(request, user, backend=BACKEND)
    request.session[tour.SESSION_KEY] = step
    return redirect(_wanted(request))


def _wanted(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else "/start/" if request.user.is_authenticated else "/"


@require_POST
@allow(everyone)
def tour_step(request: HttpRequest) -> HttpResponse:
    """Go on to a step of the tour, from 1."""
    _only_here(request)
    wanted = request.POST.get("step", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 1
    request.session[tour.SESSION_KEY] = min(max(number - 1, 0), len(tour.STEPS))
    return redirect(_wanted(request))


@require_GET
@allow(everyone)
def universities(request: HttpRequest) -> HttpResponse:
    """Choose the university for which the demonstration is built anew."""
    _only_here(request)
    text = request.GET.get("q", "").strip()[:100]
    context = {"q": text, "found": selectors.suggestions(text), "may_rebuild": build.may_rebuild()}
    is_fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, "demo/universities.html#found" if is_fragment else "demo/universities.html", context)


@require_POST
@allow(everyone)
def rebuild(request: HttpRequest) -> HttpResponse:
    """Build the demonstration anew for a university; it takes some seconds."""
    _only_here(request)
    office = request.office  # type: ignore[attr-defined]
    uid = request.POST.get("university", "")
    home = get_object_or_404(Institution, uid=uid) if uid else get_object_or_404(Institution, office=office)
    logout(request)
    try:
        built = build.rebuild(home, today=timezone.localdate())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("/")
    messages.success(
        request,
        _("The demonstration is ready: %(university)s with %(applications)d applications.")
        % {"university": built.office.name, "applications": built.applications},
    )
    return redirect("/")


@require_GET
@allow(everyone)
def sample(request: HttpRequest) -> HttpResponse:
    """What the sample table holds, problem by problem."""
    _only_here(request)
    rows = [(number, trap) for number, trap in enumerate(sheet.TRAPS, sheet.first_trap_row())]
    call = sheet.demo_call(request.office)  # type: ignore[attr-defined]
    return render(request, "demo/sample.html", {"rows": rows, "call": call, "count": len(rows)})


@require_GET
@allow(everyone)
def sample_file(request: HttpRequest) -> HttpResponse:
    """The sample table itself."""
    _only_here(request)
    content = sheet.content(request.office)  # type: ignore[attr-defined]
    response = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="{sheet.NAME}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
