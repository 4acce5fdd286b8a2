"""Full-width characters typed with a Chinese keyboard: １２３ and 123 mean the same."""

_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def half_width(text: str) -> str:
    """Write full-width digits, letters and signs as plain ones: ``"１２．５"`` → ``"12.5"``.

    Only the full-width block is translated. NFKC would also read ``10²`` as 102.
    """
    return text.translate(_HALF)


def has_full_width_digit(text: str) -> bool:
    """Say whether a full-width digit ０ to ９ stands anywhere in the text."""
    return any("０" <= character <= "９" for character in text)
