"""The table of activation functions; its public name is `nnlib.explorer.table`."""

from html import escape
from math import inf, pi

import numpy as np

from nnlib import _svg

XLIM, YLIM = (-4, 4), (-2, 2.5)  # what a plot shows
UNIT = 16  # CSS pixels of it for 1
Z = np.linspace(*XLIM, 161)
STEP = 0.2  # of a curve's whole height between two neighbours of Z: a step
SAMPLES = slice(0, None, 40)  # of a plot, the points that the text form lists
QUESTIONS = ("monotonic", "derivative_monotonic", "zero_centred")
LEFT = 'style="text-align:start"'  # JupyterLab moves cells to the right
COLUMNS = ("name", "plot", "formulas", "range", "continuity", *QUESTIONS)


def table(sheet, /, *, caption, headings, yes="yes", no="no", plot_alt="") -> None:
    r"""Display a table of activation functions: their formulas, plots and properties.

    Parameters
    ----------
    sheet : dict of str to Activation
        `nnlib.cheat_sheet.CHEAT_SHEET`, or a part of it: a row for each.
    caption : str
        The table's caption.
    headings : dict of str to str
        The columns, in order, and their headings: ``"name"``, which comes first, and any of
        ``"plot"``, ``"formulas"`` (of the function and its derivative), ``"range"``,
        ``"continuity"``, ``"monotonic"``, ``"derivative_monotonic"`` and ``"zero_centred"``.
    yes, no : str
        What the last three columns say.
    plot_alt : str
        What a plot shows, for readers who cannot see it; ``{name}`` stands for the name.

    Raises
    ------
    TypeError
        If a text is not a str, or `sheet` or `headings` not a dict.
    ValueError
        If a text that is needed or the sheet is empty, if a column is not known, or if ``"name"``
        is not the first.

    Examples
    --------
    >>> from nnlib import explorer
    >>> from nnlib.cheat_sheet import CHEAT_SHEET
    >>> explorer.table(
    ...     {"tanh": CHEAT_SHEET["tanh"]},
    ...     caption="One activation",
    ...     headings={"name": "Name", "formulas": "Function and derivative", "range": "Range"},
    ... )
    Table: One activation
    tanh
      Function and derivative: \tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}
      Function and derivative: \tanh'(z) = 1 - \tanh^2(z)
      Range: (-1, 1)
    """
    from IPython.display import display

    for argument, given in {"sheet": sheet, "headings": headings}.items():
        if not isinstance(given, dict):
            raise TypeError(f"{argument}: expected a dict, got {type(given).__name__}")
    if not sheet:
        raise ValueError("sheet: expected at least one activation, got none")
    if next(iter(headings), None) != "name" or not headings.keys() <= set(COLUMNS):
        known = ", ".join(COLUMNS[1:])
        raise ValueError(
            f"headings: expected name and then any of {known}, got {', '.join(headings)}"
        )
    texts = {"caption": caption, "yes": yes, "no": no}
    texts |= {f"headings[{key!r}]": heading for key, heading in headings.items()}
    texts |= {"plot_alt": plot_alt} if "plot" in headings else {}
    for argument, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{argument}: expected a str, got {type(text).__name__}")
        if not text.strip():
            raise ValueError(f"{argument}: expected a text for the reader, got {text!r}")

    rows, lines = [], [f"Table: {caption}"]
    for activation in sheet.values():
        name, *parameters = title(activation)
        cells = []
        lines.append(", ".join([name, *parameters]))
        for key, heading in list(headings.items())[1:]:
            cell, values = contents(key, activation, plot_alt, (no, yes))
            cells.append(f"<td {LEFT}>{cell}</td>")
            lines += [f"  {heading}: {value}" for value in values]
        small = "".join(f'<br><small style="font-weight:400">{p}</small>' for p in parameters)
        rows.append(f'<tr><th scope="row" {LEFT}>{escape(name)}{small}</th>{"".join(cells)}</tr>')
    head = "".join(f'<th scope="col" {LEFT}>{escape(h)}</th>' for h in headings.values())
    html = (
        '<div class="nnlib-table" role="region" tabindex="0" '
        f'style="overflow-x:auto;font-size:.85em" aria-label="{escape(caption)}">'
        '<table class="dataframe">'
        f'<caption style="caption-side:top;text-align:start">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    display(_svg.Output(html, "\n".join(lines)))


def title(activation) -> list[str]:
    """The name, and the values of the parameters for which everything in the row is said."""
    parameters = [
        f"{key} = {_svg.plain(value)}"
        for key, value in activation.parameters.items()
        if not isinstance(value, bool)
    ]
    return [activation.name, *parameters]


def contents(column: str, activation, plot_alt: str, answers) -> tuple[str, list[str]]:
    """A cell's HTML, and the lines of its text form."""
    if column == "plot":
        curves = [np.asarray(f(Z)) for f in (activation.function, activation.derivative)]
        alt = plot_alt.format(name=activation.name)
        return plot(curves, alt), [f"{alt}; z: {_row(Z)}", *map(_row, curves)]
    if column in QUESTIONS:
        answer = answers[bool(getattr(activation, column))]
        return escape(answer), [answer]
    if column == "formulas":
        formulas = [activation.formula, activation.derivative_formula]
    elif column == "range":
        formulas = [interval(activation.range)]
    else:
        formulas = [smoothness(activation.continuity)]
    return "<br>".join(map(math, formulas)), formulas


def math(latex: str) -> str:
    """A formula in a line, as Sphinx writes it: MathJax sets it on pages and in JupyterLab."""
    latex = escape(" ".join(latex.split()), quote=False)
    return rf'<span class="math notranslate nohighlight">\({latex}\)</span>'


def interval(values) -> str:
    """LaTeX of a range: an interval, open or closed, or the set of its two ends."""
    low, high = bound(values.low), bound(values.high)
    if not values.between:
        return rf"\{{{low}, {high}\}}"
    return f"{'(['[values.low_taken]}{low}, {high}{')]'[values.high_taken]}"


def bound(value: float) -> str:
    special = {inf: r"\infty", pi / 2: r"\pi / 2"}
    return ("-" if value < 0 else "") + special.get(abs(value), _svg.plain(abs(value)))


def smoothness(order: float) -> str:
    r"""LaTeX of how often it is continuously differentiable: $C^k$, or $C^{-1}$ for a jump."""
    return r"C^\infty" if order == inf else f"C^{{{order:g}}}"


def plot(curves, alt: str) -> str:
    """A function and its derivative; all plots have one scale, the same in both directions."""
    width, height = (UNIT * (high - low) for low, high in (XLIM, YLIM))
    panel = _svg.Panel(XLIM, YLIM, width, height)
    paths = [
        f'<path class="nnlib-curve" {_svg.stroke(index, _svg.UNITS)} d="{panel.path(*gaps(y))}"/>'
        for index, y in enumerate(curves)
    ]
    zero, up = panel.across(0) / _svg.UNITS, panel.down(0) / _svg.UNITS
    return (
        f'<svg width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'role="img" aria-label="{escape(alt)}">'
        f'<path d="M{zero:g} 0V{height:g}M0 {up:g}H{width:g}" stroke="currentColor" opacity=".4"/>'
        f"{_svg.inner(panel, 0, 0, ''.join(paths))}</svg>"
    )


def gaps(y) -> tuple[np.ndarray, np.ndarray]:
    """Points of a curve, with a gap where it steps: no line belongs there."""
    steps = np.flatnonzero(np.abs(np.diff(y)) > STEP * (np.ptp(y) or 1)) + 1
    return np.insert(Z, steps, Z[steps]), np.insert(y, steps, np.nan)


def _row(numbers) -> str:
    return ", ".join(map(_svg.plain, numbers[SAMPLES]))
