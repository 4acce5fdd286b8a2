"""The lists from which mentors and founders choose: topics, stages, industries, languages, ways to meet, half days."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Engagement(models.TextChoices):
    PART_TIME = "part_time", _("Part-time mentor")
    FULL_TIME = "full_time", _("Full-time mentor")


class Topic(models.TextChoices):
    """What mentors help with; the same list for what startups need."""

    MODEL = "model", _("Business model")
    MARKET = "market", _("Market and sales")
    FUNDING = "funding", _("Raising money")
    TECHNOLOGY = "technology", _("Technology")
    IP = "ip", _("Intellectual property")
    LAW = "law", _("Law")
    TAX = "tax", _("Accounting and tax")
    PEOPLE = "people", _("People and hiring")
    SUPPLY = "supply", _("Supply chain")
    POLICY = "policy", pgettext_lazy("topic", "Policy")


class Stage(models.TextChoices):
    """How far a startup is, in their order: neighbours count half of the stage's points."""

    IDEA = "idea", _("Idea and team")
    SEED = "seed", _("First product")
    START = "start", _("First customers")
    GROWTH = "growth", _("Growing")
    MATURE = "mature", _("Ready to graduate")


class Language(models.TextChoices):
    MANDARIN = "zh", _("Mandarin")
    KOREAN = "ko", _("Korean")
    ENGLISH = "en", _("English")
    RUSSIAN = "ru", _("Russian")
    JAPANESE = "ja", _("Japanese")


class Mode(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    VIDEO = "video", _("By video")
    PHONE = "phone", _("By telephone")


class Industry(models.TextChoices):
    """Divisions of GB/T 4754-2017 that incubators meet; the letter is the parent section."""

    A01 = "A01", _("Farming")
    C13 = "C13", _("Processing of farm products")
    C14 = "C14", _("Food")
    C26 = "C26", _("Chemicals and materials")
    C27 = "C27", _("Medicines")
    C34 = "C34", _("General machinery")
    C35 = "C35", _("Special machinery and medical devices")
    C36 = "C36", _("Cars")
    C38 = "C38", _("Electrical machinery")
    C39 = "C39", _("Computers and electronics")
    C40 = "C40", _("Instruments and optics")
    D44 = "D44", _("Power and heat")
    F51 = "F51", _("Wholesale")
    F52 = "F52", _("Retail and online shops")
    I64 = "I64", _("Internet services")
    I65 = "I65", _("Software")
    L72 = "L72", _("Business services")
    M73 = "M73", _("Research and experiments")
    M74 = "M74", _("Technical services")
    M75 = "M75", _("Transfer of technology")
    N77 = "N77", _("Protection of the environment")
    P83 = "P83", _("Education")
    Q84 = "Q84", _("Health care")
    R87 = "R87", _("Film and sound")
    R88 = "R88", _("Culture and art")


def industry_fit(one: str, others: list[str]) -> str:
    """1 for the same division, 0.5 for the same section, else 0."""
    if one in others:
        return "1"
    return "0.5" if any(one[:1] == other[:1] for other in others) else "0"


def stage_fit(one: str, others: list[str]) -> str:
    """1 for the same stage, 0.5 for a neighbour, else 0."""
    order = list(Stage.values)
    apart = [abs(order.index(one) - order.index(other)) for other in others]
    return "1" if 0 in apart else "0.5" if 1 in apart else "0"


DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
HALVES = (
    ("am", pgettext_lazy("half day", "morning"), time(8), time(12)),
    ("pm", pgettext_lazy("half day", "afternoon"), time(13), time(18)),
    ("eve", pgettext_lazy("half day", "evening"), time(18), time(21)),
)


def window_choices() -> list[tuple[str, str]]:
    """Every half day of a week: 0-am is Monday morning."""
    return [(f"{day}-{key}", f"{name} {half}") for day, name in enumerate(DAYS) for key, half, _first, _last in HALVES]


WINDOWS = [f"{day}-{key}" for day in range(7) for key, *_rest in HALVES]
