"""The chain of decision records: it recomputes after everything around it has changed, on a page and by a command."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from incubator.policy import services
from incubator.policy.models import Decision, ReasonCode
from incubator.policy.services import decisions

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(in_force, inside, actor):
    """Decisions on an edition in force, one replaced by a later one."""
    edition = in_force.editions[0]
    first = services.record_decision(edition, "cut", by=actor("officer"), edition=edition, reasons=["CAP_CUT"], before=Decimal(9), after=Decimal(5))
    services.record_decision(edition, "revise", by=actor("manager"), edition=edition, before=Decimal(5), after=Decimal(7), replaces=first)
    return edition


def test_every_record_recomputes_after_a_new_edition(decided, actor):
    stored = {row.pk: row.sha256 for row in Decision.objects.all()}
    draft = services.change_edition(services.draft_from(decided, by=actor("officer")), by=actor("officer"), name="第2版", effective_from=date(2027, 1, 1))
    services.approve_edition(services.submit_edition(draft, by=actor("officer")), by=actor("manager"))
    ReasonCode.objects.filter(code="CAP_CUT").update(zh="按新上限核减", en="Cut to the new cap")  # words of today
    again = {row.pk: decisions.digest_of(row) for row in Decision.objects.filter(pk__in=stored).select_related("reply__document")}
    assert again == stored
    assert services.verify_decisions().holds


def test_the_page_says_that_the_chain_holds_or_where_it_breaks(decided, client_of, monkeypatch):
    browser = client_of("viewer")
    assert browser.get("/office/jingyue/policy/decisions/").context["check"].holds
    last = Decision.objects.order_by("-pk").first()
    whole = decisions.digest_of
    monkeypatch.setattr(decisions, "digest_of", lambda row: "0" * 64 if row.pk == last.pk else whole(row))
    page = browser.get("/office/jingyue/policy/decisions/")
    assert page.context["check"].broken == last
    assert last.subject_name in page.text


def test_the_command_counts_and_fails_on_a_broken_chain(decided, capsys, monkeypatch):
    call_command("verify_decisions")
    assert "jingyue: " in capsys.readouterr().out
    monkeypatch.setattr(decisions, "digest_of", lambda row: "0" * 64)
    with pytest.raises(CommandError):
        call_command("verify_decisions", organisation="jingyue")
    with pytest.raises(CommandError):
        call_command("verify_decisions", organisation="nobody")
