"""Invented, marked fact sheets: ours in both languages, those of a few partners; the card of the office."""

from datetime import date, timedelta
from typing import Any

from kervan.demo.world import World
from kervan.institutions.models import FactSheet, Partner

OF_PARTNERS = 6
OURS = {
    "languages_en": (
        "About **120 courses** a year are taught in English; the list is in the course catalogue."
        " All other courses are taught in the language of the country.\n\n"
        "- Studies: **B1** in the language of teaching, proved by your university\n"
        "- Before each term there is a free language course of three weeks"
    ),
    "languages_tr": (
        "Her yıl yaklaşık **120 ders** İngilizce verilir; liste ders kataloğundadır."
        " Diğer dersler ülkenin diliyle yürütülür.\n\n"
        "- Öğrenim için öğretim dilinde **B1** düzeyi; belgeyi üniversiteniz verir\n"
        "- Her dönem öncesinde üç haftalık ücretsiz dil kursu vardır"
    ),
    "requirements_en": (
        "1. Your university nominates you.\n2. You send the application form, transcript of records, copy of the"
        " passport and learning agreement.\n3. The coordinator of the department answers.\n\n"
        "A full term is **30 ECTS**; at least 20 ECTS must be taken here."
    ),
    "requirements_tr": (
        "1. Üniversiteniz sizi aday gösterir.\n2. Başvuru formunu, not dökümünü, pasaport örneğini ve öğrenim"
        " anlaşmasını gönderirsiniz.\n3. Bölüm koordinatörü yanıt verir.\n\n"
        "Tam bir dönem **30 AKTS**’dir; bunun en az 20 AKTS’si burada alınmalıdır."
    ),
    "housing_en": (
        "Exchange students who apply in time get a bed in one of the two halls of residence on the campus.\n\n"
        "| Kind | Price a month |\n|---|---|\n| Room for two | 90 EUR |\n| Room for one | 140 EUR |\n\n"
        "Whoever prefers a flat gets a list of landlords whom the office knows."
    ),
    "housing_tr": (
        "Süresinde başvuran değişim öğrencilerine yerleşkedeki iki yurttan birinde yer verilir.\n\n"
        "| Tür | Aylık ücret |\n|---|---|\n| İki kişilik oda | 90 avro |\n| Tek kişilik oda | 140 avro |\n\n"
        "Ev tutmak isteyenlere, ofisin tanıdığı ev sahiplerinin listesi verilir."
    ),
    "visa_en": (
        "Whether you need a visa depends on your nationality: ask our consulate as soon as you hold the letter of"
        " acceptance. Apply for the residence permit **within 30 days** of your arrival; we go there with you."
    ),
    "visa_tr": (
        "Vize gerekip gerekmediği uyruğunuza bağlıdır: kabul mektubunu alır almaz konsolosluğumuza sorunuz."
        " İkamet izni için varıştan sonra **30 gün içinde** başvurunuz; birlikte gideriz."
    ),
    "insurance_en": (
        "You need health insurance for the whole stay. The card of your country’s insurance is enough where there is"
        " an agreement; else a private policy of about 60 EUR a year."
    ),
    "insurance_tr": (
        "Kalışınızın tamamı için sağlık sigortası gerekir. Ülkeniz ile anlaşma varsa kendi sigorta belgeniz yeterlidir;"
        " yoksa yıllık yaklaşık 60 avroluk özel sigorta yaptırılır."
    ),
    "inclusion_en": (
        "The halls and the library have step-free access. Exams can be longer or in another form. Write to us before"
        " you apply: what you tell us stays with the office."
    ),
    "inclusion_tr": (
        "Yurtlara ve kütüphaneye basamaksız girilir. Sınavlar daha uzun ya da başka biçimde yapılabilir. Başvurmadan"
        " önce bize yazınız; yazdıklarınız ofiste kalır."
    ),
    "grading_en": (
        "| Grade | Of 100 | Meaning |\n|---|---|---|\n| AA | 90–100 | excellent |\n| BA, BB | 80–89 | very good |\n"
        "| CB, CC | 60–79 | good |\n| DC, DD | 50–59 | pass with condition |\n| FF | 0–49 | fail |"
    ),
    "grading_tr": (
        "| Harf | 100 üzerinden | Anlamı |\n|---|---|---|\n| AA | 90–100 | pekiyi |\n| BA, BB | 80–89 | çok iyi |\n"
        "| CB, CC | 60–79 | iyi |\n| DC, DD | 50–59 | koşullu geçer |\n| FF | 0–49 | kalır |"
    ),
}
THEIRS = (
    {
        "housing_en": "The student union keeps rooms for exchange students; apply with your nomination.",
        "decision_weeks": 4,
    },
    {"languages_en": "B2 in English for all courses of the exchange list.", "visa_en": "We send the letter you need."},
    {"housing_en": "No halls. We help with a list of private rooms; begin three months ahead.", "transcript_weeks": 6},
)


def make_fact_sheets(world: World) -> None:
    """Our own sheet and those of some partners; needs the partners of the demonstration. Fills the office's card."""
    _fill_card(world)
    year = world.academic_year
    rows = [FactSheet(office=world.office, uid=world.uid("fact sheet"), **_own(world, year))]
    partners = Partner.objects.filter(office=world.office).order_by("uid")[:OF_PARTNERS]
    rows += [_sheet_of(world, partner, number, year) for number, partner in enumerate(partners)]
    FactSheet.objects.bulk_create(rows)
    world.happened(
        world.at(40, 11), rows[0], "fact_sheet.saved", world.users["elif"], before={}, after=dict.fromkeys(OURS), by=""
    )
    world.happened(world.at(12, 9), rows[0], "fact_sheet.confirmed", world.users["elif"], by="")


def _fill_card(world: World) -> None:
    """An address and hours that nobody can take for real ones."""
    office, city = world.office, world.home.city or "Campus"
    office.address_en = f"Invented Street 1, {city}"
    office.address_tr = f"Kurgusal Cadde No. 1, {city}"
    office.phone = "+00 000 000 00 00"
    office.hours_en, office.hours_tr = "Monday to Friday, 09:00 to 17:00", "Hafta içi 09.00–17.00"
    office.save()


def _own(world: World, year: int) -> dict[str, Any]:
    return {
        **OURS,
        **_terms(year),
        "academic_year": year,
        "nomination_autumn": "05-15",
        "nomination_spring": "11-01",
        "application_autumn": "06-15",
        "application_spring": "12-01",
        "decision_weeks": 3,
        "transcript_weeks": 5,
        "website": "https://international.demo.example/exchange",
        "course_catalogue": "https://international.demo.example/courses",
        "email": "exchange@demo.example",
        "is_published": True,
        "confirmed_on": world.today - timedelta(days=12),
        "is_invented": True,
    }


def _terms(year: int) -> dict[str, date]:
    return {
        "autumn_from": date(year, 9, 21),
        "autumn_until": date(year + 1, 1, 22),
        "spring_from": date(year + 1, 2, 15),
        "spring_until": date(year + 1, 6, 11),
    }


def _sheet_of(world: World, partner: Partner, number: int, year: int) -> FactSheet:
    """What a partner told us: some of it, some of it long ago."""
    return FactSheet(
        office=world.office,
        uid=world.uid("fact sheet", partner.uid),
        partner=partner,
        academic_year=year,
        nomination_autumn=("04-30", "05-15", "05-31")[number % 3],
        nomination_spring=("10-15", "11-01", "10-31")[number % 3],
        is_published=number % 2 == 0,
        confirmed_on=world.today - timedelta(days=90 + 170 * number),
        is_invented=True,
        email=f"incoming{number}@partner.example",
        **THEIRS[number % len(THEIRS)],
    )
