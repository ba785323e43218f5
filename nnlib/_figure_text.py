"""The text form of a matplotlib figure: what is drawn, with rounded data.

`nnlib.plotting.describe` is this module's only public function. It is written so that two figures
have the same text if, and only if, a reader could not tell their content apart: fonts, layout
and automatic ticks are left out, and a type of artist that is not known here is an error.
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from matplotlib import (
    collections,
    colors,
    contour,
    image,
    lines,
    patches,
    quiver,
    table,
    ticker,
)
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Transform

FEW = 24  # series up to this length are listed whole
SAMPLES = 16  # of longer ones, so many values


def describe(fig: Figure) -> str:
    """List what a figure shows: labels, limits, ticks set by hand, legends, rounded data.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure, with everything drawn.

    Returns
    -------
    str
        A line for each thing drawn. Two figures have the same text if a reader could not tell
        their content apart; fonts and layout are left out.

    Raises
    ------
    TypeError
        If something is drawn that has no text form yet: nothing is left out silently.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> from nnlib import plotting
    >>> fig, ax = plt.subplots(figsize=(4, 3))
    >>> lines = ax.plot([0, 1, 2], [0, 1, 4], color="k", label="z²")
    >>> print(plotting.describe(fig))
    4 × 3 inches
    axes 1
      x: "", -0.1 to 2.1
      y: "", -0.2 to 4.2
      line "z²" #000000 solid
        x: 0, 1, 2
        y: 0, 1, 4
    >>> plt.close(fig)
    """
    width, height = fig.get_size_inches()
    out = [f"{width:.4g} × {height:.4g} inches"]
    unit = _Scale(0, 1, log=False)
    out += [f"text {_quote(text.get_text())}" for text in fig.texts]  # the layout places it
    for artist in [*fig.lines, *fig.patches, *fig.images, *fig.artists, *fig.legends]:
        out += _describe(artist, _Space(None, unit, unit))
    for number, axes in enumerate(fig.axes, 1):
        if axes.get_visible():
            out += [f"axes {number}{_place(axes)}", *_indent(_axes(axes))]
    return "\n".join(out)


# Numbers


class _Scale(NamedTuple):
    """The range of an axis or a colour map: it says how many digits can be seen."""

    low: float
    high: float
    log: bool

    @classmethod
    def of(cls, axis: Axis) -> "_Scale":
        return cls(*axis.get_view_interval(), log="log" in axis.get_scale())


def _number(value: float, scale: _Scale | None = None, digits: int = 4) -> str:
    """Four significant digits, or more where four are too coarse for the axis.

    On a linear axis, what is a billionth of the axis is rounding noise, and written as 0.
    """
    value = float(value)
    if value == 0:
        return "0"  # of either sign
    if not math.isfinite(value):
        return str(value)
    if scale and not scale.log:
        reach = max(abs(scale.low), abs(scale.high))
        if abs(value) < 1e-9 * reach:
            return "0"
        if span := abs(scale.high - scale.low):
            digits += max(0, math.floor(math.log10(abs(value) / span)))
    return f"{value:.{min(digits, 12)}g}"


def _numbers(values: Iterable[float], scale: _Scale | None = None) -> str:
    """All values of a short series; of a long one evenly spaced ones and a summary."""
    flat = np.ma.filled(np.ma.asarray(values, dtype=float).ravel(), np.nan)
    if len(flat) <= FEW:
        return ", ".join(_number(v, scale) for v in flat) or "none"
    places = np.linspace(0, len(flat) - 1, SAMPLES).round().astype(int)
    some = ", ".join(_number(v, scale) for v in flat[places])
    finite = flat[np.isfinite(flat)]
    if not len(finite):
        return f"{some} ({SAMPLES} of {len(flat)})"
    # Two more digits: a change between the samples shows in the mean alone.
    low, high = _number(finite.min(), scale), _number(finite.max(), scale)
    mean, spread = (_number(v, scale, digits=6) for v in (finite.mean(), finite.std()))
    summary = f"min {low}, max {high}, mean {mean}, spread {spread}"
    missing = f", {len(flat) - len(finite)} not finite" if len(finite) < len(flat) else ""
    return f"{some} ({SAMPLES} of {len(flat)}; {summary}{missing})"


def _quote(text: str) -> str:
    lines = str(text).splitlines()
    return f'"{" / ".join(lines)}"'


def _color(color) -> str:
    rgba = colors.to_rgba(color)
    return "none" if rgba[3] == 0 else colors.to_hex(rgba, keep_alpha=rgba[3] < 1)


def _colors(array) -> str:
    names = [_color(c) for c in colors.to_rgba_array(array)]
    runs = [name for i, name in enumerate(names) if i == 0 or name != names[i - 1]]
    if len(runs) <= FEW:
        return " ".join(runs) or "none"
    return f"{' '.join(runs[:: len(runs) // SAMPLES])} ({len(names)} colours)"


def _indent(block: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in block]


# Axes


class _Space(NamedTuple):
    """Where artists are drawn, for the rounding of their coordinates."""

    axes: Axes | None
    x: _Scale
    y: _Scale

    def points(self, xy, transform: Transform) -> list[str]:
        """Coordinates, two lines; those that are not data are in parts of the axes or figure."""
        xy = np.ma.asarray(xy, dtype=float).reshape(-1, 2)
        data = (False, False)
        if self.axes is not None:
            data = transform.contains_branch_separately(self.axes.transData)
        out = []
        for name, values, scale, is_data in zip("xy", xy.T, (self.x, self.y), data, strict=True):
            unit = "" if is_data else " (fraction)"
            out.append(f"{name}{unit}: {_numbers(values, scale if is_data else None)}")
        return out


def _place(axes: Axes) -> str:
    if axes.get_label() == "<colorbar>":
        return ": colour bar"
    spec = axes.get_subplotspec()
    if spec is None:
        return ""
    rows, columns, first, last = spec.get_geometry()
    if rows * columns == 1:
        return ""
    cells = f"{first + 1}" if first == last else f"{first + 1} to {last + 1}"
    return f" (place {cells} of {rows} × {columns})"


def _axes(axes: Axes) -> list[str]:
    if axes.name not in ("rectilinear", "polar"):
        raise TypeError(f"fig: axes of type {axes.name!r} have no text form yet")
    out = ["polar"] if axes.name == "polar" else []
    for side in ("left", "center", "right"):
        if title := axes.get_title(loc=side):
            out.append(f"title: {_quote(title)}")
    if axes.get_aspect() != "auto":
        out.append(f"aspect: {_number(axes.get_aspect())}")
    for axis in (axes.xaxis, axes.yaxis):
        out += _axis(axis, visible=axes.axison and axis.get_visible())

    space = _Space(axes, _Scale.of(axes.xaxis), _Scale.of(axes.yaxis))
    groups = [group for group in axes.containers if isinstance(group, BarContainer)]
    for group in groups:
        out += _bars(group, space)
    parts = {bar for group in groups for bar in group}
    for artist in axes.collections:  # the layout places contours' labels
        parts.update(artist.labelTexts if isinstance(artist, contour.ContourSet) else [])
    legend = [axes.get_legend()] if axes.get_legend() else []
    drawn = [*axes.lines, *axes.collections, *axes.patches, *axes.images, *axes.tables]
    for artist in [*drawn, *axes.texts, *axes.artists, *axes.child_axes, *legend]:
        if artist not in parts:
            out += _describe(artist, space)
    return out


def _axis(axis: Axis, visible: bool) -> list[str]:
    scale = _Scale.of(axis)
    limits = f"{_number(scale.low, scale)} to {_number(scale.high, scale)}"
    kind = "" if axis.get_scale() == "linear" else f", {axis.get_scale()}"
    if not visible:
        return [f"{axis.axis_name}: not drawn, {limits}{kind}"]
    return [f"{axis.axis_name}: {_quote(axis.get_label_text())}, {limits}{kind}", *_ticks(axis)]


def _ticks(axis: Axis) -> list[str]:
    """Ticks set by hand, and labels formatted by hand: automatic ones follow from the layout."""
    scale = _Scale.of(axis)
    locator, formatter = axis.get_major_locator(), axis.get_major_formatter()
    automatic = ticker.ScalarFormatter, ticker.LogFormatter
    if isinstance(locator, ticker.NullLocator):
        return [f"{axis.axis_name} ticks: none"]
    if isinstance(formatter, StrCategoryFormatter):
        places = locator()
    elif isinstance(locator, ticker.FixedLocator):
        low, high = sorted((scale.low, scale.high))
        places = [p for p in locator.locs if low <= p <= high]
    elif isinstance(formatter, automatic):
        return []
    else:
        places = [scale.low, (scale.low + scale.high) / 2, scale.high]
    if isinstance(formatter, automatic):
        return [f"{axis.axis_name} ticks: {_numbers(places, scale)}"]
    labels = formatter.format_ticks(places)
    pairs = (f"{_number(p, scale)} {_quote(s)}" for p, s in zip(places, labels, strict=True))
    return [f"{axis.axis_name} ticks: {', '.join(pairs)}"]


# What is drawn. One function a type of artist, found by the exact type, since a
# subclass may draw other data (3-D, wind barbs) than its base class would say.

_DESCRIBERS: dict[type[Artist], Callable[[Artist, _Space], list[str]]] = {}


def _describes(*types: type[Artist]):
    def register(function):
        _DESCRIBERS.update(dict.fromkeys(types, function))
        return function

    return register


def _describe(artist: Artist, space: _Space) -> list[str]:
    if not artist.get_visible():
        return []
    try:
        describer = _DESCRIBERS[type(artist)]
    except KeyError:
        raise TypeError(
            f"fig: nnlib.plotting.describe has no text form for {type(artist).__name__}, so that "
            "a change in it would not be noticed: draw it another way, or add it there"
        ) from None
    return describer(artist, space)


def _head(kind: str, artist: Artist, *more: str) -> str:
    label = str(artist.get_label())
    named = [_quote(label)] if label and not label.startswith("_") else []
    alpha = artist.get_alpha()
    faint = [f"alpha {_numbers(np.atleast_1d(alpha))}"] if alpha is not None else []
    return " ".join([kind, *named, *filter(None, more), *faint])


@_describes(lines.Line2D)
def _line(line: lines.Line2D, space: _Space) -> list[str]:
    style = line.get_linestyle()
    dash = {"-": "solid", "--": "dashed", ":": "dotted", "-.": "dash-dotted"}.get(style, "")
    marker = line.get_marker()
    marker = "" if marker in (None, "None", "none", "", " ") else f"marker {marker}"
    steps = line.get_drawstyle()
    if not dash and not marker:
        return []  # nothing is drawn
    head = _head(
        "line", line, _color(line.get_color()), dash, marker, "" if steps == "default" else steps
    )
    return [head, *_indent(space.points(line.get_xydata(), line.get_transform()))]


@_describes(lines.AxLine)
def _infinite_line(line: lines.AxLine, space: _Space) -> list[str]:
    way = f"slope {_number(line.get_slope())}" if line.get_xy2() is None else "through"
    points = [xy for xy in (line.get_xy1(), line.get_xy2()) if xy is not None]
    head = _head("line without ends", line, _color(line.get_color()), way)
    return [head, *_indent(space.points(points, line.axes.transData))]


def _bars(group: BarContainer, space: _Space) -> list[str]:
    boxes = [b for b in group if b.get_visible()]
    label = group.get_label()
    name = f" {_quote(label)}" if label and not label.startswith("_") else ""
    return [
        f"bars{name} {_colors([b.get_facecolor() for b in boxes])}",
        f"  left: {_numbers([b.get_x() for b in boxes], space.x)}",
        f"  width: {_numbers([b.get_width() for b in boxes], space.x)}",
        f"  bottom: {_numbers([b.get_y() for b in boxes], space.y)}",
        f"  height: {_numbers([b.get_height() for b in boxes], space.y)}",
    ]


@_describes(
    patches.Arrow,
    patches.Circle,
    patches.Ellipse,
    patches.FancyArrow,
    patches.FancyBboxPatch,
    patches.PathPatch,
    patches.Polygon,
    patches.Rectangle,
    patches.RegularPolygon,
    patches.StepPatch,
    patches.Wedge,
)
def _patch(patch: patches.Patch, space: _Space) -> list[str]:
    outline = patch.get_patch_transform().transform_path(patch.get_path()).vertices
    face, edge = _color(patch.get_facecolor()), _color(patch.get_edgecolor())
    hatch = f"hatch {patch.get_hatch()}" if patch.get_hatch() else ""
    head = _head(type(patch).__name__, patch, face, f"edge {edge}", hatch)
    return [head, *_indent(space.points(outline, patch.get_data_transform()))]


@_describes(patches.FancyArrowPatch)
def _arrow(arrow: patches.FancyArrowPatch, space: _Space) -> list[str]:
    if arrow._posA_posB is None:
        ends = arrow._path_original.vertices
    else:
        ends = arrow._posA_posB
    head = _head("arrow", arrow, _color(arrow.get_edgecolor()))
    return [head, *_indent(space.points(ends, arrow.get_transform()))]


@_describes(Text)
def _text(text: Text, space: _Space) -> list[str]:
    if not text.get_text():
        return []
    points = space.points(text.get_position(), text.get_transform())
    return [f"text {_quote(text.get_text())} at {', '.join(points)}"]


@_describes(Annotation)
def _annotation(note: Annotation, space: _Space) -> list[str]:
    arrow = " with arrow" if note.arrow_patch is not None else ""
    place = _note_place(note.xy, note.xycoords, space)
    text_place = _note_place(note.xyann, note.anncoords, space)
    text_at = f", text at {text_place}" if text_place != place else ""
    return [f"note {_quote(note.get_text())}{arrow} at {place}{text_at}"]


def _note_place(xy, system, space: _Space) -> str:
    scales = (space.x, space.y) if system == "data" else (None, None)
    place = ", ".join(_number(v, scale) for v, scale in zip(xy, scales, strict=True))
    name = system if isinstance(system, str) else "other coordinates"
    return place if system == "data" else f"{place} ({name})"


def _mapped(mappable, space: _Space) -> list[str]:
    """Values that a colour map turns into colours."""
    values = mappable.get_array()
    if values is None:
        return []
    low, high = mappable.get_clim()
    log = isinstance(mappable.norm, colors.LogNorm)
    scale = _Scale(low, high, log=log)
    norm = type(mappable.norm).__name__
    norm = "" if norm == "Normalize" else f" {norm}"
    for option in ("boundaries", "gamma", "linthresh", "vcenter"):
        if hasattr(mappable.norm, option):
            norm += f" {option} {_numbers(np.atleast_1d(getattr(mappable.norm, option)), scale)}"
    ends = " ".join(_color(c) for c in mappable.cmap([0.0, 0.5, 1.0]))
    limits = f"{_number(low, scale)} to {_number(high, scale)}"
    return [f"colours{norm}: {limits}, {ends}", *_values(values, scale)]


def _values(values, scale: _Scale) -> list[str]:
    """A small matrix row by row, anything else as a series."""
    values = np.ma.asarray(values)
    if values.ndim == 2 and max(values.shape) <= FEW:
        return [f"values: {_numbers(row, scale)}" for row in values]
    shape = " × ".join(map(str, values.shape))
    return [f"values ({shape}): {_numbers(values, scale)}"]


def _collection_colors(collection: collections.Collection) -> str:
    if collection.get_array() is not None:
        return ""
    face = _colors(collection.get_facecolor())
    edge = _colors(collection.get_edgecolor())
    if edge in ("none", face):
        return face
    return edge if face == "none" else f"{face} edge {edge}"


@_describes(collections.PathCollection)
def _scatter(points: collections.PathCollection, space: _Space) -> list[str]:
    out = space.points(points.get_offsets(), points.get_offset_transform())
    sizes = np.unique(points.get_sizes())
    if len(sizes) > 1:
        out.append(f"sizes: {_numbers(points.get_sizes())}")
    head = _head("points", points, _collection_colors(points))
    return [head, *_indent(out + _mapped(points, space))]


@_describes(
    collections.EventCollection,
    collections.FillBetweenPolyCollection,
    collections.LineCollection,
    collections.PolyCollection,
)
def _outlines(shapes: collections.Collection, space: _Space) -> list[str]:
    kind = "lines" if isinstance(shapes, collections.LineCollection) else "areas"
    out = []
    paths = [path.vertices for path in shapes.get_paths()]
    if paths:
        out += space.points(np.concatenate(paths), shapes.get_transform())
    if isinstance(shapes, collections.PolyCollection) and len(shapes.get_offsets()) > 1:
        out += space.points(shapes.get_offsets(), space.axes.transData)  # hexbin's places
    head = _head(f"{len(paths)} {kind}", shapes, _collection_colors(shapes))
    return [head, *_indent(out + _mapped(shapes, space))]


@_describes(collections.QuadMesh, collections.PolyQuadMesh)
def _mesh(mesh: collections.QuadMesh, space: _Space) -> list[str]:
    corners = space.points(mesh.get_coordinates(), mesh.get_transform())
    return [_head("mesh", mesh), *_indent(corners + _mapped(mesh, space))]


@_describes(contour.QuadContourSet)
def _contours(contours: contour.QuadContourSet, space: _Space) -> list[str]:
    kind = "filled contours" if contours.filled else "contours"
    levels = np.atleast_1d(contours.levels)
    out = [f"levels: {_numbers(levels)}"]
    ends = " ".join(_color(c) for c in contours.cmap([0.0, 0.5, 1.0]))
    out.append(f"colours: {ends}" if contours.colors is None else f"{_colors(contours.colors)}")
    outlines = [path.vertices for path in contours.get_paths()]
    if contours.labelTexts:  # they leave gaps, as wide as the font makes them
        whole = contours._contour_generator
        outlines = [np.concatenate([np.empty((0, 2)), *whole.lines(v)[0]]) for v in levels]
    for level, outline in zip(levels, outlines, strict=False):  # filled ones lie between levels
        if len(outline):
            out.append(f"level {_number(level)}")
            out += _indent(space.points(outline, contours.get_transform()))
    return [_head(kind, contours), *_indent(out)]


@_describes(quiver.Quiver)
def _quiver(arrows: quiver.Quiver, space: _Space) -> list[str]:
    out = space.points(arrows.get_offsets(), arrows.get_offset_transform())
    out += [f"u: {_numbers(arrows.U)}", f"v: {_numbers(arrows.V)}"]
    head = _head("arrows", arrows, _collection_colors(arrows))
    return [head, *_indent(out + _mapped(arrows, space))]


@_describes(image.AxesImage)
def _image(picture: image.AxesImage, space: _Space) -> list[str]:
    extent = ", ".join(_number(v) for v in picture.get_extent())
    values = picture.get_array()
    if values.ndim == 3:  # colours, not values
        top = 255 if values.dtype == np.uint8 else 1
        data = _values(values, _Scale(0, top, log=False))
    else:
        data = _mapped(picture, space)
    return [_head("image", picture), *_indent([f"extent: {extent}", *data])]


@_describes(Legend)
def _legend(legend: Legend, space: _Space) -> list[str]:
    title = legend.get_title().get_text()
    entries = [
        f"{_quote(text.get_text())} {_handle(handle)}"
        for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True)
    ]
    return [f"legend{f' {_quote(title)}' if title else ''}: {', '.join(entries)}"]


def _handle(handle: Artist) -> str:
    if isinstance(handle, lines.Line2D):
        return _color(handle.get_color())
    if isinstance(handle, collections.LineCollection):
        return _colors(handle.get_color())
    if isinstance(handle, patches.Patch):
        return _color(handle.get_facecolor())
    if isinstance(handle, collections.Collection):
        return _colors(handle.get_facecolor())
    raise TypeError(f"fig: a legend entry of type {type(handle).__name__} has no text form yet")


@_describes(table.Table)
def _table(cells: table.Table, space: _Space) -> list[str]:
    rows: dict[int, list[str]] = {}
    for (row, _), cell in sorted(cells.get_celld().items()):
        rows.setdefault(row, []).append(cell.get_text().get_text())
    return ["table", *_indent(" | ".join(row) for row in rows.values())]


@_describes(Axes)
def _inset(axes: Axes, space: _Space) -> list[str]:
    return ["inset axes", *_indent(_axes(axes))]
