"""Training in the portal: open classes, the own places, signing in at the board, certificates."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.errors import Conflict
from incubator.core.views import link, permitted, to
from incubator.documents.services import serve_file
from incubator.tenants.models import Founder
from mentors.models import Certificate, CourseRun, Enrolment, Lesson
from mentors.services import courses as services


@permitted("mentors.join_course")
def training(request: HttpRequest) -> HttpResponse:
    """The own places with what is still missing, and the classes that can be joined."""
    own = list(Enrolment.objects.with_names().of(request.actor).exclude(state="withdrawn").order_by("-enrolled_at"))
    taken = {one.run_id for one in own}
    context = {
        "rows": [{"enrolment": one, "checks": services.checks_of(one)} for one in own],
        "runs": [run for run in CourseRun.objects.open_on(timezone.localdate()) if run.pk not in taken],
    }  # fmt: skip
    return render(request, "mentors/portal/training.html", context)


@permitted("mentors.join_course")
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a seat, or a place on the waiting list."""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    person = Founder.objects.filter(user=request.user).order_by("pk").first()
    if person is None:
        raise Conflict(_("Your account is not connected with a company here. Ask the organisation."))
    if request.method == "POST":
        made = services.enrol(run, person, by=request.actor)
        said = _("You have a seat.") if made.state == "enrolled" else _("Every seat is taken. You are on the waiting list and are told when one is free.")
        messages.success(request, said)
        return to(request, "portal:mentors:training")
    effects = [_("You get a seat, or the next place on the waiting list."), _("Sign in and out of each lesson at the board in the room.")]
    return confirm_page(request, _("Take part"), effects, link(request, "portal:mentors:training"), lead=str(run))


@permitted("mentors.join_course")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the own place back."""
    found = get_object_or_404(Enrolment.objects.of(request.actor).select_related("founder", "run__course"), pk=pk)
    if request.method == "POST":
        services.withdraw_enrolment(found, by=request.actor)
        messages.success(request, _("Your place is free again."))
        return to(request, "portal:mentors:training")
    return confirm_page(request, _("Give the place back"), [_("The next of the waiting list gets the seat.")], link(request, "portal:mentors:training"), lead=str(found.run), danger=True)


@permitted("mentors.join_course")
def attend(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What the board's QR code opens: sign in, and later out."""
    lesson = get_object_or_404(Lesson.objects.select_related("run__course"), pk=pk)
    if request.method == "POST":
        seen = services.attend(lesson, code, by=request.actor)
        messages.success(request, _("Signed out. Thank you.") if seen.left_at else _("Signed in. Sign out at the board when the lesson is over."))
        return to(request, "portal:mentors:training")
    return confirm_page(request, _("Sign in or out"), [_("The time is noted for this lesson. The code on the board changes each minute.")], link(request, "portal:mentors:training"), lead=f"{lesson.title} · {lesson.run}")


@permitted("mentors.join_course")
def certificate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The own certificate as PDF."""
    own = Certificate.objects.filter(enrolment__in=Enrolment.objects.of(request.actor)).select_related("enrolment__founder__startup", "document")
    return serve_file(services.keep_certificate(get_object_or_404(own, pk=pk)).document, by=request.actor, inline=True)
