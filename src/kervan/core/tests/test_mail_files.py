"""Mail as files: what was sent stands there whole, and how often it was sent can be seen."""

from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage

from kervan.core.mail_files import FileBackend


def test_a_message_sent_twice_is_one_file_and_two_lines(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_DIR = tmp_path / "mail"
    mail = EmailMessage("Ödül", "Merhaba", to=["ayse@bayburt.example"], headers={"Message-ID": "<abc@kervan>"})
    for _time in range(2):
        FileBackend().send_messages([mail])
    assert sorted(path.name for path in settings.MAIL_DIR.iterdir()) == ["abc.eml", "sent.log"]
    assert (settings.MAIL_DIR / "sent.log").read_text() == "<abc@kervan>\n" * 2
