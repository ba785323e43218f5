"""The figures with a slider: what a reader's keys do to them."""

import re

import numpy as np
import pytest
from browser.visitor import visitor
from playwright.sync_api import expect
from site_pages import LANGUAGES

import nnlib
from nnlib import environments, explorer, rl

PAGE = "activations/cheatsheet.html"
# In the page's explorer with these curves, the slider is the parameter of both.
CURVES = {
    "PReLU": lambda z, slope: nnlib.prelu(z, slope),
    "ELU": lambda z, alpha: nnlib.elu(z, alpha=alpha),
}
GRID_PAGE = "reinforcement/bandits.html"
# By its size, which problem a grid shows sweeps of value iteration for, and the discount.
GRIDS = {
    (5, 5): (environments.jumping_grid, 0.9),
    (4, 4): (environments.small_grid, 1.0),
}
# Pairs of the axes' numbers and their places, and the curves' paths, in pixels of the figure.
READ = """figure => {
  const texts = [...figure.querySelectorAll("text")]
    .map((text) => [text, Number(text.textContent.replace("−", "-"))])
    .filter(([text, number]) => !isNaN(number));
  const ticks = (anchor, axis) => texts
    .filter(([text]) => text.getAttribute("text-anchor") == anchor)
    .map(([text, number]) => [number, Number(text.getAttribute(axis))]);
  const panel = figure.querySelector("svg svg");
  return {
    z: ticks("middle", "x"),
    height: ticks("end", "y").map(([number, y]) => [number, y - 4]), // the line's foot
    corner: [panel.x.baseVal.value, panel.y.baseVal.value],
    unit: panel.width.baseVal.value / panel.viewBox.baseVal.width,
    names: [...figure.querySelectorAll("span")].map((name) => name.textContent),
    paths: [...panel.querySelectorAll("path")].map((path) => path.getAttribute("d")),
  };
}"""
# Of each cell of a grid its ground, its ink and its lines.
READ_CELLS = """grid => [...grid.querySelectorAll("[role=row]")].map((row) =>
  [...row.querySelectorAll("[role=cell]")].map((cell) => {
    const texts = [...cell.querySelectorAll("text")];
    const colours = [cell.querySelector("rect"), ...texts].map((tag) => getComputedStyle(tag).fill);
    return [colours, texts.map((text) => text.textContent)];
  }))"""


@pytest.fixture
def visit(context, address):
    with visitor(context, address) as visit:
        yield visit
        assert not visit.asked
        assert not visit.errors


def curve(figure, name):
    """The points of a curve, read off the axes as a reader would."""
    read = figure.evaluate(READ)
    points, pen = [], np.zeros(2)
    for letter, run in re.findall("([Ml])([^Ml]+)", read["paths"][read["names"].index(name)]):
        steps = np.array(run.split(), float).reshape(-1, 2)
        points += [*(steps if letter == "M" else pen + np.cumsum(steps, axis=0))]
        pen = points[-1]
    pixels = np.array(points) * read["unit"] + read["corner"]
    axes = [np.polyfit(*np.transpose(read[axis])[::-1], deg=1) for axis in ("z", "height")]
    return [np.polyval(axis, along) for axis, along in zip(axes, pixels.T, strict=True)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keys_move_the_curves_to_what_nnlib_computes(visit, lang):
    page = visit.open(f"{lang}/{PAGE}")
    figure = page.locator(".nnlib-explorer").filter(has_text=re.compile(".*".join(CURVES))).first
    slider, value = figure.get_by_role("slider"), figure.locator("output")
    slider.focus()
    shown = set()
    for key in ("", "ArrowRight", "End", "ArrowLeft", "Home"):
        if key:
            page.keyboard.press(key)
        parameter = float(value.inner_text())
        expect(slider).to_have_attribute("aria-valuetext", value.inner_text())
        for name, function in CURVES.items():
            z, height = curve(figure, name)
            assert len(z) > 50
            expected = function(z, np.array(parameter) if name == "PReLU" else parameter)
            # A twentieth of a pixel, on both axes.
            np.testing.assert_allclose(height, expected, atol=0.005)
        shown.add(parameter)
    assert len(shown) == 5


def luminance(colour):
    """WCAG's relative luminance of a colour such as rgb(63, 136, 197)."""
    parts = np.array(re.findall(r"\d+", colour), float) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def assert_legible(cells):
    for (ground, *inks), _ in (cell for row in cells for cell in row):
        for ink in inks:
            darker, lighter = sorted([luminance(ground), luminance(ink)])
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (ground, ink)


def assert_keys_move_grid(page, figure, values, frames, arrows=None):
    """From the first frame to the last by keyboard: numbers, arrows and shades are theirs."""
    slider = figure.get_by_role("slider")
    slider.press("Home")
    grounds = {}
    for k, value in enumerate(values):
        if k:
            slider.press("ArrowRight")
        expect(figure.locator("output")).to_have_text(str(value))
        expect(slider).to_have_attribute("aria-valuetext", str(value))
        cells = figure.get_by_role("table").evaluate(READ_CELLS)
        assert_legible(cells)
        assert np.shape(frames[k]) == (len(cells), len(cells[0]))
        for at, expected in np.ndenumerate(frames[k]):
            colours, texts = cells[at[0]][at[1]]
            if np.isnan(expected):
                assert (colours, texts) == (["none"], [])
                continue
            number = float(texts[0].replace("−", "-"))
            assert abs(number - expected) <= 0.05 + 1e-9
            grounds.setdefault(number, set()).add(colours[0])
            if arrows is not None:
                assert texts[1:] == [arrows[k][at[0]][at[1]]]
    slider.press("End")
    expect(figure.locator("output")).to_have_text(str(values[-1]))
    page.emulate_media(color_scheme="dark")
    dark = figure.get_by_role("table").evaluate(READ_CELLS)
    page.emulate_media(color_scheme="light")
    assert dark == cells
    shades = [grounds[number] for number in sorted(grounds)]
    assert all(len(shade) == 1 for shade in shades)
    light = [luminance(*shade) for shade in shades]
    assert np.all(np.diff(light) >= 0)
    assert light[-1] > 2 * light[0]


def test_keys_move_a_grid_to_the_frames_that_it_was_given(context, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    frames = np.random.default_rng(0).normal(size=(4, 3, 5)).round(1)
    frames[:, 1, 3] = np.nan
    arrows = [[["↑→<>&"[(k + r * c) % 5] for c in range(5)] for r in range(3)] for k in range(4)]
    for start in (0, 7):  # two on a page
        explorer.show_grid(
            frames + start, parameter="sweep", values=[0, 1, 2, 7], start=start, alt="Noise.",
            arrows=arrows,
        )  # fmt: skip
    page = context.new_page()
    scheme = '<meta name="color-scheme" content="light dark">'
    page.set_content(scheme + "".join(output.html for output in shown))
    first, second = page.locator(".nnlib-explorer").all()
    other = second.inner_html()
    assert_keys_move_grid(page, first, [0, 1, 2, 7], frames, arrows)
    assert second.inner_html() == other
    assert_keys_move_grid(page, second, [0, 1, 2, 7], frames + 7, arrows)
    page.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keys_move_a_page_s_grids_to_the_sweeps_that_nnlib_computes(visit, lang):
    page = visit.open(f"{lang}/{GRID_PAGE}")
    grids = page.locator(".nnlib-explorer:has([role=table])")
    assert grids.count()
    for figure in grids.all():
        shape = tuple(figure.get_by_role(role).count() for role in ("row", "cell"))
        problem, discount = GRIDS[shape[0], shape[1] // shape[0]]
        sweeps = figure.get_by_role("slider").get_attribute("data-texts").split("|")
        values = rl.value_iteration(
            *environments.dynamics(problem()), discount=discount, tolerance=None,
            max_sweeps=int(sweeps[-1]), history=True,
        ).history  # fmt: skip
        frames = [values[int(k)].reshape(shape[0], -1) for k in sweeps]
        assert_keys_move_grid(page, figure, sweeps, frames)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_explorers_of_a_page_do_not_disturb_each_other(visit, lang):
    page = visit.open(f"{lang}/{PAGE}")
    figures = page.locator(".nnlib-explorer")
    assert figures.count() >= 2
    for figure in figures.all():
        before = [other.inner_html() for other in figures.all()]
        figure.get_by_role("slider").press("End")
        after = [other.inner_html() for other in figures.all()]
        changed = [old != new for old, new in zip(before, after, strict=True)]
        assert sum(changed) == 1


def test_slider_is_on_the_keyboard_s_way_and_is_seen_there(visit):
    page = visit.open(f"zh/{PAGE}")
    slider = page.locator(".nnlib-explorer input").first
    # Tab leads from the slider on, and back to it.
    slider.focus()
    page.keyboard.press("Tab")
    expect(slider).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(slider).to_be_focused()
    assert slider.evaluate("slider => getComputedStyle(slider).outlineStyle") != "none"


def test_figure_is_whole_without_scripts(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}en/{PAGE}")
    figure = page.locator(".nnlib-explorer").first
    expect(figure.locator("svg[role=img] svg path").first).to_be_visible()
    expect(figure.locator("output")).not_to_be_empty()
    context.close()


def test_dark_pages_show_explorers_on_their_own_ground(visit):
    page = visit.open(f"en/{PAGE}")
    figure = page.locator(".text_html:has(.nnlib-explorer)").first
    line = figure.locator(".nnlib-curve").first
    expect(line).to_have_css("filter", "none")
    page.emulate_media(color_scheme="dark")
    expect(line).to_have_css("filter", re.compile("invert"))  # now it is dark
    expect(figure).to_have_css("background-color", "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_formulas_are_set_and_a_row_s_name_stays_in_view(visit, lang):
    page = visit.open(f"{lang}/{PAGE}")
    page.set_viewport_size({"width": 390, "height": 900})
    for table in page.locator(".nnlib-table").all():
        formulas = table.locator("span.math").count()
        assert table.locator("span.math mjx-container").count() == formulas > 15
        table.evaluate("table => { table.scrollLeft = 100 }")
        name, box = table.locator("tbody th").first.bounding_box(), table.bounding_box()
        assert abs(name["x"] - box["x"]) < 2
