"""The one way to write data down before it is hashed or sealed."""

import json
from typing import Any


def canonical(data: Any) -> str:
    """JSON with sorted keys, no blanks and Chinese as it is: the same data give the same text, so the same digest."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
