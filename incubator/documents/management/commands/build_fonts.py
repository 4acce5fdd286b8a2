"""Developer command: cut the Fuhua fonts out of the Noto SC fonts. The result is committed, so nobody else runs it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

FONTS = Path(__file__).resolve().parents[2] / "fonts"
FACES = {
    ("Sans", "Regular"): "noto-sans-sc/package/400Regular/NotoSansSC_400Regular.ttf",
    ("Sans", "Bold"): "noto-sans-sc/package/700Bold/NotoSansSC_700Bold.ttf",
    ("Serif", "Regular"): "noto-serif-sc/package/400Regular/NotoSerifSC_400Regular.ttf",
    ("Serif", "Bold"): "noto-serif-sc/package/700Bold/NotoSerifSC_700Bold.ttf",
}
DROPPED_TABLES = ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx", "gasp", "prep", "DSIG"]
EXTRA = (
    "〇〔〕¥€№℃㎡㎥✓•‧–—―‘’“”…‰′″※→←↑↓⇒≈≠≤≥−×÷±½¼¾①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩■□▲△●○◆◇★☆『』「」《》【】"
)
VERSION = "1.000"


def gb2312() -> set[int]:
    """Code points of GB2312: both levels of hanzi, symbols, full-width forms, kana, Greek, Cyrillic, pinyin."""
    found = set()
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([row, cell]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def rare() -> set[int]:
    """Code points of `fonts/rare.txt`."""
    lines = (FONTS / "rare.txt").read_text(encoding="utf-8").splitlines()
    return {ord(char) for line in lines if not line.startswith("#") for char in line.strip()}


def wanted() -> set[int]:
    """Every code point the Fuhua fonts draw: ASCII, Latin-1, full-width forms, GB2312, extras, rare."""
    latin = {*range(0x20, 0x7F), *range(0xA0, 0x100)} - {0xAD}
    return latin | set(range(0xFF01, 0xFF5F)) | {ord(char) for char in EXTRA} | gb2312() | rare()


class Command(BaseCommand):
    help = "Cut Fuhua Sans and Fuhua Serif out of the unpacked npm packages of Noto Sans SC and Noto Serif SC."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="holds noto-sans-sc/package and noto-serif-sc/package")

    def handle(self, *, folder, **_options):
        for (family, style), source in FACES.items():
            path = folder / source
            if not path.is_file():
                raise CommandError(f"{path} is missing. Unpack the package there; see {FONTS / 'README.md'}.")
            target = FONTS / f"Fuhua{family}-{style}.ttf"
            cut(path, target, family=f"Fuhua {family}", style=style)
            self.stdout.write(f"{target.name}: {target.stat().st_size:,} bytes")


def cut(source: Path, target: Path, *, family: str, style: str) -> None:
    """Write the static subset `target`, renamed to `family` as the Open Font License asks. Same input, same bytes."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(source, recalcTimestamp=False)
    if "fvar" in font:
        raise CommandError(f"{source.name} is a variable font: the papers need static ones (7 to 29 s a page).")
    missing = wanted() - set(font.getBestCmap())
    if missing:
        raise CommandError(f"{source.name} lacks {''.join(map(chr, sorted(missing)))}: take them out of rare.txt.")
    options = subset.Options(
        layout_features=[],
        hinting=False,
        notdef_outline=True,
        glyph_names=False,
        name_IDs=["*"],
        drop_tables=[*DROPPED_TABLES, *subset.Options._drop_tables_default],
        recalc_timestamp=False,
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(wanted()))
    subsetter.subset(font)
    rename(font, family, style, source.stem)
    font.save(target)


def rename(font, family: str, style: str, origin: str) -> None:
    """Give the font our name; keep its copyright and licence lines; say what it was cut from."""
    names = font["name"]
    copyright_line, licence, address = (names.getDebugName(number) for number in (0, 13, 14))
    post_script = f"{family.replace(' ', '')}-{style}"
    names.names = []
    for number, text in {
        0: copyright_line,
        1: family,
        2: style,
        3: f"{VERSION};Fuhua;{post_script}",
        4: f"{family} {style}",
        5: f"Version {VERSION}",
        6: post_script,
        10: f"Subset of {origin}, renamed under the SIL Open Font License.",
        13: licence,
        14: address,
    }.items():
        names.setName(text, number, 3, 1, 0x409)
