"""How good the predictions of a classifier are."""

import array_api_extra as xpx

from nnlib._validation import (
    all_true,
    check_arrays,
    check_axis,
    check_count,
    check_floating,
    check_probabilities,
    check_same_shape,
)

__all__ = ["accuracy", "calibration_curve", "confusion_matrix", "expected_calibration_error"]


def accuracy(logits, labels, /):
    r"""Share of the examples whose true class has the largest logit.

    .. math::
        \operatorname{accuracy} = \frac{1}{m} \sum_n \mathbb{1}[\arg\max_i Z_{ni} = k_n]

    Equation ``eq-accuracy`` of the book. Classes are numbered from 0 here, from 1 there.

    Parameters
    ----------
    logits : array, shape (..., K)
        Logits Z. Probabilities, or other scores with the largest for the likeliest class, do as
        well, unless K is 1: then they are logits of class 1, which is predicted where they are
        above 0.
    labels : array, shape (...)
        True classes k, integers.

    Returns
    -------
    float
        From 0 to 1. Where classes share the largest logit, the first of them counts.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, or `labels` not one of an
        integer dtype.
    ValueError
        If the shapes do not fit, there are no examples, or a label is not a class.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> logits = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0], [1.0, 2.0, 0.0], [0.0, 0.0, 9.0]])
    >>> nnlib.accuracy(logits, np.array([0, 1, 1, 2]))
    0.75
    """
    xp = check_floating(logits=logits)
    check_axis(-1, logits=logits)
    one_logit = logits.shape[-1] == 1
    check_arrays(logits=logits, labels=labels)
    _check_classes(2 if one_logit else logits.shape[-1], labels=labels)
    if labels.shape != logits.shape[:-1]:
        raise ValueError(
            "labels must have the shape of logits without its last axis, "
            f"{tuple(logits.shape[:-1])}, got {tuple(labels.shape)}"
        )
    k = xp.astype(logits[..., 0] > 0, labels.dtype) if one_logit else xp.argmax(logits, axis=-1)
    return int(xp.count_nonzero(k == labels)) / _size(labels=labels)


def confusion_matrix(predicted, labels, /, *, classes):
    r"""How many examples of each class were taken for each class.

    .. math:: C_{ij} = \sum_n \mathbb{1}[k_n = i] \, \mathbb{1}[\hat{k}_n = j]

    Equation ``eq-confusion-matrix`` of the book. Row i holds the examples of class i, and column j
    those taken for class j: right ones stand on the diagonal. Classes are numbered from 0 here,
    from 1 there.

    Parameters
    ----------
    predicted : array, any shape
        Predicted classes k̂, integers.
    labels : array, shape of predicted
        True classes k, integers.
    classes : int
        Number of classes K.

    Returns
    -------
    array, shape (K, K)
        Counts, integers.

    Raises
    ------
    TypeError
        If `predicted` or `labels` is not an array of an integer dtype, or `classes` not an integer.
    ValueError
        If the shapes differ, or a number is not a class.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.confusion_matrix(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1]), classes=2)
    array([[1, 1],
           [0, 2]])
    """
    classes = check_count(1, classes=classes)
    xp = _check_classes(classes, predicted=predicted, labels=labels)
    check_same_shape(predicted=predicted, labels=labels)
    is_class, is_taken_for = (
        xpx.one_hot(xp.reshape(k, (-1,)), classes, dtype=_integer(xp), xp=xp)
        for k in (labels, predicted)
    )
    return is_class.T @ is_taken_for


def calibration_curve(probs, labels, /, *, bins=10):
    r"""Mean predicted probability and true frequency of class 1, in bins of the former.

    .. math::
        \begin{aligned}
        N_j &= \sum_n \mathbb{1}[\lceil B \hat{y}_n \rceil = j] \\
        \bar{p}_j &= \frac{1}{N_j} \sum_n \mathbb{1}[\lceil B \hat{y}_n \rceil = j] \, \hat{y}_n \\
        \bar{f}_j &= \frac{1}{N_j} \sum_n \mathbb{1}[\lceil B \hat{y}_n \rceil = j] \, y_n
        \end{aligned}

    Equation ``eq-calibration-curve`` of the book. Bin j holds the probabilities above (j - 1) / B
    and up to j / B; the first holds 0 too. Of honest probabilities p̄ is near f̄ in every bin.

    Parameters
    ----------
    probs : array, any shape
        Predicted probabilities ŷ of class 1. For more than two classes, take the confidence (the
        largest probability of each example) and count as class 1 that the prediction is right.
    labels : array, shape of probs
        True classes y, 0 or 1: integers, booleans or floats.
    bins : int, default 10
        Number B of bins, all of the width 1 / B.

    Returns
    -------
    confidence : array, shape (bins,)
        Mean probability p̄ in each bin; NaN in an empty one.
    frequency : array, shape (bins,)
        Share f̄ of class 1 in each bin; NaN in an empty one.
    count : array, shape (bins,)
        Number N of examples in each bin.

    Raises
    ------
    TypeError
        If `probs` is not an array of a real floating-point dtype, `labels` not an array, or `bins`
        not an integer.
    ValueError
        If the shapes differ, a probability is not from 0 to 1, a label is not 0 or 1, there are no
        examples, or `bins` is less than 1.

    References
    ----------
    M. H. DeGroot and S. E. Fienberg, "The comparison and evaluation of forecasters", The
    Statistician 32, 1983. C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern
    neural networks", ICML, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> probs, labels = np.array([0.25, 0.25, 0.75, 1.0]), np.array([0, 1, 1, 1])
    >>> nnlib.calibration_curve(probs, labels, bins=2)
    (array([0.25 , 0.875]), array([0.5, 1. ]), array([2, 2]))
    """
    bins = check_count(1, bins=bins)
    xp = check_floating(probs=probs)
    check_arrays(probs=probs, labels=labels)
    check_same_shape(probs=probs, labels=labels)
    check_probabilities(probs=probs)
    _size(probs=probs)
    p, y = xp.reshape(probs, (-1,)), xp.reshape(xp.astype(labels, probs.dtype), (-1,))
    if not all_true((y == 0) | (y == 1)):
        raise ValueError("labels must be 0 or 1, got another value")
    j = xp.clip(xp.astype(xp.ceil(p * bins), _integer(xp)), 1, bins)
    in_bin = xpx.one_hot(j - 1, bins, dtype=p.dtype, xp=xp)
    count = xp.sum(in_bin, axis=0)
    n = xp.where(count > 0, count, xp.nan)
    return p @ in_bin / n, y @ in_bin / n, xp.astype(count, _integer(xp))


def expected_calibration_error(probs, labels, /, *, bins=10):
    r"""Expected calibration error (ECE): how far probabilities are from frequencies, on average.

    .. math::
        \operatorname{ECE} = \frac{1}{m} \sum_j N_j \left| \bar{f}_j - \bar{p}_j \right|

    Equation ``eq-expected-calibration-error`` of the book, with the terms of `calibration_curve`:
    each bin weighs as much as the share of the examples that it holds.

    Parameters
    ----------
    probs : array, any shape
        Predicted probabilities ŷ of class 1, or confidences: see `calibration_curve`.
    labels : array, shape of probs
        True classes y, 0 or 1: integers, booleans or floats.
    bins : int, default 10
        Number of bins. The result depends on it: with more bins it grows, by chance.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    TypeError
        If `probs` is not an array of a real floating-point dtype, `labels` not an array, or `bins`
        not an integer.
    ValueError
        If the shapes differ, a probability is not from 0 to 1, a label is not 0 or 1, there are no
        examples, or `bins` is less than 1.

    References
    ----------
    M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> probs, labels = np.array([0.25, 0.25, 0.75, 1.0]), np.array([0, 1, 1, 1])
    >>> nnlib.expected_calibration_error(probs, labels, bins=2)
    0.1875
    """
    confidence, frequency, count = calibration_curve(probs, labels, bins=bins)
    xp = check_floating(confidence=confidence)
    gap = xp.where(count > 0, xp.abs(frequency - confidence), 0.0)
    return float(xp.sum(xp.astype(count, gap.dtype) * gap)) / _size(probs=probs)


def _check_classes(classes, **arrays):
    """Return the array namespace of class numbers from 0 to `classes` - 1, given by name."""
    xp = check_arrays(**arrays)
    for name, array in arrays.items():
        if not xp.isdtype(array.dtype, "integral"):
            raise TypeError(f"{name} must have an integer dtype, got {array.dtype}")
        if not all_true((array >= 0) & (array < classes)):
            raise ValueError(f"{name} must be from 0 to {classes - 1}, got one outside")
    return xp


def _integer(xp):
    """The integer type that an array library uses by default."""
    return xp.__array_namespace_info__().default_dtypes()["integral"]


def _size(**arrays):
    """How many elements the one array given by name has; at least one."""
    ((name, array),) = arrays.items()
    if array.size == 0:
        raise ValueError(f"{name} must not be empty")
    return array.size
