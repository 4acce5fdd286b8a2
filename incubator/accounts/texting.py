"""Short messages. FUHUA_SMS names a class with `send(number, code)`; this is the one of the demonstration.

`number` is +86 and eleven digits, `code` six figures. The provider's own template makes the sentence. `send` raises when
the message was not taken; the queue then tries again."""

from __future__ import annotations

import sys

from django.utils.translation import gettext as _

from incubator.core.phones import masked_phone


class Console:
    """Prints the message where the product runs. The demonstration's pages show the code as well."""

    def send(self, number: str, code: str) -> None:
        words = _("%(code)s is your code for Fuhua. It holds for five minutes. Give it to nobody.") % {"code": code}
        sys.stdout.write(f"SMS {masked_phone(number)}: {words}\n")
