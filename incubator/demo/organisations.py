"""The two organisations of the story with their sites and rooms. Both are made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from incubator.demo import people, startups
from incubator.demo.numbers import account, credit_code


@dataclass(frozen=True)
class Room:
    """One space: floor and code, kind, area in ㎡."""

    floor: str
    code: str
    kind: str
    area: Decimal
    name: str = ""


@dataclass(frozen=True)
class Landlord:
    """From whom the organisation itself rents a whole site."""

    name: str
    area: Decimal
    unit_rent: Decimal


@dataclass(frozen=True)
class Home:
    """A site with its rooms. `broadband` and `software`: what the organisation pays for the whole site."""

    name: str
    kind: str
    address: str
    recognised: str
    gross_area: Decimal
    standard_rent: Decimal
    rooms: tuple[Room, ...]
    landlord: Landlord | None = None
    broadband: Decimal | None = None
    software: startups.Software | None = None


@dataclass(frozen=True)
class House:
    """One operating organisation with everything that belongs to it."""

    slug: str
    prefix: str
    name: str
    short_name: str
    tagline: str
    region: str
    address: str
    phone: str
    owner: str
    contact: str
    bank: str
    colleagues: tuple[people.Colleague, ...]
    tenants: tuple[startups.Tenant, ...]
    homes: tuple[Home, ...]
    uscc: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "uscc", credit_code(self.name, kind="91"))

    def fields(self) -> dict[str, object]:
        """What the organisation is opened with."""
        return {
            "slug": self.slug, "name": self.name, "short_name": self.short_name, "tagline": self.tagline,
            "claim_prefix": self.prefix, "uscc": self.uscc, "legal_representative": self.owner,
            "contact_name": self.contact, "contact_phone": self.phone, "contact_email": f"contact@{self.slug}.example",
            "address": self.address, "region": self.region, "bank_name": self.bank, "bank_account": account(self.name),
            "is_example": True,
        }  # fmt: skip


def _rooms(floor: str, rows: str) -> tuple[Room, ...]:
    """Rooms of one floor from words such as "A-201 86.5, A-210 60 meeting 路演厅"."""
    rooms = []
    for row in rows.split(", "):
        code, area, *rest = row.split()
        kind, name = (*rest, "", "")[:2]
        rooms.append(Room(floor, code, kind or "office", Decimal(area).quantize(Decimal("0.01")), name))
    return tuple(rooms)


JINGYUE = House(
    slug="jingyue",
    prefix="净创",
    name="长春净月创客空间",
    short_name="净月创客",
    tagline="众创空间备案机构（示例）",
    region="吉林省长春市净月区",
    address="长春市净月区生态大街3688号A座一层",
    phone="0431-80000001",
    owner="赵立群",
    contact="王敏",
    bank="吉林银行长春净月支行",
    colleagues=people.JINGYUE,
    tenants=startups.JINGYUE_TENANTS,
    homes=(
        Home(
            name="净月A座", kind="maker_space", address="长春市净月区生态大街3688号A座", recognised="众创空间（示例备案）",
            gross_area=Decimal("4200.00"), standard_rent=Decimal("55.00"),
            rooms=(
                *_rooms("一层", "A-101 320 hall 路演大厅, A-102 180 open_desks 开放工位区, A-103 40 public_service 一站式服务台"),
                *_rooms("二层", "A-201 86.5, A-202 58, A-203 128, A-204 36 meeting 二层会议室, A-205 150"),
                *_rooms("三层", "A-301 74, A-302 62, A-303 45, A-304 30 meeting 三层会议室, A-305 96, A-306 54, A-307 66"),
                *_rooms("四层", "A-401 180, A-402 90, A-403 118, A-404 24 meeting 四层会议室, A-405 72, A-406 110"),
            ),
        ),
        Home(
            name="朝阳孵化楼", kind="maker_space", address="长春市朝阳区红旗街1456号", recognised="众创空间（示例备案）",
            gross_area=Decimal("800.00"), standard_rent=Decimal("50.00"),
            landlord=Landlord("长春晨阳房屋租赁有限公司", Decimal("800.00"), Decimal("38.00")),
            broadband=Decimal("1200.00"), software=startups.Software("园区共享协同办公平台（50席）", Decimal("12000.00")),
            rooms=(
                *_rooms("一层", "1-101 90 open_desks 共享工位区, 1-102 60, 1-103 80 workshop 创客工坊"),
                *_rooms("二层", "2-201 120, 2-202 40 meeting 会议室, 2-203 160, 2-204 70"),
            ),
        ),
    ),
)  # fmt: skip

YANBIAN = House(
    slug="yanbian",
    prefix="延创",
    name="延边返乡创业孵化基地",
    short_name="延边基地",
    tagline="返乡创业孵化基地（示例）",
    region="吉林省延边朝鲜族自治州延吉市",
    address="延吉市朝阳街218号返乡创业楼一层",
    phone="0433-8000001",
    owner="金哲洙",
    contact="朴美花",
    bank="吉林银行延边分行",
    colleagues=people.YANBIAN,
    tenants=startups.YANBIAN_TENANTS,
    homes=(
        Home(
            name="返乡创业楼", kind="base", address="延吉市朝阳街218号", recognised="创业孵化基地（示例认定）",
            gross_area=Decimal("1600.00"), standard_rent=Decimal("28.00"),
            rooms=(*_rooms("一层", "101 140, 102 60 meeting 会议室"), *_rooms("二层", "201 75, 203 88")),
        ),
    ),
)  # fmt: skip
