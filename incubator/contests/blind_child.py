"""Child process of the blind copy: a PDF on standard input; out come one line of JSON (its text and what it tells of its
makers) and the PDF without metadata. Knows neither Django nor the database: it opens what a stranger sent."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import Any

from incubator.documents.child import limit_myself

PROCESSOR_SECONDS = 20
MOST_TEXT = 400_000
HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


def main() -> None:
    limit_myself(PROCESSOR_SECONDS)
    sys.stdout.buffer.write(answer_of(sys.stdin.buffer.read()))


def answer_of(body: bytes) -> bytes:
    """One line of JSON (`text` by page, `images`: pages with nothing to read), then the blind PDF."""
    import pikepdf

    with pikepdf.open(io.BytesIO(body)) as pdf:
        pages = [text_of(page)[:MOST_TEXT] for page in pdf.pages]
        strip(pdf)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    facts = {"pages": pages, "silent": [place for place, text in enumerate(pages, 1) if not text.strip()]}
    return json.dumps(facts).encode() + b"\n" + out.getvalue()


def strip(pdf: Any) -> None:
    """Take away author, title, XMP, page labels, outlines, private data, comments and links of the makers."""
    import pikepdf

    drop(pdf.trailer, "/Info")
    for key in ("/Metadata", "/PieceInfo", "/Outlines", "/PageLabels", "/AF", "/Names", "/OpenAction", "/StructTreeRoot", "/MarkInfo", "/Lang", "/AcroForm"):
        drop(pdf.Root, key)
    for found in pdf.objects:
        if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            for key in ("/Metadata", "/PieceInfo", "/LastModified"):
                drop(found, key)
    for page in pdf.pages:
        drop(page.obj, "/Annots")
        drop(page.obj, "/Thumb")


def drop(holder: Any, key: str) -> None:
    if key in holder:
        del holder[key]


def text_of(page: Any) -> str:
    """The words of a page, decoded by the maps of its fonts. Letters that are drawn as pictures are not read."""
    import pikepdf

    fonts, said, now = fonts_of(page), [], None
    for operands, operator in pikepdf.parse_content_stream(page, "Tf Tj TJ ' \" Td TD Tm T* ET Do"):
        name = str(operator)
        if name == "Tf":
            now = fonts.get(str(operands[0]))
        elif name in ("Tj", "'", '"'):
            said.append(decoded(bytes(operands[-1]), now))
        elif name == "TJ":
            said.extend(decoded(bytes(part), now) for part in operands[0] if isinstance(part, pikepdf.String))
        elif name in ("Td", "TD", "Tm", "T*", "ET"):
            said.append(" ")
    return re.sub(r"\s+", " ", "".join(said))


def fonts_of(page: Any) -> dict[str, dict[bytes, str] | None]:
    resources = page.obj.get("/Resources", {})
    return {str(name): map_of(font) for name, font in dict(resources.get("/Font", {})).items()}


def map_of(font: Any) -> dict[bytes, str] | None:
    """The font's own map from codes to characters, or None for a plain Latin font."""
    if "/ToUnicode" not in font:
        return None
    raw, found = font["/ToUnicode"].read_bytes(), {}
    for kind, block in BLOCK.findall(raw):
        codes = [bytes.fromhex(code.decode().replace(" ", "").replace("\n", "")) for code in HEX.findall(block)]
        if kind == b"bfchar":
            found.update({code: text.decode("utf-16-be", "ignore") for code, text in zip(codes[::2], codes[1::2], strict=False)})
        elif b"[" not in block:
            for first, last, text in zip(codes[::3], codes[1::3], codes[2::3], strict=False):
                spread(found, first, last, text)
    return found


def spread(found: dict[bytes, str], first: bytes, last: bytes, text: bytes) -> None:
    start, end = int.from_bytes(first), min(int.from_bytes(last), int.from_bytes(first) + 0xFFFF)
    base = int.from_bytes(text)
    for code in range(start, end + 1):
        found[code.to_bytes(len(first))] = (base + code - start).to_bytes(len(text)).decode("utf-16-be", "ignore")


def decoded(raw: bytes, codes: dict[bytes, str] | None) -> str:
    if codes is None:
        return raw.decode("latin-1")
    width = max(map(len, codes), default=1)
    return "".join(codes.get(raw[place : place + width], "") for place in range(0, len(raw), width))


if __name__ == "__main__":
    main()
