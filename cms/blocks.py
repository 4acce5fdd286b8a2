"""What a page can be put together from. Blocks with figures read them when the page is shown; an editor writes words only."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, ListBlock, RichTextBlock, StructBlock, StructValue, TextBlock, URLBlock
from wagtail.images.blocks import ImageBlock

from cms import live

WORDS = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class HeadedBlock(StructBlock):
    """A part of a page with a heading of its own."""

    heading = CharBlock(label=_("Heading"), required=False, max_length=60)


class WrittenBlock(HeadedBlock):
    """Free text."""

    text = RichTextBlock(label=_("Text"), features=WORDS)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"


class PictureBlock(StructBlock):
    """One picture with the words that stand for it."""

    image = ImageBlock(label=_("Picture"))
    caption = CharBlock(label=_("Caption"), required=False, max_length=160)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "cms/blocks/picture.html"


class StepBlock(StructBlock):
    """One step of a way."""

    title = CharBlock(label=_("Step"), max_length=40)
    text = TextBlock(label=_("What happens"), required=False, max_length=300)


class StepsBlock(HeadedBlock):
    """How to do something, step by step."""

    steps = ListBlock(StepBlock(), label=_("Steps"), min_num=1, max_num=8)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "cms/blocks/steps.html"


class LiveBlock(HeadedBlock):
    """A heading, a sentence, and rows that are read from the database whenever the page is shown."""

    intro = TextBlock(label=_("Sentence in front"), required=False, max_length=300)

    def get_context(self, value: StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        organisation = context.get("organisation")
        return context | (self.rows(organisation, timezone.localdate()) if organisation else {})

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        """What the template shows, by name."""
        raise NotImplementedError


class FiguresBlock(LiveBlock):
    """Key figures of the organisation: counted, never typed."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        return {"figures": live.key_figures(today)}

    class Meta:
        icon = "table"
        label = _("Key figures (counted)")
        template = "cms/blocks/figures.html"


class ProgrammesBlock(LiveBlock):
    """Programmes that take applications today, and rights whose amount nobody has set."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        running = live.open_programmes(today)
        return {"programmes": running, "unset": live.rights_without_amount(running)}

    class Meta:
        icon = "doc-full"
        label = _("Programmes open now")
        template = "cms/blocks/programmes.html"


class SpacesBlock(LiveBlock):
    """Sites with the spaces for letting and how many are free today."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        return {"sites": live.sites_on_offer(today)}

    class Meta:
        icon = "home"
        label = _("Spaces for startups")
        template = "cms/blocks/spaces.html"


class NoticesBlock(LiveBlock):
    """The latest public notices."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        return {"notices": live.latest_notices(today)}

    class Meta:
        icon = "openquote"
        label = _("Public notices")
        template = "cms/blocks/notices.html"


class EventsBlock(LiveBlock):
    """The next events, with the seats that are free now."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        return {"events": live.next_events()}

    class Meta:
        icon = "date"
        label = _("Next events")
        template = "cms/blocks/events.html"


class ContestsBlock(LiveBlock):
    """Contests that are announced or running, with where they stand."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        return {"contests": live.running_contests()}

    class Meta:
        icon = "pick"
        label = _("Contests")
        template = "cms/blocks/contests.html"


class NewsBlock(LiveBlock):
    """The latest news and stories."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        return {"articles": live.latest_articles(organisation)}

    class Meta:
        icon = "doc-full-inverse"
        label = _("News and stories")
        template = "cms/blocks/news.html"


class CardBlock(StructBlock):
    """One card: a startup in residence, a partner, a service."""

    title = CharBlock(label=_("Name"), max_length=60)
    text = TextBlock(label=_("One or two sentences"), required=False, max_length=240)
    image = ImageBlock(label=_("Picture"), required=False)
    link = URLBlock(label=_("Address"), required=False)


class CardsBlock(HeadedBlock):
    """Startups in residence, partners, services: a name, a sentence, a picture. Only what those named agreed to."""

    intro = TextBlock(label=_("Sentence in front"), required=False, max_length=300)
    cards = ListBlock(CardBlock(), label=_("Cards"), min_num=1, max_num=24)

    class Meta:
        icon = "group"
        label = _("Cards (startups, partners)")
        template = "cms/blocks/cards.html"


class ContactBlock(LiveBlock):
    """Where to turn to: taken from the organisation's own record, so that it is right everywhere at once."""

    def rows(self, organisation: Any, today: Any) -> dict[str, Any]:
        return {}

    class Meta:
        icon = "mail"
        label = _("Contact")
        template = "cms/blocks/contact.html"


WORD_BLOCKS = [("text", WrittenBlock()), ("picture", PictureBlock()), ("steps", StepsBlock()), ("cards", CardsBlock())]
ORGANISATION_BLOCKS = [
    ("figures", FiguresBlock()),
    ("programmes", ProgrammesBlock()),
    ("spaces", SpacesBlock()),
    ("notices", NoticesBlock()),
    ("events", EventsBlock()),
    ("contests", ContestsBlock()),
    ("news", NewsBlock()),
    ("contact", ContactBlock()),
    *WORD_BLOCKS,
]
