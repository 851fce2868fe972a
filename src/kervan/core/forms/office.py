"""The form of the office's own card: what the foot of the site, letters and fact sheets show."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from kervan.core.forms.inputs import WebAddress
from kervan.core.models import Office
from kervan.core.services.office import FIELDS

is_phone = RegexValidator(
    r"^[0-9+()/ .\-]{5,40}$", _("A telephone number holds digits, blanks and the signs + ( ) / - only.")
)


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Checks shape; `services.office.change_office` saves."""

    class Meta:
        model = Office
        fields = FIELDS
        field_classes = {"website": WebAddress}
        widgets = {name: forms.TextInput(attrs={"lang": name[-2:]}) for name in FIELDS if name.endswith(("_en", "_tr"))}
        help_texts = {
            "address_en": _("As it stands on letters, in one line."),
            "hours_en": _("For example: Monday to Friday, 09:00 to 17:00"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(is_phone)
        self.fields["phone"].widget.input_type = "tel"
