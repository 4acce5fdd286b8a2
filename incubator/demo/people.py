"""The people of the operators' offices, and everybody's account to sign in with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from incubator.accounts import phones
from incubator.accounts.actors import Actor, actor_for
from incubator.accounts.models import Organisation, User
from incubator.accounts.services import give_role
from incubator.demo.second_factor import give_device

PASSWORD = "jingyue-yanbian-2015"  # noqa: S105 - the one password of the demonstration, shown on its sign-in page
# Two who may also sign in by short message; nothing is sent, the page shows the code.
NUMBERS = {"zhao.liqun@jingyue.example": "+8613800000001", "lin.kexin@yunshan.example": "+8613800000002"}
PLATFORM = ("平台管理员", "admin@fuhua.example")


@dataclass(frozen=True)
class Colleague:
    """Somebody in an operator's office. `key` is how the story calls them."""

    key: str
    role: str
    name: str
    email: str


JINGYUE = (
    Colleague("owner", "owner", "赵立群", "zhao.liqun@jingyue.example"),
    Colleague("manager", "manager", "王敏", "wang.min@jingyue.example"),
    Colleague("manager2", "manager", "孙志远", "sun.zhiyuan@jingyue.example"),
    Colleague("finance", "finance", "李静", "li.jing@jingyue.example"),
    Colleague("officer", "officer", "陈晓东", "chen.xiaodong@jingyue.example"),
    Colleague("officer2", "officer", "刘佳", "liu.jia@jingyue.example"),
    Colleague("editor", "editor", "周雨桐", "zhou.yutong@jingyue.example"),
    Colleague("viewer", "viewer", "何建国", "he.jianguo@jingyue.example"),
)
YANBIAN = (
    Colleague("owner", "owner", "金哲洙", "jin.zhezhu@yanbian.example"),
    Colleague("manager", "manager", "朴美花", "piao.meihua@yanbian.example"),
    Colleague("finance", "finance", "崔英兰", "cui.yinglan@yanbian.example"),
    Colleague("officer", "officer", "全龙奎", "quan.longkui@yanbian.example"),
)


@cache
def _hashed() -> str:
    """The password hashed once: forty times would take half a minute."""
    return make_password(PASSWORD)


def make_account(name: str, email: str, *, superuser: bool = False) -> User:
    """Somebody who can sign in at once: the address is verified."""
    user = User.objects.create_user(email, name, None, is_superuser=superuser)
    user.password = _hashed()
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if email in NUMBERS:
        phones.hold(user, NUMBERS[email])
    if superuser:
        give_device(user)
    return user


def join_office(organisation: Organisation, colleague: Colleague) -> Actor:
    """Make the account of a colleague with a second factor and give them their role."""
    user = User.objects.filter(email=colleague.email).first() or make_account(colleague.name, colleague.email)
    give_role(user, organisation, colleague.role)
    give_device(user)
    actor = actor_for(user, organisation)
    if actor is None:
        raise LookupError(f"{colleague.email} holds no role in {organisation}")
    return actor
