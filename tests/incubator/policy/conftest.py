"""What policy tests stand on: the shipped text, and the demo organisation's own measure in force."""

import pytest

from incubator.core.scoping import organisation_context
from incubator.policy import services
from incubator.policy.importing import import_document, put_in_force
from incubator.policy.loading import DATA, load_everything

EXAMPLE = DATA / "example-measure.yaml"


@pytest.fixture
def shipped(db):
    """Everything that load_policy loads."""
    return load_everything()


@pytest.fixture
def drafts(shipped, actor):
    """The example measure with its six editions, drafted by the case officer."""
    imported = import_document(EXAMPLE, by=actor("officer"))
    with organisation_context(imported.document.organisation):
        imported.document = services.confirm_text(imported.document, by=actor("owner"))
    return imported


@pytest.fixture
def in_force(drafts, actor):
    """The same, submitted by the officer, approved by the manager, and in force."""
    put_in_force(drafts, submitter=actor("officer"), approver=actor("manager"))
    return drafts
