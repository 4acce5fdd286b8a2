"""The public sites of the story: news, stories and pages in both languages, with pictures drawn here; then the search."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from wagtail.images.models import Image

from cms.finding import index_site
from cms.models import ArticlePage, OrganisationHome
from cms.services import publish_site
from cms.starting_content import as_json
from incubator.demo.stage import Event, Stage

GROUND = {"jade": ((226, 236, 229), (15, 105, 79)), "indigo": ((227, 231, 242), (58, 74, 140)), "amber": ((246, 236, 219), (160, 98, 18))}


@dataclass(frozen=True)
class Piece:
    """One article: when it appeared (days ago), and its words in both languages."""

    slug: str
    kind: str
    ago: int
    title: str
    title_en: str
    lead: str
    lead_en: str
    text: str
    text_en: str
    tone: str = ""
    source: str = ""
    menu: bool = False


PIECES = (
    Piece("about", "page", 300, "关于我们", "About us", "一家众创空间：场地、导师、政策办理和创业社区。", "A maker space: rooms, mentors, subsidies and a community of founders.",
          "<p>净月创客空间在长春净月区有两处场地，为创业团队和初创企业提供工位、独立办公室和创客工坊。</p><p>一站式服务台代办房租、宽带、公共软件补贴的申报，每一笔金额写明条款和算式。</p>",
          "<p>Two sites in the Jingyue district of Changchun offer desks, offices and a workshop.</p><p>One counter prepares subsidies for rent, broadband and software; each amount names its clause and its arithmetic.</p>", tone="jade", menu=True),
    Piece("spring-cup-results", "news", 60, "净月杯大学生创业大赛结果揭晓", "Jingyue Cup: the result", "八支队伍进入评审，六支获奖，证书可凭校验码核验。", "Eight teams were judged, six won; certificates can be checked by their code.",
          "<p>大赛采用盲评，五位评委独立打分，去掉一个最高分和一个最低分。结果公示五个工作日，未收到异议。</p><p>获奖团队可以优先申请入驻，并获得三个月的导师辅导。</p>",
          "<p>Five judges scored blind; the highest and the lowest sheet of each entry were left out. The result stood on public notice for five working days without an objection.</p><p>Winners may move in first and get three months of mentoring.</p>", tone="amber", source="大赛组委会"),
    Piece("q3-subsidies", "news", 20, "三季度房租补贴开始公示", "Rent subsidies of the third quarter on notice", "名单在公示页查看，任何人可以书面提出异议。", "The list stands on the page of public notices; anybody may object.",
          "<p>本批次房租补贴拟补贴名单已经公示，公示期内可以在网站上提出异议，由没有参与办理的人员处理。</p>", "<p>The list of the quarter is on public notice. Objections are answered by people who had no part in it.</p>", source="运营部"),
    Piece("mentor-day", "news", 7, "十二月导师开放日预约开始", "Book a mentor's open day in December", "融资、知识产权、财税三个方向，每人半小时。", "Funding, intellectual property, tax: half an hour each.",
          "<p>开放日当天导师在净月A座二层接待，企业台登录后可以直接预约空闲时段。</p>", "<p>Mentors receive founders on the second floor of building A; book a free slot after signing in.</p>", tone="indigo"),
    Piece("heyu-story", "story", 90, "从两张工位到一条产线", "From two desks to a production line", "一家做农业传感器的企业，三年里从两个人到二十三个人。", "A maker of sensors for fields grew from two to twenty-three people in three years.",
          "<p>最初两位创始人租用开放工位，靠创客工坊做出第一批样机。</p><p>第二年申请到房租和公共软件补贴，把省下的钱投在检测设备上。第三年第一条产线投产。</p><p>“补贴的每一行算式都能看懂，这让我们敢做下一年的预算。”</p>",
          "<p>Two founders rented open desks and built the first units in the workshop.</p><p>In the second year subsidies for rent and software freed money for test equipment; in the third the first line went into production.</p><p>“We could read every line of the arithmetic. That let us plan the next year.”</p>", tone="jade", source="创业社区"),
    Piece("returnee-story", "story", 40, "回到村里做冻干蓝莓", "Freeze-dried blueberries from the village", "一位返乡创业者和她的十二位乡亲。", "A founder who came home, and twelve neighbours.",
          "<p>她在省城做了六年食品检测，回乡第一年只卖出三百袋。创业训练营里的商业模式课让她把客户从零售改成景区和学校。</p><p>现在合作社十二户人家参与采摘和分拣。</p>",
          "<p>After six years in food testing she sold three hundred bags in her first year at home. A camp taught her to sell to resorts and schools instead.</p><p>Twelve households now pick and sort.</p>", tone="indigo"),
)  # fmt: skip
SMALL = (
    Piece("about", "page", 300, "关于基地", "About the base", "服务返乡创业者的孵化基地。", "An incubation base for founders who come home.", "<p>延边返乡创业孵化基地在延吉市，提供场地、政策办理和产品展销。</p>",
          "<p>The base in Yanji offers rooms, help with policy and a place to show products.</p>", tone="amber", menu=True),
    Piece("market", "news", 9, "返乡创业集市日下月举行", "Market of founders who came home", "十二家返乡企业参加，现场试吃试用。", "Twelve young companies let you taste and try.", "<p>集市设在返乡创业楼一层，欢迎学校和社区团体预约参观。</p>", "<p>On the ground floor; schools and neighbourhoods are welcome.</p>", tone="amber"),
    Piece("ginseng-story", "story", 35, "延边特色人参电商的第一年", "The first year of a ginseng shop", "从直播间到标准化包装。", "From a live stream to proper boxes.", "<p>三位合伙人把林下参做成小包装，一年卖出两万份。</p>", "<p>Three partners sold twenty thousand small boxes in a year.</p>", tone="jade"),
)  # fmt: skip


def site_chapter(stage: Stage, pieces: tuple[Piece, ...] = PIECES) -> Iterator[Event]:
    """Each piece appears on its day; last the search is written."""
    for piece in pieces:
        yield max(stage.days.today - timedelta(days=piece.ago), stage.days.opening.first), partial(publish_piece, stage, piece)
    yield stage.days.today, partial(index_site, stage.organisation)


def small_site(stage: Stage) -> Iterator[Event]:
    """The second organisation's site."""
    yield from site_chapter(stage, SMALL)


def publish_piece(stage: Stage, piece: Piece) -> None:
    home = OrganisationHome.objects.filter(organisation=stage.organisation).first() or publish_site(stage.organisation)
    editor = stage.office.get("editor") or stage.office["manager"]
    page = ArticlePage(
        title=piece.title, title_en=piece.title_en, slug=piece.slug, kind=piece.kind, shown_on=stage.days.today - timedelta(days=piece.ago), lead=piece.lead, lead_en=piece.lead_en,
        source=piece.source, show_in_menus=piece.menu, consent_note="受访企业负责人书面同意（示例）" if piece.kind == "story" else "", cover=picture(piece, home) if piece.tone else None,
        body=as_json([("text", {"heading": "", "text": piece.text})]), body_en=as_json([("text", {"heading": "", "text": piece.text_en})]), search_description=piece.lead,
    )  # fmt: skip
    home.refresh_from_db()
    home.add_child(instance=page)
    page.save_revision(user=editor.user).publish()


def picture(piece: Piece, home: Any) -> Image:
    """A quiet drawing: hills, a house, a sun, in one colour of the house. Its focal point is the house."""
    from PIL import Image as Canvas
    from PIL import ImageDraw

    paper, ink = GROUND[piece.tone]
    canvas = Canvas.new("RGB", (1280, 720), paper)
    draw, seed = ImageDraw.Draw(canvas), sum(map(ord, piece.slug))
    middle = tuple((3 * one + other) // 4 for one, other in zip(paper, ink, strict=True))
    draw.ellipse((880 - seed % 200, 90, 1040 - seed % 200, 250), fill=middle)
    for place in range(3):
        top, shade = 330 + place * 90, tuple((one * (2 - place) + other * (place + 1)) // 3 for one, other in zip(paper, ink, strict=True))
        draw.polygon([(-100, 760), (200 + seed % 160 + place * 180, top), (760 + place * 60, top + 120), (1080 - seed % 120, top - 20), (1400, 760)], fill=shade)
    draw.rectangle((560, 470, 720, 620), fill=paper)
    draw.polygon([(540, 470), (640, 390), (740, 470)], fill=ink)
    for x in (585, 655):
        draw.rectangle((x, 500, x + 40, 545), fill=middle)
    out = io.BytesIO()
    canvas.save(out, "PNG")
    made = Image(title=piece.title, description=f"插画：{piece.title}", collection=home.collection, focal_point_x=640, focal_point_y=500, focal_point_width=260, focal_point_height=260)
    made.file.save(f"{home.slug}-{piece.slug}.png", ContentFile(out.getvalue()), save=False)
    made.width, made.height = 1280, 720
    made.save()
    return made
