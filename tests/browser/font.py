"""A web font of one letter, which is so wide that no other font can be taken for it."""

from __future__ import annotations

import io

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

FAMILY = "Wide"
UNITS_PER_EM = 1000
#: Of the letter A, in units: three times as wide as the font is high.
WIDTH = 3000


def wide_font() -> bytes:
    """Return the font as a TrueType file."""
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A"])
    builder.setupCharacterMap({ord("A"): "A"})
    builder.setupGlyf({".notdef": _box(500), "A": _box(WIDTH)})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "A": (WIDTH, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    file = io.BytesIO()
    builder.save(file)
    return file.getvalue()


def _box(width: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (width - 100, 700), (width - 100, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()
