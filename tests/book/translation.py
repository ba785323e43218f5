"""The record of translations: which English cell each Chinese cell was last found to render.

book/translation.json has, for each page, one line for each cell: a hash of the English and one of
the Chinese, in the order of the page. Hashes cover what a translator works on: a markdown cell
whole; of code the comments and the texts that a reader sees; captions and alternative texts. Line
breaks do not count, so that a paragraph may be set anew, and neither does other code: it is the
same in both languages by another check.

A cell is known by its hash, not by its number: cells may be inserted and moved.
"""

import hashlib
import json
from dataclasses import dataclass

RECORD = "translation.json"


@dataclass
class Comparison:
    """Pairs of cells (English, Chinese) that the record does not have."""

    changed_in_english: list  # since the Chinese was last found to be right
    unrecorded: list  # the Chinese changed, or both, or both are new
    is_current: bool  # whether the record is exactly what it would be written as


def lines(english, chinese):
    """The lines of a page: one for each pair of cells that has any text to translate."""
    return [line for _, _, line in _pairs(english, chinese)]


def compare(recorded, english, chinese):
    """Compare a page's lines in the record with its cells."""
    known_chinese = {line.split()[1] for line in recorded}
    new = [pair for pair in _pairs(english, chinese) if pair[2] not in recorded]
    return Comparison(
        changed_in_english=[(en, zh) for en, zh, _ in new if _hash(zh) in known_chinese],
        unrecorded=[(en, zh) for en, zh, _ in new if _hash(zh) not in known_chinese],
        is_current=recorded == lines(english, chinese),
    )


def _pairs(english, chinese):
    return [
        (en, zh, f"{_hash(en)} {_hash(zh)}")
        for en, zh in zip(english, chinese, strict=True)
        if en.language or zh.language
    ]


def _hash(cell):
    return hashlib.sha256(cell.language.encode()).hexdigest()[:12]


def read(book):
    """The record: page to lines."""
    path = book / RECORD
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(book, record):
    """Write the record, one line a cell, so that version control merges it."""
    text = json.dumps(record, indent=1, sort_keys=True) + "\n"
    (book / RECORD).write_text(text, encoding="utf-8")
