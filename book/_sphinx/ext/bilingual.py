"""One book in two languages: the same page at the same anchor, and each page says so.

A plain `jupyter-book build .` leaves `book_language` empty and gets neither switch nor links.
"""

import re
from html import escape
from pathlib import Path
from urllib.parse import quote

import nbformat
from docutils import nodes
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)
# A browser breaks lines beside a formula, even before 。 or after （: these keep together.
FORMULA = r'<span class="math notranslate nohighlight">\\\([^<]*\\\)</span>'
PUNCTUATED_FORMULA = re.compile(
    rf"[（《“]+{FORMULA}[，。；：、！？）》”]*|{FORMULA}[，。；：、！？）》”]+"
)
DESCRIPTION_LENGTH = 160  # search engines cut off what is much longer


def heading_ids(page: Path, extensions: list[str]) -> list[str]:
    """The ids that a page's headings have in both languages: its English headings' slugs."""
    if page.suffix == ".ipynb":
        cells = nbformat.read(page, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        text = page.read_text(encoding="utf-8")
    parser = create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)
    tokens = parser.parse(text)
    ids: list[str] = []
    for token, inline in zip(tokens, tokens[1:], strict=False):
        if token.type == "heading_open" and token.level == 0:
            words = "".join(child.content for child in inline.children)
            slug = nodes.make_id(words) or "section"
            same = sum(other == slug or other.startswith(f"{slug}--") for other in ids)
            ids.append(f"{slug}--{same + 1}" if same else slug)
    return ids


class SharedAnchors(SphinxTransform):
    """Give a page's headings their English page's ids, so that #anchors survive the switch.

    MyST learns of them, too, so that [text](page.ipynb#id) leads to a heading, or is a warning.
    """

    default_priority = 400  # after explicit targets have moved to their headings

    def apply(self, **kwargs) -> None:
        sections = []
        for section in self.document.findall(nodes.section):
            if isinstance(section.parent, nodes.document | nodes.section):
                sections.append(section)
            else:  # the body of an exercise or solution, which all have the same id
                section["ids"] = [f"{section.parent['ids'][0]}-content"]
        # The headings of generated pages are Python names, the same in both languages.
        if self.config.book_language and not self.env.docname.startswith("api/"):
            self.share(sections)
        slugs = self.env.metadata[self.env.docname].setdefault("myst_slugs", {})
        for section in sections:
            heading = section["ids"][0]
            slugs[heading] = (section.line or 0, heading, section[0].astext())

    def share(self, sections: list[nodes.section]) -> None:
        """Give these sections the ids of the English page's headings."""
        folder = Path(self.app.srcdir).parent / "en"
        page = folder / self.env.doc2path(self.env.docname, base=False)
        if not page.exists():
            logger.warning("no English page %s", page, location=self.env.docname)
            return
        ids = heading_ids(page, self.config.myst_enable_extensions)
        if len(ids) != len(sections):
            logger.warning(
                "%d headings, but the English page has %d: the anchors differ",
                len(sections),
                len(ids),
                location=self.env.docname,
            )
            return
        for section, new in zip(sections, ids, strict=True):
            self.rename(section, new)

    def rename(self, section: nodes.section, new: str) -> None:
        """Replace the id that docutils made from the heading; keep those that authors wrote."""
        known = self.document.nametypes
        explicit = [name for name in section["names"] if known.get(name)]
        kept = [self.document.nameids[name] for name in explicit]
        for old in set(section["ids"]) - set(kept):
            del self.document.ids[old]
        for name in set(section["names"]) - set(explicit):
            self.document.nameids[name] = new
        section["ids"] = [new, *(label for label in kept if label != new)]
        self.document.ids[new] = section


def description(doctree: nodes.document | None, fallback: str) -> str:
    """A page's own description: its first paragraph of prose, cut between words."""
    section = next(doctree.findall(nodes.section), None) if doctree else None
    for paragraph in section.children if section else ():
        if isinstance(paragraph, nodes.paragraph) and not any(paragraph.findall(nodes.math)):
            text = " ".join(paragraph.astext().split())
            if len(text) <= DESCRIPTION_LENGTH:
                return text
            whole_words = re.match(f".{{,{DESCRIPTION_LENGTH - 1}}}(?=[ ，。；：])", text)
            return (whole_words[0] if whole_words else text[: DESCRIPTION_LENGTH - 1]) + "…"
    return fallback


def add_switch(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Link to the same page in the other language, and mend what the page's body says."""
    languages, mine = app.config.book_languages, app.config.book_language
    context["translations"] = [
        {**other, "href": f"{context['content_root']}../{lang}/{pagename}.html"}
        for lang, other in languages.items()
        if mine and lang != mine
    ]
    body = context.get("body", "")
    for old, new in languages[mine or "en"]["replacements"].items():
        body = body.replace(old, new)
    context["body"] = PUNCTUATED_FORMULA.sub(r'<span class="joined">\g<0></span>', body)


def add_metadata(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Tell search engines what the page is about, and where its translation is."""
    languages, mine = app.config.book_languages, app.config.book_language
    if not mine:
        return
    own, page = languages[mine], f"{pagename}.html"
    site = app.config.html_baseurl.removesuffix(f"{mine}/")
    address = f"{site}{mine}/{page}"
    card = f"{site}{mine}/_static/card-{mine}.png"
    title = own["title"] if pagename == "index" else context.get("pagetitle") or own["title"]

    summary = own["description"]
    tags = []
    metas = doctree.findall(nodes.meta) if doctree else ()
    written = [meta["content"] for meta in metas if meta.get("name") == "description"]
    if written:
        summary = written[0]
    else:
        if pagename != "index":
            summary = f"{title} — {description(doctree, summary)}"
        tags.append(f'<meta name="description" content="{escape(summary)}" />')

    for lang, other in languages.items():
        href = f"{site}{lang}/{page}"
        tags.append(f'<link rel="alternate" hreflang="{other["hreflang"]}" href="{href}" />')
    default = site if pagename == "index" else f"{site}en/{page}"
    tags.append(f'<link rel="alternate" hreflang="x-default" href="{default}" />')

    properties = {
        "og:type": "website" if pagename == "index" else "article",
        "og:title": title,
        "og:description": summary,
        "og:url": address,
        "og:site_name": own["title"],
        "og:locale": own["locale"],
        "og:image": card,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": own["title"],
    }
    tags += [
        f'<meta property="{name}" content="{escape(value)}" />'
        for name, value in properties.items()
    ]
    tags.append('<meta name="twitter:card" content="summary_large_image" />')
    context["metatags"] = context.get("metatags", "") + "\n" + "\n".join(tags)


def name_issues(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Let the issue that a reader opens begin with the page, its language too, and no English."""
    buttons = context["header_buttons"]
    for button in [*buttons, *(inner for group in buttons for inner in group.get("buttons", ()))]:
        if button.get("label") == "source-issues-button":
            page = "/".join(filter(None, [app.config.book_language, pagename]))
            button["url"] = button["url"].partition("?")[0] + f"?title={quote(page + ': ')}"


def setup(app: Sphinx) -> dict:
    app.add_config_value("book_language", "", "env")
    app.add_config_value("book_languages", {}, "env")
    app.add_transform(SharedAnchors)
    app.connect("html-page-context", add_switch, priority=400)  # before the theme looks at it
    app.connect("html-page-context", add_metadata, priority=600)  # after the theme's titles
    app.connect("html-page-context", name_issues, priority=600)  # after the theme's buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
