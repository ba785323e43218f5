"""Visits to the site's pages in a browser, and what holds on every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from playwright.sync_api import BrowserContext, Page, Request
from site_pages import english_interface, pages

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
# Contrast takes axe nine tenths of its time, and is the same for all texts of one kind: of one
# colour, size and weight, in the same text, on the same grounds. Three of each kind are marked,
# unless the kind is known from another page.
MARK = """(known) => {
  const kinds = {};
  for (const tag of document.body.querySelectorAll("*")) {
    tag.removeAttribute("data-kind");
    const text = [...tag.childNodes].some((node) => node.nodeType == 3 && node.data.trim());
    if (!(text || tag.matches("a, input"))) continue;
    const { width, height } = tag.getBoundingClientRect();
    const seen = width > 1 && height > 1 && tag.checkVisibility({ visibilityProperty: true });
    if (!seen) continue;
    const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(tag);
    const kind = [color, fontSize, fontWeight, textDecorationLine];
    kind.push(getComputedStyle(tag.parentElement).color);
    for (let ground = tag; ground; ground = ground.parentElement) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(ground);
      const look = [backgroundColor, backgroundImage, opacity, filter].join();
      if (look != "rgba(0, 0, 0, 0),none,1,none") kind.push(look);
    }
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (kinds[kind] <= 3 && !known.includes(kind.join())) tag.dataset.kind = "";
  }
  return Object.keys(kinds).filter((kind) => !known.includes(kind));
}"""
# The strokes of a formula have its colour, and no meaning of their own.
RUN_AXE = """async (only) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-kind]" }] });
  const context = { include: ["html"], exclude: ["mjx-container > *"] };
  const options = { runOnly: only, resultTypes: ["violations"], preload: false };
  const { violations } = await axe.run(context, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a dark page changes
KNOWN: set[str] = set()  # kinds of text whose colours are in order
# What a reader opens by a click is looked at as well. To be quick on long pages, code of one
# colour is looked at once, and boxes of their sizes stand for formulas.
PREPARE = """() => {
  for (const box of document.querySelectorAll("details")) box.open = true;
  for (const button of document.querySelectorAll(".toggle-button-hidden")) button.click();
  const seen = new Set();
  for (const token of document.querySelectorAll(".highlight pre span")) {
    const kind = token.closest("div.highlight").parentElement.className + token.className;
    if (seen.has(kind)) token.replaceWith(token.textContent);
    seen.add(kind);
  }
  const formulas = [...document.querySelectorAll("mjx-container")];
  const sizes = formulas.map((formula) => formula.firstElementChild.getBoundingClientRect());
  formulas.forEach((formula, i) => {
    const box = document.createElement("span");
    const { width, height } = sizes[i];
    box.style = `display: inline-block; width: ${width}px; height: ${height}px`;
    box.textContent = "=";
    formula.replaceChildren(box);
  });
}"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((tag) => tag.getBoundingClientRect().right > innerWidth + 1)
    .map((tag) => tag.outerHTML.slice(0, 150)).slice(0, 5)"""
# The theme waits 300 ms after a change of size before it makes wide boxes reachable by keyboard,
# and our own script waits for the next frame.
SETTLE = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 400))))"""


class Visitor:
    """Opens pages, and notes errors and requests to other hosts."""

    def __init__(self, page: Page, address: str):
        self.page, self.address = page, address
        self.asked: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and self.errors.append(line.text))
        page.on("response", lambda answer: answer.status >= 400 and self.errors.append(answer.url))

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.asked.append(request.url)

    def open(self, path: str) -> Page:
        """Open a page, and wait until its formulas are set."""
        self.page.goto(self.address + path, wait_until="load")
        # Colours half-way between two themes, or of what is just appearing, are nobody's.
        still = "* { transition: none !important; animation: none !important }"
        self.page.add_style_tag(content=still)
        self.page.evaluate("window.MathJax?.startup?.promise.then(() => null)")
        return self.page


@contextmanager
def visitor(context: BrowserContext, address: str) -> Iterator[Visitor]:
    page = context.new_page()
    page.set_viewport_size({"width": 1300, "height": 900})
    try:
        yield Visitor(page, address)
    finally:
        page.close()


def every_page(lang: str) -> list[str]:
    """One language's pages; one name where there is no site, so that its test can say so."""
    return pages(lang) or [f"{lang}/index.html"]


def violations(page: Page, known: set[str] = KNOWN) -> list[str]:
    """Where the page, as it is now, is against WCAG 2.2 A or AA, in light or in dark."""
    page.evaluate(AXE)
    found = []
    for scheme, rules in {"light": WCAG, "dark": COLOURS}.items():
        page.emulate_media(color_scheme=scheme)
        kinds = page.evaluate(MARK, list(known))
        if rules == WCAG or kinds:
            new = page.evaluate(RUN_AXE, rules)
            found += [f"{scheme}: {violation}" for violation in new]
            known |= set() if new else set(kinds)
    return found


def problems(context: BrowserContext, address: str, path: str) -> list[str]:
    """What is wrong with a page, in light and dark, on a wide screen and on a telephone's."""
    with visitor(context, address) as visit:
        page = visit.open(path)
        page.evaluate(PREPARE)
        found = []
        for width in (1300, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(SETTLE)
            found += [f"{width} px: {violation}" for violation in violations(page)]
            found += [f"wider than {width} px: {tag}" for tag in page.evaluate(TOO_WIDE)]
        if path.startswith("zh/"):
            found += [f"interface in English: {text}" for text in english_interface(page.content())]
    found += [f"script error: {error}" for error in visit.errors]
    found += [f"request to another host: {url}" for url in visit.asked]
    return found
