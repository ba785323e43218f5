"""The glossary (book/glossary.yml), and what it asks of the Chinese text."""

import re
from dataclasses import dataclass, fields

import yaml

from tests.book.cells import HANZI
from tests.book.python_code import FIRST_INSERT

INSERTS = rf"[{chr(FIRST_INSERT)}-\uf8ff]"
# After a term: the end of a quotation, or of a compound (早停法), and the brackets.
ENGLISH_IN_BRACKETS = re.compile(r"[”」』’\s]*[\u4e00-\u9fff]{0,4}[”」』’\s]*（([^（）]*)）")
WORD = re.compile(r"[A-Za-z]{2,}")
SIX_WORDS = re.compile(r"(?:[A-Za-z][\w'’-]*[,;:]?\s+){5}[A-Za-z][\w'’-]*")
QUOTED = re.compile(r"（[^（）]*）|\([^()]*\)|“[^“”]*”|「[^「」]*」|《[^《》]*》|\"[^\"]*\"")


@dataclass
class Term:
    """A term of the course, as the head of book/glossary.yml describes it."""

    en: str
    zh: str
    also: tuple = ()
    avoid: tuple = ()
    match: str = ""
    familiar: bool = False

    def __post_init__(self):
        plural = self.en.removesuffix("y") + "(?:y|ies)" if self.en.endswith("y") else self.en
        default = re.sub(r"[- ]", "[- ]", plural) + ("" if self.en.endswith("y") else "s?")
        self.pattern = re.compile(rf"(?<!\w)(?:{self.match or default})(?!\w)", re.IGNORECASE)
        self.forms = (self.zh, *self.also)

    @property
    def keeps_english(self):
        """Whether Chinese writes the English word."""
        return not HANZI.search(self.zh)


class Glossary:
    """The table, and questions about texts."""

    def __init__(self, path):
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        known = {field.name for field in fields(Term)}
        for entry in table["terms"]:
            if unknown := set(entry) - known:
                raise ValueError(f"{path.name}: {entry} has {unknown}; known are {known}")
        self.terms = [Term(**entry) for entry in table["terms"]]
        self.names = table["names"]

        words = self.names + [term.en for term in self.terms if term.keeps_english]
        words += [form for term in self.terms for form in term.forms if not HANZI.search(form)]
        self._names = _any_of(words, whole_words=True)
        listed = " ".join([*words, *(term.en for term in self.terms)])
        self.words = {word.lower() for word in WORD.findall(listed)}
        right = [form for term in self.terms for form in term.forms]
        self._instead = {form: term for term in self.terms for form in term.avoid}
        self._chinese = _any_of([*right, *self._instead])
        self._english = sorted(self.terms, key=lambda term: len(term.en), reverse=True)

    def untranslated(self, text):
        """Whether a Chinese text is English: words that are no names, and no 汉字."""
        if HANZI.search(text):
            return False
        rest = self._names.sub(" ", re.sub(INSERTS, " ", text))
        return bool(WORD.search(rest))

    def half_translated(self, text):
        """Six English words in a row within a Chinese text, or None."""
        match = SIX_WORDS.search(QUOTED.sub("", text))
        return match and match[0]

    def used(self, text):
        """The terms that an English text uses; of overlapping ones the longest."""
        found = []
        for term in self._english:
            text, times = term.pattern.subn("\n", text)
            if times:
                found.append(term)
        return found

    def avoided(self, text):
        """Pairs of a form in a Chinese text that the glossary avoids, and its term."""
        forms = self._chinese.findall(text)
        return [(form, self._instead[form]) for form in forms if form in self._instead]

    def has(self, term, text):
        """Whether a Chinese text uses a form of a term."""
        return any(form.lower() in text.lower() for form in term.forms)

    def first_use(self, term, text):
        """What follows the first use of a term in a Chinese text; None if it is not used."""
        for match in self._chinese.finditer(text):
            if match[0] in term.forms:
                return text[match.end() :]
        return None

    def with_english(self, term, following):
        """Whether what follows a term is its English in brackets: （cross-entropy）."""
        brackets = ENGLISH_IN_BRACKETS.match(following)
        return bool(brackets and term.pattern.search(brackets[1]))


def _any_of(words, whole_words=False):
    """A pattern for the longest of the words."""
    longest_first = sorted(set(words), key=len, reverse=True)
    pattern = "|".join(re.escape(word) for word in longest_first)
    if whole_words:
        return re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})(?![A-Za-z0-9])", re.IGNORECASE)
    return re.compile(pattern)


def joined(text):
    """A Chinese text without its line breaks: none within 汉字, a space elsewhere."""
    wide = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
    text = re.sub(rf"(?<={wide})\s*\n\s*(?={wide})", "", text)
    return re.sub(r"\s*\n\s*", " ", text)
