"""What the clock does: a returned application lapses after its deadline."""

from datetime import UTC, datetime

import pytest
import time_machine

from incubator.notices.models import Notice
from incubator.policy.models import ReasonCode
from incubator.subsidies.models import MonthKey
from incubator.subsidies.services import review
from incubator.subsidies.progress import answer_until
from incubator.subsidies.services.applications import lapse_overdue
from incubator.subsidies.tasks import lapse_returned_everywhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(world):
    taken = review.take_application(world.apply("rent"), by=world.actor("officer"))
    codes = list(ReasonCode.objects.filter(code="EVIDENCE_MISSING"))
    return review.return_application(taken, codes=codes, note="缺一页", by=world.actor("officer"))


def test_the_applicant_is_told_until_when(world, returned):
    assert str(answer_until(returned)) == "2026-12-04"  # ten days after 24 November
    told = Notice.objects.inbox(world.people["founder"]).first()
    assert "2026年12月4日" in told.text
    assert "缺一页" in told.text


def test_it_lapses_only_after_the_last_day(world, returned):
    with time_machine.travel(datetime(2026, 12, 4, 8, 0, tzinfo=UTC)):
        assert lapse_overdue(world.actor("system")) == 0
    with time_machine.travel(datetime(2026, 12, 4, 17, 0, tzinfo=UTC)):  # 01:00 on the 5th in Shanghai
        assert lapse_overdue(world.actor("system")) == 1
    returned.refresh_from_db()
    assert returned.state == "lapsed"
    assert not MonthKey.objects.filter(freed_at=None).exists()


def test_the_job_runs_in_every_organisation(world, returned, other_organisation):
    """The job opens the contexts itself; here one is open already, so it works only in this one."""
    with time_machine.travel(datetime(2026, 12, 6, tzinfo=UTC)):
        lapse_returned_everywhere(0)
    returned.refresh_from_db()
    assert returned.state == "lapsed"
