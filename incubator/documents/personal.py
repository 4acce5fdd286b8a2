"""How long papers are kept."""

from __future__ import annotations

from incubator.core.personal import keep

keep("documents.Document", "file", "original_name", "issuer", basis="evidence of applications and payments",
     period="as long as the case that names it", then="kept; a paper taken out of the vault is offered no more")  # fmt: skip
