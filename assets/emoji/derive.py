#!/usr/bin/env python3
"""Makes emoji.txt from the data of npm emojibase-data 17.0.0 (see THIRD_PARTY.md).

Usage: derive.py FOLDER, the unpacked package. Emoji newer than the font
(Unicode 15) are left out, and so are skin tones and single regional letters:
the program adds tones itself.
"""
import json
import pathlib
import re
import sys

NEWEST = 15
GROUPS = [
    ("people", ["smileys-emotion", "people-body"]),
    ("nature", ["animals-nature"]),
    ("food", ["food-drink"]),
    ("activity", ["activities"]),
    ("places", ["travel-places"]),
    ("objects", ["objects"]),
    ("symbols", ["symbols"]),
    ("flags", ["flags"]),
]


def slug(text):
    text = text.lower().replace("’", "").replace("'", "").replace("ñ", "n").replace("&", " and ")
    return re.sub(r"[^\w+]+", "_", text).strip("_")


def main(folder):
    english = folder / "en"
    data = json.loads((english / "data.json").read_text())
    codes = [json.loads((english / "shortcodes" / (n + ".json")).read_text()) for n in ("github", "emojibase", "iamcal")]
    order = {g["order"]: g["key"] for g in json.loads((english / "messages.json").read_text())["groups"]}
    out = [
        "# All emoji by group: the emoji, its name, other names, and behind | the words by which it is found.",
        "# Made by derive.py; a group begins with a colon.",
    ]
    for name, keys in GROUPS:
        out.append(":" + name)
        for e in sorted((e for e in data if order.get(e.get("group")) in keys), key=lambda e: (keys.index(order[e["group"]]), e["order"])):
            if int(e["version"]) > NEWEST:
                continue
            words = [slug(e["label"])]
            for table in codes:
                found = table.get(e["hexcode"], [])
                words += [found] if isinstance(found, str) else found
            words.append("|")
            for tag in e.get("tags", []):
                words += re.findall(r"[\w+]+", tag.lower())
            seen = []
            for w in words:
                if w and w not in seen:
                    seen.append(w)
            emoji = e["emoji"]
            if e["type"] == 1 and "-" not in e["hexcode"]:
                emoji = emoji.replace("\ufe0f", "")  # in colour without it: what others send
            out.append(" ".join([emoji] + seen))
    (pathlib.Path(__file__).parent / "emoji.txt").write_text("\n".join(out) + "\n")


main(pathlib.Path(sys.argv[1]))
