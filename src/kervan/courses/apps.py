"""Course catalogue, credits, grade scales and their conversion."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "kervan.courses"
    verbose_name = _("Courses and grades")
