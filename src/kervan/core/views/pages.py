"""Pages that belong to no single subject: first page, start page, search, language, glossary, health."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kervan.core import registries, texts
from kervan.core.models import Office
from kervan.core.permissions import allow, everyone, is_member, is_signed_in
from kervan.core.selectors import desk
from kervan.core.selectors import pages as selectors
from kervan.core.services import accounts

A_YEAR_SECONDS = 365 * 86_400


@require_GET
@allow(everyone)
def home(request: HttpRequest) -> HttpResponse:
    if request.office is None:  # type: ignore[attr-defined]
        return render(request, "core/no_office.html", {"has_offices": Office.objects.exists()})
    scope = request.scope  # type: ignore[attr-defined]
    parts = [render_to_string(part.template, part.context(scope), request) for part in registries.home_parts]
    return render(request, "core/home.html", {"parts": parts})


@require_GET
@allow(is_signed_in)
def start(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    if is_member(scope):
        items, now = selectors.queue_items(scope), timezone.localtime()
        name = str(request.user).split(" ")[0]
        words = {"greeting": texts.greeting(now, name), "sentence": texts.day_sentence(now, len(items))}
        return render(request, "core/start.html", {"items": items, **words})
    if scope.person_id and _exists("/my/"):
        return redirect("/my/")
    return render(request, "core/nothing_yet.html")


@require_GET
@allow(is_member)
def beside(request: HttpRequest) -> HttpResponse:
    """What stands beside the queue: the next days and what is new. A fragment: dates come from many sources."""
    scope = request.scope  # type: ignore[attr-defined]
    return render(request, "core/start.html#beside", desk.beside(scope, timezone.localdate()))


def _exists(path: str) -> bool:
    try:
        return bool(resolve(path))
    except Resolver404:
        return False


@require_GET
@allow(everyone)
def find(request: HttpRequest) -> HttpResponse:
    scope = request.scope  # type: ignore[attr-defined]
    text = request.GET.get("q", "").strip()[:100]
    groups = selectors.hits(scope, text)
    context = {
        "frame": "office.html" if is_member(scope) else "public.html",
        "q": text,
        "groups": groups,
        "is_short": selectors.is_short(text),
    }
    is_fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, "core/find.html#hits" if is_fragment else "core/find.html", context)


@require_POST
@allow(everyone)
def set_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(_safe(request, request.POST.get("next") or request.headers.get("referer", "")))
    if language in dict(settings.LANGUAGES):
        accounts.keep_language(request.user, language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=A_YEAR_SECONDS,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


def _safe(request: HttpRequest, target: str) -> str:
    """Return the target when it is a page of ours, else the first page."""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else reverse("core:home")


@require_GET
@allow(everyone)
def glossary(request: HttpRequest) -> HttpResponse:
    is_turkish = translation.get_language() == "tr"
    context = {
        "rows": selectors.glossary(),
        "other_label": _("In English") if is_turkish else _("In Turkish"),
        "other_language": "en" if is_turkish else "tr",
    }
    return render(request, "core/glossary.html", context)


@require_GET
@allow(everyone)
def healthz(request: HttpRequest) -> HttpResponse:
    """For a monitor: the database answers; when the worker last gave a sign. A silent worker is told, not an error."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    sign = selectors.worker_sign(timezone.now())
    body = {"database": "ok", "worker": "ok" if sign.is_alive else "silent", "worker_last_at": sign.last_at}
    return JsonResponse(body, headers={"Cache-Control": "no-store"})


@require_GET
@allow(everyone)
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that ask at the usual address, as they do beside a file or a page without a head."""
    return redirect(static("favicon.svg"))
