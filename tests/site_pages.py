"""The built site as the tests see it: its pages, and what its interface says."""

import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_site"
LANGUAGES = ("en", "zh")

# Attributes that browsers and screen readers present as text.
SPOKEN = ("alt", "aria-label", "data-bs-original-title", "data-bs-title", "data-tooltip")
SPOKEN += ("placeholder", "title")
# Lists of the titles of pages and headings are content, as articles are ...
CONTENT = "article, .bd-docs-nav .bd-toc-item, .bd-docs-nav li, nav.page-toc, .prev-next-title"
CONTENT += ", #jb-print-docs-body, #search-results li"
# ... but for these.
INTERFACE = "button, summary, .caption-number, .headerlink, .toggle-details__summary-text"
# Words that a Chinese interface writes in Latin letters as well.
NAMES = set("BY Binder CC Colab Ctrl English JavaScript MIT PDF ipynb md pdf rst".split())


def require_site() -> None:
    """Fail, and say what to do, where the site has not been built."""
    for lang in LANGUAGES:
        if not (SITE / lang / "index.html").exists():
            pytest.fail(f"_site/{lang}/ is not built: run make site", pytrace=False)


def pages(lang: str = "") -> list[str]:
    """The site's pages, or one language's, as paths inside _site."""
    found = (path.relative_to(SITE) for path in (SITE / lang).rglob("*.html"))
    return sorted(path.as_posix() for path in found if "_static" not in path.parts)


@cache
def soup(page: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / page).read_text(encoding="utf-8"), "html.parser")


def said_by(tag: Tag) -> set[str]:
    """The texts of a part of a page, and of its labels and tooltips."""
    parts = [tag, *tag.find_all(True)]
    labels = {part[name] for part in parts for name in SPOKEN if part.get(name)}
    texts = (text for text in tag.find_all(string=True) if type(text) is NavigableString)
    return labels | {text.strip() for text in texts}


def english_interface(html: str) -> list[str]:
    """What the interface of a Chinese page says in English."""
    document = BeautifulSoup(html, "html.parser")
    for tag in document.select("head, script, style, kbd, .math, mjx-container"):
        tag.decompose()
    texts: set[str] = set()
    for tag in document.select(f"article :is({INTERFACE})"):
        texts |= said_by(tag)
    # A box's title, a picture or a table may be an author's, with names in it, but not all English.
    authored = {tag.get_text(" ") for tag in document.select("article .admonition-title")}
    for tag in document.select("article [aria-label]"):
        group = authored if tag.get("role") in ("img", "region") else texts
        group.add(tag["aria-label"])
    texts |= {text for text in authored if not re.search("[\u4e00-\u9fff]", text)}
    for tag in document.select(CONTENT):
        if not tag.decomposed:
            tag.decompose()
    texts |= said_by(document)
    return sorted(text for text in texts if set(re.findall("[A-Za-z]{2,}", text)) - NAMES)
