"""What everybody may see: the directory of mentors who agreed to it, and the way to apply."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incubator.accounts.actors import system
from incubator.core.listing import asked_choice
from incubator.core.pieces import Filter
from incubator.core.refusals import attempt
from incubator.core.throttle import too_many
from incubator.core.views import paginate, public
from mentors.choices import Topic
from mentors.forms.people import ApplyForm
from mentors.models import Mentor
from mentors.quality import public_figures
from mentors.services.people import apply_as_mentor
from mentors.views.shared import form_page

HOUR = 3600


@public
def directory(request: HttpRequest) -> HttpResponse:
    """The mentors who serve now and agreed to be shown."""
    rows = Mentor.objects.shown_publicly(timezone.localdate())
    topic = asked_choice(request, "topic", Topic.values)
    rows = rows.filter(expertise__topic=topic) if topic else rows
    context = {"page": paginate(request, rows), "filters": [Filter("topic", _("Topic"), Topic.choices)]}
    return render(request, "mentors/public/mentors.html", context)


@public
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    """One mentor, as far as the consent reaches."""
    found = get_object_or_404(Mentor.objects.shown_publicly(timezone.localdate()), pk=pk)
    return render(request, "mentors/public/mentor.html", {"mentor": found, "figures": public_figures(found)})


@public
def apply(request: HttpRequest) -> HttpResponse:
    """Apply as a mentor. A robot is told the same as a person; nothing of it is kept."""
    form = ApplyForm(request.POST or None)
    back = reverse("site:mentors:directory", args=[request.organisation.slug])
    if request.method == "POST" and too_many(request, "mentor-apply", most=10, seconds=HOUR):
        return render(request, "429.html", status=429)
    if form.is_valid():
        made = form.is_robot or attempt(form, apply_as_mentor, form.offer(), by=system(request.organisation), **form.facts())
        if made:
            messages.success(request, _("Thank you. Your application has arrived; the organisation writes to you when it has decided."))
            return redirect(back)
    return form_page(request, form, _("Become a mentor"), back, lead=request.organisation.name, submit=_("Send the application"), many=True)
