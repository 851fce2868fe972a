"""What never stands in a log: the secret part of an address that opens something by itself."""

import logging
import re

SECRET_PATHS = re.compile(
    r"(/(?:partner|confirm|calendar/feed|accounts/password/reset/key|accounts/confirm-email)/)[^/\s\"'?]+"
)
HIDDEN = r"\1…"


def without_secrets(text: str) -> str:
    """Return a line without the tokens of partners' addresses, contacts' questions, feeds and accounts."""
    return SECRET_PATHS.sub(HIDDEN, text)


class HideSecrets(logging.Filter):
    """Takes the tokens out of every line, whoever wrote it; for all handlers."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_secrets(record.getMessage()), ()
        return True
