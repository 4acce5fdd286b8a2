"""The officer's word on a sign that two applications share: the two side by side, and why it says nothing."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.refusals import attempt, status_of
from incubator.core.views import permitted, to
from incubator.subsidies.flags import flags_of
from incubator.subsidies.services.flags import dismiss_flag
from incubator.subsidies.views.shared import done, find_application


class FoundForm(forms.Form):
    """What the officer found."""

    note = forms.CharField(label=gettext_lazy("What was found"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


@permitted("subsidies.check_application")
def flag(request: HttpRequest, pk: int, kind: str, other_pk: int) -> HttpResponse:
    """Look at one sign, and dismiss it with a note. The application goes on either way."""
    record = find_application(request, pk)
    found = next((one for one in flags_of(record) if one.kind == kind and one.other.pk == other_pk), None)
    if found is None:
        raise Http404
    form = FoundForm(request.POST or None)
    if form.is_valid() and attempt(form, dismiss_flag, record, kind, found.other, note=form.cleaned_data["note"], by=request.actor):
        return done(request, _("Noted. The sign stays readable with your name."), to(request, "office:subsidies:application", pk))
    context = {"application": record, "flag": found, "form": form}
    return render(request, "subsidies/office/flag.html", context, status=status_of(form))
