"""How a person is named in allauth's own pages and mails."""

from incubator.accounts.models import User


def name_of(user: User) -> str:
    return user.name
