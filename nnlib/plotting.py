r"""Figures of the book: one style, and a text form of what is drawn.

A figure is drawn with matplotlib and shown by `show`::

    plotting.use_style()
    fig, ax = plt.subplots()
    ax.plot(z, nnlib.softmax(z), label="softmax")
    plotting.show(fig, alt="The curve rises from 0 to 1.")

It appears as a picture (SVG) and as text. The text lists everything that is drawn
with rounded data, so that a test can compare two figures: it changes with a curve, a label or a
legend entry, not with fonts or matplotlib's layout. A reader who cannot see the picture gets the
alternative text and the same list.
"""

import io
import re
import warnings

try:
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure
    from matplotlib.text import Text
except ImportError as error:
    raise ImportError(
        "nnlib.plotting needs matplotlib: pip install 'nnlib-course[plotting]'"
    ) from error

from nnlib._figure_text import describe

__all__ = ["describe", "show", "use_style"]

# Okabe and Ito's palette, which colour-blind readers can tell apart, without its light colours:
# each of these has a contrast of 3 or more with a white page and, inverted, with a dark one.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000")

# A phone's text column is about 350 px wide, and wider pictures are scaled down to it.
PHONE_WIDTH = 350  # CSS pixels
SMALLEST_TEXT = 8  # CSS pixels

STYLE = {
    "axes.prop_cycle": mpl.cycler(color=COLORS),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": "medium",
    "figure.constrained_layout.use": True,
    "figure.figsize": (5.0, 3.2),
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib
    "font.size": 11,
    "grid.alpha": 0.4,
    "image.cmap": "viridis",
    "legend.fontsize": 10,
    "lines.linewidth": 2,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
}


def use_style() -> None:
    """Set matplotlib's defaults to the book's: size, colours, and a font with 汉字.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> from nnlib import plotting
    >>> with plt.rc_context():  # here only for as long as the example
    ...     plotting.use_style()
    ...     print(plt.rcParams["lines.linewidth"])
    2.0
    """
    # The font with 汉字 comes first, since matplotlib takes words beside `$...$` from no other.
    mpl.rcParams.update({**STYLE, "font.family": [*_chinese_families(), "sans-serif"]})


def show(fig: Figure, *, alt: str, keep_colors: bool = False) -> None:
    """Display a figure in a notebook, as a picture and as text, and close it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure, with everything drawn.
    alt : str
        What the picture shows, in a sentence or two, for readers who cannot see it.
    keep_colors : bool
        For photographs and the like: keep the colours on a dark page too, on a white ground.
        Otherwise the picture is transparent, and pages invert its lightness.

    Raises
    ------
    ValueError
        If `alt` is not a text, or the figure's text is too small to read on a phone.
    TypeError
        If something is drawn that `describe` does not know.

    Examples
    --------
    At the end of a notebook's cell, ``plotting.show(fig, alt="The curve rises from 0 to 1.")``.
    The alternative text is not optional:

    >>> from matplotlib import pyplot as plt
    >>> from nnlib import plotting
    >>> fig, ax = plt.subplots()
    >>> plotting.show(fig, alt="")
    Traceback (most recent call last):
        ...
    ValueError: alt: expected a sentence that says what the figure shows, got ''
    >>> plt.close(fig)
    """
    from IPython.display import display

    if not isinstance(fig, Figure):
        raise TypeError(f"fig: expected a matplotlib Figure, got {type(fig).__name__}")
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt: expected a sentence that says what the figure shows, got {alt!r}")
    alt = " ".join(alt.split())
    text = f"Figure: {alt}\n{describe(fig)}"
    svg = _svg(fig, alt, keep_colors)
    _check_legible(fig)
    about = {"alt": alt, "classes": "keep-colors"} if keep_colors else {"alt": alt}
    plt.close(fig)
    display({"image/svg+xml": svg, "text/plain": text}, raw=True, metadata={"image/svg+xml": about})


def _chinese_families() -> list[str]:
    """The font for 汉字 that comes with the extra `plotting`, made known to matplotlib."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        return []
    family = font_manager.FontProperties(fname=sans_path()).get_name()
    if family not in font_manager.get_font_names():
        font_manager.fontManager.addfont(sans_path())
    return [family]


def _texts(fig: Figure) -> list[Text]:
    return [t for t in fig.findobj(Text) if t.get_visible() and t.get_text().strip()]


def _check_legible(fig: Figure) -> None:
    width = fig.get_size_inches()[0] * 96  # CSS pixels to the inch
    for text in _texts(fig):
        size = text.get_fontsize() * 96 / 72 * min(1, PHONE_WIDTH / width)
        if size < SMALLEST_TEXT:
            raise ValueError(
                f"fig: {text.get_text()!r} would be {size:.1f} px high on a phone, where "
                f"{SMALLEST_TEXT} can be read: make the figure narrower than "
                f"{width / 96:.2g} inches (panels below each other), or the text larger"
            )


def _svg(fig: Figure, alt: str, keep_colors: bool) -> str:
    """The picture, the same bytes whenever the same is drawn with the same fonts."""
    metadata = {"Title": alt, "Creator": None, "Date": None, "Format": None, "Type": None}
    file = io.StringIO()
    # Text stays text: smaller, and it can be selected and shows in the reader's own fonts.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "nnlib"}):
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "Glyph .* missing from font", UserWarning)
            try:
                ground = {"facecolor": "white"} if keep_colors else {"transparent": True}
                fig.savefig(file, format="svg", metadata=metadata, **ground)
            except UserWarning as warning:
                raise ValueError(
                    f"fig: {warning} Call plotting.use_style() first; for 汉字 it needs "
                    "pip install 'nnlib-course[plotting]'"
                ) from None
    svg = file.getvalue()
    svg = svg[svg.index("<svg ") :]  # pages and notebooks have no use for the XML prologue
    # A browser that lacks the font with 汉字 takes one as narrow; DejaVu Sans is a fifth wider, and
    # labels would meet numbers.
    svg = svg.replace("SC', 'DejaVu Sans'", "SC', 'Noto Sans CJK SC', 'Arial'")
    # Without a last resort, a browser that lacks a font takes a serif.
    return re.sub(r"(font-family: '[^\";]*')(?=[\";])", r"\1, sans-serif", svg)
