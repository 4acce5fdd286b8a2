"""The field for the body of a page."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField


class Body(StreamField):
    """A StreamField that keeps its blocks out of migrations: blocks are code, the column is JSON all the same."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, _args, kwargs = super().deconstruct()
        return name, "wagtail.fields.StreamField", [[]], {**kwargs, "block_lookup": {}}

    def clone(self) -> Body:
        """With the blocks that `deconstruct` leaves out."""
        _name, _path, _args, kwargs = self.deconstruct()
        return Body(self.block_types_arg, **{**kwargs, "block_lookup": self.block_lookup})
