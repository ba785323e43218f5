"""What a reader does: searches, switches the language at a place, comes in by the front door."""

import re
from urllib.parse import quote

import pytest
from browser.visitor import SETTLE, violations, visitor
from playwright.sync_api import expect
from site_pages import english_interface

CHAPTER = "activations/softmax.html"
NESTED = "api/nnlib.activations.html"
WORDS = {
    "en": ["softmax", "overfitting", "cross-entropy"],
    "zh": ["反向传播", "过拟合", "激活函数", "交叉熵", "熵", "softmax", "softmax 函数"],
}


@pytest.fixture
def visit(context, address):
    with visitor(context, address) as visit:
        yield visit
        assert not visit.asked
        assert not visit.errors


def expect_found(page, word: str) -> None:
    """There are results, one of which shows the word, marked."""
    expect(page.locator("#search-results li").first).to_be_visible()
    shown = re.compile(re.split(r"\W", word)[0], re.I)
    expect(page.locator("#search-results .highlighted", has_text=shown).first).to_be_visible()


@pytest.mark.parametrize("lang", WORDS)
def test_search_page_finds(visit, lang):
    for word in WORDS[lang]:
        page = visit.open(f"{lang}/search.html?q={quote(word)}")
        expect_found(page, word)
    assert not violations(page)
    if lang == "zh":
        assert not english_interface(page.content())


@pytest.mark.parametrize("lang", WORDS)
def test_search_dialog_finds(visit, lang):
    page = visit.open(f"{lang}/{NESTED}")
    page.keyboard.press("Control+k")
    for word in WORDS[lang]:
        page.locator("#pst-search-dialog input").fill(word)
        expect_found(page, word)
    assert not violations(page)
    if lang == "zh":
        assert not english_interface(page.content())


def test_a_lone_result_in_the_dialog_leads_to_its_page(visit):
    """The first result comes before the theme watches for results whose links it must mend."""
    page = visit.open(f"en/{NESTED}")
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("overfitting")
    page.locator("#search-results li > a").first.click()
    expect(page.locator("article")).to_contain_text("overfitting")


def test_search_finds_the_chapter_about_cross_entropy(visit):
    page = visit.open(f"zh/search.html?q={quote('交叉熵')}")
    links = page.locator("#search-results li > a")
    expect(links.filter(has_text="交叉熵").first).to_be_visible()
    assert any(CHAPTER in link.get_attribute("href") for link in links.all())


def test_a_word_that_is_not_there_is_not_found(visit):
    page = visit.open(f"zh/search.html?q={quote('量子纠缠态')}")
    expect(page.locator("#search-results .search-summary")).not_to_be_empty()
    expect(page.locator("#search-results li")).to_have_count(0)


def test_switch_keeps_page_and_place(visit):
    page = visit.open(f"en/{CHAPTER}")
    sections = page.locator("article > section > section[id]")
    anchor = sections.nth(3).get_attribute("id")
    page.locator(f"nav.page-toc a[href='#{anchor}']").first.click()
    page.locator("a.language-switch").click()
    expect(page).to_have_url(visit.address + f"zh/{CHAPTER}#{anchor}")
    expect(page.locator(f"section#{anchor}")).to_be_in_viewport()
    page.locator("a.language-switch").click()
    expect(page).to_have_url(visit.address + f"en/{CHAPTER}#{anchor}")


@pytest.mark.parametrize(
    ("locale", "lang"), [("zh-CN", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fr", "en")]
)
def test_front_door_leads_to_the_readers_language(browser, address, locale, lang):
    context = browser.new_context(locale=locale)
    with visitor(context, address) as visit:
        visit.page.goto(address)
        expect(visit.page).to_have_url(f"{address}{lang}/index.html")
    context.close()


def test_front_door_without_scripts_offers_both_languages(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="开始阅读").click()
    expect(page).to_have_url(f"{address}zh/index.html")
    expect(page.locator("article h1")).to_be_visible()
    context.close()


def test_not_found_page_leads_home_from_any_depth(visit, address):
    page = visit.page
    text = (page.request.get(address + "404.html")).text()
    lost = address + "zh/no/such/page.html"
    page.route(lost, lambda route: route.fulfill(body=text, content_type="text/html"))
    page.goto(lost)
    page.get_by_role("link", name="从零开始的神经网络").click()
    expect(page).to_have_url(f"{address}zh/index.html")


def test_wide_formulas_scroll_and_can_be_reached(visit):
    page = visit.open(f"zh/{CHAPTER}")
    page.set_viewport_size({"width": 390, "height": 900})
    wide = page.locator("mjx-container.wide").first
    expect(wide).to_have_attribute("tabindex", "0")
    expect(wide).to_have_attribute("aria-label", "公式")
    page.set_viewport_size({"width": 1300, "height": 900})
    # On a wide page, few formulas are stops on the keyboard's way, and none that is in a line.
    expect(page.locator("span.math:is(.wide, [tabindex])")).to_have_count(0)
    page.set_viewport_size({"width": 3000, "height": 900})
    expect(page.locator("mjx-container:is(.wide, [tabindex])")).to_have_count(0)


def test_dark_pages_invert_figures_but_not_those_that_keep_their_colours(visit):
    page = visit.open(f"en/{CHAPTER}")
    figure = page.locator(".cell_output img[src$='.svg']").first
    expect(figure).to_have_css("filter", "none")
    page.emulate_media(color_scheme="dark")
    expect(figure).to_have_css("filter", re.compile("invert"))
    figure.evaluate("image => image.classList.add('keep-colors')")
    expect(figure).to_have_css("filter", "none")


def test_menus_are_accessible_when_open(visit):
    page = visit.open(f"zh/{CHAPTER}")
    # The tests of pages look at the article; here only its room is needed.
    page.evaluate("""() => {
      const article = document.querySelector("article");
      article.replaceChildren();
      article.style.height = "2000px";
    }""")
    for menu in page.locator(".article-header-buttons .dropdown-toggle").all():
        menu.click()
        assert not violations(page)
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 900})
    for side in ("primary", "secondary"):
        page.locator(f".{side}-toggle").click()
        expect(page.locator(f"#pst-{side}-sidebar-modal")).to_be_visible()
        page.evaluate(SETTLE)
        assert not violations(page)
        page.keyboard.press("Escape")


def test_landing_and_not_found_pages_are_accessible(visit):
    for path in ("index.html?stay", "404.html"):
        assert not violations(visit.open(path))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_text_that_is_hard_to_see_is_found(visit, scheme):
    """Of texts of one kind only some are looked at: one of its own kind is."""
    page = visit.open("en/api/nnlib.layers.html")
    assert not violations(page)
    page.emulate_media(color_scheme="light")
    page.evaluate(
        """scheme => {
          const style = document.createElement("style");
          style.textContent = `@media (prefers-color-scheme: ${scheme}) {
            #faint { color: color-mix(in srgb, currentColor 40%, var(--pst-color-background)) }
          }`;
          document.head.append(style);
          const texts = [...document.querySelectorAll("article p")];
          texts[texts.length >> 1].innerHTML = '<span id="faint">faint</span>';
        }""",
        scheme,
    )
    found = violations(page)
    assert len(found) == 1
    assert re.match(f"{scheme}: color-contrast: .*faint", found[0])
