"""What stays readable of personal data (policy.md h)."""

from __future__ import annotations

import pytest

from incubator.tenants.masking import last_four, masked_email, masked_id, masked_name, masked_phone
from incubator.tenants.sorting import pinyin_key


@pytest.mark.parametrize(
    ("function", "value", "shown"),
    [
        (masked_id, "220102199001011234", "220***********1234"),
        (masked_id, "1234567", "*******"),
        (masked_id, "", ""),
        (last_four, "6222000011112222", "2222"),
        (last_four, "1234", ""),
        (masked_phone, "13800001234", "***1234"),
        (masked_phone, "110", "***"),
        (masked_email, "wang@example.com", "w***@example.com"),
        (masked_email, "", ""),
        (masked_name, "张伟", "张*"),
        (masked_name, "欧阳小明", "欧**明"),
        (masked_name, "", ""),
    ],
)
def test_masked(function, value, shown):
    assert function(value) == shown


@pytest.mark.parametrize(
    ("name", "key"), [("长春净月", "chang chun jing yue"), ("Alpha 科技", "alpha ke ji"), ("", "")]
)
def test_pinyin_key(name, key):
    assert pinyin_key(name) == key
