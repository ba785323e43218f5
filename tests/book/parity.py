"""English and Chinese never drift: what a page in book/en and its twin in book/zh must share.

The rules, for who writes a chapter
===================================

**Cells.** Both languages have the same pages, and a page has the same cells in the same order. In
a chapter they are the notebook's cells. A text page (index, notation, ...) is cut before each
heading.

**The same in both, in the same order**, within a cell: levels of headings; displayed equations
with their labels, to the byte outside ``\\text{...}``; ``(labels)=``; directives (kind, names,
labels, options); images and figures; lists' numbers of items; tables' numbers of rows and
columns; HTML tags.

**The same in both, in any order**, since grammars differ: inline maths (``$...$``), inline code,
roles ({eq}, {numref}, {ref}, {cite}, ...), links' targets, footnotes, numbers.

**Numbers.** A number that one language writes in digits is written in the same digits in the
other: «10,000» is 10,000 or 10000, not 1 万; «98.5%» is 98.5%. Number words are free: «two
classes» is 两类 (not 2 类), «the first» is 第一. Dates are written 2015-03-01.

**Text that may differ** (titles of directives, captions, alternative texts, strings in code,
comments, front matter): the Chinese one either equals the English one or contains 汉字. Where the
English one has words, it must contain 汉字, unless all its words are `names` of
book/glossary.yml (softmax, NumPy). In code this holds for what a reader sees: comments, printed
text, and texts in figures (labels, titles, legends, annotations, alt texts). Other strings
("viridis", "o-", keys) stay as they are.

**Code** is the same syntax tree once comments and such texts are set aside. Numbers and ``$...$``
inside a translated text are the same too.

**Paragraphs** in Chinese contain 汉字, and not six English words in a row, save in （）, in
quotation marks, and in *emphasis* (titles of books). A word in Latin letters stands in the
English cell too, or in book/glossary.yml: else it may be misspelt.

**Terms** (book/glossary.yml). Where an English cell uses a term, the Chinese cell uses the
table's Chinese form. In each chapter, the first time this happens in running text (not a
heading, not a caption), the Chinese is followed by the English in full-width brackets:
交叉熵（cross-entropy）, or **交叉熵**（cross-entropy, CE）. No English is repeated for terms
that are `familiar` (梯度) or that Chinese writes in English (softmax). Forms listed under `avoid`
appear nowhere.

**Links** inside the book are identical. Other links are identical too, save for the language's
own mark: en./zh. before the host, a path's folder en, zh, zh-cn or zh-hans, a name like
README.zh.md or deed.zh-hans; a Wikipedia article may be the other language's.

**Fresh translations.** book/translation.json holds, for each pair of cells, the English and the
Chinese that were last found to say the same. After changing both languages, run
``make translated``. Where only the English changed and the Chinese still says the same, run
``python -m tools.translated --reviewed FILE``. What a translator does not work on (code without
its texts and comments, line breaks) is no change. A page that a program writes has
`generated: <command>` in its front matter and no record.

**Typography** of Chinese (tests/test_lint.py): full-width punctuation, and a space between 汉字
and Latin letters or digits. Inline maths and code count as Latin letters: 其中 $z_i$ 是 logits。
No line break within a sentence between 汉字 or punctuation: browsers show it as a space.
"""

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.book import translation
from tests.book.cells import HANZI, cells
from tests.book.python_code import FIRST_INSERT
from tests.book.terms import WORD, Glossary, joined

BOOK = Path(__file__).resolve().parents[2] / "book"
RUNNING_TEXT = {"paragraph"}
NUMBER = re.compile(
    r"(?:(?<![0-9A-Za-z)\]])[-−])?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)*)(?:\s?%)?"
)
INSERT = re.compile(rf"[{chr(FIRST_INSERT)}-\uf8ff]")
LANGUAGE_FOLDER = re.compile(r"(?<=/)(?:en|zh|zh-cn|zh-hans|en-us)(?=/|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Problem:
    """A difference between the languages, where it is, and what to do."""

    file: str
    cell: int | None
    words: str
    difference: str
    advice: str

    def __str__(self):
        place = f", cell {self.cell} («{self.words}»)" if self.cell else ""
        place = ", front matter" if self.cell == 0 else place
        return f"{self.file}{place}: {self.difference}. {self.advice}."


def problem(cell, difference, advice):
    return Problem(cell.file, cell.number, cell.words, difference, advice)


# ---------------------------------------------------------------------------------------------
# The whole book


def pages(book, language):
    """The pages of a language that are written by hand, such as "activations/softmax.md"."""
    files = (path.relative_to(book / language) for path in (book / language).rglob("*.md"))
    return {file.as_posix() for file in files if file.parts[0] != "api"}


def problems(book=BOOK):
    """Everything that the two languages of a book do not share."""
    glossary = Glossary(book / "glossary.yml")
    record = translation.read(book)
    found = missing_pages(book)
    for page in twins(book):
        english, chinese = read(book, page)
        found += page_problems(english, chinese, glossary)
        if "/" in page:
            found += english_missing_at_first_use(english, chinese, glossary)
        if same_cells(english, chinese) and not is_generated(english):
            found += stale(english, chinese, record.get(page, []))
    for page in sorted(set(record) - set(twins(book))):
        found.append(
            Problem(f"book/{translation.RECORD}", None, "", f"has a page {page}, which is gone",
                    "Run `make translated`")
        )  # fmt: skip
    return found


def twins(book):
    """The pages that both languages have, sorted."""
    return sorted(pages(book, "en") & pages(book, "zh"))


def is_generated(english):
    """Whether a program writes the page: `generated: make checked` in its front matter."""
    return "generated" in english[0].metadata


def read(book, page):
    """The cells of a page: English, Chinese."""
    return tuple(cells(book / language / page, book.parent) for language in ("en", "zh"))


def missing_pages(book):
    en, zh = pages(book, "en"), pages(book, "zh")
    return [
        Problem(f"book/zh/{page}", None, "", "is missing", f"Translate book/en/{page}")
        for page in sorted(en - zh)
    ] + [
        Problem(
            f"book/en/{page}", None, "", "is missing", f"Translate book/zh/{page}, or delete it"
        )
        for page in sorted(zh - en)
    ]


def page_problems(english, chinese, glossary):
    """What the two languages of a page do not share."""
    if not same_cells(english, chinese):
        return different_cells(english, chinese)
    return [
        found
        for en, zh in zip(english, chinese, strict=True)
        for found in cell_problems(en, zh, glossary)
    ]


def same_cells(english, chinese):
    """Whether two pages have the same kinds of cells in the same order."""
    return [cell.kind for cell in english] == [cell.kind for cell in chinese]


def different_cells(english, chinese):
    """Where two pages stop having the same cells."""

    def outline(cell):
        if cell.kind == "code":
            return cell.kind, *cell.code.outline
        return cell.kind, *shared_facts(cell), *neutral_links(cell.content.loose).items()

    def described(some):
        return "nothing" if not some else ", ".join(
            f"{cell.kind} cell {cell.number} («{cell.words}»)" for cell in some
        )  # fmt: skip

    matcher = difflib.SequenceMatcher(
        None, [outline(cell) for cell in english], [outline(cell) for cell in chinese], False
    )
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal" and not same_cells(english[i:j], chinese[k:m]):
            near = chinese[min(k, len(chinese) - 1)]
            difference = (
                f"the cells differ from here on: English {described(english[i:j])}, "
                f"Chinese {described(chinese[k:m])}"
            )
            return [problem(near, difference, "Give both languages the same cells")]
    raise AssertionError("the pages have the same cells")


# ---------------------------------------------------------------------------------------------
# A pair of cells


def cell_problems(en, zh, glossary):
    """What a Chinese cell does not share with its English one."""
    found = different_facts(en, zh)
    found += different_loose_facts(en, zh)
    if en.kind == "code":
        found += different_code(en, zh)
    # Strings in code are compared one by one.
    texts = [
        [passage.text for passage in cell.content.passages if passage.kind != "text in code"]
        for cell in (en, zh)
    ]
    found += different_numbers(
        zh, *texts, "the text" if en.kind != "code" else "texts and comments"
    )
    found += untranslated(zh, glossary)
    found += unknown_words(en, zh, glossary)
    found += wrong_terms(en, zh, glossary)
    return found


def different_facts(en, zh):
    """Facts in order, and the texts among them."""
    found = []
    english, chinese = shared_facts(en), shared_facts(zh)
    matcher = difflib.SequenceMatcher(None, english, chinese, False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            for a, b in zip(en.content.facts[i:j], zh.content.facts[k:m], strict=True):
                found += different_text(zh, a.kind, a.value, b.value) if a.is_text else []
            continue
        left, right = en.content.facts[i:j], zh.content.facts[k:m]
        if [fact.kind for fact in left] == [fact.kind for fact in right]:
            found += [
                problem(zh, f"{a.kind}: English {show(a.value)}, Chinese {show(b.value)}",
                        "Make them the same" + (r"; only \text{…} is translated"
                                                if "equation" in a.kind else ""))
                for a, b in zip(left, right, strict=True)
            ]  # fmt: skip
        else:
            names = [
                ", ".join(f"{fact.kind} {show(fact.value)}" for fact in facts) or "nothing"
                for facts in (left, right)
            ]
            found.append(
                problem(zh, f"the English has {names[0]} where the Chinese has {names[1]}",
                        "Give both the same, in the same order")
            )  # fmt: skip
    return found


def shared_facts(cell):
    """Facts in order, without what is language in them."""
    return [(fact.kind, "" if fact.is_text else neutral(fact.value)) for fact in cell.content.facts]


def different_text(zh, kind, english, chinese):
    """A text that may differ only by being Chinese."""
    if english == chinese or HANZI.search(chinese):
        return []
    difference = f"{kind}: English {show(english)}, Chinese {show(chinese)}"
    return [problem(zh, difference, "Translate it, or leave it as it is in English")]


def different_loose_facts(en, zh):
    """Facts in any order: formulas in lines, references, links."""
    english, chinese = neutral_links(en.content.loose), neutral_links(zh.content.loose)
    found = [
        problem(zh, f"{fact.kind} {show(fact.value)} is in the English only ({count} more)",
                "Write it in the Chinese too")
        for fact, count in (english - chinese).items()
    ]  # fmt: skip
    return found + [
        problem(zh, f"{fact.kind} {show(fact.value)} is in the Chinese only ({count} more)",
                "Write it in the English too, or leave it out")
        for fact, count in (chinese - english).items()
    ]  # fmt: skip


def neutral_links(facts):
    neutrals = Counter()
    for fact, count in facts.items():
        is_link = fact.kind == "link"
        neutrals[fact._replace(value=neutral(fact.value)) if is_link else fact] += count
    return neutrals


def neutral(address):
    """An address without the marks of its language."""
    if not address.startswith(("http://", "https://")):
        return address
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    host = re.sub(r"^(?:en|zh|zh-hans)\.", "", host)
    if host == "wikipedia.org":
        return f"{scheme}://{host}/…"  # articles have names of their own in each language
    path = LANGUAGE_FOLDER.sub("…", slash + path)
    path = re.sub(r"(?:deed)\.[a-z-]+$", "deed", path, flags=re.IGNORECASE)
    return f"{scheme}://{host}{path.replace('.zh.', '.')}"


def different_code(en, zh):
    """Code, save comments and the texts in it."""
    english, chinese = en.code, zh.code
    for cell in (en, zh):
        if cell.code.error:
            return [problem(cell, f"the code does not parse: {cell.code.error}", "Mend the code")]
    if english.outline != chinese.outline:
        differ = list(
            difflib.unified_diff(english.outline, chinese.outline, "English", "Chinese", n=0)
        )[3:]
        lines = "; ".join(
            f"{'English' if line[0] == '-' else 'Chinese'} `{line[1:].strip()}`"
            for line in differ
            if line[0] in "-+"
        )
        return [problem(zh, f"code: {lines}", "Make the code the same; only texts may differ")]
    found = []
    for a, b in zip(english.strings, chinese.strings, strict=True):
        found += different_text(zh, "string", a.value, b.value)
        if HANZI.search(b.value):
            found += different_numbers(zh, [a.value], [b.value], f"string {show(b.value)}")
            maths = [Counter(re.findall(r"\$[^$]+\$", text.value)) for text in (a, b)]
            if maths[0] != maths[1]:
                difference = f"formulas in the string {show(b.value)} are not those of the English"
                found.append(problem(zh, difference, f"Make them those of {show(a.value)}"))
    return found


def different_numbers(zh, english, chinese, where):
    """Numbers typed in texts."""
    left, right = numbers(english), numbers(chinese)
    if left == right:
        return []
    difference = (
        f"numbers in {where}: {listed(left - right)} in the English only, "
        f"{listed(right - left)} in the Chinese only"
    )
    return [problem(zh, difference, "Write the same numbers in digits; words (two, 两) are free")]


def numbers(texts):
    """How often each number stands in digits in some texts."""
    found = (number for text in texts for number in NUMBER.findall(INSERT.sub(" ", text)))
    return Counter(re.sub(r"[,\s]", "", number).replace("−", "-") for number in found)


def untranslated(zh, glossary):
    """Texts of a Chinese cell that are English."""
    found = []
    for passage in zh.content.passages:
        text = joined(passage.text)
        if glossary.untranslated(text):
            advice = "Translate it, or list its words under `names` in book/glossary.yml"
            found.append(problem(zh, f"{passage.kind} without 汉字: {show(text)}", advice))
        elif words := glossary.half_translated(joined(passage.without_titles or passage.text)):
            advice = "Translate it, or set it in quotation marks or brackets"
            found.append(problem(zh, f"English words within {passage.kind}: {show(words)}", advice))
    return found


def unknown_words(en, zh, glossary):
    """Words in Latin letters, save abbreviations, of neither the English cell nor the glossary."""
    known = {word.lower() for word in WORD.findall(en.source + text_of(en))} | glossary.words
    return [
        problem(zh, f"«{word}» stands neither in the English nor in the glossary",
                "Mend it, or list it under `names` in book/glossary.yml")
        for word in WORD.findall(text_of(zh))
        if not word.isupper() and known.isdisjoint({word.lower(), f"{word.lower()}s"})
    ]  # fmt: skip


# ---------------------------------------------------------------------------------------------
# Terms


def wrong_terms(en, zh, glossary):
    """Terms of the English that the Chinese has not, and forms that the glossary avoids."""
    english = text_of(en)
    chinese = joined(text_of(zh))
    found = [
        problem(zh, f"«{term.en}» of the English is not rendered as {' or '.join(term.forms)}",
                "Use the glossary's term, or add the form to `also` in book/glossary.yml")
        for term in glossary.used(english)
        if not glossary.has(term, chinese)
    ]  # fmt: skip
    return found + [
        problem(zh, f"«{form}» is not this book's term for «{term.en}»", f"Write {term.zh}")
        for form, term in glossary.avoided(chinese)
    ]


def text_of(cell, kinds=None):
    """The texts of a cell, formulas and code left out."""
    passages = cell.content.passages
    return "\n\n".join(INSERT.sub(" ", p.text) for p in passages if not kinds or p.kind in kinds)


def english_missing_at_first_use(english, chinese, glossary):
    """First uses in a chapter that are not followed by the English in brackets."""
    found, met = [], set()
    for en, zh in zip(english, chinese, strict=False):
        text = joined(text_of(zh, RUNNING_TEXT))
        for term in glossary.used(text_of(en, RUNNING_TEXT)):
            following = glossary.first_use(term, text)
            if term.en in met or following is None:
                continue
            met.add(term.en)
            if not (term.familiar or term.keeps_english or glossary.with_english(term, following)):
                difference = f"the first {term.zh} of the chapter is without its English"
                found.append(problem(zh, difference, f"Write {term.zh}（{term.en}）"))
    return found


# ---------------------------------------------------------------------------------------------
# Translations out of date


def stale(english, chinese, recorded):
    """Chinese cells that the record does not know to say what the English ones say."""
    file = f"book/{translation.RECORD}"
    if not recorded:
        difference = f"has no lines for {chinese[0].file}"
        advice = "See that both languages say the same, then `make translated`"
        return [Problem(file, None, "", difference, advice)]
    compared = translation.compare(recorded, english, chinese)
    found = [changed_in_english(zh) for _, zh in compared.changed_in_english]
    found += [
        problem(zh, "new or changed, and not yet in the record of translations",
                "See that both languages say the same, then `make translated`")
        for _, zh in compared.unrecorded
    ]  # fmt: skip
    if not found and not compared.is_current:
        difference = f"lists other cells than {chinese[0].file} has"
        found.append(Problem(file, None, "", difference, "Run `make translated`"))
    return found


def changed_in_english(zh):
    advice = "Bring the Chinese up to date, then `make translated`"
    return problem(zh, "changed in English since the Chinese was last brought up to date", advice)


# ---------------------------------------------------------------------------------------------
# Words of messages


def show(value):
    """A value in a message, on one line, shortened."""
    text = " ".join(INSERT.sub("…", str(value)).split())
    return f"`{text}`" if len(text) <= 160 else f"`{text[:157]}…`"


def listed(counter):
    return (
        ", ".join(f"{key}" + (f" (×{n})" if n > 1 else "") for key, n in counter.items()) or "none"
    )
