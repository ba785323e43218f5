"""The built site, without a browser: its links, languages, addresses and interface."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from site_pages import LANGUAGES, ROOT, SITE, english_interface, pages, require_site, soup

sys.path.insert(0, str(ROOT / "book" / "_sphinx"))
sys.path.insert(0, str(ROOT / "book" / "_sphinx" / "ext"))
from bilingual import heading_ids  # noqa: E402
from published import published  # noqa: E402
from zhsearch import SearchChinese  # noqa: E402

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
LANGUAGE_SETTINGS = CONFIG["sphinx"]["config"]["book_languages"]
REPOSITORY, ADDRESS = published(CONFIG)
NOT_CONTENT = {"search.html", "genindex.html"}


@pytest.fixture(autouse=True, scope="module")
def _site():
    require_site()


def content_pages(lang: str) -> list[str]:
    return [page for page in pages(lang) if Path(page).name not in NOT_CONTENT]


def other(page: str) -> str:
    """The same page in the other language."""
    lang, _, rest = page.partition("/")
    return {"en": "zh", "zh": "en"}[lang] + "/" + rest


# --- The two languages --------------------------------------------------------------------


def test_both_languages_have_the_same_pages():
    english, chinese = (pages(lang) for lang in LANGUAGES)
    assert list(map(other, english)) == chinese
    for page in ("index", "notation", "activations/softmax", "glossary", "checked", "references"):
        assert f"en/{page}.html" in english


def test_headings_have_the_same_anchors():
    for page in content_pages("en"):
        ids = [
            [section.get("id") for section in soup(name).select("article section")]
            for name in (page, other(page))
        ]
        assert ids[0] == ids[1], page


def test_ids_are_unique():
    for page in pages():
        ids = [tag["id"] for tag in soup(page).find_all(id=True)]
        assert sorted(ids) == sorted(set(ids)), page


def test_heading_ids(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# The `softmax` of $z$\n\n## Same\n\n:::{note}\n# no\n:::\n\n## Same\n\n## 练习\n", "utf-8"
    )
    extensions = CONFIG["parse"]["myst_enable_extensions"]
    assert heading_ids(page, extensions) == ["the-softmax-of-z", "same", "same--2", "section"]


def test_switch_leads_to_the_same_page():
    for page in [*pages("en"), *pages("zh")]:
        (switch,) = soup(page).select("a.language-switch")
        target = (SITE / page).parent / switch["href"]
        assert target.resolve() == SITE / other(page)
        language = LANGUAGE_SETTINGS[other(page)[:2]]
        assert switch.get_text() == language["name"]
        assert switch["lang"] == switch["hreflang"] == language["hreflang"]


def test_pages_say_their_language():
    for lang, tag in {"en": "en", "zh": "zh-CN"}.items():
        assert {soup(page).html["lang"] for page in pages(lang)} == {tag}


def test_the_chinese_interface_is_chinese():
    english = {}
    for page in pages("zh"):
        for text in english_interface((SITE / page).read_text(encoding="utf-8")):
            english.setdefault(text, page)
    assert not english


def test_a_part_without_a_translated_caption_is_an_error(tmp_path):
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "book/_sphinx", tmp_path / "book/_sphinx")
    toc = (tmp_path / "_toc.yml").read_text(encoding="utf-8")
    (tmp_path / "_toc.yml").write_text(toc.replace("Before you start", "Preliminaries"), "utf-8")
    (tmp_path / "book/zh").mkdir()
    command = [sys.executable, "-m", "sphinx", "-c", "book/_sphinx", "-t", "zh", "book/zh", "out"]
    build = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert build.returncode != 0
    assert "caption 'Preliminaries' has no translation" in build.stderr


def test_chinese_text_is_split_into_characters_and_pairs():
    words = SearchChinese({}).split("用 softmax函数，反向传播。")
    assert words == [*"用", "softmax", *"函数", "函数", *"反向传播", "反向", "向传", "传播"]


# --- Addresses ----------------------------------------------------------------------------


def test_published_addresses():
    settings = {"repository": {"url": "https://github.com/a/b"}, "html": {"baseurl": "https://c/d"}}
    assert published(settings, {}) == ("https://github.com/a/b", "https://c/d/")
    fork = published(settings, {"GITHUB_REPOSITORY": "Ann/Course"})
    assert fork == ("https://github.com/Ann/Course", "https://ann.github.io/Course/")
    personal = published(settings, {"GITHUB_REPOSITORY": "ann/ann.github.io"})
    assert personal == ("https://github.com/ann/ann.github.io", "https://ann.github.io/")


def test_canonical_and_alternate_links():
    for page in [*pages("en"), *pages("zh")]:
        head = soup(page).head
        (canonical,) = head.find_all("link", rel="canonical")
        assert canonical["href"] == ADDRESS + page
        links = {link["hreflang"]: link["href"] for link in head.find_all("link", hreflang=True)}
        english, chinese = sorted([page, other(page)])
        default = "" if english == "en/index.html" else english
        assert links == {
            "en": ADDRESS + english,
            "zh-Hans": ADDRESS + chinese,
            "x-default": ADDRESS + default,
        }


def test_pages_describe_themselves():
    described = {}
    for lang in LANGUAGES:
        for page in content_pages(lang):
            (meta,) = soup(page).head.find_all("meta", attrs={"name": "description"})
            text = meta["content"]
            assert 8 <= len(text) <= 320, page
            assert text not in described, f"{page} and {described.get(text)}"
            described[text] = page
            if not page.startswith(f"{lang}/api/"):
                assert bool(re.search("[\u4e00-\u9fff]", text)) == (lang == "zh"), page
            (shared,) = soup(page).head.find_all("meta", property="og:description")
            assert shared["content"] == text
            (card,) = soup(page).head.find_all("meta", property="og:image")
            assert (SITE / card["content"].removeprefix(ADDRESS)).is_file()
            (url,) = soup(page).head.find_all("meta", property="og:url")
            assert url["content"] == ADDRESS + page


def test_launch_buttons_open_the_notebook_of_the_pages_language():
    owner_and_name = REPOSITORY.removeprefix("https://github.com/")
    for lang in LANGUAGES:
        notebooks = [n for n in (ROOT / "book" / lang).rglob("*.ipynb") if ".ipynb_" not in str(n)]
        assert notebooks
        for notebook in notebooks:
            path = notebook.relative_to(ROOT).as_posix()
            page = SITE / notebook.relative_to(ROOT / "book").with_suffix(".html")
            buttons = soup(page.relative_to(SITE).as_posix()).select(".article-header-buttons a")
            links = {button.get_text(strip=True): button["href"] for button in buttons}
            binder = f"https://mybinder.org/v2/gh/{owner_and_name}/main?urlpath=lab/tree/{path}"
            assert links["Binder"] == binder
            colab = f"https://colab.research.google.com/github/{owner_and_name}/blob/main/{path}"
            assert links["Colab"] == colab
            for suffix in (".ipynb", ".md"):
                download = (page.parent / links[suffix]).resolve()
                assert download.read_bytes() == notebook.with_suffix(suffix).read_bytes()


def test_sitemap_lists_every_page():
    listed = re.findall("<loc>(.*?)</loc>", (SITE / "sitemap.xml").read_text(encoding="utf-8"))
    assert listed == [ADDRESS + page for lang in LANGUAGES for page in content_pages(lang)]
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (SITE / "robots.txt").read_text(encoding="utf-8")


def test_files_above_the_languages():
    assert (SITE / ".nojekyll").exists()
    links = [link["href"] for link in soup("index.html").select("body a")]
    assert links == ["en/index.html", "zh/index.html"]
    base = urlsplit(ADDRESS).path
    links = [link["href"] for link in soup("404.html").select("body a")]
    assert links == [f"{base}en/index.html", f"{base}zh/index.html"]


# --- Links and files ----------------------------------------------------------------------


@cache
def anchors(path: Path) -> set[str]:
    page = soup(path.relative_to(SITE).as_posix())
    return {tag["id"] for tag in page.find_all(id=True)} | {"", "top"}


def test_links_inside_the_site_lead_somewhere():
    for page in pages():
        base = (SITE / page).parent
        for tag in soup(page).find_all(["a", "link", "script", "img", "source", "form"]):
            address = tag.get("href") or tag.get("src") or tag.get("action")
            parts = urlsplit(address or "")
            if not address or parts.scheme or parts.netloc or page == "404.html":
                continue
            target = (base / unquote(parts.path)).resolve() if parts.path else SITE / page
            assert target.is_file(), f"{page}: {address}"
            if target.suffix == ".html" and parts.fragment:
                assert unquote(parts.fragment) in anchors(target), f"{page}: {address}"


def test_pages_load_nothing_from_other_hosts():
    """What the browser would fetch by itself; the browser tests watch what scripts fetch."""
    loaded = "script[src], img[src], source[src], iframe[src], video[src], object[data], embed[src]"
    for page in pages():
        tags = soup(page).select(f"{loaded}, link:not([rel=canonical], [rel=alternate])")
        for tag in tags:
            address = tag.get("src") or tag.get("href") or tag.get("data")
            assert not urlsplit(address).netloc, f"{page}: {address}"
    for style in SITE.rglob("*.css"):
        addresses = r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)"""
        for address in re.findall(addresses, style.read_text(encoding="utf-8")):
            assert not urlsplit("".join(address)).netloc, f"{style}: {address}"


# --- Content as it is shown ---------------------------------------------------------------


def test_figures_are_numbered_captioned_and_described():
    count = {"en": 0, "zh": 0}
    for lang, word in {"en": "Fig.", "zh": "图"}.items():
        for page in pages(lang):
            for image in soup(page).select("article img"):
                assert len(image.get("alt", "")) > 3, f"{page}: {image.get('src')}"
            for figure in soup(page).select("article figure"):
                number = figure.select_one("figcaption .caption-number").get_text(strip=True)
                assert re.fullmatch(rf"{re.escape(word)} \d+\.\d+", number), f"{page}: {number}"
                count[lang] += 1
    assert count["en"] == count["zh"] > 0


def test_no_markup_is_left_over():
    """A role or footnote that is not understood is shown as it was written."""
    for page in pages():
        for text in soup(page).find_all(string=re.compile(r"\{[a-z:]+\}`|\[\^|\$\$")):
            assert text.find_parent(["pre", "code", "script"]), f"{page}: {text[:80]}"


def test_jupyter_book_builds_the_english_book(tmp_path):
    """The ecosystem's habit, `jupyter-book build .`, needs no tool of ours."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", ".", "-n", "-W", "--keep-going", "--path-output", tmp_path]
    build = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert build.returncode == 0, build.stderr
    book = tmp_path / "_build" / "html" / "book"
    made = sorted(path.relative_to(book).as_posix() for path in book.rglob("*.html"))
    assert made == content_pages("en")
    assert "language-switch" not in (book / "en/index.html").read_text(encoding="utf-8")
