"""The API reference: a page for every public module of nnlib, made from its docstrings.

The pages are written to ``<language>/api/*.rst`` before Sphinx looks for its sources (git ignores
them): in the docstrings' own markup, in the sections that numpydoc finds. The Chinese pages have
their one-line summaries from ``book/api.zh.yml``; the details are English, as the page says.

Functions and equations are linked both ways: a label in a docstring (``eq-softmax``) becomes a link
to that equation, and below each equation that a docstring names stands a link to the function.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import indent

import yaml
from api_names import LABEL, Entry, about, call, public_names, source
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

BOOK = Path(__file__).resolve().parents[2]
SUMMARIES = BOOK / "api.zh.yml"
# A role with its text (:eq:`…`); or code in single backticks, which is the group, but neither a
# literal (``…``) nor a link (`…`_).
CODE = re.compile(r":\w+:`[^`]*`|(?<![`:\w])`([^`<>]+)`(?![`_])")
LISTS = ("Parameters", "Attributes", "Returns", "Yields", "Raises")
SECTIONS = (*LISTS, "See Also", "Notes", "References", "Examples")  # numpydoc's order

WORDS = {
    "en": {
        "intro": "Every public name of the package ``nnlib``, with the text of its docstring.",
        "columns": ("Name", "What it is", "Equation"),
        "source": "Source: ",
        "in code": "In code: ",
        "comma": ", ",
    },
    "zh": {
        "intro": "``nnlib`` 包的每个模块都有一页：简介是中文，其余说明取自源代码，是英文。",
        "columns": ("名称", "简介", "公式"),
        "equations": "书中公式：",
        "source": "源代码：",
        "details": "各项的简介是中文，其余说明取自源代码中的文档字符串，是英文。",
        "in code": "代码实现：",
        "comma": "、",
        # Titles; `TranslateTitles` puts them in.
        "API reference": "API 参考",
        "Parameters": "参数",
        "Attributes": "属性",
        "Returns": "返回值",
        "Yields": "逐个产生",
        "Raises": "异常",
        "See Also": "参见",
        "Notes": "说明",
        "References": "参考文献",
        "Examples": "示例",
    },
}


class Writer:
    """Writes the pages in one language."""

    def __init__(self, lang: str, repository: str):
        self.words = WORDS[lang]
        self.repository = repository
        self.entries = list(public_names())
        # In the order of public_names: formulas first; modules by name.
        formulas = {e.page for e in self.entries if e.module == "nnlib"}
        self.pages = sorted({e.page for e in self.entries}, key=lambda p: (p not in formulas, p))
        self.names = {e.name for entry in self.entries for e in (entry, *entry.methods)}
        self.names.update(self.pages)
        self.chinese = chinese_summaries(self.names) if lang == "zh" else None

    def index(self) -> str:
        """The page that lists everything, module by module."""
        blocks = [".. rst-class:: api-page", heading("API reference", "="), self.words["intro"]]
        for page in self.pages:
            blocks += [heading(f":py:mod:`{page}`", "-"), self.summary(about(page))]
            members = [entry for entry in self.entries if entry.page == page]
            rows = [self.words["columns"]]
            for entry in members:
                equations = " ".join(f":eq:`{label}`" for label in entry.labels)
                rows.append((f":py:obj:`~{entry.name}`", self.summary(entry), equations))
            columns = 3 if any(entry.labels for entry in members) else 2
            blocks.append(table(row[:columns] for row in rows))
        return join(blocks)

    def page(self, page: str) -> str:
        """The page of one module."""
        module = about(page)
        blocks = [".. rst-class:: api-page", heading(page, "="), f".. py:module:: {page}"]
        blocks.append(self.summary(module))
        if self.chinese:
            blocks += [".. rst-class:: api-meta", self.words["details"]]
        blocks.append(self.in_english(self.text(module.doc["Extended Summary"], module)))
        for entry in self.entries:
            if entry.page == page:
                # Bare names, as under «See Also», are those of the module to import from.
                blocks.append(f".. py:currentmodule:: {entry.module}")
                blocks += [heading(entry.name.rpartition(".")[2], "-"), *self.body(entry)]
                for method in entry.methods:
                    blocks += [heading(method.name.rpartition(".")[2], "~"), *self.body(method)]
        return join(blocks)

    def body(self, entry: Entry) -> Iterator[str]:
        """What the docstring says."""
        doc = entry.doc
        yield signature(entry)
        yield self.summary(entry)
        yield from (".. rst-class:: api-meta", self.whereabouts(entry))
        yield self.in_english(self.text(doc["Extended Summary"], entry))
        for title in SECTIONS:
            if doc[title]:
                yield f".. rubric:: {title}"
                yield self.in_english(self.section(title, doc[title], entry))

    def summary(self, entry: Entry) -> str:
        """What it is, in one line."""
        chinese = self.chinese and [self.chinese[entry.name]]
        return self.text(chinese or entry.doc["Summary"], entry)

    def whereabouts(self, entry: Entry) -> str:
        """Links to the source and, where the docstring is not in the page's language, the book."""
        path, lines = source(entry)
        link = f"{self.words['source']}`{path} <{self.repository}/{path}#{lines}>`__"
        if self.chinese and entry.labels:
            equations = self.words["comma"].join(f":eq:`{label}`" for label in entry.labels)
            link = f"{self.words['equations']}{equations}\u3000{link}"
        return link

    def section(self, title: str, content: list, entry: Entry) -> str:
        if title in LISTS:  # names with types, as numpydoc's triples
            items = []
            for name, kind, lines in content:
                term = ", ".join(f"``{part}``" for part in name.split(", ") if part)
                kind = self.text([f"`{kind}`" if title == "Raises" else kind], entry)
                items.append(" : ".join(part for part in (term, kind) if part))
                # An empty comment stands for what a docstring leaves out.
                items[-1] += "\n" + indent(self.text(lines, entry) or "..", "    ")
            return join(items)
        if title == "See Also":  # pairs: names that share a description, and its lines
            return join(
                f"* {', '.join(f':py:obj:`{name}`' for name, _ in names)}: {' '.join(lines)}"
                for names, lines in content
            )
        return self.text(content, entry)

    def text(self, lines: list[str], entry: Entry) -> str:
        """A docstring's text, in which labels and names of nnlib have become links."""

        def link(match: re.Match) -> str:
            code = match[1]
            if code is None:
                return match[0]
            names = {f"{entry.module}.{code}", code} & (self.names - {entry.name})
            return f":py:obj:`{code} <{names.pop()}>`" if names else f"``{code}``"

        paragraphs = re.split(r"\n\s*\n", "\n".join(lines).strip("\n"))
        return join(
            paragraph
            if paragraph.startswith(">>>")
            else CODE.sub(link, LABEL.sub(r":eq:`\1`", paragraph))
            for paragraph in paragraphs
        )

    def in_english(self, text: str) -> str:
        """Text in English, marked as such on a page in another language."""
        if not self.chinese or not text:
            return text
        # docutils writes a class language-en as the attribute lang="en".
        return ".. container:: language-en\n\n" + indent(text, "    ")


def chinese_summaries(names: set[str]) -> dict[str, str]:
    """The table of Chinese summaries, which must have exactly the given names."""
    table = yaml.safe_load(SUMMARIES.read_text(encoding="utf-8"))
    missing, superfluous = sorted(names - table.keys()), sorted(table.keys() - names)
    if missing or superfluous:
        raise ExtensionError(
            f"book/{SUMMARIES.name} must have one line for each public name and module of nnlib: "
            f"missing {missing}, superfluous {superfluous}"
        )
    return table


def join(blocks: Iterable[str]) -> str:
    return "\n\n".join(block for block in blocks if block)


def heading(title: str, underline: str) -> str:
    return f"{title}\n{underline * len(title)}"


def table(rows: Iterable[tuple[str, ...]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", "   :class: api-table", ""]
    for row in rows:
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)


def signature(entry: Entry) -> str:
    """The directive that shows how an object is called, and that links to it lead to."""
    name = entry.name.removeprefix(f"{entry.module}.")
    arguments = re.sub(r"^\(self(, )?", "(", call(entry.obj))
    # The page's headings, not the signatures, are its table of contents.
    return f".. py:{entry.kind}:: {name}{arguments}\n   :no-contents-entry:"


def write_pages(app: Sphinx, config: Config) -> None:
    """Write this build's pages. `jupyter-book build .` runs above both languages: English."""
    folder = Path(app.srcdir)
    if folder.parent != BOOK:
        folder = BOOK / "en"
    theme = config.html_theme_options
    writer = Writer(folder.name, f"{theme['repository_url']}/blob/{theme['repository_branch']}")
    pages = {"index": writer.index(), **{page: writer.page(page) for page in writer.pages}}
    config.api_words, config.api_equations = writer.words, {}
    for entry in writer.entries:
        for label in entry.labels:
            config.api_equations.setdefault(label, []).append(entry.name)
    write_changed(folder / "api", {f"{name}.rst": text + "\n" for name, text in pages.items()})


def write_changed(folder: Path, files: dict[str, str]) -> None:
    """Make a folder hold exactly these files; Sphinx reads again only those that changed."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


class TranslateTitles(SphinxTransform):
    """Translate the titles; their #anchors stay those of the English page."""

    default_priority = 400  # after the anchors are made

    def apply(self, **kwargs) -> None:
        for page in api_pages(self.document):
            for kind in (nodes.title, nodes.rubric):
                for title in page.findall(kind):
                    if title.astext() in self.config.api_words:
                        title[:] = [nodes.Text(self.config.api_words[title.astext()])]


class BreakLongTitles(SphinxPostTransform):
    """Let a name that is a title go to a new line after a dot or an underscore."""

    default_priority = 5
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for page in api_pages(self.document):
            for title in page.findall(nodes.title):
                for text in list(title.findall(nodes.Text)):
                    first, *parts = re.split(r"(?<=[._])", text)
                    pieces = [nodes.Text(first)]
                    for part in parts:
                        pieces += [nodes.raw("", "<wbr>", format="html"), nodes.Text(part)]
                    text.parent.replace(text, pieces)


class LinkEquationsToCode(SphinxPostTransform):
    """Below every equation that nnlib implements, link to the function."""

    default_priority = 5  # before references are resolved

    def run(self, **kwargs) -> None:
        words = self.config.api_words
        for equation in list(self.document.findall(nodes.math_block)):
            names = self.config.api_equations.get(equation.get("label"))
            if not names:
                continue
            line = nodes.paragraph("", words["in code"], classes=["equation-code"])
            for name in names:
                if name != names[0]:
                    line += nodes.Text(words["comma"])
                target = {"refdomain": "py", "reftype": "obj", "reftarget": name}
                line += addnodes.pending_xref("", nodes.literal(name, name), **target)
            equation.parent.insert(equation.parent.index(equation) + 1, line)


def api_pages(document: nodes.document) -> list[nodes.section]:
    """The document's one section that is a page of the reference, if it is one."""
    return [s for s in document.findall(nodes.section) if "api-page" in s["classes"]]


def add_style(app: Sphinx) -> None:
    style = Path(__file__).with_suffix(".css")
    app.config.html_static_path.append(str(style))
    app.add_css_file(style.name)


def setup(app: Sphinx) -> dict:
    # What is written into pages that are not ours: when it changes, they are read again.
    app.add_config_value("api_equations", {}, "env")
    app.add_config_value("api_words", {}, "env")
    # Before sphinx_external_toc (900) looks for the files that the table of contents names.
    app.connect("config-inited", write_pages, priority=100)
    app.connect("builder-inited", add_style)
    app.add_transform(TranslateTitles)
    app.add_post_transform(BreakLongTitles)
    app.add_post_transform(LinkEquationsToCode)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
