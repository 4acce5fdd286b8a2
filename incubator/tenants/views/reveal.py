"""The page that shows personal data in full, once, for a reason."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from incubator.accounts.proof import proved_again
from incubator.core.views import link, permitted
from incubator.tenants.models import Startup
from incubator.tenants.revealing import Hidden, Reason, hidden_values, reveal


class RevealForm(forms.Form):
    """Which value, and why."""

    what = forms.ChoiceField(label=_("What to show"))
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *Reason.choices])
    words = forms.CharField(
        label=_("In your words"), max_length=200, help_text=_("For which case. No numbers of persons or accounts.")
    )

    def __init__(self, *args: object, hidden: list[Hidden], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [(one.key, one.label) for one in hidden]


@permitted("tenants.reveal_personal")
@proved_again
def show_in_full(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one masked value in full: with a reason, on record, on a page that no browser keeps."""
    startup = get_object_or_404(Startup.objects.visible_to(request.actor), pk=pk)
    hidden = hidden_values(startup)
    form = RevealForm(request.POST or None, hidden=hidden, initial={"what": request.GET.get("what", "")})
    context = {"form": form, "startup": startup, "hidden": hidden, "cancel": link(request, "office:dossier", pk)}
    if form.is_valid():
        chosen = next(one for one in hidden if one.key == form.cleaned_data["what"])
        reason, words = form.cleaned_data["reason"], form.cleaned_data["words"]
        context |= {"chosen": chosen, "value": reveal(chosen, startup, reason=reason, words=words, by=request.actor)}
    response = render(request, "tenants/office/reveal.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
