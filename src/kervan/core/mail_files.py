"""Mail as files, for the try-out: one .eml per message in KERVAN_DATA_DIR/mail, named by its id.

`sent.log` beside them gets one line each time a message is sent: a second sending changes no file, but is seen there.
"""

import os
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FileBackend(BaseEmailBackend):
    """Writes each message as temp, fsync, rename, log: a killed worker leaves a whole file or none."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        settings.MAIL_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, email: Any) -> None:
        message = email.message()
        name = re.sub(r"[^0-9A-Za-z]", "", str(message["Message-ID"]).split("@")[0]) or "message"
        target = settings.MAIL_DIR / f"{name}.eml"
        draft = target.with_suffix(f".{os.getpid()}.part")
        with draft.open("wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
        with (settings.MAIL_DIR / "sent.log").open("a") as log:
            log.write(f"{message['Message-ID']}\n")
