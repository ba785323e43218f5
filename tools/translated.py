"""Record which English cell each Chinese cell renders: `python -m tools.translated [FILE ...]`.

Run it after changing the book in both languages. A cell of which only the English changed since
the last time is refused, unless --reviewed says that its Chinese was read and still holds.
"""

import argparse
import sys
from pathlib import Path

from tests.book import parity, translation


def main(arguments=None, book=parity.BOOK):
    """Bring book/translation.json up to date; the exit status says whether all was accepted."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("file", nargs="*", type=Path, help="pages of either language; else all")
    parser.add_argument(
        "--reviewed", action="store_true", help="the Chinese still says what the English says"
    )
    options = parser.parse_args(arguments)

    everything = parity.twins(book)
    chosen = sorted({page_of(file, book) for file in options.file}) or everything
    if unknown := set(chosen) - set(everything):
        parser.error(f"no page of both languages: {', '.join(sorted(unknown))}")

    record = {page: lines for page, lines in translation.read(book).items() if page in everything}
    refused = []
    for page in chosen:
        english, chinese = parity.read(book, page)
        if parity.is_generated(english):
            continue
        if not parity.same_cells(english, chinese):
            refused += parity.different_cells(english, chinese)
            continue
        compared = translation.compare(record.get(page, []), english, chinese)
        if compared.changed_in_english and not options.reviewed:
            refused += [parity.changed_in_english(zh) for _, zh in compared.changed_in_english]
        else:
            record[page] = translation.lines(english, chinese)
    translation.write(book, record)
    for problem in refused:
        print(problem, file=sys.stderr)
    if refused:
        print(
            "If a Chinese cell still says what the English says: --reviewed FILE", file=sys.stderr
        )
    return bool(refused)


def page_of(file, book):
    """The page, such as "activations/softmax.md", of a source in either language."""
    for language in ("en", "zh"):
        folder = (book / language).resolve()
        if file.resolve().is_relative_to(folder):
            return file.resolve().relative_to(folder).with_suffix(".md").as_posix()
    raise SystemExit(f"{file} is not in book/en or book/zh")


if __name__ == "__main__":
    sys.exit(main())
