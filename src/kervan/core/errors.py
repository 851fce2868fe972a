"""Refusals that a person may read."""

from django.utils.functional import Promise


class NotPossible(Exception):
    """A refusal with a translated sentence: what was wrong, with which value, and what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class Stale(NotPossible):
    """Somebody else saved the record since it was opened; `current` is the row as it stands now."""

    def __init__(self, sentence: str | Promise, current: object) -> None:
        super().__init__(sentence)
        self.current = current
