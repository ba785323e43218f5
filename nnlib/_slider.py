"""What the figures with a slider have in common: the slider, and checks of what they are given."""

from html import escape

import numpy as np

from nnlib import _svg

LARGEST = 60_000  # characters of HTML

# A slider's answer to a change. It has no names and needs no ids: it finds its figure around it.
# What follows it changes the figure.
ON_INPUT = """\
const text = this.dataset.texts.split('|')[this.value];
this.setAttribute('aria-valuetext', text);
const figure = this.closest('.nnlib-explorer');
figure.querySelector('output').textContent = text;
"""


def slider(parameter: str, values, first: int, answer: str) -> str:
    """A slider over values, which starts at one of them; `answer` is its script after ON_INPUT."""
    shown = [_svg.number(value) for value in values]
    return (
        '<div style="display:flex;align-items:end;gap:.75em;line-height:1.75">'
        '<label style="display:flex;flex:1;flex-wrap:wrap;align-items:center;gap:0 .75em">'
        f"{escape(parameter)}"
        f'<input type="range" min="0" max="{len(shown) - 1}" step="1" value="{first}" '
        'autocomplete="off" style="flex:1;min-width:8em;height:1.75em" '
        f'aria-valuetext="{shown[first]}" data-texts="{"|".join(shown)}" '
        f'oninput="{escape(ON_INPUT + answer, quote=False)}"></label>'
        # The slider itself tells its value to those who hear the page.
        f'<output aria-live="off" style="min-width:3em">{shown[first]}</output>'
        "</div>"
    )


def heading(parameter: str, values, first: int, alt: str) -> list[str]:
    """The first lines of the text form."""
    start = _svg.plain(values[first])
    return [f"Figure: {alt}", f'slider "{parameter}": {listed(values)}; starts at {start}']


def listed(numbers) -> str:
    return ", ".join(map(_svg.plain, numbers))


def increasing(**array) -> np.ndarray:
    """Check that an array, given by name, is a list of finite numbers in order; return it."""
    ((name, given),) = array.items()
    numbers = np.asarray(given, dtype=float)
    if numbers.ndim != 1 or numbers.size < 2:
        raise ValueError(f"{name}: expected two numbers or more, got shape {numbers.shape}")
    if not (np.isfinite(numbers).all() and (np.diff(numbers) > 0).all()):
        raise ValueError(f"{name}: expected finite numbers, each above the one before")
    return numbers


def check_texts(**texts) -> None:
    """Check that texts, given by name, are texts, and that a reader gets those that are needed."""
    for name, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{name}: expected a str, got {type(text).__name__}")
        if not text.strip() and name in ("parameter", "alt"):
            raise ValueError(f"{name}: expected a text for the reader, got {text!r}")


def index_of(start, values) -> int:
    """Which of the values the slider starts at."""
    if not (found := np.flatnonzero(np.isclose(values, start, rtol=1e-9, atol=1e-12))).size:
        raise ValueError(f"start: expected one of the values {listed(values)}, got {start}")
    return int(found[0])
