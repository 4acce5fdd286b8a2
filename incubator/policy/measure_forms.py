"""Input about local measures from browsers, cleaned."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incubator.core.fields import DayField
from incubator.core.forms import FileInput, VersionForm
from incubator.policy.models import DocumentStatus, MeasureDraft, PolicyDocument
from incubator.policy.splitting import LONGEST_CLAUSE, MOST_CLAUSES, cut_again
from incubator.policy.yamlfile import LARGEST

SCAN_MB = 20


class DocumentChoice(forms.ModelChoiceField):
    """A text of the library."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.title}".strip()


class AboutForm(forms.Form):
    """What a local measure is called, who issued it, when, and what it carries out or replaces."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    number = forms.CharField(label=gettext_lazy("Number"), max_length=60, required=False,
                             help_text=gettext_lazy("As printed below the title, for example 长净人社〔2026〕12号. Leave it empty if there is none."))  # fmt: skip
    issuer = forms.CharField(label=gettext_lazy("Issued by"), max_length=120)
    issued_on = DayField(label=gettext_lazy("Issued on"), required=False)
    effective_from = DayField(label=gettext_lazy("In force from"))
    effective_to = DayField(label=gettext_lazy("In force until"), required=False)
    parent = DocumentChoice(label=gettext_lazy("Carries out"), queryset=PolicyDocument.objects.none(), required=False)
    supersedes = DocumentChoice(
        label=gettext_lazy("Replaces"), queryset=PolicyDocument.objects.none(), required=False,
        help_text=gettext_lazy("A measure of yours that ends when this one begins."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = PolicyDocument.objects.confirmed().order_by("organisation", "pk")
        self.fields["supersedes"].queryset = PolicyDocument.objects.own().filter(status=DocumentStatus.IN_FORCE).order_by("-pk")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("effective_from"), cleaned.get("effective_to")
        if first and last and last < first:
            self.add_error("effective_to", _("The last day lies before the first one."))
        issued = cleaned.get("issued_on")
        if issued and issued > timezone.localdate():
            self.add_error("issued_on", _("The paper cannot have been issued after today."))
        return cleaned


class MeasureForm(AboutForm):
    """A new local measure: what it is, and its text, pasted or as a text file."""

    body = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("Paste the whole measure. Chapters, 第N条 and （N） are found by themselves; you correct them on the next page."),
    )  # fmt: skip
    text_file = forms.FileField(
        label=gettext_lazy("or a text file"), required=False, widget=FileInput(kinds=("txt",), max_mb=1)
    )
    file = forms.FileField(
        label=gettext_lazy("Scan of the paper"), required=False, widget=FileInput(max_mb=SCAN_MB),
        help_text=gettext_lazy("The signed and stamped paper. Only your office can open it. It can be added later."),
    )  # fmt: skip

    def clean_text_file(self) -> str:
        upload = self.cleaned_data.get("text_file")
        return read_text(upload) if upload else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("body") or cleaned.get("text_file")) and not {"body", "text_file"} & set(self.errors):
            self.add_error("body", _("Paste the text of the measure, or choose a text file."))
        return cleaned

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        text, scan = data.pop("text_file"), data.pop("file")
        return data | {"body": data["body"] or text, "scan": scan, "slug": free_slug(data["effective_from"])}


def read_text(upload: Any) -> str:
    """The words of a text file, UTF-8 or GB 18030. Raises ValidationError for what is no text."""
    if upload.size > LARGEST:
        raise ValidationError(_("The file has more than 500 KB. A measure is smaller: is it the right file?"))
    body = upload.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text: str = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValidationError(_("This is no text file. Save the measure as plain text (.txt), or paste its words."))


def free_slug(day: date) -> str:
    """An address for a new measure: measure-2026, measure-2026-2, …"""
    taken = set(PolicyDocument.objects.values_list("slug", flat=True)) | set(MeasureDraft.objects.open().values_list("slug", flat=True))
    tries = (f"measure-{day.year}" if place == 1 else f"measure-{day.year}-{place}" for place in range(1, 10_000))
    return next(slug for slug in tries if slug not in taken)


class MeasureChangeForm(AboutForm, VersionForm):
    """Correct what a draft says about itself."""

    slug = forms.SlugField(label=gettext_lazy("Address"), max_length=80,
                           help_text=gettext_lazy("The last part of its address in the library: small letters, digits, hyphens."))  # fmt: skip
    preamble = forms.CharField(label=gettext_lazy("Opening words"), required=False, max_length=20_000,
                               widget=forms.Textarea(attrs={"rows": 4}))  # fmt: skip

    def __init__(self, *args: Any, draft: MeasureDraft, **kwargs: Any) -> None:
        names = ("title", "number", "issuer", "issued_on", "effective_from", "effective_to", "slug", "preamble", "version")
        begin = {name: getattr(draft, name) for name in names}
        begin |= {"parent": draft.parent_id, "supersedes": draft.supersedes_id}
        super().__init__(*args, initial=begin, **kwargs)

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if not slug.isascii() or slug != slug.lower() or "_" in slug or slug.startswith("-"):
            raise ValidationError(_("Write small letters, digits and hyphens, beginning with a letter or digit."))
        return slug


class ScanForm(VersionForm):
    """The scan of the signed paper."""

    file = forms.FileField(label=gettext_lazy("Scan of the paper"), widget=FileInput(max_mb=SCAN_MB))


class ClauseForm(forms.Form):
    """One clause of the split."""

    path = forms.CharField(label=gettext_lazy("Number"), max_length=20)
    title = forms.CharField(label=gettext_lazy("Short title"), max_length=120, required=False)
    chapter = forms.CharField(label=gettext_lazy("Chapter"), max_length=120, required=False)
    text = forms.CharField(label=gettext_lazy("Words"), max_length=LONGEST_CLAUSE, widget=forms.Textarea(attrs={"rows": 4}), strip=False)
    join = forms.BooleanField(label=gettext_lazy("Belongs to the clause above"), required=False)

    def clean_path(self) -> str:
        path: str = self.cleaned_data["path"]
        if any(character.isspace() or character == "/" for character in path):
            raise ValidationError(_("Write the number alone, without blanks: 五, 12, 3-1."))
        return path

    def clean_text(self) -> str:
        text = "\n".join(line.strip(" \t　") for line in self.cleaned_data["text"].splitlines())
        text = "\n".join(line for line in text.split("\n") if line)
        if not text:
            raise ValidationError(_("Write the words of the clause, or let it belong to the clause above."))
        return text


class BaseSplit(forms.BaseFormSet):
    """All clauses of a draft."""

    def rows(self, form: str) -> list[dict[str, str]]:
        """The clauses as corrected: joined to the one above, cut where a line begins with a number of its own."""
        rows: list[dict[str, str]] = []
        for part in self.cleaned_data:
            if part.pop("join") and rows:
                rows[-1]["text"] += f"\n{part['text']}"
            else:
                rows.append(part)
        return cut_again(rows, form)


SplitForm = forms.formset_factory(ClauseForm, formset=BaseSplit, extra=0, max_num=MOST_CLAUSES, absolute_max=MOST_CLAUSES, validate_max=True)


class ImportForm(forms.Form):
    """A file of the import format, chosen or pasted."""

    file = forms.FileField(label=gettext_lazy("YAML file"), required=False, widget=FileInput(kinds=("yaml", "yml"), max_mb=1))
    text = forms.CharField(label=gettext_lazy("or its content"), required=False, max_length=LARGEST, strip=False,
                           widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not cleaned.get("text"):
            self.add_error("file", _("Choose a file, or paste its content."))
        return cleaned

    def body(self) -> bytes:
        """The bytes of the file, or of what was pasted. Browsers send line ends of their own, so they are made one kind:
        the second click sends exactly what the first one showed."""
        upload = self.cleaned_data.get("file")
        body: bytes = upload.read(LARGEST + 1) if upload else self.cleaned_data["text"].encode()
        return body.replace(b"\r\n", b"\n")
