"""A grid of numbers with a slider; its public name is `nnlib.explorer.show_grid`."""

from html import escape

import numpy as np

from nnlib import _slider, _svg

# From blue to yellow, which all readers tell apart, and lighter all the way: black is read on each
# with a contrast of 5 or more, whatever the page's ground is.
SHADES = np.array([[0x3F, 0x88, 0xC5], [0x9A, 0xBF, 0xB4], [0xFF, 0xF0, 0x9C]])
INK = "#000"
WIDTH = 480  # CSS pixels; narrower pages scale a wider grid down
SIDE, HEIGHT = 64, 44  # of a cell, whose width is less in a grid of many columns
SECOND = 18  # what a second line adds to its height
LETTER = 9  # pixels that a character takes at most
SCALE = 12  # boxes of the scale above the grid

# Cells that change are boxes, which take a colour, and texts.
MOVE_CELLS = """\
for (const part of figure.querySelectorAll('[data-frames]')) {
  const frame = part.dataset.frames.split('|')[this.value];
  if (part.tagName == 'rect') part.setAttribute('fill', frame);
  else part.textContent = frame;
}"""


def show_grid(
    frames, /, *, parameter, values, start, alt, arrows=None, decimals=1, limits=None
) -> None:
    r"""Display a grid of numbers that depend on a parameter, with a slider for it.

    A cell is shaded from blue (low) to light yellow (high), with its number in black.

    Parameters
    ----------
    frames : array, shape (K, rows, columns)
        The numbers of the cells for each of the K values. NaN is an empty cell, such as a wall.
    parameter : str
        The slider's label.
    values : sequence of K floats
        The values that the slider offers, increasing.
    start : float
        The one of them that is shown at first, and where the page runs no scripts.
    alt : str
        What the figure shows, in a sentence or two, for readers who cannot see it.
    arrows : array of str, shape (K, rows, columns), optional
        A second line for each cell, such as ``"↑→"``: the greedy actions. May be empty,
        and is not shown in an empty cell.
    decimals : int
        Digits after the decimal point.
    limits : tuple of float, optional
        The numbers with the first and the last shade; otherwise the lowest and the highest of all.

    Raises
    ------
    TypeError
        If a text is not a str.
    ValueError
        If shapes do not match, `values` do not increase, `start` is not among them, a number is
        infinite, all are NaN, or the output would be larger than 60 kB.

    Examples
    --------
    One row of three states, with reward 1 for the step to the right end:

    >>> from nnlib import explorer
    >>> explorer.show_grid(
    ...     [[[0, 0, 0]], [[0, 1, 0]], [[0.9, 1, 0]]],
    ...     parameter="sweep", values=[0, 1, 2], start=2, alt="Values spread to the left.",
    ...     arrows=[[["←→", "←→", ""]], [["←→", "→", ""]], [["→", "→", ""]]],
    ... )
    Figure: Values spread to the left.
    slider "sweep": 0, 1, 2; starts at 2
    shades: 0.0 to 1.0
    sweep = 0
      0.0 ←→, 0.0 ←→, 0.0
    sweep = 2
      0.9 →, 1.0 →, 0.0
    """
    from IPython.display import display

    _slider.check_texts(parameter=parameter, alt=alt)
    values = _slider.increasing(values=values)
    first = _slider.index_of(start, values)
    alt = " ".join(alt.split())
    if not isinstance(decimals, int) or not 0 <= decimals <= 9:
        raise ValueError(f"decimals: expected an int from 0 to 9, got {decimals!r}")
    # Rounded first (twice: halves may be noisy), so that noise reaches neither texts nor shades.
    numbers = np.round(np.round(_checked_frames(frames, values.size), 12), decimals) + 0.0
    arrows = np.full(numbers.shape, "") if arrows is None else _checked_arrows(arrows, numbers)
    arrows = np.where(np.isnan(numbers), "", arrows)  # its ground is the page's, light or dark
    low, high = (np.nanmin(numbers), np.nanmax(numbers)) if limits is None else map(float, limits)
    if limits is not None and not low < high:
        raise ValueError(f"limits: expected a lower and a higher number, got {limits}")

    shown = np.vectorize(lambda x: "" if np.isnan(x) else f"{x:.{decimals}f}")(numbers)
    ends = [f"{end:.{decimals}f}" for end in (low, high)]
    html = _html(shown, arrows, _shades(numbers, low, high), ends, parameter, values, first, alt)
    if len(html) > _slider.LARGEST:
        raise ValueError(
            f"frames: {numbers[0].size} cells for {values.size} values would make "
            f"{len(html) // 1000} kB of HTML, where {_slider.LARGEST // 1000} are allowed: choose "
            "fewer of them"
        )
    display(_svg.Output(html, _text(shown, arrows, ends, parameter, values, first, alt)))


def _checked_frames(frames, count: int) -> np.ndarray:
    numbers = np.asarray(frames, dtype=float)
    if numbers.ndim != 3 or len(numbers) != count or not numbers.size:
        raise ValueError(
            f"frames: expected shape (K, rows, columns) with K = {count} values, got "
            f"{numbers.shape}"
        )
    if np.isinf(numbers).any() or np.isnan(numbers).all():
        raise ValueError("frames: expected finite numbers, and NaN where a cell is empty")
    return numbers


def _checked_arrows(arrows, numbers) -> np.ndarray:
    texts = np.asarray(arrows, dtype=object)
    if texts.shape != numbers.shape:
        raise ValueError(
            f"arrows: expected the shape of frames, {numbers.shape}, got {texts.shape}"
        )
    for text in texts.flat:
        if not isinstance(text, str):
            raise TypeError(f"arrows: expected texts, got {type(text).__name__}")
        if "|" in text:  # which keeps frames apart
            raise ValueError(f"arrows: expected texts without «|», got {text!r}")
    return texts


def _shades(numbers, low, high) -> np.ndarray:
    """Colours as HTML writes them; "none" for NaN."""
    parts = (numbers - low) / (high - low or 1)  # beyond the ends as at the ends
    stops = np.linspace(0, 1, len(SHADES))
    channels = [np.interp(np.nan_to_num(parts), stops, channel) for channel in SHADES.T]
    # Off the middle between two whole numbers, where rounding noise would decide.
    red, green, blue = np.rint(np.array(channels) + 1e-6).astype(int)
    colours = np.vectorize("#{:02x}{:02x}{:02x}".format)(red, green, blue)
    return np.where(np.isnan(parts), "none", colours)


def _html(shown, arrows, shades, ends, parameter, values, first, alt) -> str:
    lines = [np.char.replace(shown, "-", "\N{MINUS SIGN}"), arrows]
    longest = max(len(text) for line in lines for text in line.flat)
    _, rows, columns = shown.shape
    side = max(min(SIDE, WIDTH // columns), LETTER * longest + 6)
    height = HEIGHT + SECOND * bool(arrows.any())
    grid = ""
    for row in range(rows):
        cells = ""
        for column in range(columns):
            here = slice(None), row, column
            x, y = side * column + 0.5, height * row + 0.5
            box = f'<rect x="{x}" y="{y}" width="{side}" height="{height}" stroke="currentColor" '
            cells += f'<g role="cell">{box}{_moving("fill", shades[here], first)}/>'
            for line, text in enumerate(lines):
                if any(text[here]):
                    at = y + HEIGHT / 2 + 5 + 20 * line
                    moving = _moving("", text[here], first)
                    cells += f'<text x="{x + side / 2}" y="{at}"{moving}>'
                    cells += f"{escape(text[here][first])}</text>"
            cells += "</g>"
        grid += f'<g role="row">{cells}</g>'
    width, height = side * columns + 1, height * rows + 1
    scale = "".join(
        f'<rect x="{8 * box}" width="8" height="12" fill="{shade}"/>'
        for box, shade in enumerate(_shades(np.linspace(0, 1, SCALE), 0, 1))
    )
    low, high = (end.replace("-", "\N{MINUS SIGN}") for end in ends)
    return (
        f'<div class="nnlib-explorer" style="max-width:{max(WIDTH, width)}px;margin:0 auto">'
        '<div style="display:flex;gap:.5em;align-items:center;justify-content:center;'
        f'margin-bottom:.5em;font-size:.9em">{low}'
        f'<svg width="{8 * SCALE}" height="12" aria-hidden="true">{scale}</svg>{high}</div>'
        f'<svg viewBox="0 0 {width} {height}" role="table" aria-label="{escape(alt)}" '
        f'style="display:block;width:100%;max-width:{width}px;height:auto;margin:0 auto .5em">'
        f'<g fill="{INK}" font-size="15" text-anchor="middle">{grid}</g></svg>'
        f"{_slider.slider(parameter, values, first, MOVE_CELLS)}</div>"
    )


def _moving(attribute: str, frames, first: int) -> str:
    """What changes with the slider, if it does; a text has no attribute for it."""
    start = f' {attribute}="{frames[first]}"' if attribute else ""
    if len(set(frames)) == 1:
        return start
    return f'{start} data-frames="{escape("|".join(frames))}"'


def _text(shown, arrows, ends, parameter, values, first, alt) -> str:
    out = _slider.heading(parameter, values, first, alt)
    out.append(f"shades: {ends[0]} to {ends[1]}")
    for frame in sorted({0, first, len(values) - 1}):
        out.append(f"{parameter} = {_svg.plain(values[frame])}")
        for row, texts in zip(shown[frame], arrows[frame], strict=True):
            cells = zip(row, texts, strict=True)
            out.append(
                "  " + ", ".join(f"{cell or 'empty'} {text}".strip() for cell, text in cells)
            )
    return "\n".join(out)
