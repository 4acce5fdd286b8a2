"""The pages of people's rights open, list the person and lead on."""

from __future__ import annotations

import pytest

from incubator.core.scoping import organisation_context
from incubator.subjects.models import Erasure, SubjectCopy
from tests.factories.tenants import a_startup


@pytest.fixture
def contact(organisation):
    with organisation_context(organisation):
        return a_startup(contact_name="旧联系人", contact_phone="13700137000")


def test_an_owner_goes_from_the_list_to_a_copy_and_to_an_erasure(contact, organisation, client_of):
    owner, base = client_of("owner"), f"/office/{organisation.slug}/settings/data/"
    key = f"contact-{contact.pk}"
    assert "旧联系人" in owner.get(base, {"q": "旧联系"}).content.decode()
    assert owner.get(f"{base}{key}/copy/").status_code == owner.get(f"{base}{key}/erase/").status_code == 200
    assert owner.post(f"{base}{key}/copy/").status_code == 302
    asked = owner.post(f"{base}{key}/erase/", {"ground": "asked", "note": "本人到场"})
    with organisation_context(organisation):
        erasure = Erasure.objects.get()
        assert SubjectCopy.objects.count() == 1
    page = f"{base}erasures/{erasure.pk}/"
    assert asked.url == page and owner.get(base).status_code == owner.get(f"{base}erasures/").status_code == 200
    assert owner.post(f"{page}approve/").status_code == 403  # four eyes
    manager = client_of("manager")
    assert manager.get(page).status_code == manager.get(f"{page}approve/").status_code == 200
    assert manager.post(f"{page}approve/").status_code == 302
    assert owner.get(f"{base}user-999999/copy/").status_code == owner.get(f"{base}nonsense/erase/").status_code == 404
