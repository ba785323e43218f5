"""Curves and axes as SVG that takes its ink from the page: in text colour, on any ground."""

from html import escape
from math import ceil, floor, isfinite, log10
from typing import NamedTuple

import numpy as np

UNITS = 10  # of a path to the CSS pixel: whole numbers are short

# Okabe and Ito's palette, as in nnlib.plotting: contrast 3 or more with white and with dark pages.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "currentColor")
DASHES = ("", "9 4", "2 3", "10 3 2 3", "5 2")  # for those who cannot tell colours apart


class Panel(NamedTuple):
    """The rectangle of a plot: its limits, and its size in CSS pixels."""

    xlim: tuple[float, float]
    ylim: tuple[float, float]
    width: float
    height: float

    def across(self, x) -> np.ndarray:
        """Distance from the left edge, in units."""
        low, high = self.xlim
        return _whole((np.asarray(x, float) - low) / (high - low) * self.width * UNITS)

    def down(self, y) -> np.ndarray:
        """Distance from the upper edge, in units; what is far outside is cut off."""
        low, high = self.ylim
        part = np.clip((high - np.asarray(y, float)) / (high - low), -9, 9)
        return _whole(part * self.height * UNITS)

    def path(self, x, y) -> str:
        """The line through points, with a gap where y is NaN."""
        across, down = self.across(x), self.down(y)
        drawn, pen = [], None
        for point in zip(across, down, strict=True):
            if not isfinite(point[1]):
                pen = None
                continue
            here = int(point[0]), int(point[1])
            if pen is None:
                drawn.append(f"M{here[0]} {here[1]}l")
            else:
                drawn.append(f"{here[0] - pen[0]} {here[1] - pen[1]}")
            pen = here
        return " ".join(drawn).replace("l ", "l")


class Output:
    """What a cell shows: HTML on pages, and its text form where there is only text."""

    def __init__(self, html: str, text: str):
        self.html, self.text = html, text

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}


def stroke(index: int, scale: float = 1) -> str:
    """Attributes of the curve with this number: its colour, its dashes, 2 pixels of width."""
    dashes = " ".join(f"{float(dash) * scale:g}" for dash in DASHES[index].split())
    pattern = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'fill="none" stroke="{COLORS[index]}" stroke-width="{2 * scale:g}"{pattern}'


def limits(values, margin: float = 0.05) -> tuple[float, float]:
    """The range of finite values, with a margin on both sides."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = margin * (high - low) or 1.0
    return low - room, high + room


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers between two limits, at most so many steps apart."""
    least = (high - low) / most
    power = 10.0 ** floor(log10(least))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= least * (1 - 1e-9))
    numbers = range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)
    return [number * step for number in numbers]


def number(value: float) -> str:
    """As a reader writes it: four digits, rounding noise as 0, a minus sign that is one."""
    return plain(value).replace("-", "\N{MINUS SIGN}")


def plain(value: float) -> str:
    return f"{round(float(value), 9) + 0.0:.4g}"


def axes(panel: Panel, left: float, top: float, xlabel: str, ylabel: str) -> str:
    """The axes of a panel whose upper left corner is at (left, top), with numbers and labels."""
    right, bottom = left + panel.width, top + panel.height
    faint, marks, texts = "", "", ""
    for x in ticks(*panel.xlim):
        at = left + float(panel.across(x)) / UNITS
        marks += f"M{at:g} {bottom:g}v4"
        texts += f'<text x="{at:g}" y="{bottom + 17:g}" text-anchor="middle">{number(x)}</text>'
        faint += f"M{at:g} {top:g}V{bottom:g}" if x == 0 else ""
    for y in ticks(*panel.ylim):
        at = top + float(panel.down(y)) / UNITS
        marks += f"M{left:g} {at:g}h-4"
        texts += f'<text x="{left - 7:g}" y="{at + 4:g}" text-anchor="end">{number(y)}</text>'
        faint += f"M{left:g} {at:g}H{right:g}" if y == 0 else ""
    if xlabel:
        middle = (left + right) / 2
        texts += f'<text x="{middle:g}" y="{bottom + 35:g}" text-anchor="middle">'
        texts += f"{escape(xlabel)}</text>"
    if ylabel:
        texts += f'<text x="{left:g}" y="{top - 10:g}">{escape(ylabel)}</text>'
    return (
        f'<path d="M{left:g} {top:g}V{bottom:g}H{right:g}{marks}" fill="none" '
        'stroke="currentColor"/>'
        f'<path d="{faint}" fill="none" stroke="currentColor" opacity=".35"/>'
        f'<g fill="currentColor" font-size="13">{texts}</g>'
    )


def inner(panel: Panel, left: float, top: float, curves: str) -> str:
    """Curves in a panel's units, cut off at its edges."""
    box = f'x="{left:g}" y="{top:g}" width="{panel.width:g}" height="{panel.height:g}"'
    view = f'viewBox="0 0 {panel.width * UNITS:g} {panel.height * UNITS:g}"'
    return f'<svg {box} {view} stroke-linejoin="round">{curves}</svg>'


def _whole(units: np.ndarray) -> np.ndarray:
    # Off the middle between two whole numbers, where rounding noise would decide.
    return np.rint(units + 1e-6)
