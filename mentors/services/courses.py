"""Acts on training: courses, classes, lessons, enrolment with a waiting list, attendance, results, certificates."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from incubator.accounts.actors import Actor, system
from incubator.core.errors import BusinessError, Conflict, NotAllowed
from incubator.core.periods import add_months
from incubator.core.pieces import Check
from incubator.core.refusals import clash
from incubator.documents.codes import new_verify_code
from incubator.documents.models import DocumentKind
from incubator.documents.services import keep_paper
from incubator.journal.services import lock, make_move, moving, next_number, record
from incubator.notices.services import notify
from incubator.tenants.models import Founder
from incubator.tenants.services import keep_document
from mentors.models import Attendance, Certificate, Course, CourseRun, Enrolment, Lesson
from mentors.papers import print_certificate, verify_of
from mentors.planning import digest
from mentors.states import CERTIFICATE_MOVES, ENROLMENT_MOVES

MINUTE = 60
LEAST_STAY = timedelta(minutes=10)  # between signing in and signing out, so that one look at the board is not both
AROUND = timedelta(minutes=45)  # before and after a lesson


@transaction.atomic
def open_course(*, by: Actor, **fields: Any) -> Course:
    """Open a course with what is needed to pass it."""
    with clash("course_name_once", _("There is a course of this name already."), field="name"):
        course = Course.objects.create(**fields)
    record("make_course", course, by=by)
    return course


@transaction.atomic
def open_class(course: Course, *, by: Actor, **fields: Any) -> CourseRun:
    """Open a class of a course with its seats."""
    with clash("course_run_once", _("This course has a class of this name already."), field="name"):
        run = CourseRun.objects.create(course=course, **fields)
    record("open_class", run, by=by)
    return run


@transaction.atomic
def add_lesson(run: CourseRun, *, starts_at: datetime, minutes: int, by: Actor, **fields: Any) -> Lesson:
    """Add a lesson to a class."""
    lesson = Lesson.objects.create(run=run, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), key=secrets.token_hex(32), **fields)
    record("add_lesson", run, by=by, lesson=lesson.pk)
    return lesson


@transaction.atomic
def enrol(run: CourseRun, founder: Founder, *, by: Actor) -> Enrolment:
    """Give a person of a startup a seat, or the next place on the waiting list when every seat is taken.

    Of two who come for the last seat the database gives it to one. Raises Conflict for a second time and after the day."""
    if not by.in_office and (by.user is None or founder.user_id != by.user.pk):
        raise NotAllowed(_("You enrol yourself only. Others enrol themselves, or the organisation does it."))
    if timezone.localdate() > run.enrol_until:
        raise Conflict(_("Enrolment ended on %(day)s.") % {"day": run.enrol_until})
    once = _("This person takes part already, or is on the waiting list.")
    try:
        with clash("enrolment_once", once), clash("course_run_seats", "full", field="seats"):
            made = Enrolment.objects.create(run=run, founder=founder, state="enrolled")
    except Conflict as full:
        if full.code != "course_run_seats":
            raise
        with clash("enrolment_once", once):
            made = Enrolment.objects.create(run=run, founder=founder, state="waiting")
    record("enrol", made, by=by, state_to=made.state)
    return made


@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, note: str = "", by: Actor) -> Enrolment:
    """Give a seat or a place on the waiting list back; the first who waits gets the seat and is told."""
    if not by.in_office and (by.user is None or enrolment.founder.user_id != by.user.pk):
        raise NotAllowed(_("You can only withdraw yourself."))
    withdrawn = make_move(enrolment, ENROLMENT_MOVES, "withdraw", by=by, note=note, reason=note)
    seat_next(withdrawn.run)
    return withdrawn


def seat_next(run: CourseRun) -> None:
    """Give free seats to those who wait, in their order."""
    for waiting in run.enrolments.waiting().select_related("founder__user"):
        try:
            with clash("course_run_seats", "full"):
                seated = make_move(waiting, ENROLMENT_MOVES, "seat", by=system(waiting.organisation))
        except Conflict:
            return
        if seated.founder.user:
            url = f"/portal/{seated.organisation.slug}/mentoring/training/"
            notify([seated.founder.user], gettext_noop("A seat is free for you: %(run)s."), key=f"enrolment:{seated.pk}:seat", url=url, run=str(seated.run))


def code_of(lesson: Lesson, at: datetime, back: int = 0) -> str:
    """The six digits of the sign-in board in this minute (`back`: so many minutes before)."""
    minute = int(at.timestamp()) // MINUTE - back
    drawn = hmac.digest(bytes.fromhex(lesson.key), f"{lesson.pk}:{minute}".encode(), "sha256")
    return f"{int.from_bytes(drawn[:4]) % 1_000_000:06d}"


@transaction.atomic
def attend(lesson: Lesson, code: str, *, by: Actor) -> Attendance:
    """Sign in at the board, and out again after the lesson. The code holds for its minute and the next.

    Raises Conflict for a code of another minute, outside the time of the lesson, and without a seat."""
    now = timezone.now()
    if not any(hmac.compare_digest(code, code_of(lesson, now, back)) for back in (0, 1)):
        raise Conflict(_("This code has changed. Scan the board in the room again."))
    if not lesson.starts_at - AROUND <= now <= lesson.ends_at + AROUND:
        raise Conflict(_("Signing in and out is possible from 45 minutes before the lesson to 45 minutes after it."))
    enrolment = Enrolment.objects.select_for_update(no_key=True).filter(run=lesson.run, founder__user=by.user, state="enrolled").first()
    if enrolment is None:
        raise Conflict(_("You have no seat in this class."))
    seen = Attendance.objects.filter(enrolment=enrolment, lesson=lesson).first()
    if seen is None:
        seen = Attendance.objects.create(enrolment=enrolment, lesson=lesson, came_at=now, noted_by=by.user)
    elif now - seen.came_at < LEAST_STAY:
        raise Conflict(_("You signed in at %(time)s. Sign out when the lesson is over.") % {"time": f"{timezone.localtime(seen.came_at):%H:%M}"})
    else:
        seen.left_at = now
        seen.save(update_fields=["left_at"])
    record("attend_lesson", enrolment, by=by, lesson=lesson.pk)
    return seen


@transaction.atomic
def note_list(lesson: Lesson, present: list[Enrolment], *, by: Actor) -> int:
    """The trainer's list: these people were there for the whole lesson. What the board noted stays."""
    count = 0
    for enrolment in present:
        fields = {"came_at": lesson.starts_at, "left_at": lesson.ends_at, "by_list": True, "noted_by": by.user}
        _row, new = Attendance.objects.get_or_create(enrolment=enrolment, lesson=lesson, defaults=fields)
        if new:
            record("attend_lesson", enrolment, by=by, lesson=lesson.pk, by_list=True)
            count += 1
    return count


def attended_share(enrolment: Enrolment) -> int:
    """Attended minutes of all lessons' minutes, in whole percent rounded down."""
    total = sum(lesson.minutes for lesson in enrolment.run.lessons.all())
    there = sum(one.minutes for one in enrolment.attendance.select_related("lesson"))
    return 100 * there // total if total else 0


def checks_of(enrolment: Enrolment) -> list[Check]:
    """What is needed to pass, and whether it is there."""
    course, share = enrolment.run.course, attended_share(enrolment)
    figures = {"share": share, "rule": course.attendance_rule, "mark": enrolment.mark, "pass": course.pass_mark}
    found = [Check(_("Attendance %(share)s%% of the time; %(rule)s%% are needed.") % figures, share >= course.attendance_rule)]
    if course.pass_mark:
        said = _("Exam: %(mark)s of 100; %(pass)s are needed.") % figures if enrolment.mark is not None else _("No exam result yet; %(pass)s are needed.") % figures
        found.append(Check(said, enrolment.mark is not None and enrolment.mark >= course.pass_mark))
    return found


def mark_exam(enrolment: Enrolment, *, mark: int, by: Actor) -> Enrolment:
    """Enter the exam result, 0 to 100."""
    return make_move(enrolment, ENROLMENT_MOVES, "mark", by=by, mark=mark)


def sign_enrolment(enrolment: Enrolment, *, by: Actor) -> Enrolment:
    """The trainer signs that everything needed is there."""
    with moving(enrolment, ENROLMENT_MOVES, "sign", by=by) as signed:
        wrong = [check.text for check in checks_of(signed) if not check.passes]
        if wrong:
            raise Conflict(_("Something is missing: %(list)s") % {"list": " ".join(wrong)})
    return signed


def fail_enrolment(enrolment: Enrolment, *, note: str, by: Actor) -> Enrolment:
    """Close without a certificate."""
    return make_move(enrolment, ENROLMENT_MOVES, "fail", by=by, note=note, reason=note)


def issue_certificate(enrolment: Enrolment, *, by: Actor) -> Certificate:
    """A second person issues the certificate that the trainer signed for; its data are sealed, a job prints it."""
    with moving(enrolment, ENROLMENT_MOVES, "issue", by=by) as passed:
        course, today = passed.run.course, timezone.localdate()
        number = f"PX-{today.year}-{next_number('PX', year=today.year):06d}"
        code = new_verify_code()
        until = add_months(today, course.valid_months) if course.valid_months else None
        data = {
            "number": number, "organisation": passed.organisation.name, "uscc": passed.organisation.uscc, "holder": passed.founder.name, "startup": passed.founder.startup.name,
            "course": course.name, "kind": course.kind, "kind_label": chinese(course.get_kind_display()), "run": passed.run.name, "provider": course.provider, "trainer": passed.run.trainer,
            "minutes": sum(lesson.minutes for lesson in passed.run.lessons.all()), "attended": attended_share(passed), "mark": passed.mark, "clause": course.clause,
            "issued_on": str(today), "valid_to": str(until or ""), "signed_by": str(passed.signer), "issued_by": str(by.user), "verify": verify_of(passed.organisation.slug, code),
        }  # fmt: skip
        made = Certificate(number=number, enrolment=passed, issued_on=today, valid_to=until, snapshot=data, sha256=digest(data), verify_code=code)
        made.save()
    record("issue_certificate", made, by=by)
    from mentors.tasks import print_certificate_job

    print_certificate_job.defer(organisation_id=made.organisation_id, certificate_id=made.pk)
    if passed.founder.user:
        url = f"/portal/{made.organisation.slug}/mentoring/training/"
        notify([passed.founder.user], gettext_noop("Your certificate %(number)s is issued."), key=f"certificate:{made.pk}", url=url, number=number)
    return made


def chinese(label: Any) -> str:
    """A label in the language of papers."""
    with translation.override("zh-hans"):
        return str(label)


def keep_certificate(certificate: Certificate) -> Certificate:
    """Print the certificate and put it into the startup's papers, as evidence for the one-off grant. Once."""
    if certificate.document_id:
        return certificate
    body = print_certificate(certificate)
    with transaction.atomic():
        locked = lock(certificate)
        if locked.document_id:
            return locked
        holder = locked.enrolment.founder
        kind = DocumentKind.TRAINING if locked.snapshot["kind"] == "startup" else DocumentKind.PAPER
        locked.document = keep_paper(
            body, title=f"{locked.number} {holder.name}", name=f"{locked.number}.pdf", by=system(locked.organisation), kind=kind, issuer=locked.snapshot["provider"],
            issued_on=locked.issued_on, valid_to=locked.valid_to,
        )  # fmt: skip
        locked.save(update_fields=["document"])
        if kind == DocumentKind.TRAINING:
            keep_document(holder.startup, locked.document)
    return locked


def revoke_certificate(certificate: Certificate, *, note: str, by: Actor) -> Certificate:
    """Revoke a certificate; whoever verifies it reads so."""
    if not note.strip():
        raise BusinessError(_("Say why."), field="note")
    return make_move(certificate, CERTIFICATE_MOVES, "revoke", by=by, note=note)


def is_as_written(certificate: Certificate) -> bool:
    """Whether the stored data still have the digest that was printed."""
    return digest(certificate.snapshot) == certificate.sha256
