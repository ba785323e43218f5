r"""Figures with a slider that work on a page without a kernel, and the table of activations.

A slider chooses among curves (`show`) or grids (`show_grid`) that were computed before::

    a = np.linspace(0, 1, 11)
    z = np.linspace(-4, 4, 81)
    explorer.show(
        z,
        {
            "PReLU": [nnlib.prelu(z, slope) for slope in a],
            "derivative": [nnlib.prelu_deriv(z, slope) for slope in a],
        },
        parameter="slope a", values=a, start=0.2, xlabel="z",
        alt="A line with a bend at 0; left of it, its slope is the slider's value.",
    )

What is displayed is one piece of HTML that needs no other file and no library: it works in a
notebook and on a static page alike. Its text form lists rounded data, as a figure's does.
"""

from html import escape

import numpy as np

from nnlib import _slider, _svg
from nnlib._activation_table import table
from nnlib._grid_explorer import show_grid

__all__ = ["show", "show_grid", "table"]

WIDTH, HEIGHT = 480, 300  # CSS pixels; narrower pages scale the picture down
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 44  # margins around the panel
SAMPLES = 9  # points of a curve that the text form lists

MOVE_CURVES = """\
for (const curve of figure.querySelectorAll('[data-frames]'))
  curve.setAttribute('d', curve.dataset.frames.split('|')[this.value]);"""


def show(x, curves, /, *, parameter, values, start, alt, xlabel="", ylabel="", ylim=None) -> None:
    """Display curves that depend on a parameter, with a slider for it.

    Parameters
    ----------
    x : array, shape (N,)
        Where the curves are known, increasing.
    curves : dict of str to array
        For each curve its name in the legend and its heights: shape (len(values), N), a row for
        each value of the parameter, or (N,) for a curve that does not depend on it. A NaN is a gap.
    parameter : str
        The slider's label.
    values : sequence of float
        The values that the slider offers, increasing.
    start : float
        The one of them that is shown at first, and where the page runs no scripts.
    alt : str
        What the figure shows, in a sentence or two, for readers who cannot see it.
    xlabel, ylabel : str
        Labels of the axes.
    ylim : tuple of float, optional
        Lowest and highest height shown; otherwise those of all curves.

    Raises
    ------
    TypeError
        If a text is not a str, or `curves` not a dict.
    ValueError
        If shapes do not match, `x` or `values` do not increase, `start` is not among the values,
        there is nothing to draw, or the output would be larger than 60 kB.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import explorer
    >>> x = np.array([-1.0, 0.0, 1.0])
    >>> explorer.show(x, {"line": [0 * x, 1 * x, 2 * x]}, parameter="slope", values=[0, 1, 2],
    ...               start=1, alt="A line through 0 with the slope chosen.")
    Figure: A line through 0 with the slope chosen.
    slider "slope": 0, 1, 2; starts at 1
    x: "", -1 to 1
    y: "", -2.2 to 2.2
    at x = -1, 0, 1
    curve "line"
      slope = 0: 0, 0, 0
      slope = 1: -1, 0, 1
      slope = 2: -2, 0, 2
    """
    from IPython.display import display

    x, values = _slider.increasing(x=x), _slider.increasing(values=values)
    curves = _checked_curves(curves, x, values)
    texts = {"parameter": parameter, "alt": alt, "xlabel": xlabel, "ylabel": ylabel}
    _slider.check_texts(**texts)
    alt = " ".join(alt.split())
    first = _slider.index_of(start, values)
    ylim = _svg.limits(np.concatenate([*curves.values()], axis=None)) if ylim is None else ylim
    low, high = map(float, ylim)
    if not low < high:
        raise ValueError(f"ylim: expected a lower and a higher number, got {ylim}")

    top = TOP + 16 if ylabel else TOP
    height = HEIGHT - top - BOTTOM if xlabel else HEIGHT - top - BOTTOM + 16
    panel = _svg.Panel((x[0], x[-1]), (low, high), WIDTH - LEFT - RIGHT, height)
    html = _html(x, curves, panel, top, first, values, texts, alt)
    if len(html) > _slider.LARGEST:
        raise ValueError(
            f"curves: {x.size} points for {values.size} values would make {len(html) // 1000} kB "
            f"of HTML, where {_slider.LARGEST // 1000} are allowed: choose fewer of them"
        )
    display(_svg.Output(html, _text(x, curves, panel, first, values, texts, alt)))


def _checked_curves(curves, x, values) -> dict[str, np.ndarray]:
    if not isinstance(curves, dict):
        raise TypeError(f"curves: expected a dict of names and arrays, got {type(curves).__name__}")
    if not 1 <= len(curves) <= len(_svg.COLORS):
        raise ValueError(f"curves: expected 1 to {len(_svg.COLORS)} of them, got {len(curves)}")
    checked = {}
    for name, heights in curves.items():
        heights = np.asarray(heights, dtype=float)
        if heights.shape not in ((x.size,), (values.size, x.size)):
            raise ValueError(
                f"curves[{name!r}]: expected shape {(values.size, x.size)} (values, points) or "
                f"{(x.size,)}, got {heights.shape}"
            )
        if np.isinf(heights).any() or np.isnan(heights).all():
            raise ValueError(f"curves[{name!r}]: expected finite numbers, and NaN where a gap is")
        checked[name] = heights
    if all(heights.ndim == 1 for heights in checked.values()):
        raise ValueError("curves: expected one that depends on the parameter, got none")
    return checked


def _html(x, curves, panel, top, first, values, texts, alt) -> str:
    paths = legend = ""
    for index, (name, heights) in enumerate(curves.items()):
        frames = [panel.path(x, row) for row in np.atleast_2d(heights)]
        data = f' data-frames="{"|".join(frames)}"' if len(frames) > 1 else ""
        start = frames[first if data else 0]
        line = _svg.stroke(index, _svg.UNITS)
        paths += f'<path class="nnlib-curve" {line} d="{start}"{data}/>'
        legend += (
            '<span style="display:inline-flex;align-items:center;gap:.5em">'
            '<svg width="30" height="4" aria-hidden="true">'
            f'<path class="nnlib-curve" {_svg.stroke(index)} d="M0 2h30"/></svg>'
            f"{escape(name)}</span>"
        )
    picture = _svg.axes(panel, LEFT, top, texts["xlabel"], texts["ylabel"])
    picture += _svg.inner(panel, LEFT, top, paths)
    return (
        f'<div class="nnlib-explorer" style="max-width:{WIDTH}px;margin:0 auto">'
        f'<div style="display:flex;flex-wrap:wrap;gap:0 1.5em;font-size:.9em">{legend}</div>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" style="display:block;width:100%;height:auto" '
        f'role="img" aria-label="{escape(alt)}">{picture}</svg>'
        f"{_slider.slider(texts['parameter'], values, first, MOVE_CURVES)}</div>"
    )


def _text(x, curves, panel, first, values, texts, alt) -> str:
    listed = np.unique(np.linspace(0, x.size - 1, min(SAMPLES, x.size)).round().astype(int))
    label, at = texts["parameter"], texts["xlabel"] or "x"
    out = _slider.heading(label, values, first, alt)
    for axis, name, ends in (("x", "xlabel", panel.xlim), ("y", "ylabel", panel.ylim)):
        out.append(f'{axis}: "{texts[name]}", {_svg.plain(ends[0])} to {_svg.plain(ends[1])}')
    out.append(f"at {at} = {_slider.listed(x[listed])}")
    for name, heights in curves.items():
        out.append(f'curve "{name}"')
        if heights.ndim == 1:
            out.append(f"  {_slider.listed(heights[listed])}")
            continue
        for frame in sorted({0, first, len(values) - 1}):
            row = _slider.listed(heights[frame, listed])
            out.append(f"  {label} = {_svg.plain(values[frame])}: {row}")
    return "\n".join(out)
