"""The directive glossary-table: the terms of book/glossary.yml, sorted for the page's reader.

Each term is an anchor, `term-cross-entropy`, the same in both languages: link to it with
`[cross-entropy](#term-cross-entropy)`.
"""

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

GLOSSARY = Path(__file__).resolve().parents[2] / "glossary.yml"
COLUMNS = {"en": ["English", "中文"], "zh": ["中文", "English"]}
LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}


def in_chinese_order(text: str) -> bytes:
    """Latin first, then by pinyin: the order in which GB 2312 lists the common characters."""
    return text.lower().encode("gb18030")


class GlossaryTable(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(GLOSSARY))
        terms = yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))["terms"]
        mine, other = ("zh", "en") if self.config.book_language == "zh" else ("en", "zh")
        order = in_chinese_order if mine == "zh" else str.lower
        terms.sort(key=lambda term: order(term[mine]))

        table = nodes.table(classes=["glossary-table"])
        group = nodes.tgroup(cols=2)
        table += group
        group += [nodes.colspec(colwidth=1), nodes.colspec(colwidth=1)]
        group += nodes.thead("", row(*(nodes.Text(text) for text in COLUMNS[mine])))
        body = nodes.tbody()
        group += body
        for term in terms:
            foreign = nodes.inline("", term[other], classes=[f"language-{LANGUAGE_TAGS[other]}"])
            line = row(nodes.Text(term[mine]), foreign)
            line["names"].append("term-" + nodes.make_id(term["en"]))
            self.state.document.note_explicit_target(line, line)
            body += line
        return [table]


def row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app: Sphinx) -> dict:
    app.add_directive("glossary-table", GlossaryTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
