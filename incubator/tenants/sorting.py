"""The order of Chinese names: the database's C.UTF-8 knows no pinyin, so each name carries a key."""

from __future__ import annotations


def pinyin_key(name: str) -> str:
    """The name in lower-case pinyin, one word a character: 长春净月 → "chang chun jing yue"."""
    from pypinyin import lazy_pinyin

    return " ".join(word.strip().lower() for word in lazy_pinyin(name) if word.strip())[:300]
