"""Agreements in words: how one stands, what a line says, what happened."""

from kervan.agreements.texts import events as events
from kervan.agreements.texts import notices as notices
from kervan.agreements.texts.lines import BADGES as BADGES
from kervan.agreements.texts.lines import DEMANDS as DEMANDS
from kervan.agreements.texts.lines import SHORT_KINDS as SHORT_KINDS
from kervan.agreements.texts.lines import TERMS as TERMS
from kervan.agreements.texts.lines import LineLike as LineLike
from kervan.agreements.texts.lines import badge as badge
from kervan.agreements.texts.lines import compared as compared
from kervan.agreements.texts.lines import day as day
from kervan.agreements.texts.lines import fields as fields
from kervan.agreements.texts.lines import languages as languages
from kervan.agreements.texts.lines import levels as levels
from kervan.agreements.texts.lines import line_text as line_text
from kervan.agreements.texts.lines import line_title as line_title
from kervan.agreements.texts.lines import months as months
from kervan.agreements.texts.lines import months_used as months_used
from kervan.agreements.texts.lines import people as people
from kervan.agreements.texts.lines import terms as terms
from kervan.agreements.texts.lines import unit as unit
from kervan.agreements.texts.lines import validity as validity
from kervan.agreements.texts.standing import View as View
from kervan.agreements.texts.standing import proposal_standing as proposal_standing
from kervan.agreements.texts.standing import standing as standing
