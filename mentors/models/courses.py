"""Training: courses, their classes and lessons, who takes part, attendance, results and certificates."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incubator.core.columns import person
from incubator.core.scoping import OrganisationModel, walled
from incubator.documents.models import Document
from incubator.tenants.models import Founder
from mentors.models.people import whole
from mentors.querysets import CourseRunQuerySet, EnrolmentQuerySet
from mentors.states import CERTIFICATE_TONES, ENROLMENT_TONES, SEATED, CertificateState, EnrolmentState
from spaces.models import Space


class CourseKind(models.TextChoices):
    """What a course serves."""

    STARTUP = "startup", _("Startup training")
    MACHINE = "machine", _("Machine safety")
    CAMP = "camp", _("Training camp")
    GENERAL = "general", _("General course")


class Course(OrganisationModel):
    """A course 课程 with what is needed to pass it."""

    name = models.CharField(_("Name"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=8, choices=CourseKind.choices)
    provider = models.CharField(_("Training provider"), max_length=120)
    syllabus = models.TextField(_("Syllabus"), max_length=2000)
    attendance_rule = whole(_("Least attendance in percent"), 1, 100, default=90)
    pass_mark = whole(_("Pass mark of the exam, 0 to 100"), 0, 100, default=60)
    valid_months = whole(_("Certificate valid for months; 0: without end"), 0, 120, default=0)
    clause = models.CharField(_("Clause that it serves"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("course")
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="course_name_once")]

    def __str__(self) -> str:
        return self.name


class CourseRun(OrganisationModel):
    """A class 班次 of a course: seats, lessons, trainer."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="runs")
    name = models.CharField(_("Class"), max_length=80)
    capacity = whole(_("Seats"), 1, 500)
    seats_taken = models.PositiveSmallIntegerField(default=0, editable=False)  # counted by the database
    trainer = models.CharField(_("Trainer"), max_length=60)
    enrol_until = models.DateField(_("Enrolment until"))
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(CourseRunQuerySet)

    class Meta:
        verbose_name = _("class of a course")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "course", "name"], name="course_run_once"),
            models.CheckConstraint(condition=Q(seats_taken__lte=F("capacity")), name="course_run_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.name}"

    @property
    def seats_free(self) -> int:
        return max(self.capacity - self.seats_taken, 0)


class Lesson(OrganisationModel):
    """One lesson of a class. Its key makes the codes of the sign-in board."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="lessons")
    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    title = models.CharField(_("Subject"), max_length=120)
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Room"))
    key = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("lesson")
        ordering = ["starts_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="lesson_span")]

    def __str__(self) -> str:
        return self.title

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Enrolment(OrganisationModel):
    """A person of a startup in a class: a seat, a place on the waiting list, a result."""

    run = models.ForeignKey(CourseRun, models.PROTECT, related_name="enrolments")
    founder = models.ForeignKey(Founder, models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=EnrolmentState.choices, default=EnrolmentState.ENROLLED, editable=False)
    mark = models.PositiveSmallIntegerField(_("Exam result, 0 to 100"), null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    signer = person(null=True)
    issuer = person(null=True)
    enrolled_at = models.DateTimeField(default=timezone.now, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = walled(EnrolmentQuerySet)

    class Meta:
        verbose_name = _("enrolment")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "run", "founder"], condition=~Q(state="withdrawn"), name="enrolment_once"),
            models.CheckConstraint(condition=Q(mark=None) | Q(mark__lte=100), name="enrolment_mark"),
            models.CheckConstraint(condition=Q(issuer=None) | Q(signer__isnull=False) & ~Q(issuer=F("signer")), name="enrolment_two_acts"),
            models.CheckConstraint(condition=~Q(state="passed") | Q(signer__isnull=False, issuer__isnull=False), name="enrolment_passed_by_two"),
        ]

    def __str__(self) -> str:
        return f"{self.founder} · {self.run}"

    @property
    def state_tone(self) -> str:
        return ENROLMENT_TONES[self.state]

    @property
    def is_seated(self) -> bool:
        return self.state in SEATED


class Attendance(OrganisationModel):
    """When somebody came to a lesson and left it."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendance")
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="attendance")
    came_at = models.DateTimeField(_("Came"))
    left_at = models.DateTimeField(_("Went"), null=True, blank=True)
    by_list = models.BooleanField(_("From the trainer's list"), default=False)
    noted_by = person(null=True)

    class Meta:
        verbose_name = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "enrolment", "lesson"], name="attendance_once"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("came_at")), name="attendance_span"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.founder} · {self.lesson}"

    @property
    def minutes(self) -> int:
        """Minutes inside the lesson between coming and leaving; nothing without both."""
        if self.left_at is None:
            return 0
        first, last = max(self.came_at, self.lesson.starts_at), min(self.left_at, self.lesson.ends_at)
        return max(int((last - first).total_seconds() // 60), 0)


class Certificate(OrganisationModel):
    """A certificate 证书: signed by the trainer, issued by somebody else, to be verified by everybody."""

    number = models.CharField(_("Number"), max_length=20, editable=False)
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="certificate")
    state = models.CharField(_("State"), max_length=10, choices=CertificateState.choices, default=CertificateState.VALID, editable=False)
    issued_on = models.DateField(_("Issued on"))
    valid_to = models.DateField(_("Valid until"), null=True, blank=True)
    snapshot = models.JSONField(default=dict, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    verify_code = models.CharField(max_length=20, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("certificate")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="training_certificate_number_once"),
            models.UniqueConstraint(fields=["organisation", "verify_code"], name="training_certificate_code_once"),
            models.UniqueConstraint(fields=["organisation", "enrolment"], name="training_certificate_enrolment_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="training_certificate_sha256"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_tone(self) -> str:
        return CERTIFICATE_TONES[self.state]

    @property
    def said(self) -> dict[str, Any]:
        return dict(self.snapshot)
