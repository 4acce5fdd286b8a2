"""The command that prints a sealed claim again."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incubator.subsidies.services.printing import keep_claim_papers
from tests.incubator.subsidies.conftest import endorse, seal

pytestmark = pytest.mark.django_db


def test_it_writes_the_kept_bytes_again(world, tmp_path):
    claim = keep_claim_papers(seal(world, [endorse(world.apply("rent"), world.actor)]))
    for public, kept in ((False, claim.document), (True, claim.public_document)):
        out, path = StringIO(), tmp_path / "claim.pdf"
        call_command("claim_pdf", claim.number, output=path, public=public, stdout=out)
        assert path.read_bytes() == kept.read()
        assert "the same as the kept paper" in out.getvalue()


def test_an_unknown_number_is_refused(world, tmp_path):
    with pytest.raises(CommandError, match="No sealed claim"):
        call_command("claim_pdf", "净创补申〔2026〕99号", output=tmp_path / "x.pdf")
