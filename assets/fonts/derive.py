#!/usr/bin/env python3
"""Derives the embedded fonts from Debian packages.

Needs: fonts-inter, fonts-jetbrains-mono, fonts-noto-color-emoji,
python3-fonttools, python3-pil, pngquant. Run it from this folder; it writes
the files that assets embeds and prints their SHA-256, which THIRD_PARTY.md
lists. Versions of the packages are listed there too.

What is changed, and why:
 - the line metrics of all faces are set to the line heights of the design
   (22 at 15 px, 20 at 13 px), so that every run of a line shares one baseline
   whatever face it falls back to, and tall scripts are not cut off;
 - the tabular faces are ASCII subsets in which the tabular figures stand at
   the places of the digits, because the toolkit cannot switch font features;
 - the emoji bitmaps are scaled from 136 to 67 pixels and stored with a
   palette of 40: half the bytes, still larger than the largest size shown.
"""
import concurrent.futures
import hashlib
import io
import subprocess

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

INTER = "/usr/share/fonts/opentype/inter/Inter-%s.otf"
MONO = "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf"
EMOJI = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
EMOJI_PPEM = 54


def set_line(font, ascent, descent):
    upem = font["head"].unitsPerEm
    up, down = round(ascent * upem), round(descent * upem)
    hhea, os2 = font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = up, -down, 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = up, -down, 0
    os2.usWinAscent, os2.usWinDescent = up, down


def save(font, name):
    font.recalcTimestamp = False
    font.save(name)
    with open(name, "rb") as f:
        print(hashlib.sha256(f.read()).hexdigest(), name)


def feature_map(font, tag):
    out = {}
    gsub = font["GSUB"].table
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != tag:
            continue
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                table = getattr(table, "ExtSubTable", table)
                out.update(getattr(table, "mapping", {}))
    return out


def sans(weight, name):
    font = TTFont(INTER % weight)
    set_line(font, 1.097, 0.370)
    save(font, name)


def tabular(weight, name):
    font = TTFont(INTER % weight)
    set_line(font, 1.097, 0.370)
    figures = feature_map(font, "tnum")
    for table in font["cmap"].tables:
        for code in list(table.cmap):
            if code < 0x80:
                table.cmap[code] = figures.get(table.cmap[code], table.cmap[code])
    options = subset.Options()
    options.layout_features = ["kern", "calt"]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(range(0x20, 0x7F)) + [0xA0, 0xB7, 0xD7, 0x2013, 0x2026, 0x2212])
    subsetter.subset(font)
    save(font, name)


def mono(name):
    font = TTFont(MONO)
    set_line(font, 1.129, 0.409)
    options = subset.Options()
    # Code is shown as typed: no ligatures.
    options.layout_features = ["mark", "mkmk", "ccmp", "locl"]
    options.hinting = False
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(font.getBestCmap()))
    subsetter.subset(font)
    save(font, name)


def shrink(data, factor):
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    size = (round(picture.width * factor), round(picture.height * factor))
    # Premultiplied, or the colour of transparent pixels bleeds into the edge.
    picture = picture.convert("RGBa").resize(size, Image.LANCZOS).convert("RGBA")
    raw = io.BytesIO()
    picture.save(raw, "PNG")
    done = subprocess.run(["pngquant", "40", "--nofs", "--speed=1", "--strip", "-"],
                          input=raw.getvalue(), capture_output=True)
    out = done.stdout if done.returncode == 0 and done.stdout else raw.getvalue()
    return out, size


def emoji(name):
    font = TTFont(EMOJI)
    set_line(font, 1.097, 0.370)
    strike = font["CBLC"].strikes[0]
    table = strike.bitmapSizeTable
    factor = EMOJI_PPEM / table.ppemX
    for line in (table.hori, table.vert):
        for field in ("ascender", "descender", "widthMax", "minOriginSB", "minAdvanceSB", "maxBeforeBL", "minAfterBL"):
            setattr(line, field, round(getattr(line, field) * factor))
    table.ppemX = table.ppemY = EMOJI_PPEM
    glyphs = list(font["CBDT"].strikeData[0].values())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pictures = list(pool.map(lambda g: shrink(g.imageData, factor), glyphs))
    for glyph, (data, size) in zip(glyphs, pictures):
        metrics = glyph.metrics
        metrics.width, metrics.height = size
        metrics.BearingX = round(metrics.BearingX * factor)
        metrics.BearingY = round(metrics.BearingY * factor)
        metrics.Advance = round(metrics.Advance * factor)
        glyph.imageData = data
    save(font, name)


if __name__ == "__main__":
    sans("Regular", "sans-400.otf")
    sans("SemiBold", "sans-600.otf")
    tabular("Regular", "tabular-400.otf")
    tabular("SemiBold", "tabular-600.otf")
    mono("mono-400.ttf")
    emoji("emoji.ttf")
