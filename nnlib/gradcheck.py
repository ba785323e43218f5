"""Gradients, checked against central differences."""

from dataclasses import dataclass

import numpy as np

from nnlib._validation import check_count, check_generator, check_positive

__all__ = ["GradientEntry", "GradientReport", "check_gradients"]

# Rounding of a loss near 1 moves a central difference by 1e-11 to 1e-10. So that it does not count
# as an error of more than 1e-6, errors are never measured by a smaller gradient than this.
_SMALL = 1e-3

_HINT = """\
All entries of a parameter wrong: its formula is. A few wrong: a kink, such as that of ReLU at 0,
may lie within `step` of there; then others are wrong for another step, or for other examples."""


@dataclass(frozen=True)
class GradientEntry:
    """The entry of a parameter where analytic and numeric gradient differ most.

    Attributes
    ----------
    name : str
        Name of the parameter.
    index : tuple of int
        Where the entry stands in it.
    analytic : float
        Its gradient by the function under test.
    numeric : float
        Its gradient by central differences.
    error : float
        Difference of the two, relative to the parameter's largest gradient.
    checked : int
        How many entries of the parameter were checked.
    wrong : int
        How many of them have an error above the tolerance.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.gradcheck import check_gradients
    >>> def half_square(params):
    ...     return (params["w"] ** 2).sum() / 2, {"w": params["w"]}
    >>> worst = check_gradients(half_square, {"w": np.array([3.0, 4.0])}).worst
    >>> worst.name, worst.checked, worst.wrong
    ('w', 2, 0)
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    error: float
    checked: int
    wrong: int

    def __str__(self):
        return f"{self.name}[{', '.join(map(str, self.index))}]" if self.index else self.name


@dataclass(frozen=True)
class GradientReport:
    """What a check of gradients found; as a string, a table.

    Attributes
    ----------
    rtol : float
        The largest error allowed.
    parameters : tuple of GradientEntry
        The worst entry of each parameter.
    ok : bool
        Whether no entry that was checked is wrong.
    worst : GradientEntry
        The worst entry of all.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.gradcheck import check_gradients
    >>> def half_square(params):  # with a factor 2 too much in the gradient of b
    ...     w, b = params["w"], params["b"]
    ...     return (w**2).sum() / 2 + b**2 / 2, {"w": w, "b": 2 * b}
    >>> report = check_gradients(half_square, {"w": np.array([3.0, 4.0]), "b": np.array(1.0)})
    >>> report.ok, report.worst.name
    (False, 'b')
    """

    rtol: float
    parameters: tuple[GradientEntry, ...]

    @property
    def ok(self):
        """Whether no entry that was checked is wrong."""
        return all(entry.wrong == 0 for entry in self.parameters)

    @property
    def worst(self):
        """The worst entry of all."""
        return max(self.parameters, key=lambda entry: entry.error)

    def __str__(self):
        verdict, relation = ("right", "at most") if self.ok else ("WRONG", "above")
        lines = [f"gradients {verdict}: error {relation} {self.rtol:.0e}, worst at {self.worst}"]
        rows = [("parameter", "checked", "wrong", "worst", "analytic", "numeric", "error")]
        for entry in self.parameters:
            numbers = f"{entry.analytic:.6g}", f"{entry.numeric:.6g}", f"{entry.error:.1e}"
            rows.append((entry.name, f"{entry.checked}", f"{entry.wrong}", f"{entry}", *numbers))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines if self.ok else [*lines, _HINT])


def check_gradients(loss_and_grads, params, /, *args, step=1e-5, rtol=1e-6, samples=None, rng=None):
    """Compare the gradients that a function returns with central differences of its loss.

    One entry w of a parameter is moved at a time; the numeric gradient is
    (L(w + h) - L(w - h)) / (2h). The error is the distance between it and the analytic gradient,
    divided by the largest gradient, of either kind, in the same parameter (or by 0.001, if this is
    larger, so that rounding does not count as an error). All of it is computed in float64.

    Two steps across a kink, such as that of ReLU at 0, give the mean of two slopes: then a right
    gradient looks wrong in a few entries. Other random weights, or a smaller `step`, tell.

    Parameters
    ----------
    loss_and_grads : callable
        Called as `loss_and_grads(params, *args)`, it returns the loss, a number, and a dict of its
        gradients. It must not draw random numbers.
    params : dict of array
        Parameters where to check: at random values, since at 0 many a bug does not show. They are
        taken as NumPy arrays in float64.
    *args : object
        What else the function needs, such as examples and labels, in float64 where they are floats.
    step : float, default 1e-5
        Distance h > 0.
    rtol : float, default 1e-6
        The largest error allowed.
    samples : int, optional
        How many entries of each parameter to check, drawn at random; all by default. Each takes two
        evaluations of the loss.
    rng : numpy.random.Generator, optional
        Source of the draw; needed with `samples`.

    Returns
    -------
    GradientReport
        Whether all is right, and the worst entry of each parameter.

    Raises
    ------
    TypeError
        If `params` is not a dict, an option is of another type, or `samples` is given without
        `rng`.
    ValueError
        If `params` or one of them is empty, an option is out of range, the loss is not one number,
        or the gradients have other names or shapes than the parameters.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import gradcheck, training
    >>> rng = np.random.default_rng(0)
    >>> params = training.mlp_init((4, 5, 3), rng=rng)
    >>> X, labels = rng.standard_normal((6, 4)), np.array([0, 1, 2, 0, 1, 2])
    >>> report = gradcheck.check_gradients(training.mlp_loss_and_grads, params, X, labels)
    >>> report.ok
    True
    """
    step, rtol = check_positive(step=step), check_positive(rtol=rtol)
    if samples is not None:
        samples = check_count(1, samples=samples)
        check_generator(rng=rng)
    if not isinstance(params, dict):
        raise TypeError(f"params must be a dict of arrays, got {type(params).__name__}")
    params = {name: np.array(w, dtype="float64") for name, w in params.items()}
    if not params or any(w.size == 0 for w in params.values()):
        raise ValueError("params must not be empty, and hold no empty array")
    first, grads = loss_and_grads(params, *args)
    if np.ndim(first) != 0:
        raise ValueError(f"the loss must be one number, got the shape {np.shape(first)}")
    _check_gradients_fit(grads, params)

    def loss(name, index, change):
        moved = params[name].copy()
        moved[index] += change
        return float(loss_and_grads({**params, name: moved}, *args)[0])

    worst = []
    for name, w in params.items():
        indices = list(np.ndindex(w.shape))
        if samples is not None and samples < len(indices):
            indices = [indices[k] for k in rng.choice(len(indices), samples, replace=False)]
        analytic = np.array([float(grads[name][index]) for index in indices])
        numeric = np.array(
            [(loss(name, i, step) - loss(name, i, -step)) / (2 * step) for i in indices]
        )
        both = np.stack([analytic, numeric])
        finite = np.isfinite(both).all(axis=0)
        scale = np.max(np.abs(both), initial=_SMALL, where=finite)
        # Where a gradient is infinite or NaN, the error is infinite.
        error = np.full(len(indices), np.inf)
        error = np.abs(np.subtract(*both, where=finite, out=error)) / scale
        k = int(np.argmax(error))
        index, values = tuple(map(int, indices[k])), (analytic[k], numeric[k], error[k])
        wrong = int((error > rtol).sum())
        worst.append(GradientEntry(name, index, *map(float, values), len(indices), wrong))
    return GradientReport(rtol, tuple(worst))


def _check_gradients_fit(grads, params):
    if grads.keys() != params.keys():
        raise ValueError(
            f"the gradients must have the names of params, {', '.join(params)}; "
            f"got {', '.join(grads)}"
        )
    for name, w in params.items():
        if np.shape(grads[name]) != w.shape:
            raise ValueError(
                f"the gradient of {name} must have its shape, {w.shape}, "
                f"got {np.shape(grads[name])}"
            )
