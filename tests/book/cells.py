"""Read a page of the book as cells, and a cell as what its two languages share and what differs.

What they share are facts, such as ("heading", "level 2") or ("displayed equation", r"a = b"): some
in order, some in any order. What differs are passages: the running text, headings, captions,
comments, and so on, free of markup.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import yaml
from docutils.parsers.rst.directives.misc import TestDirective as AnyDirective
from jupytext.myst import MystMetadataParsingError, myst_to_notebook
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser

from tests.book.python_code import FIRST_INSERT, read_code

ROOT = Path(__file__).resolve().parents[2]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
EXTENSIONS = set(CONFIG["parse"]["myst_enable_extensions"])
MARKDOWN = create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)

# Options and metadata that are texts for the reader, and not names, paths or switches.
TEXT_KEYS = {"alt", "caption", "code_prompt_hide", "code_prompt_show", "description", "title"}
# Directives whose argument is a name or a path, not a title.
NAMED = {
    "bibliography", "code-block", "code-cell", "figure", "image", "include", "literalinclude",
    "solution", "solution-start", "toctree",
}  # fmt: skip
# Directives whose body is not Markdown.
LITERAL = {"bibliography", "code-block", "code-cell", "eval-rst", "math", "raw", "toctree"}

MATH_TEXT = re.compile(r"(\\text(?:rm|bf|it|sf|tt)?\s*\{)((?:[^{}]|\{[^{}]*\})*)\}")
ROLE_TARGET = re.compile(r"(.*?)\s*<([^<>]+)>", re.DOTALL)
HTML_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)
HTML_TEXT = re.compile(r"""\s(alt|title|aria-label|lang|hreflang)=("[^"]*"|'[^']*')""")
HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


class Fact(NamedTuple):
    """Something that both languages have: the same value, or a text of each language."""

    kind: str
    value: str
    is_text: bool = False


@dataclass
class Passage:
    """A text in one language, with private-use characters for what is no language."""

    kind: str  # "paragraph", "heading", "table cell", "title", "caption", "comment", ...
    text: str  # insert number k is the character FIRST_INSERT + k
    line: int
    inserts: list[str] = field(default_factory=list)  # sources of what was taken out, in order
    without_titles: str = ""  # the same without *emphasised* text, such as titles of books


@dataclass
class Cell:
    """A cell of a notebook, a section of a text page, or (number 0) a page's front matter."""

    file: str  # "book/zh/activations/softmax.md"
    number: int
    kind: str  # "markdown", "code", "front matter"
    source: str
    metadata: dict
    line: int  # of the file, where the source starts

    @property
    def words(self):
        """The beginning of the cell, by which a reader finds it."""
        text = self.source
        if self.kind == "markdown":
            text = re.sub(r"^\(\S+\)=$|^[#`:\s]+|\*", "", text, flags=re.MULTILINE)
        text = " ".join(text.split())
        return text if len(text) <= 32 else text[:31] + "…"

    @cached_property
    def content(self):
        """Facts and passages of the cell."""
        reader = Reader()
        reader.metadata(self.metadata, self.line)
        if self.kind == "markdown":
            reader.blocks(self.source, self.line)
        elif self.kind == "code":
            reader.passages += [Passage("comment", text, line) for text, line in self.code.comments]
            reader.passages += [
                Passage("text in code", string.value, string.line)
                for string in self.code.strings
                if string.shown or HANZI.search(string.value)
            ]
        return reader

    @cached_property
    def code(self):
        """The parsed code of a code cell."""
        return read_code(self.source, self.line)

    @cached_property
    def language(self):
        """All that a translator works on, with runs of white space as one space."""
        texts = [passage.text for passage in self.content.passages]
        texts += [fact.value for fact in self.content.facts if fact.is_text]
        if any(texts) and self.kind == "markdown":
            texts = [self.source]
        return " ".join(" ".join(texts).split())


def cells(path, root=ROOT):
    """The cells of a page, in order, the front matter first."""
    file = path.relative_to(root).as_posix()
    is_chapter = file.count("/") > 2  # book/en/activations/softmax.md
    return read_cells(path.read_text(encoding="utf-8"), file, is_chapter)


@cache
def read_cells(text, file, is_chapter):
    """The cells of a page with this text; a page that is no chapter is cut at headings."""
    lines = text.splitlines()
    front = {}
    if lines and lines[0] == "---":
        front = yaml.safe_load("\n".join(lines[1 : lines.index("---", 1)])) or {}
    result = [Cell(file, 0, "front matter", "", front, 1)]
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as error:
        raise ValueError(f"{file}: {error}") from error
    for cell, start in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        # The map points at the directive or a blank line before the source.
        first = cell.source.split("\n")[0]
        while start < len(lines) and lines[start] != first:
            start += 1
        parts = [(0, cell.source)]
        if cell.cell_type == "markdown" and not is_chapter:
            parts = sections(cell.source)
        for offset, source in parts:
            number, line = len(result), start + offset + 1
            metadata = dict(cell.metadata)
            result.append(Cell(file, number, cell.cell_type, source, metadata, line))
    return result


def sections(source):
    """Cut a text before each heading (and the labels of the heading): pairs of line and text."""
    tokens = [token for token in MARKDOWN.parse(source) if token.map and token.level == 0]
    cuts = [0]
    for i, token in enumerate(tokens):
        if token.type == "heading_open":
            while i and tokens[i - 1].type == "myst_target":
                i -= 1
            cuts.append(tokens[i].map[0])
    lines = source.split("\n")
    cuts = sorted(set(cuts)) + [len(lines)]
    pieces = [(cuts[i], "\n".join(lines[cuts[i] : cuts[i + 1]])) for i in range(len(cuts) - 1)]
    return [(line, piece.rstrip()) for line, piece in pieces if piece.strip()]


class Reader:
    """Collects the facts and passages of a cell."""

    def __init__(self):
        self.facts = []  # in order
        self.loose = Counter()  # facts in any order
        self.passages = []
        self.equations = []  # displayed: line, LaTeX, label or None

    def metadata(self, value, line, path=""):
        """Cell metadata, or a page's front matter."""
        if isinstance(value, dict):
            for key in sorted(value, key=str):
                # `description lang=en` and `description lang=zh` are one key
                name = str(key).split(" lang=")[0]
                self.metadata(value[key], line, f"{path}.{name}" if path else name)
        elif path.rsplit(".", 1)[-1] in TEXT_KEYS:
            self.fact(f"metadata {path}", value, is_text=True)
            self.text(str(value), line, path.rsplit(".", 1)[-1])
        else:
            self.fact(f"metadata {path}", value)

    def blocks(self, source, line):
        """Markdown blocks."""
        cells_of_row = 0
        kind = "paragraph"
        for token in MARKDOWN.parse(source):
            here = line + (token.map[0] if token.map else 0)
            match token.type:
                case "heading_open":
                    self.fact("heading", f"level {token.tag[1:]}")
                    kind = "heading"
                case "paragraph_open" | "dt_open":
                    kind = "paragraph"
                case "th_open" | "td_open":
                    kind = "table cell"
                    cells_of_row += 1
                case "tr_open":
                    cells_of_row = 0
                case "tr_close":
                    self.fact("table row", f"{cells_of_row} cells")
                case "list_item_open":
                    self.fact("list item", f"level {token.level // 2 + 1}")
                case "math_block" | "math_block_label" | "amsmath":
                    self.formula("displayed equation", token.content, here, label=token.info)
                case "myst_target":
                    self.fact("label", token.content)
                case "footnote_reference_open":
                    self.fact("footnote", token.meta["label"])
                case "html_block":
                    self.html(token.content, here)
                case "code_block":
                    self.fact("code block", token.content)
                case "fence" | "colon_fence":
                    self.fence(token, here)
                case "substitution_block":
                    self.fact("substitution", token.content)
                case "inline":
                    self.inline(token.children, here, kind)

    def fence(self, token, line):
        """A directive, or code to be shown."""
        match = re.fullmatch(r"\{([^{}\s]+)\}\s*(.*)", token.info.strip())
        if not match:
            self.fact("code block", f"{token.info}\n{token.content}")
            return
        name, title = match.groups()
        directive = f"{{{name}}}"
        parsed = parse_directive_text(AnyDirective, title, token.content)
        if name in NAMED or not title:
            self.fact("directive", f"{directive} {title}".strip())
        else:
            self.fact("directive", directive)
            self.fact(f"title of {directive}", title, is_text=True)
            self.text(title, line, "title")
        for key, value in sorted(parsed.options.items()):
            self.fact(f"option :{key}: of {directive}", value, is_text=key in TEXT_KEYS)
            if key in TEXT_KEYS:
                self.text(str(value), line, key)
        body = "\n".join(parsed.body)
        if name == "math":
            self.formula("displayed equation", body, line, label=parsed.options.get("label"))
        elif name in LITERAL:
            self.fact(f"body of {directive}", body)
        else:
            # Counted from the end, since options are cut off at the beginning.
            skipped = token.content.rstrip("\n").count("\n") - body.rstrip("\n").count("\n")
            self.blocks(body, line + 1 + skipped)

    def text(self, source, line, kind):
        """Markdown text within a line or a caption."""
        for token in MARKDOWN.parse(source):
            if token.type == "inline":
                self.inline(token.children, line + token.map[0], kind)

    def inline(self, tokens, line, kind):
        """Text with formulas, code, roles, links, images."""
        text, quoted, inserts = [], [], []
        in_url, in_emphasis = False, 0

        def add(string):
            text.append(string)
            quoted.append("" if in_emphasis else string)

        def insert(source):
            add(chr(FIRST_INSERT + len(inserts)))
            inserts.append(source)

        for token in tokens:
            match token.type:
                case "text" if not in_url:
                    add(token.content)
                case "softbreak" | "hardbreak":
                    add("\n")
                case "em_open" | "em_close":
                    in_emphasis += token.nesting
                case "math_inline":
                    self.formula("inline formula", token.content, line)
                    insert(f"${token.content}$")
                case "math_inline_double":
                    self.formula("displayed equation", token.content, line)
                    insert(f"$${token.content}$$")
                case "code_inline":
                    self.loose[Fact("inline code", token.content)] += 1
                    insert(f"`{token.content}`")
                case "myst_role":
                    self.role(token, line)
                    insert(f"{{{token.meta['name']}}}`{token.content}`")
                case "link_open":
                    self.loose[Fact("link", str(token.attrs["href"]))] += 1
                    if in_url := token.info == "auto":
                        insert(str(token.attrs["href"]))
                case "link_close":
                    in_url = False
                case "image":
                    self.fact("image", token.attrs["src"])
                    self.fact("alt text of an image", token.content, is_text=True)
                    self.text(token.content, line, "alt")
                    insert(f"![]({token.attrs['src']})")
                case "footnote_ref":
                    self.loose[Fact("footnote reference", token.meta["label"])] += 1
                    insert(f"[^{token.meta['label']}]")
                case "html_inline":
                    self.html(token.content, line)
                    insert(token.content)
                case "substitution_inline":
                    self.loose[Fact("substitution", token.content)] += 1
                    insert(f"{{{{{token.content}}}}}")
        self.passages.append(Passage(kind, "".join(text), line, inserts, "".join(quoted)))

    def role(self, token, line):
        """A role: its target is shared, a text of its own is language."""
        name, content = token.meta["name"], token.content
        target = ROLE_TARGET.fullmatch(content)
        if name == "math":
            self.formula("inline formula", content, line)
        elif target and target[1]:
            self.loose[Fact(f"{{{name}}}", target[2])] += 1
            self.text(target[1], line, "title")
        else:
            self.loose[Fact(f"{{{name}}}", content)] += 1

    def formula(self, kind, latex, line, label=""):
        """A formula: all but its \\text{…} is shared."""
        shared = MATH_TEXT.sub(r"\1}", latex)
        if kind == "inline formula":
            self.loose[Fact(kind, " ".join(shared.split()))] += 1
        else:
            self.fact(kind, shared + (f" ({label})" if label else ""))
            self.equations.append((line, latex.strip(), label or None))
        for match in MATH_TEXT.finditer(latex):
            self.passages.append(Passage("text in a formula", match[2], line))

    def html(self, source, line):
        """HTML: its tags are shared, its text and alternative texts are language."""
        for tag in HTML_TAG.findall(source):
            if not tag.startswith("<!--"):
                self.fact("HTML tag", HTML_TEXT.sub("", tag))
                for name, value in HTML_TEXT.findall(tag):
                    if "lang" not in name:
                        self.passages.append(Passage(name, value[1:-1], line))
        if text := HTML_TAG.sub(" ", source).strip():
            self.passages.append(Passage("paragraph", text, line))

    def fact(self, kind, value, is_text=False):
        self.facts.append(Fact(kind, str(value), is_text))
