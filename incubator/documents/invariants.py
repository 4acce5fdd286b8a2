"""What must be true of documents at any time."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from incubator.core.invariants import invariant
from incubator.documents.models import Document


@invariant("documents.file", _("The file of every document is there, in its size"))
def documents_without_their_file() -> int:
    root = Path(settings.PRIVATE_ROOT)
    kept = Document.objects.exclude(file="").values_list("file", "size")
    return sum(not (root / name).is_file() or (root / name).stat().st_size != size for name, size in kept.iterator())
