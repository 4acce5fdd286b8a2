"""Training in the office: courses, classes, the sign-in board, results, certificates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.core.confirming import confirm_page
from incubator.core.refusals import attempt
from incubator.core.states import possible_moves
from incubator.core.views import link, paginate, permitted, to
from incubator.documents.render import qr_png_data_uri
from incubator.documents.services import serve_file
from incubator.tenants.forms import NoteForm
from mentors.forms.courses import ClassForm, CourseForm, EnrolForm, LessonForm, ListForm, MarkForm
from mentors.forms.runs import NothingForm
from mentors.forms.sessions import next_full_hour
from mentors.models import Certificate, Course, CourseRun, Enrolment, Lesson
from mentors.services import courses as services
from mentors.states import ENROLMENT_MOVES
from mentors.views.shared import form_page

REFRESH = 20  # seconds after which the board draws a new code


@permitted("mentors.read_courses")
def training(request: HttpRequest) -> HttpResponse:
    """Courses and their classes."""
    context = {"courses": Course.objects.order_by("name"), "page": paginate(request, CourseRun.objects.latest_first())}
    return render(request, "mentors/office/training.html", context)


@permitted("mentors.keep_courses")
def course_open(request: HttpRequest) -> HttpResponse:
    """Open a course."""
    form = CourseForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, services.open_course, by=request.actor, **form.cleaned_data)
        if made:
            messages.success(request, _("The course is open. Open a class with its seats next."))
            return to(request, "office:mentors:class-open", made.pk)
    return form_page(request, form, _("Open a course"), link(request, "office:mentors:training"))


@permitted("mentors.keep_courses")
def class_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a class of a course."""
    course = get_object_or_404(Course, pk=pk)
    form = ClassForm(request.POST or None, initial={"capacity": 20, "enrol_until": timezone.localdate()})
    if form.is_valid():
        made = attempt(form, services.open_class, course, by=request.actor, **form.cleaned_data)
        if made:
            messages.success(request, _("The class is open. Add its lessons."))
            return to(request, "office:mentors:class", made.pk)
    return form_page(request, form, _("Open a class"), link(request, "office:mentors:training"), lead=course.name)


@permitted("mentors.read_courses")
def course_class(request: HttpRequest, pk: int) -> HttpResponse:
    """One class: lessons, who takes part, who waits, what is missing."""
    run = get_object_or_404(CourseRun.objects.select_related("course").prefetch_related("lessons"), pk=pk)
    rows = [
        {"enrolment": one, "checks": services.checks_of(one), "acts": [(act, ACTS[act][0]()) for act in ACTS if any(move.act == act for move in possible_moves(ENROLMENT_MOVES, one, request.actor))]}
        for one in Enrolment.objects.with_names().filter(run=run).exclude(state="withdrawn").order_by("enrolled_at", "pk")
    ]  # fmt: skip
    return render(request, "mentors/office/class.html", {"run": run, "rows": rows, "today": timezone.localdate()})


@permitted("mentors.keep_courses")
def lesson_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a lesson."""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    start = next_full_hour()
    form = LessonForm(request.POST or None, initial={"day": start.date(), "at": start.time()})
    if form.is_valid() and attempt(form, services.add_lesson, run, by=request.actor, **form.facts()):
        messages.success(request, _("The lesson is added."))
        return to(request, "office:mentors:class", pk)
    return form_page(request, form, _("Add a lesson"), link(request, "office:mentors:class", pk), lead=str(run))


@permitted("mentors.keep_courses")
def lesson_board(request: HttpRequest, pk: int) -> HttpResponse:
    """The sign-in board for the wall: a QR code that changes each minute."""
    lesson = get_object_or_404(Lesson.objects.select_related("run__course"), pk=pk)
    code = services.code_of(lesson, timezone.now())
    address = f"{settings.SITE_URL}{link(request, 'portal:mentors:attend', lesson.pk, code)}"
    answer = render(request, "mentors/office/board.html", {"lesson": lesson, "code": code, "qr": qr_png_data_uri(address), "refresh": REFRESH})
    answer.headers["Refresh"] = str(REFRESH)
    return answer


@permitted("mentors.keep_courses")
def lesson_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The trainer's list, for whoever did not scan the board."""
    lesson = get_object_or_404(Lesson.objects.select_related("run__course"), pk=pk)
    form = ListForm(request.POST if request.method == "POST" else None, run=lesson.run)
    if request.method == "POST" and form.is_valid():
        count = services.note_list(lesson, list(form.cleaned_data["present"]), by=request.actor)
        messages.success(request, _("Noted for %(count)d people; what the board noted stays.") % {"count": count})
        return to(request, "office:mentors:class", lesson.run_id)
    return form_page(request, form, _("The trainer's list"), link(request, "office:mentors:class", lesson.run_id), lead=lesson.title)


@permitted("mentors.keep_courses")
def person_enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Enrol somebody."""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    form = EnrolForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, services.enrol, run, form.cleaned_data["founder"], by=request.actor)
        if made:
            messages.success(request, _("Enrolled: %(state)s.") % {"state": made.get_state_display()})
            return to(request, "office:mentors:class", pk)
    return form_page(request, form, _("Enrol somebody"), link(request, "office:mentors:class", pk), lead=str(run))


ACTS: dict[str, Any] = {
    "mark": (lambda: _("Enter the exam result"), [lambda: _("It can be corrected until the trainer signs.")], MarkForm, False, services.mark_exam),
    "sign": (lambda: _("Sign as the trainer"), [lambda: _("Attendance and exam are enough; another person issues the certificate.")], NothingForm, False, services.sign_enrolment),
    "issue": (lambda: _("Issue the certificate"), [lambda: _("The certificate gets its number and its verification code."), lambda: _("A certificate of startup training goes into the startup's papers, as evidence for the one-off grant.")], NothingForm, False, services.issue_certificate),
    "fail": (lambda: _("Not passed"), [lambda: _("There is no certificate.")], NoteForm, True, services.fail_enrolment),
    "withdraw": (lambda: _("Withdraw"), [lambda: _("The next of the waiting list gets the seat.")], NoteForm, True, services.withdraw_enrolment),
}  # fmt: skip


@permitted("mentors.keep_courses")
def enrolment_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Exam result, signature, certificate, not passed, withdrawn."""
    found = get_object_or_404(Enrolment.objects.select_related("founder__startup", "run__course"), pk=pk)
    if act not in ACTS:
        raise Http404
    title, effects, form_class, danger, service = ACTS[act]
    form = form_class(request.POST if request.method == "POST" else None, initial={"mark": found.mark})
    if request.method == "POST" and form.is_valid() and attempt(form, service, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Done. The page shows where things stand."))
        return to(request, "office:mentors:class", found.run_id)
    return confirm_page(request, title(), [one() for one in effects], link(request, "office:mentors:class", found.run_id), form=form, lead=str(found), danger=danger)


@permitted("mentors.read_courses")
def certificate_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The certificate as PDF; the first look prints it when the job has not yet."""
    found = get_object_or_404(Certificate.objects.select_related("enrolment__founder__startup", "document"), pk=pk)
    return serve_file(services.keep_certificate(found).document, by=request.actor, inline=True)


@permitted("mentors.keep_courses")
def certificate_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a certificate."""
    found = get_object_or_404(Certificate.objects.select_related("enrolment__founder"), pk=pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, services.revoke_certificate, found, by=request.actor, **form.cleaned_data):
        messages.success(request, _("Revoked. Whoever verifies it reads so."))
        return to(request, "office:mentors:class", found.enrolment.run_id)
    effects = [_("The verification page says that it is revoked."), _("The paper stays on file.")]
    return confirm_page(request, _("Revoke the certificate"), effects, link(request, "office:mentors:class", found.enrolment.run_id), form=form, lead=f"{found.number} · {found.enrolment.founder}", danger=True)
