"""nnlib.plotting: the text form changes with what a reader sees, and with nothing else."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colors, ticker
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from pylopdf_fonts_zh_cn import serif_path

from nnlib import plotting

X = np.linspace(-3, 3, 200)
Y = 1 / (1 + np.exp(-X))
GRID = np.random.default_rng(0).uniform(0.1, 1, size=(30, 40))


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        mpl.use("svg")
        plotting.use_style()
        yield
        plt.close("all")


def text(draw, *arguments) -> str:
    """The text form of what `draw(ax, *arguments)` draws."""
    fig, ax = plt.subplots()
    draw(ax, *arguments)
    return plotting.describe(fig)


def shown(fig, monkeypatch, **options):
    """Data and metadata that `show` hands to the notebook."""
    calls = []
    monkeypatch.setattr("IPython.display.display", lambda data, **kw: calls.append((data, kw)))
    plotting.show(fig, **options)
    [(data, keywords)] = calls
    return data, keywords["metadata"]


# What a reader sees changes the text. Each of these draws data times `scale`.


def bars(ax, scale):
    ax.bar(["a", "b", "c"], np.array([0.2, 0.5, 0.3]) * scale, yerr=0.01)
    ax.set_ylim(0, 1)


def contours(ax, scale):
    labelled = ax.contour(X[::10], X[::10], np.add.outer(X[::10] ** 2, X[::10] ** 2) * scale)
    ax.clabel(labelled)


def colored_points(ax, scale):
    ax.scatter([1, 2, 3], [1, 2, 3], c=np.array([1, 4, 9]) * scale, vmin=0, vmax=10)


def error_bars(ax, scale):
    ax.errorbar([1, 2, 3], [4, 5, 6], yerr=np.array([0.1, 0.2, 0.3]) * scale, capsize=2)


def labelled_bars(ax, scale):
    ax.bar_label(ax.bar([1, 2], [3, 4]), [f"{3 * scale}", "4"])


DRAWN = {
    "line": lambda ax, scale: ax.plot(X, Y * scale, scaley=False),
    "log line": lambda ax, scale: ax.semilogy(X, Y * scale, scaley=False),
    "small line": lambda ax, scale: ax.plot(X, 0.003 * Y * scale, scaley=False),
    "infinite line": lambda ax, scale: ax.axline((0, 0), slope=scale),
    "level": lambda ax, scale: ax.axhline(0.5 * scale),
    "points": lambda ax, scale: ax.scatter(X, Y * scale),
    "colored points": colored_points,
    "sizes": lambda ax, scale: ax.scatter([1, 2], [3, 4], s=[20, 30 * scale]),
    "bars": bars,
    "bar labels": labelled_bars,
    "histogram": lambda ax, scale: ax.hist(Y * scale, bins=5),
    "steps": lambda ax, scale: ax.stairs(np.array([1, 2, 3]) * scale),
    "area": lambda ax, scale: ax.fill_between(X, Y * scale),
    "span": lambda ax, scale: ax.axvspan(1, 2 * scale),
    "error bars": error_bars,
    "stems": lambda ax, scale: ax.stem([1, 2, 3 * scale]),
    "heat map": lambda ax, scale: ax.imshow(GRID * scale, vmin=0, vmax=1),
    "colour limits": lambda ax, scale: ax.imshow(GRID, vmin=0, vmax=scale),
    "mesh": lambda ax, scale: ax.pcolormesh(GRID * scale, vmin=0, vmax=1),
    "photograph": lambda ax, scale: ax.imshow(np.full((2, 2, 3), 0.5 * scale)),
    "contours": contours,
    "filled contours": lambda ax, scale: ax.contourf(GRID * scale, levels=[0, 0.3, 0.6, 1.1]),
    "hexagons": lambda ax, scale: ax.hexbin(X, Y * scale, gridsize=5),
    "arrows": lambda ax, scale: ax.quiver([1, 2], [1, 2], [3, 4 * scale], [1, 2]),
    "pie": lambda ax, scale: ax.pie([1, 2 * scale]),
    "boxes": lambda ax, scale: ax.boxplot([[1, 2, 3 * scale, 9]]),
    "table": lambda ax, scale: ax.table([["1", f"{2 * scale}"]]),
    "note": lambda ax, scale: ax.annotate("here", (0.5 * scale, 0.5), arrowprops={}),
    "text": lambda ax, scale: ax.text(0.5 * scale, 0.5, "here"),
    "limits": lambda ax, scale: ax.set_xlim(0, 10 * scale),
    "inset": lambda ax, scale: ax.inset_axes([0, 0, 1, 1]).plot(X, Y * scale, scaley=False),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_one_percent_shows(draw):
    assert text(draw, 1) == text(draw, 1)
    assert text(draw, 1) != text(draw, 1.01)


def chapter_figure(ax, change=""):
    ax.plot(X, Y, label="_" if change == "legend entry" else "sigmoid")
    ax.plot(X, np.tanh(X), "--" if change == "style" else "-", label="tanh")
    ax.set_title("Two curves" if change == "title" else "Curves")
    ax.set_xlabel(r"$\hat{z}$" if change == "axis label" else "$z$")
    ax.set_ylabel("activation")
    ax.set_xticks([-1, 0, 1], ["minus one", "0" if change == "tick label" else "zero", "one"])
    ax.yaxis.set_major_formatter(ticker.PercentFormatter(100 if change == "tick format" else 1))
    ax.legend(title="Functions" if change == "legend title" else None)
    if change == "tick":
        ax.set_xticks([-1, 0, 2], ["minus one", "zero", "one"])
    if change == "colour":
        ax.lines[0].set_color("red")
    if change == "steps":
        ax.lines[0].set_drawstyle("steps")
    if change == "scale":
        ax.set_yscale("symlog")
    if change == "direction":
        ax.invert_yaxis()
    if change == "no axes":
        ax.set_axis_off()
    if change == "hidden curve":
        ax.lines[1].set_visible(False)
    if change == "heading":
        ax.figure.suptitle("Heading")
    if change == "second axes":
        ax.twinx()
    if change == "size":
        ax.figure.set_size_inches(4, 3)


@pytest.mark.parametrize(
    "change",
    ["legend entry", "style", "title", "axis label", "tick label", "tick format", "legend title"]
    + ["tick", "colour", "steps", "scale", "direction", "no axes", "hidden curve", "heading"]
    + ["second axes", "size"],
)
def test_changed_figure_shows(change):
    assert text(chapter_figure, change) != text(chapter_figure)


def test_colour_bar_shows():
    def draw(ax, label, top):
        ax.figure.colorbar(ax.imshow(GRID, vmin=0, vmax=top), label=label)

    assert "colour bar" in text(draw, "error", 1)
    assert len({text(draw, "error", 1), text(draw, "loss", 1), text(draw, "error", 1.01)}) == 3


def test_one_point_between_the_samples_shows():
    many = 1 + np.cos(np.linspace(0, 6, 1000))
    moved = many.copy()
    moved[101] += 0.02
    assert text(lambda ax, y: ax.plot(y), many) != text(lambda ax, y: ax.plot(y), moved)


def test_small_changes_far_from_zero_show():
    near_1000 = np.array([1000.1, 1000.2, 1000.3])
    moved = near_1000 + [0, 0.01, 0]
    assert text(lambda ax, y: ax.plot(y), near_1000) != text(lambda ax, y: ax.plot(y), moved)


def test_text_is_readable():
    """Worked by hand from what is drawn."""

    def draw(ax):
        ax.plot([0, 1, 2], [0, 0.5, 2 / 3], label="softmax")
        ax.set(xlabel="z", ylabel="概率", xlim=(0, 2), ylim=(0, 1))
        ax.legend()

    assert text(draw).splitlines() == [
        "5 × 3.2 inches",
        "axes 1",
        '  x: "z", 0 to 2',
        '  y: "概率", 0 to 1',
        '  line "softmax" #0072b2 solid',
        "    x: 0, 1, 2",
        "    y: 0, 0.5, 0.6667",
        '  legend: "softmax" #0072b2',
    ]


@pytest.mark.parametrize("colours", [(), (3,)], ids=["grey", "coloured"])
def test_a_large_image_has_a_short_text(colours):
    picture = np.random.default_rng(1).uniform(size=(200, 300, *colours))
    brighter = picture.copy()
    brighter[50:60, 70:80] *= 0.9

    def draw(ax, values):
        ax.imshow(values, cmap="grey", vmin=0, vmax=1)

    assert len(text(draw, picture)) < 1000
    assert text(draw, picture) != text(draw, brighter)


# What a reader does not see changes nothing.


def test_rounding_noise_is_not_shown():
    def draw(ax, y):
        ax.plot(y)
        ax.set_ylim(-1, 1)

    assert text(draw, [0.0, 0.5, 1.0]) == text(draw, [-0.0, 0.5 + 1e-16, 1.0 - 1e-16])
    assert text(draw, [0.0, 0.5, 1.0]) == text(draw, [1e-17, 0.5, 1.0])
    arrows = [text(lambda ax, u: ax.quiver([1], [1], [u], [1]), u) for u in (0.0, -0.0)]
    assert arrows[0] == arrows[1]


def test_small_numbers_are_shown_where_a_reader_sees_them():
    assert "1e-17, 2e-17" in text(lambda ax: ax.plot([1e-17, 2e-17]))
    assert "1e-12, 1" in text(lambda ax: ax.semilogy([1e-12, 1.0]))


def test_missing_values_are_shown():
    assert "1, nan, inf" in text(lambda ax: ax.plot([1, np.nan, np.inf]))
    assert "1 not finite" in text(lambda ax: ax.plot([np.nan, *X]))


@pytest.mark.parametrize("families", [["Noto Serif SC"], ["DejaVu Sans Mono", "Noto Serif SC"]])
@pytest.mark.parametrize("draw", [chapter_figure, lambda ax: contours(ax, 1)])
def test_another_font_changes_the_picture_alone(draw, families):
    def both():
        fig, ax = plt.subplots()
        ax.set_ylabel("概率 $p$")
        draw(ax)
        return plotting.describe(fig), plotting._svg(fig, "alt", False)

    text, picture = both()
    mpl.font_manager.fontManager.addfont(serif_path())
    mpl.rcParams["font.family"] = families
    other_text, other_picture = both()
    assert text == other_text
    assert picture != other_picture


def test_text_is_the_same_before_and_after_drawing():
    fig, ax = plt.subplots()
    chapter_figure(ax)
    ax.figure.suptitle("Heading")
    ax.set_aspect("equal")
    before = plotting.describe(fig)
    fig.canvas.draw()
    assert plotting.describe(fig) == before


# What has no text form is an error.


@pytest.mark.parametrize(
    ("draw", "name"),
    [
        (lambda ax: ax.barbs([1], [1], [1], [1]), "Barbs"),
        (lambda ax: ax.figure.add_subplot(projection="3d"), "3d"),
        (lambda ax: ax.add_artist(mpl.offsetbox.AnchoredText("a", "upper left")), "AnchoredText"),
    ],
)
def test_unknown_artist(draw, name):
    with pytest.raises(TypeError, match=name):
        text(draw)


# show


def simple_figure() -> Figure:
    fig, ax = plt.subplots()
    ax.plot(X, Y, label="函数")
    ax.set_xlabel(r"时间 $\hat{y}_i$")
    ax.set_ylabel("概率, −1")
    ax.legend()
    return fig


def test_show(monkeypatch):
    data, metadata = shown(simple_figure(), monkeypatch, alt="A curve\n   rises <fast>.")
    assert set(data) == {"image/svg+xml", "text/plain"}
    assert metadata == {"image/svg+xml": {"alt": "A curve rises <fast>."}}
    assert data["text/plain"].startswith("Figure: A curve rises <fast>.\n5 × 3.2 inches\n")
    assert not plt.get_fignums()
    svg = data["image/svg+xml"]
    assert svg.startswith("<svg ")
    assert "<title>A curve rises &lt;fast&gt;.</title>" in svg
    assert ">概率, −1</text>" in svg
    assert ">时</tspan>" in svg
    assert svg.count("font-family") == svg.count(", sans-serif")
    assert "SC', 'Arial', sans-serif" in svg  # text; mathematics keeps DejaVu Sans
    assert "fill: #ffffff; opacity: 0.8" in svg  # the legend's
    assert svg.count("#ffffff") == 1  # and no other white ground
    assert "date" not in svg


def test_picture_is_the_same_bytes():
    one, two = (plotting._svg(simple_figure(), "alt", False) for _ in range(2))
    assert one == two


def test_keep_colors(monkeypatch):
    data, metadata = shown(simple_figure(), monkeypatch, alt="A curve.", keep_colors=True)
    assert metadata == {"image/svg+xml": {"alt": "A curve.", "classes": "keep-colors"}}
    assert 'style="fill: #ffffff"' in data["image/svg+xml"]


@pytest.mark.parametrize("alt", ["", "  \n", None, 3])
def test_alt_must_say_something(alt):
    with pytest.raises(ValueError, match="alt: expected a sentence"):
        plotting.show(simple_figure(), alt=alt)


def test_show_wants_a_figure():
    with pytest.raises(TypeError, match="fig: expected a matplotlib Figure, got ndarray"):
        plotting.show(X, alt="A curve.")


def test_text_too_small_for_a_phone():
    fig, ax = plt.subplots(figsize=(10, 4))
    ax.set_title("Wide")
    with pytest.raises(ValueError, match="px high on a phone"):
        plotting.show(fig, alt="A wide figure.")


def test_chinese_without_a_font_for_it():
    mpl.rcParams["font.family"] = ["DejaVu Sans"]
    with pytest.raises(ValueError, match="use_style"):
        plotting.show(simple_figure(), alt="A curve.")


def test_missing_matplotlib_is_explained():
    code = "import sys; sys.modules['matplotlib'] = None; import nnlib.plotting"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install 'nnlib-course[plotting]'" in run.stderr


# Colours


def luminance(rgb):
    """Relative luminance, as WCAG 2.2 defines it."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", plotting.COLORS)
def test_curves_have_contrast_on_light_and_dark_pages(name):
    rgb = np.array(colors.to_rgb(name))
    assert contrast(rgb, np.ones(3)) >= 3
    # CSS filter invert(.93) hue-rotate(180deg), on the theme's dark ground
    inverted = 0.93 - 0.86 * rgb
    rotation = 2 * np.array([0.213, 0.715, 0.072]) - np.eye(3)
    assert contrast(np.clip(rotation @ inverted, 0, 1), np.full(3, 0x12 / 255)) >= 3
