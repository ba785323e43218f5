"""Losses and measures of information for distributions over classes."""

import array_api_extra as xpx
from array_api_compat import array_namespace

from nnlib._special import xlogy
from nnlib._validation import (
    all_true,
    check_arrays,
    check_axis,
    check_distribution,
    check_floating,
    check_label_dtype,
    check_non_negative,
    check_same_shape,
)
from nnlib.activations import log_softmax, softmax

__all__ = [
    "cross_entropy",
    "entropy",
    "kl_divergence",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
]


def _as_distributions(labels, **scores):
    """Labels as distributions of the shape of the scores (given by name); integers as one-hot."""
    ((name, score),) = scores.items()
    check_floating(**scores)
    check_axis(-1, **scores)
    xp = check_arrays(**scores, labels=labels)
    if xp.isdtype(labels.dtype, "integral"):
        classes = score.shape[-1]
        if labels.shape != score.shape[:-1]:
            raise ValueError(
                f"integer labels must have the shape of {name} without its last axis, "
                f"{tuple(score.shape[:-1])}, got {tuple(labels.shape)}"
            )
        if not all_true((labels >= 0) & (labels < classes)):
            raise ValueError(f"integer labels must be from 0 to {classes - 1}, got one outside")
        return xpx.one_hot(labels, classes, dtype=score.dtype, xp=xp)
    check_label_dtype(labels)
    if labels.shape == score.shape[:-1]:
        raise ValueError(
            f"labels must have the shape of {name}, {tuple(score.shape)}, or be integers to be "
            f"classes; got {labels.dtype} of the shape {tuple(labels.shape)}"
        )
    check_same_shape(**scores, labels=labels)
    check_distribution(labels=labels)
    return labels


def entropy(probs, /):
    r"""Entropy of distributions: the mean surprise of a draw.

    .. math:: H(p) = -\sum_i p_i \log p_i

    Equation ``eq-entropy`` of the book; 0 log 0 is 0.

    Parameters
    ----------
    probs : array, shape (..., K)
        Non-negative, summing to 1 over K.

    Returns
    -------
    array, shape (...)
        In nats, from 0 (one certain outcome) to log K (all alike).

    Raises
    ------
    TypeError
        If `probs` is not an array of a real floating-point dtype.
    ValueError
        If `probs` is empty along its last axis, or is no distribution.

    References
    ----------
    C. E. Shannon, "A mathematical theory of communication", Bell System Technical Journal 27, 1948.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.entropy(np.array([0.5, 0.5])).round(4))
    0.6931
    """
    xp = check_floating(probs=probs)
    check_axis(-1, probs=probs)
    check_distribution(probs=probs)
    # 0 - …, so that a certain outcome has the entropy 0 and not -0.
    return 0 - xp.sum(xlogy(probs, probs), axis=-1)


def kl_divergence(p, q, /):
    r"""Kullback–Leibler divergence: what describing p by q costs beyond p's entropy.

    .. math:: \operatorname{KL}(p, q) = \sum_i p_i \log \frac{p_i}{q_i}

    Equation ``eq-kl-divergence`` of the book; terms with pᵢ = 0 are 0.

    Parameters
    ----------
    p, q : array, shape (..., K)
        Non-negative, summing to 1 over K.

    Returns
    -------
    array, shape (...)
        In nats; 0 where p = q, and infinite where some qᵢ = 0 < pᵢ. Not symmetric.

    Raises
    ------
    TypeError
        If `p` or `q` is not an array of a real floating-point dtype.
    ValueError
        If the shapes differ, or if `p` or `q` is empty along the last axis, or is no distribution.

    References
    ----------
    S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of Mathematical
    Statistics 22, 1951.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> p, q = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    >>> print(nnlib.kl_divergence(p, q).round(4), nnlib.kl_divergence(q, p))
    0.6931 inf
    """
    xp = check_floating(p=p, q=q)
    check_axis(-1, p=p)
    check_same_shape(p=p, q=q)
    check_distribution(p=p, q=q)
    return xp.sum(xlogy(p, p) - xlogy(p, q), axis=-1)


def cross_entropy(probs, labels, /):
    r"""Cross-entropy of predicted probabilities against labels.

    .. math:: L = -\sum_i y_i \log \hat{y}_i

    Equation ``eq-cross-entropy`` of the book; classes with yᵢ = 0 count nothing. To train a network
    whose last layer is softmax, use `softmax_cross_entropy`, which no rounding to 0 can spoil.

    Parameters
    ----------
    probs : array, shape (..., K)
        Predicted probabilities ŷ, non-negative. Their sum is not checked: printed figures are
        rounded.
    labels : array, shape (..., K) or (...)
        Distributions y, summing to 1 over K; or integers, the true classes, from 0 to K - 1.

    Returns
    -------
    array, shape (...)
        Loss per example, in nats; infinite where a class with yᵢ > 0 has ŷᵢ = 0.

    Raises
    ------
    TypeError
        If `probs` is not an array of a real floating-point dtype, or `labels` neither that nor of
        an integer dtype.
    ValueError
        If the shapes do not fit, a probability is negative, `labels` are no distributions, or an
        integer label is not a class. (Under ``jax.jit``, values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.cross_entropy(np.array([0.015, 0.866, 0.117]), np.array(1)).round(4))
    0.1439
    """
    labels = _as_distributions(labels, probs=probs)
    check_non_negative(probs=probs)
    xp = array_namespace(probs, labels)
    return 0 - xp.sum(xlogy(labels, probs), axis=-1)


def softmax_cross_entropy(logits, labels, /):
    r"""Cross-entropy of softmax(logits) against labels.

    .. math:: L = \log \sum_j e^{z_j} - \sum_i y_i z_i

    Equation ``eq-softmax-cross-entropy`` of the book, computed by the log of softmax, which stays
    accurate when the loss is small and the logits are large.

    Parameters
    ----------
    logits : array, shape (..., K)
        Finite unnormalised log-probabilities z.
    labels : array, shape (..., K) or (...)
        Distributions y, summing to 1 over K; or integers, the true classes, from 0 to K - 1.

    Returns
    -------
    array, shape (...)
        Loss per example, in nats.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, or `labels` neither that nor of
        an integer dtype.
    ValueError
        If the shapes do not fit, `labels` are no distributions, or an integer label is not a class.
        (Under ``jax.jit``, values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.softmax_cross_entropy(np.zeros(10), np.array(3)).round(4))  # log 10
    2.3026
    """
    labels = _as_distributions(labels, logits=logits)
    xp = array_namespace(logits, labels)
    return 0 - xp.sum(labels * log_softmax(logits), axis=-1)


def softmax_cross_entropy_grad(logits, labels, /):
    r"""Gradient of `softmax_cross_entropy` with respect to the logits.

    .. math:: \frac{\partial L}{\partial z_i} = \hat{y}_i - y_i

    Equation ``eq-softmax-cross-entropy-grad`` of the book, where ŷ = softmax(z).

    Parameters
    ----------
    logits : array, shape (..., K)
        Finite unnormalised log-probabilities z.
    labels : array, shape (..., K) or (...)
        Distributions y, summing to 1 over K; or integers, the true classes, from 0 to K - 1.

    Returns
    -------
    array, shape (..., K)
        Gradient per example; it sums to 0 over K.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, or `labels` neither that nor of
        an integer dtype.
    ValueError
        If the shapes do not fit, `labels` are no distributions, or an integer label is not a class.
        (Under ``jax.jit``, values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softmax_cross_entropy_grad(np.zeros(4), np.array(2))
    array([ 0.25,  0.25, -0.75,  0.25])
    """
    labels = _as_distributions(labels, logits=logits)
    return softmax(logits) - labels
