"""The smallest valid organisations and people."""

from incubator.accounts.models import Organisation, User
from incubator.accounts.services import give_role
from incubator.core.identifiers import uscc_check

_numbers = iter(range(1, 10_000_000))


def make_uscc(body: str = "") -> str:
    """A valid unified social credit code; another one at each call without a body."""
    body = body or f"91220101MA{next(_numbers):07d}"
    return body + uscc_check(body)


def make_organisation(slug: str, name: str, *, prefix: str = "孵") -> Organisation:
    return Organisation.objects.create(
        slug=slug, name=name, short_name=name[-4:], claim_prefix=prefix, uscc=make_uscc(), legal_representative="王敏",
        contact_name="李强", contact_phone="0431-81234567", address="长春市净月大街1号",
        bank_name="吉林银行长春净月支行", bank_account="0100200300400500",
    )


def make_person(name: str, organisation: Organisation | None = None, role: str = "", *, runs_deployment: bool = False) -> User:
    user = User.objects.create_user(f"{name}@example.com", name, "correct horse battery", is_superuser=runs_deployment)
    if organisation is not None:
        give_role(user, organisation, role)
    return user
