"""The page that shows every component in all its states, with realistic content in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from kervan.core.lists import Cell, Column, Filter, Listing
from kervan.core.permissions import allow, everyone
from kervan.core.registries import QueueItem
from kervan.core.text import pick as say


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands in the passport."))
    email = forms.EmailField(label=_("E-mail"))
    average = forms.DecimalField(label=_("Grade average"), required=False)
    level = forms.ChoiceField(
        label=_("Level"), choices=[("", "–"), ("bachelor", _("Bachelor")), ("master", _("Master"))]
    )
    term = forms.ChoiceField(
        label=_("Term"), widget=forms.RadioSelect, choices=[("autumn", _("Autumn")), ("spring", _("Spring"))]
    )
    start = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False)
    consent = forms.BooleanField(label=_("I have read the text of the call."))
    proof = forms.FileField(label=_("Proof of language"), required=False)


@require_GET
@allow(everyone)
def page(request: HttpRequest) -> HttpResponse:
    """Show the design system. Its sample texts live here and not in the catalogue."""
    refused = SampleForm({"name": "", "email": "ayse@", "level": "phd", "term": "autumn", "start": "2026-09-01"})
    context = {
        **_words(),
        **_states(),
        **_figures(),
        "form": SampleForm(auto_id="empty_%s", initial={"term": "autumn"}),
        "refused": refused,
        "listing": _listing(),
        "empty_listing": _listing(rows=0),
        "current_file": {"name": "ielts.pdf", "url": "#file"},
    }
    return render(request, "core/styleguide.html", context)


def _words() -> dict[str, Any]:
    return {
        "crumbs": [
            (say("Calls", "İlanlar"), "#calls"),
            ("Erasmus+ 2026/27", "#call"),
            (say("Run 3", "3. yerleştirme"), ""),
        ],
        "tabs": [
            {"label": say("Places", "Yerler"), "url": "#places", "is_current": True, "count": 231},
            {"label": say("Applications", "Başvurular"), "url": "#applications", "count": 431},
            {"label": say("History", "Geçmiş"), "url": "#history"},
        ],
        "sentence": say(
            "Draft of 25 November, by score; nobody has been told.",
            "25 Kasım taslağı, puana göre; henüz kimseye bildirilmedi.",
        ),
        "call": say("Erasmus+ studies · 2026/27 autumn", "Erasmus+ öğrenim hareketliliği · 2026/27 güz"),
        "outcome": say("You have your first wish, with grant.", "1. tercihinize asil olarak yerleştiniz, hibeli."),
        "outcome_calm": say("You are third on the reserve list.", "Yedek listede üçüncü sıradasınız."),
        "host": say("Uniwersytet Warszawski, Warsaw · 5 months", "Uniwersytet Warszawski, Varşova · 5 ay"),
        "markdown": say(
            "## What you need\n\n* a **valid** passport\n* a language result, see [the list](#list)\n",
            "## Gerekenler\n\n* **geçerli** pasaport\n* dil belgesi ([liste](#list))\n",
        ),
    }


def _states() -> dict[str, Any]:
    return {
        "tones": [
            ("", say("Draft", "Taslak")),
            ("ok", say("Placed · main", "Yerleşti · asil")),
            ("warn", say("Condition missing", "Koşul eksik")),
            ("bad", say("Refused", "Reddedildi")),
            ("info", say("Reserve 3", "Yedek 3")),
            ("next", say("Waits for you", "Sizi bekliyor")),
        ],
        "standing": {
            "happened": say("The results were published on 25 November.", "Sonuçlar 25 Kasım'da yayımlandı."),
            "acts": say("It is your turn: accept your place.", "Sıra sizde: yerinizi onaylayınız."),
            "until": say("Last day Friday 4 December, 9 days left.", "Son gün 4 Aralık Cuma, 9 gün kaldı."),
            "otherwise": say(
                "Without an answer the place goes to the first on the reserve list.",
                "Onaylamazsanız yeriniz yedek listedeki ilk adaya geçer.",
            ),
            "button": say("Accept my place", "Yerimi onayla"),
            "quiet": say("Give it up", "Feragat et"),
        },
        "waiting": {
            "happened": say("You handed in on 2 November.", "Başvurunuzu 2 Kasım'da gönderdiniz."),
            "acts": say("The office checks your file.", "Ofis dosyanızı inceliyor."),
            "until": say("You will know by 12 November.", "Sonuç en geç 12 Kasım'da bildirilir."),
        },
        "events": [
            SimpleNamespace(
                at=datetime(2026, 11, 25, 7, 0, tzinfo=UTC),
                sentence=say("The results were published.", "Sonuçlar yayımlandı."),
                who="Elif Koç",
                tone="ok",
            ),
            {
                "at": date(2026, 11, 18),
                "sentence": say("Your exam mark was entered: 82.00.", "Sınav notunuz girildi: 82,00."),
            },
            {"at": date(2026, 11, 2), "sentence": say("You handed in.", "Başvurunuzu gönderdiniz."), "tone": "next"},
        ],
        "steps": [
            {"label": say("Announced", "İlan edildi"), "state": "done", "detail": say("1 October", "1 Ekim")},
            {"label": say("Scored", "Puanlandı"), "state": "done", "url": "#scores"},
            {
                "label": say("Placed", "Yerleştirildi"),
                "state": "current",
                "detail": say("draft of run 3", "3. yerleştirmenin taslağı"),
            },
            {"label": say("Published", "Yayımlandı"), "state": "todo"},
        ],
        "dates": [
            {
                "label": say("Applications", "Başvurular"),
                "start": date(2026, 10, 1),
                "end": date(2026, 10, 30),
                "state": "past",
            },
            {
                "label": say("Objections", "İtirazlar"),
                "start": date(2026, 11, 25),
                "end": date(2026, 12, 2),
                "state": "now",
                "detail": say("5 working days", "5 iş günü"),
            },
            {"label": say("Final list", "Kesin liste"), "start": date(2026, 12, 4), "state": "next"},
        ],
        "queue": [
            QueueItem(
                say("Objections to answer", "Yanıtlanacak itirazlar"),
                say(
                    "The first is due on Friday; without an answer the result stands.",
                    "İlki cumaya kadar; yanıt verilmezse sonuç geçerli kalır.",
                ),
                "#objections",
                say("Answer", "Yanıtla"),
                count=3,
                is_urgent=True,
            ),
            QueueItem(
                say("Files to check", "İncelenecek dosyalar"),
                say(
                    "Handed in since Monday. Two are back after a return.",
                    "Pazartesiden beri gelenler. İkisi düzeltmeden döndü.",
                ),
                "#files",
                say("Check files", "Dosyaları incele"),
                count=12,
            ),
            QueueItem(
                say("Result to publish", "Yayımlanacak sonuç"),
                say("Adopted by Mert Aydın; needs a second person.", "Mert Aydın onayladı; ikinci bir kişi gerekiyor."),
                "#publish",
                say("Look and publish", "İncele ve yayımla"),
                icon="megaphone",
            ),
        ],
    }


def _figures() -> dict[str, Any]:
    return {
        "figures": [
            (say("Placed", "Yerleşen"), 214),
            (say("with grant", "hibeli"), 168),
            {"label": say("Places empty", "Boş yer"), "value": 17, "url": "#empty"},
            {
                "label": say("First wish", "İlk tercih"),
                "value": "61 %",
                "detail": say("last year 58 %", "geçen yıl %58"),
            },
        ],
        "fills": [(2, 2), (1, 4), (0, 2)],
        "parts": [
            {
                "label": say("Grade average", "Not ortalaması"),
                "how": say("3.12 → 79.47, half the weight", "3,12 → 79,47 · ağırlığı %50"),
                "value": Decimal("39.735"),
            },
            {
                "label": say("Language", "Yabancı dil"),
                "how": say(
                    "written 84, spoken 76 → 82.00, half the weight", "yazılı 84 · sözlü 76 → 82,00 · ağırlığı %50"
                ),
                "value": Decimal("41.000"),
            },
            {
                "label": say("Earlier stay", "Önceki hareketlilik"),
                "how": say("traineeship 2024/25", "2024/25 staj"),
                "value": Decimal("-10.00"),
                "source": say("Handbook 2024, section 3.4", "El kitabı 2024, bölüm 3.4"),
                "unverified": True,
            },
        ],
        "total": Decimal("70.74"),
        "wishes": [
            {
                "number": 1,
                "title": "Uniwersytet Warszawski",
                "state": say("Placed · main", "Yerleştiniz · asil"),
                "tone": "ok",
                "reason": say(
                    "The second of two places is yours. Last score in: 70.74.",
                    "İki yerin ikincisi sizin. Taban puan: 70,74.",
                ),
                "change": "",
            },
            {
                "number": 2,
                "title": "Universität Wien",
                "state": say("Not looked at", "Değerlendirilmedi"),
                "tone": "",
                "reason": say("You got an earlier wish.", "Daha önceki bir tercihinize yerleştiniz."),
                "change": "",
            },
            {
                "number": 3,
                "title": "Università di Bologna",
                "state": say("Condition missing", "Koşul eksik"),
                "tone": "warn",
                "reason": say(
                    "The agreement asks for Italian B1; your file holds A2.",
                    "Anlaşma İtalyanca B1 istiyor; dosyanızda A2 belgesi var.",
                ),
                "change": say(
                    "A B1 certificate would have made you eligible.", "B1 belgesiyle bu yere uygun olurdunuz."
                ),
                "invented": True,
            },
        ],
        "seal": (
            say(
                "Checked independently: feasible, fair, nothing wasted.",
                "Bağımsız denetlendi: uygulanabilir, adil, boşa giden yer yok.",
            ),
            say("431 applicants, 1,702 reasons, each true.", "431 aday, 1.702 gerekçe; hepsi doğru."),
        ),
        "broken_seal": (
            say("The check found one thing that is not right.", "Denetim bir yanlış buldu."),
            say(
                "Place 17 holds three people and has two places.", "17 numaralı yerde iki kontenjana üç kişi yerleşmiş."
            ),
        ),
        "differences": [
            {"label": say("Placed", "Yerleşen"), "left": 213, "right": 214, "differs": True},
            {"label": say("Students a year", "Yılda öğrenci"), "left": 2, "right": 2, "differs": False},
        ],
        "rates": [(say("Group 1", "1. grup"), 750), (say("Group 2", "2. grup"), 650)],
        "rates_header": [say("Countries", "Ülkeler"), (say("Euro a month", "Ayda avro"), "number")],
    }


def _listing(rows: int = 3) -> Listing:
    """A list as `core.lists.listing` makes it, without a database."""
    columns = [
        Column("name", say("Institution", "Kurum"), lambda row: row[0], sort="name"),
        Column("country", say("Country", "Ülke"), lambda row: row[1]),
        Column("places", say("Places", "Kontenjan"), lambda row: row[2], sort="places", kind="number"),
        Column("until", say("Ends", "Bitiş"), lambda row: row[3], kind="date"),
        Column("state", say("State", "Durum"), lambda row: row[4], kind="badge"),
        Column("invented", say("Mark", "İşaret"), lambda row: row[5], kind="mark"),
    ]
    data = [
        (
            "Uniwersytet Warszawski",
            say("Poland", "Polonya"),
            2,
            date(2029, 9, 30),
            (say("In force", "Yürürlükte"), "ok"),
            False,
        ),
        (
            "Universität Wien",
            say("Austria", "Avusturya"),
            3,
            date(2027, 9, 30),
            (say("Expiring", "Bitiyor"), "warn"),
            False,
        ),
        ("Universidade de Évora", say("Portugal", "Portekiz"), 4, None, (say("Draft", "Taslak"), ""), True),
    ][:rows]
    state = Filter(
        "state", say("State", "Durum"), [("in_force", say("In force", "Yürürlükte"))], lambda found, value: found
    )
    return Listing(
        caption=say("Agreements", "Anlaşmalar"),
        empty=say("No agreement yet.", "Henüz anlaşma yok."),
        search="" if rows else None,
        filters=[(state, "")] if rows else [],
        header=[
            (column, "#sort" if column.sort else "", "ascending" if column.name == "name" else "") for column in columns
        ],
        rows=[
            (
                SimpleNamespace(uid=f"sample{n}"),
                [Cell(one, one.value(row), "#row" if one.name == "name" else "") for one in columns],
                [],
            )
            for n, row in enumerate(data)
        ],
        count=str(rows),
        next_url="#next",
        exports=[("CSV", "#csv"), ("XLSX", "#xlsx")],
        name="sample",
        path="/styleguide/",
        query="state=in_force" if rows else "",
        has_tools=bool(rows),
        may_freeze=bool(rows),
        views=_views() if rows else [],
    )


def _views() -> list[dict[str, Any]]:
    shared = {"label": say("In force", "Yürürlükte"), "url": "#view", "is_current": False, "is_shared": True}
    return [shared, {**shared, "label": say("Ending, Poland", "Bitenler, Polonya"), "is_shared": False}]
