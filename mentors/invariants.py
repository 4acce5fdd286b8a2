"""What must be true of mentoring and training at any time."""

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from incubator.core.invariants import invariant
from incubator.journal.series import numbered
from mentors.models import Certificate, CourseRun, Honorarium, HonorariumLine, Mentor
from mentors.states import OPEN, SEATED

numbered("LW", lambda: Honorarium.objects.values_list("number", flat=True))
numbered("PX", lambda: Certificate.objects.values_list("number", flat=True))


@invariant("mentors.places", _("The places of a mentor are those of the open pairings, and never more than the mentor has"))
def places_miscounted() -> int:
    """Mentors whose counter is not the number of their open pairings, or is above their capacity."""
    counted = Mentor.objects.annotate(counted=Count("pairings", filter=Q(pairings__state__in=OPEN)))
    return counted.filter(~Q(open_pairs=F("counted")) | Q(open_pairs__gt=F("max_pairs"))).count()


@invariant("mentors.seats", _("The seats of a class are those of its people, and never more than it has"))
def seats_miscounted() -> int:
    """Classes whose counter is not the number of their people, or is above their capacity."""
    counted = CourseRun.objects.annotate(counted=Count("enrolments", filter=Q(enrolments__state__in=SEATED)))
    return counted.filter(~Q(seats_taken=F("counted")) | Q(seats_taken__gt=F("capacity"))).count()


@invariant("mentors.paid", _("Only minutes that both sides confirmed are paid"))
def paid_without_confirmation() -> int:
    """Lines of statements whose session is not confirmed, or that pay more than was confirmed."""
    return sum(1 for line in HonorariumLine.objects.select_related("session") if line.session.state != "confirmed" or line.minutes > line.session.minutes)
