"""The displayed equations of the book."""

from dataclasses import dataclass

from tests.book.cells import ROOT, cells

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Equation:
    """A displayed equation, and where it stands."""

    page: str  # "activations/softmax"
    language: str
    line: int
    latex: str
    label: str | None

    @property
    def name(self):
        """The label, or the line where there is none."""
        return self.label or f"line {self.line}"

    def __str__(self):
        return f"book/{self.language}/{self.page}.md:{self.line} ({self.name})"


def pages(language):
    """The names of a language's pages that are written by hand."""
    folder = ROOT / "book" / language
    names = [path.relative_to(folder).with_suffix("") for path in folder.rglob("*.md")]
    return sorted(name.as_posix() for name in names if name.parts[0] != "api")


def equations(page, language):
    """The displayed equations of a page, in order, those of exercises and solutions too."""
    return [
        Equation(page, language, *found)
        for cell in cells(ROOT / "book" / language / f"{page}.md")
        for found in cell.content.equations
    ]
