"""Who does what, and who is away soon. All invented."""

from datetime import timedelta

from kervan.demo.world import World
from kervan.people.models import Deputy, Duty

AWAY_IN_DAYS, AWAY_DAYS = 20, 9
LINES = (
    ("elif", "Outgoing students", "Giden öğrenciler", "B-104", "Monday to Thursday, 10:00–12:00 and 14:00–16:00",
     "Pazartesi–perşembe, 10.00–12.00 ve 14.00–16.00"),
    ("leyla", "Agreements and signatures", "Anlaşmalar ve imzalar", "B-101", "By appointment", "Randevu ile"),
    ("mert", "Course questions of the faculty", "Fakültenin ders soruları", "Faculty, room 212",
     "Tuesday, 13:00–15:00", "Salı, 13.00–15.00"),
)  # fmt: skip


def make_office_pages(world: World) -> None:
    """Three duties, and a leave of the officer that begins soon."""
    office = world.office
    Duty.objects.bulk_create(
        Duty(
            office=office,
            uid=world.uid("duty", code),
            person=world.persons[code],
            title_en=title_en,
            title_tr=title_tr,
            room=room,
            hours_en=hours_en,
            hours_tr=hours_tr,
            position=position,
        )
        for position, (code, title_en, title_tr, room, hours_en, hours_tr) in enumerate(LINES, 1)
    )
    Deputy.objects.create(
        office=office,
        uid=world.uid("deputy"),
        person=world.persons["elif"],
        deputy=world.persons["leyla"],
        from_on=world.today + timedelta(days=AWAY_IN_DAYS),
        until_on=world.today + timedelta(days=AWAY_IN_DAYS + AWAY_DAYS),
        reason="Annual leave (invented)",
    )
