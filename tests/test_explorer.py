"""nnlib.explorer: what the sliders choose among, the table's cells, and errors that help.

How a slider answers a reader, a browser shows: tests/browser/test_explorer.py.
"""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from bs4 import BeautifulSoup

import nnlib
from nnlib import explorer
from nnlib._activation_table import COLUMNS
from nnlib.cheat_sheet import CHEAT_SHEET

Z = np.linspace(-4, 4, 81)
SLOPES = np.linspace(0, 1, 11)
CURVES = {
    "PReLU": [nnlib.prelu(Z, slope) for slope in SLOPES],
    "<i> & ″": [np.where(Z == 0, np.nan, nnlib.prelu_deriv(Z, slope)) for slope in SLOPES],
    "ReLU": nnlib.relu(Z),
}
OPTIONS = {"parameter": "slope a", "values": SLOPES, "start": 0.3, "alt": 'A "bent" line.'}
HEADINGS = {key: f"<{key}>" for key in COLUMNS}


@pytest.fixture
def shown(monkeypatch):
    """HTML and text of what a function displays."""

    def show(function, *arguments, **options):
        calls = []
        monkeypatch.setattr("IPython.display.display", calls.append)
        function(*arguments, **options)
        [output] = calls
        bundle = output._repr_mimebundle_()
        assert bundle.keys() == {"text/html", "text/plain"}
        assert repr(output) == bundle["text/plain"]
        return bundle["text/html"], bundle["text/plain"]

    return show


def points(path):
    """The corners of a path, in its units; None stands for a gap."""
    found = []
    for run in re.findall(r"M(\d+ -?\d+)l ?([-\d ]*)", path):
        start, steps = (np.array(part.split(), int).reshape(-1, 2) for part in run)
        found += [None, *map(tuple, np.cumsum([*start, *steps], axis=0))]
    return found[1:]


class Nesting(HTMLParser):
    """Fails where tags are not closed in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        assert len(attributes) == len(dict(attributes)), f"<{tag}> has an attribute twice"
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def assert_well_formed(html):
    parser = Nesting()
    parser.feed(html)
    parser.close()
    assert not parser.open
    # Nothing by name: two on a page, even two alike, are nothing to each other.
    assert not BeautifulSoup(html, "html.parser").select("[id], [for], script, style, link, img")


# --- The slider


def test_frames_are_the_curves(shown):
    html, _ = shown(explorer.show, Z, CURVES, **OPTIONS, ylim=(-4, 4))
    page = BeautifulSoup(html, "html.parser")
    panel = page.select_one("svg svg")
    width, height = map(int, panel["viewbox"].split()[2:])
    for name, path in zip(CURVES, panel.find_all("path"), strict=True):
        frames = path.get("data-frames", path["d"]).split("|")
        heights = np.atleast_2d(CURVES[name])
        assert len(frames) == len(heights)
        for frame, row in zip(frames, heights, strict=True):
            drawn = [(np.nan, np.nan) if p is None else p for p in points(frame)]
            x, y = np.array(drawn, float).T
            # Within half a unit, a twentieth of a pixel.
            np.testing.assert_allclose(y, (4 - row) / 8 * height, atol=0.51)
            at = ((Z + 4) / 8 * width)[~np.isnan(row)]
            np.testing.assert_allclose(x[~np.isnan(x)], at, atol=0.51)
    for path in panel.select("[data-frames]"):
        assert path["d"] == path["data-frames"].split("|")[3]


def test_slider_offers_the_values_and_starts_where_told(shown):
    html, _ = shown(explorer.show, Z, CURVES, **OPTIONS)
    page = BeautifulSoup(html, "html.parser")
    (slider,) = page.find_all("input")
    assert slider["data-texts"].split("|") == [f"{slope:.2g}" for slope in SLOPES]
    assert [slider[key] for key in ("min", "max", "step", "value")] == ["0", "10", "1", "3"]
    assert slider["aria-valuetext"] == page.output.get_text() == "0.3"
    assert slider.find_parent("label").get_text() == "slope a"
    assert slider["autocomplete"] == "off"  # or a reload shows a value that is not the curve's
    picture = page.find("svg", role="img")
    assert picture["aria-label"] == 'A "bent" line.'
    legend = page.div.div.find_all("span")
    assert [entry.get_text() for entry in legend] == list(CURVES)


def test_html_is_well_formed_and_the_same_each_time(shown):
    html, text = shown(explorer.show, Z, CURVES, **OPTIONS, xlabel="<z>", ylabel="&")
    assert_well_formed(html)
    assert len(html) < 60_000
    assert (html, text) == shown(explorer.show, Z, CURVES, **OPTIONS, xlabel="<z>", ylabel="&")


def test_axes_have_round_numbers_and_labels(shown):
    html, _ = shown(explorer.show, Z, CURVES, **OPTIONS, xlabel="z", ylabel="heights")
    texts = [tag.get_text() for tag in BeautifulSoup(html, "html.parser").find_all("text")]
    assert texts == ["−4", "−2", "0", "2", "4"] * 2 + ["z", "heights"]


def test_text_form(shown):
    curves = {"PReLU": CURVES["PReLU"], "ReLU": CURVES["ReLU"]}
    _, text = shown(explorer.show, Z, curves, **OPTIONS, xlabel="z")
    assert text.splitlines() == [
        'Figure: A "bent" line.',
        'slider "slope a": 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1; starts at 0.3',
        'x: "z", -4 to 4',
        'y: "", -4.4 to 4.4',
        "at z = -4, -3, -2, -1, 0, 1, 2, 3, 4",
        'curve "PReLU"',
        "  slope a = 0: 0, 0, 0, 0, 0, 1, 2, 3, 4",
        "  slope a = 0.3: -1.2, -0.9, -0.6, -0.3, 0, 1, 2, 3, 4",
        "  slope a = 1: -4, -3, -2, -1, 0, 1, 2, 3, 4",
        'curve "ReLU"',
        "  0, 0, 0, 0, 0, 1, 2, 3, 4",
    ]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"start": 0.35}, ValueError, r"start: expected one of the values 0, 0\.1, .*, got 0\.35"),
        ({"values": SLOPES[::-1]}, ValueError, "values: expected finite numbers, each above"),
        ({"values": SLOPES[:1]}, ValueError, r"values: expected two numbers or more, got .*\(1,\)"),
        ({"values": SLOPES[:5]}, ValueError, r"'PReLU'.*expected shape \(5, 81\).*got \(11, 81\)"),
        ({"x": Z[:9]}, ValueError, r"curves\['PReLU'\]: expected shape \(11, 9\)"),
        ({"x": Z * 0}, ValueError, "x: expected finite numbers, each above"),
        ({"curves": {}}, ValueError, "curves: expected 1 to 5 of them, got 0"),
        ({"curves": [Z]}, TypeError, "curves: expected a dict of names and arrays, got list"),
        ({"curves": {"a": Z}}, ValueError, "curves: expected one that depends on the parameter"),
        ({"curves": {"a": Z / np.inf * np.nan}}, ValueError, r"curves\['a'\]: expected finite"),
        ({"alt": " "}, ValueError, "alt: expected a text for the reader, got ' '"),
        ({"parameter": None}, TypeError, "parameter: expected a str, got NoneType"),
        ({"ylim": (1, 1)}, ValueError, r"ylim: expected a lower and a higher number, got \(1, 1\)"),
    ],
)
def test_errors_name_the_argument(change, error, message):
    options = {"x": Z, "curves": CURVES, **OPTIONS, **change}
    with pytest.raises(error, match=message):
        explorer.show(options.pop("x"), options.pop("curves"), **options)


def test_what_is_too_large_for_a_page_is_an_error():
    x = np.linspace(0, 1, 401)
    curves = {"sine": [np.sin(k * x) for k in range(40)]}
    with pytest.raises(ValueError, match="401 points for 40 values would make .* kB"):
        explorer.show(x, curves, parameter="k", values=range(40), start=1, alt="A sine.")


# --- The grid with a slider


# Two rows of two and a wall; the third frame ends in -2.
GRID = np.array(
    [
        [[0.0, 0.0, np.nan], [0.0, 0.0, 7.0]],
        [[0.0, -1.04, np.nan], [0.25, 3.0, 7.0]],
        [[-0.04, -1.5, np.nan], [12.34, -2.0, 7.0]],
    ]
)
ARROWS = [[["↑→", "", "!"], ["<i>", "→", ""]]] * 2 + [[["→", "←", ""], ['"', "↓", ""]]]
GRID_OPTIONS = {"parameter": "sweep & k", "values": [0, 1, 5], "start": 1, "alt": 'Two "rows".'}


def cells(html):
    """Of each frame the shades and the texts of each row's cells."""

    def frames(tag, start):
        found = tag["data-frames"].split("|") if "data-frames" in tag.attrs else [start] * 3
        assert found[1] == start
        return found

    rows = []
    for row in BeautifulSoup(html, "html.parser").select("[role=table] [role=row]"):
        rows.append([])
        for cell in row.select("[role=cell]"):
            shades = frames(cell.rect, cell.rect["fill"])
            texts = [frames(text, text.get_text()) for text in cell.find_all("text")]
            rows[-1].append([*zip(shades, *texts, strict=True)])
    return [[[cell[k] for cell in row] for row in rows] for k in range(3)]


def luminance(shade):
    """WCAG's relative luminance of a colour such as #3f88c5."""
    parts = [int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return np.dot(linear, [0.2126, 0.7152, 0.0722])


def test_cells_have_the_numbers_the_arrows_and_an_empty_place_for_nan(shown):
    html, _ = shown(explorer.show_grid, GRID, **GRID_OPTIONS, arrows=ARROWS)
    texts = [[[cell[1:] for cell in row] for row in frame] for frame in cells(html)]
    wall, fixed = (), ("7.0",)
    assert texts == [
        [[("0.0", "↑→"), ("0.0", ""), wall], [("0.0", "<i>"), ("0.0", "→"), fixed]],
        [[("0.0", "↑→"), ("−1.0", ""), wall], [("0.2", "<i>"), ("3.0", "→"), fixed]],
        [[("0.0", "→"), ("−1.5", "←"), wall], [("12.3", '"'), ("−2.0", "↓"), fixed]],
    ]
    assert {frame[0][2][0] for frame in cells(html)} == {"none"}


def test_shades_go_up_with_the_numbers_and_leave_them_legible(shown):
    numbers = np.linspace(-3, 5, 3 * 40).reshape(3, 4, 10)
    html, _ = shown(explorer.show_grid, numbers, **GRID_OPTIONS, decimals=2)
    assert BeautifulSoup(html, "html.parser").select_one("[role=table] > g")["fill"] == "#000"
    light = [luminance(cell[0]) for frame in cells(html) for row in frame for cell in row]
    assert np.all(np.diff(light) > 0)
    contrast = (np.array(light) + 0.05) / 0.05  # of black on them
    assert contrast.min() >= 4.5
    assert contrast.max() > 3 * contrast.min()


def test_shades_differ_for_those_who_see_no_red_or_green(shown):
    # From low to high more light; blue against red and green, which those readers do see, falls.
    html, _ = shown(explorer.show_grid, np.linspace(0, 1, 9).reshape(3, 1, 3), **GRID_OPTIONS)
    shades = [cell[0] for frame in cells(html) for cell in frame[0]]
    blue = [int(s[5:], 16) - (int(s[1:3], 16) + int(s[3:5], 16)) / 2 for s in shades]
    assert np.all(np.diff(blue) < 0)
    assert blue[0] > 60
    assert blue[-1] < -60


def test_limits_are_the_ends_of_the_shades(shown):
    def ends(**options):
        html, _ = shown(explorer.show_grid, GRID, **GRID_OPTIONS, **options)
        return html, BeautifulSoup(html, "html.parser").div.div.get_text("|")

    assert ends()[1] == "−2.0|12.3"
    html, scale = ends(limits=(-1, 7))
    assert scale == "−1.0|7.0"
    # What is beyond them has their shades.
    last = cells(html)[2]
    assert last[0][1][0] == last[1][1][0] == "#3f88c5"
    assert last[1][0][0] == last[1][2][0] == "#fff09c"


def test_grid_of_one_number_has_one_shade(shown):
    html, _ = shown(explorer.show_grid, np.zeros((3, 1, 1)), **GRID_OPTIONS)
    assert {frame[0][0] for frame in cells(html)} == {("#3f88c5", "0.0")}


def test_grid_s_slider_and_table_say_what_they_are(shown):
    html, text = shown(explorer.show_grid, GRID, **GRID_OPTIONS, arrows=ARROWS)
    assert_well_formed(html)
    assert (html, text) == shown(explorer.show_grid, GRID + 1e-14, **GRID_OPTIONS, arrows=ARROWS)
    page = BeautifulSoup(html, "html.parser")
    (slider,) = page.find_all("input")
    assert slider["data-texts"] == "0|1|5"
    assert [slider[key] for key in ("min", "max", "step", "value")] == ["0", "2", "1", "1"]
    assert slider["aria-valuetext"] == page.output.get_text() == "1"
    assert slider.find_parent("label").get_text() == "sweep & k"
    assert page.find("svg", role="table")["aria-label"] == 'Two "rows".'


def test_grid_s_text_form(shown):
    _, text = shown(explorer.show_grid, GRID, **GRID_OPTIONS, arrows=ARROWS, decimals=2)
    assert text.splitlines() == [
        'Figure: Two "rows".',
        'slider "sweep & k": 0, 1, 5; starts at 1',
        "shades: -2.00 to 12.34",
        "sweep & k = 0",
        "  0.00 ↑→, 0.00, empty",
        "  0.00 <i>, 0.00 →, 7.00",
        "sweep & k = 1",
        "  0.00 ↑→, -1.04, empty",
        "  0.25 <i>, 3.00 →, 7.00",
        "sweep & k = 5",
        "  -0.04 →, -1.50 ←, empty",
        '  12.34 ", -2.00 ↓, 7.00',
    ]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"frames": GRID[0]}, ValueError, r"frames: .*\(K, rows, columns\) with K = 3 .*\(2, 3\)"),
        ({"frames": GRID[:2]}, ValueError, r"frames: .* K = 3 values, got \(2, 2, 3\)"),
        (
            {"frames": np.where(GRID == 7, np.inf, GRID)},
            ValueError,
            "frames: expected finite numbers, and NaN where",
        ),
        ({"frames": GRID * np.nan}, ValueError, "frames: expected finite numbers, and NaN where"),
        ({"values": [0, 5, 1]}, ValueError, "values: expected finite numbers, each above"),
        ({"start": 2}, ValueError, "start: expected one of the values 0, 1, 5, got 2"),
        ({"alt": ""}, ValueError, "alt: expected a text for the reader, got ''"),
        ({"parameter": 1}, TypeError, "parameter: expected a str, got int"),
        ({"arrows": ARROWS[0]}, ValueError, r"arrows: .* frames, \(3, 2, 3\), got \(2, 3\)"),
        ({"arrows": np.zeros((3, 2, 3))}, TypeError, "arrows: expected texts, got float"),
        ({"arrows": np.full((3, 2, 3), "a|b")}, ValueError, "arrows: .* without «|», got 'a|b'"),
        ({"decimals": 0.5}, ValueError, r"decimals: expected an int from 0 to 9, got 0\.5"),
        ({"limits": (1, 1)}, ValueError, r"limits: expected a lower .*, got \(1, 1\)"),
    ],
)
def test_grid_s_errors_name_the_argument(change, error, message):
    options = {"frames": GRID, **GRID_OPTIONS, **change}
    with pytest.raises(error, match=message):
        explorer.show_grid(options.pop("frames"), **options)


def test_a_grid_too_large_for_a_page_is_an_error():
    numbers = np.random.default_rng(0).normal(size=(30, 20, 20))
    with pytest.raises(ValueError, match="400 cells for 30 values would make .* kB"):
        explorer.show_grid(numbers, parameter="k", values=range(30), start=1, alt="Noise.")


# --- The table


def test_table_has_a_row_for_each_and_says_what_the_sheet_says(shown):
    html, text = shown(
        explorer.table, CHEAT_SHEET, caption="A & B", headings=HEADINGS, yes="是", no="否",
        plot_alt="<{name}>",
    )  # fmt: skip
    assert_well_formed(html)
    table = BeautifulSoup(html, "html.parser").table
    assert table.caption.get_text() == table.parent["aria-label"] == "A & B"
    assert [th.get_text() for th in table.thead.select("th[scope=col]")] == [*HEADINGS.values()]
    rows = table.tbody.find_all("tr")
    for row, (name, facts) in zip(rows, CHEAT_SHEET.items(), strict=True):
        plot, formulas, values, order, *answers = row.find_all("td")
        assert next(row.select_one("th[scope=row]").strings) == name
        assert plot.svg["aria-label"] == f"<{name}>"
        assert [math.get_text() for math in formulas.select("span.math")] == [
            rf"\({facts.formula}\)",
            rf"\({facts.derivative_formula}\)",
        ]
        assert values.select_one("span.math")
        assert order.get_text().startswith(r"\(C^")
        said = (facts.monotonic, facts.derivative_monotonic, facts.zero_centred)
        assert [cell.get_text() for cell in answers] == ["是" if fact else "否" for fact in said]
        assert f"  <formulas>: {facts.formula}\n" in text


@pytest.mark.parametrize(
    ("name", "column", "said"),
    [
        ("sigmoid", "range", "(0, 1)"),
        ("binary_step", "range", r"\{0, 1\}"),
        ("arctan", "range", r"(-\pi / 2, \pi / 2)"),
        ("relu", "range", r"[0, \infty)"),
        ("silu", "range", r"[-0.2785, \infty)"),
        ("binary_step", "continuity", "C^{-1}"),
        ("relu", "continuity", "C^{0}"),
        ("tanh", "continuity", r"C^\infty"),
    ],
)
def test_table_writes_facts_as_formulas(shown, name, column, said):
    headings = {"name": "Name", column: "Fact"}
    html, text = shown(explorer.table, {name: CHEAT_SHEET[name]}, caption="One", headings=headings)
    assert f">\\({said}\\)</span></td></tr>" in html
    assert text == f"Table: One\n{name}\n  Fact: {said}"


def test_table_says_for_which_parameters(shown):
    html, text = shown(
        explorer.table, {"prelu": CHEAT_SHEET["prelu"]}, caption="One", headings={"name": "Name"}
    )
    assert BeautifulSoup(html, "html.parser").tbody.get_text() == "prelunegative_slope = 0.25"
    assert text == "Table: One\nprelu, negative_slope = 0.25"


def test_table_s_plots_show_function_and_derivative_and_jump_where_they_do(shown):
    html, _ = shown(
        explorer.table, CHEAT_SHEET, caption="Plots", headings={"name": "n", "plot": "p"},
        plot_alt="{name}",
    )  # fmt: skip
    gaps = {}
    for svg in BeautifulSoup(html, "html.parser").select("svg[role=img]"):
        facts = CHEAT_SHEET[svg["aria-label"]]
        paths = svg.svg.find_all("path")
        for path, function in zip(paths, (facts.function, facts.derivative), strict=True):
            drawn = points(path["d"])
            gaps.setdefault(facts.name, []).append(drawn.count(None))
            corners = np.array([point for point in drawn if point is not None])
            z, y = corners.T / 160 * [[1], [-1]] + [[-4], [2.5]]  # 16 pixels, 160 units, for 1
            expected = np.clip(function(z), -38, 43)
            # A twentieth of a pixel high; beside a jump, z is rounded to one side of it.
            assert np.mean(np.abs(y - expected) < 0.004) > 0.97
    jumps = {"binary_step": [1, 0], "relu": [0, 1], "selu": [0, 1], "hard_sigmoid": [0, 2]}
    assert {name: gaps[name] for name in jumps} == jumps
    smooth = [name for name, facts in CHEAT_SHEET.items() if facts.continuity >= 1]
    assert len(smooth) > 8
    assert all(gaps[name] == [0, 0] for name in smooth)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"sheet": {}}, ValueError, "sheet: expected at least one activation, got none"),
        ({"sheet": [1]}, TypeError, "sheet: expected a dict, got list"),
        ({"headings": ["Name"]}, TypeError, "headings: expected a dict, got list"),
        ({"headings": {"plot": "Plot"}}, ValueError, "headings: expected name and then any of"),
        ({"headings": {"name": "N", "colour": "C"}}, ValueError, "got name, colour"),
        ({"headings": {"name": ""}}, ValueError, r"headings\['name'\]: expected a text"),
        ({"plot_alt": ""}, ValueError, "plot_alt: expected a text for the reader, got ''"),
        ({"caption": 3}, TypeError, "caption: expected a str, got int"),
    ],
)
def test_table_s_errors_name_the_argument(change, error, message):
    options = {"sheet": CHEAT_SHEET, "caption": "c", "headings": HEADINGS, "plot_alt": "p"} | change
    with pytest.raises(error, match=message):
        explorer.table(options.pop("sheet"), **options)
