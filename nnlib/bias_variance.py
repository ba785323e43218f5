"""Bias and variance of a model, and the curves that tell which of them is too large.

All by resampling: many models are fitted, each to data of its own or to a part of the data.
"""

from typing import NamedTuple

import numpy as np

from nnlib._validation import (
    check_arrays,
    check_at_least_zero,
    check_count,
    check_floating,
    check_generator,
)

__all__ = ["BiasVariance", "bias_variance", "k_fold", "learning_curve", "validation_curve"]


class BiasVariance(NamedTuple):
    """The parts of an expected squared error, and the error itself.

    A tuple with names: `bias2, variance, noise, error = bias_variance(predictions, targets)`.

    Attributes
    ----------
    bias2 : float
        Squared bias: what is wrong with the mean of the models.
    variance : float
        How far single models are from that mean, squared.
    noise : float
        Variance of the noise in the data, which no model predicts.
    error : float
        Expected squared error: the sum of the three.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.bias_variance import bias_variance
    >>> parts = bias_variance(np.array([[1.0], [3.0]]), np.array([0.0]))
    >>> parts.bias2 + parts.variance == parts.error
    True
    """

    bias2: float
    variance: float
    noise: float
    error: float


def bias_variance(predictions, targets, /, *, noise=0.0):
    r"""Split the expected squared error of a model into squared bias, variance and noise.

    .. math::
        \mathbb{E}[(\hat{f} - y)^2]
        = (\mathbb{E}[\hat{f}] - f)^2 + \mathbb{E}[(\hat{f} - \mathbb{E}[\hat{f}])^2] + \sigma^2

    Equation ``eq-bias-variance`` of the book, at one point; here the mean over all points is taken.
    Fit the model to many data sets, drawn alike, and let all of them predict the same points. With
    the mean over these models in place of the expectation, the equation is exact for any number of
    them. As estimates for the procedure that makes them, the variance is too small by 1/S of it,
    and the squared bias too large by as much.

    Parameters
    ----------
    predictions : array, shape (S, n)
        Predictions f̂ of S models at n points.
    targets : array, shape (n,)
        The truth f at these points, without noise.
    noise : float, default 0.0
        Variance σ² of the noise in the labels, 0 or more.

    Returns
    -------
    BiasVariance
        Means over the points: `bias2`, `variance`, `noise` and `error`, the squared error
        against noisy labels, which is their sum.

    Raises
    ------
    TypeError
        If `predictions` or `targets` is not an array of a real floating-point dtype, or `noise` not
        a number.
    ValueError
        If the shapes do not fit, or `noise` is negative or not finite.

    References
    ----------
    S. Geman, E. Bienenstock and R. Doursat, "Neural networks and the bias/variance dilemma", Neural
    Computation 4, 1992.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.bias_variance import bias_variance
    >>> predictions = np.array([[1.0, 2.0], [3.0, 2.0]])  # of two models, at two points
    >>> bias_variance(predictions, np.array([1.0, 1.0]), noise=0.25)
    BiasVariance(bias2=1.0, variance=0.5, noise=0.25, error=1.75)
    """
    xp = check_floating(predictions=predictions, targets=targets)
    noise = check_at_least_zero(noise=noise)
    if predictions.ndim != 2 or 0 in predictions.shape:
        raise ValueError(
            "predictions must have the shape (S, n) with S and n of 1 or more, "
            f"got {tuple(predictions.shape)}"
        )
    if targets.shape != predictions.shape[1:]:
        raise ValueError(
            f"targets must have the shape ({predictions.shape[1]},), as predictions do, "
            f"got {tuple(targets.shape)}"
        )
    mean = xp.mean(predictions, axis=0)
    bias2 = xp.mean((mean - targets) ** 2)
    variance = xp.mean((predictions - mean) ** 2)
    error = xp.mean((predictions - targets) ** 2)
    return BiasVariance(float(bias2), float(variance), noise, float(error) + noise)


def k_fold(n, /, *, k, rng):
    """Split n examples k times into training and validation, each example validating once.

    Parameters
    ----------
    n : int
        Number of examples.
    k : int
        Number of folds, from 2 to n.
    rng : numpy.random.Generator
        Source of the random order of the examples.

    Returns
    -------
    list of tuple of numpy.ndarray
        For each fold the indices of the examples to train on, and of those to validate on. The
        folds are of one size, or of two sizes that differ by 1. Both parts are in random order.

    Raises
    ------
    TypeError
        If `n` or `k` is not an integer, or `rng` not a generator.
    ValueError
        If `k` is less than 2 or more than `n`.

    References
    ----------
    M. Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the
    Royal Statistical Society B 36, 1974.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib.bias_variance import k_fold
    >>> splits = k_fold(7, k=3, rng=np.random.default_rng(0))
    >>> [(len(train), len(validation)) for train, validation in splits]
    [(4, 3), (5, 2), (5, 2)]
    """
    n, k = check_count(0, n=n), check_count(2, k=k)
    check_generator(rng=rng)
    if k > n:
        raise ValueError(f"k must be at most the number of examples, {n}, got {k}")
    folds = np.array_split(rng.permutation(n), k)
    return [
        (np.concatenate(folds[:i] + folds[i + 1 :]), validation)
        for i, validation in enumerate(folds)
    ]


def learning_curve(fit, error, X, y, /, *, sizes, k, rng):
    """Training and validation error of a model by the number of examples it is trained on.

    Where the two meet at a high error, the bias is too large, and more examples would not help.
    Where they are far apart, the variance is, and more examples would.

    Parameters
    ----------
    fit : callable
        Called as `fit(X, y)` on training examples, it returns a model.
    error : callable
        Called as `error(model, X, y)`, it returns a number.
    X : array, shape (m, ...)
        Examples.
    y : array, shape (m, ...)
        Their labels.
    sizes : sequence of int
        How many examples to train on: from 1 to the size of the smallest training part. In each
        fold a smaller set is part of the larger ones.
    k : int
        Number of folds, from 2 to m; see `k_fold`.
    rng : numpy.random.Generator
        Source of the random order of the examples.

    Returns
    -------
    train_errors : numpy.ndarray, shape (len(sizes), k)
        Error on the examples trained on, for each size and fold.
    validation_errors : numpy.ndarray, shape (len(sizes), k)
        Error on the examples of the fold left out.

    Raises
    ------
    TypeError
        If `X` or `y` is not an array, a size or `k` not an integer, or `rng` not a generator.
    ValueError
        If `X` and `y` are not equally many, or a size or `k` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> from nnlib.bias_variance import learning_curve
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((100, 4))
    >>> y = X @ np.array([1.0, 2.0, 3.0, 4.0]) + rng.standard_normal(100)
    >>> def fit(X, y):
    ...     return nnlib.ridge(X, y, strength=0.1)
    >>> def error(w, X, y):
    ...     return ((X @ w - y) ** 2).mean()
    >>> train, validation = learning_curve(fit, error, X, y, sizes=[5, 80], k=5, rng=rng)
    >>> few, many = validation.mean(axis=1) - train.mean(axis=1)
    >>> print(few > 10 * many)
    True
    """
    sizes = [check_count(1, **{f"sizes[{i}]": size}) for i, size in enumerate(sizes)]
    folds = _folds(X, y, k, rng)
    most = min(len(train) for train, _ in folds)
    for i, size in enumerate(sizes):
        if size > most:
            raise ValueError(
                f"sizes[{i}] must be at most the size of a training part, {most}, got {size}"
            )
    table = [
        [_fold_errors(fit, error, X, y, train[:size], held_out) for train, held_out in folds]
        for size in sizes
    ]
    return _errors(table, k)


def validation_curve(fit, error, X, y, /, *, values, k, rng):
    r"""Training and validation error of a model by the value of one of its options.

    .. math:: \operatorname{CV} = \frac{1}{K} \sum_k E_k

    Equation ``eq-cross-validation`` of the book, where E_k is the validation error of fold k. Of
    the values, take the one with the lowest mean CV over the folds. All are tried on the same
    folds.

    Parameters
    ----------
    fit : callable
        Called as `fit(X, y, value)` on training examples, it returns a model.
    error : callable
        Called as `error(model, X, y)`, it returns a number.
    X : array, shape (m, ...)
        Examples.
    y : array, shape (m, ...)
        Their labels.
    values : sequence
        Values of the option, of any type.
    k : int
        Number K of folds, from 2 to m; see `k_fold`.
    rng : numpy.random.Generator
        Source of the random order of the examples.

    Returns
    -------
    train_errors : numpy.ndarray, shape (len(values), k)
        Error on the examples trained on, for each value and fold.
    validation_errors : numpy.ndarray, shape (len(values), k)
        Error E on the examples of the fold left out.

    Raises
    ------
    TypeError
        If `X` or `y` is not an array, `k` not an integer, or `rng` not a generator.
    ValueError
        If `X` and `y` are not equally many, or `k` is out of range.

    References
    ----------
    M. Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the
    Royal Statistical Society B 36, 1974.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> from nnlib.bias_variance import validation_curve
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 4))
    >>> y = X @ np.array([1.0, 2.0, 3.0, 4.0]) + rng.standard_normal(60)
    >>> def fit(X, y, strength):
    ...     return nnlib.ridge(X, y, strength=strength)
    >>> def error(w, X, y):
    ...     return ((X @ w - y) ** 2).mean()
    >>> strengths = [0.1, 10.0, 1000.0]
    >>> _, errors = validation_curve(fit, error, X, y, values=strengths, k=5, rng=rng)
    >>> strengths[errors.mean(axis=1).argmin()]
    0.1
    """
    folds = _folds(X, y, k, rng)
    table = [[_fold_errors(fit, error, X, y, *fold, value) for fold in folds] for value in values]
    return _errors(table, k)


def _folds(X, y, k, rng):
    """The folds of examples and their labels."""
    check_arrays(X=X, y=y)
    if X.ndim == 0 or y.shape[:1] != X.shape[:1]:
        raise ValueError(
            "X and y must be equally many along their first axes, "
            f"got the shapes {tuple(X.shape)} and {tuple(y.shape)}"
        )
    return k_fold(X.shape[0], k=k, rng=rng)


def _fold_errors(fit, error, X, y, train, validation, *value):
    """Training and validation error of one model."""
    xp = check_arrays(X=X, y=y)
    parts = [
        (xp.take(X, rows, axis=0), xp.take(y, rows, axis=0))
        for rows in (xp.asarray(train), xp.asarray(validation))
    ]
    model = fit(*parts[0], *value)
    return [float(error(model, *part)) for part in parts]


def _errors(table, k):
    """Training and validation errors, apart, from a table of pairs with k columns."""
    pairs = np.array(table, dtype="float64").reshape(-1, k, 2)
    return pairs[..., 0], pairs[..., 1]
