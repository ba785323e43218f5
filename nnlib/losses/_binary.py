"""Losses for a probability: two classes, 0 and 1."""

from nnlib._special import xlogy
from nnlib._validation import (
    all_true,
    check_arrays,
    check_floating,
    check_label_dtype,
    check_probabilities,
    check_same_shape,
)
from nnlib.activations import sigmoid, softplus

__all__ = [
    "binary_cross_entropy",
    "sigmoid_binary_cross_entropy",
    "sigmoid_binary_cross_entropy_grad",
]


def _as_targets(labels, **scores):
    """Labels as floating-point numbers of the shape of the scores (given by name)."""
    ((_, score),) = scores.items()
    check_floating(**scores)
    xp = check_arrays(**scores, labels=labels)
    check_same_shape(**scores, labels=labels)
    if xp.isdtype(labels.dtype, "integral"):
        if not all_true((labels == 0) | (labels == 1)):
            raise ValueError("integer labels must be 0 or 1, got another one")
        return xp.astype(labels, score.dtype)
    check_label_dtype(labels)
    check_probabilities(labels=labels)
    return labels


def binary_cross_entropy(probs, labels, /):
    r"""Cross-entropy of predicted probabilities of class 1 against labels 0 and 1.

    .. math:: L = -y \log \hat{y} - (1 - y) \log(1 - \hat{y})

    Equation ``eq-binary-cross-entropy`` of the book; 0 log 0 is 0. To train a network whose last
    layer is the sigmoid, use `sigmoid_binary_cross_entropy`, which no rounding to 0 or 1 can spoil.

    Parameters
    ----------
    probs : array
        Predicted probabilities ŷ, from 0 to 1. Any shape.
    labels : array, shape of probs
        Labels y: 0 or 1, as integers, or floating-point numbers from 0 to 1.

    Returns
    -------
    array, shape of probs
        Loss per element, in nats; infinite where ŷ is 0 and y is not, or ŷ is 1 and y is not.

    Raises
    ------
    TypeError
        If `probs` is not an array of a real floating-point dtype, or `labels` neither that nor of
        an integer dtype.
    ValueError
        If the shapes differ, or a probability or label is out of bounds. (Under ``jax.jit``,
        values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.binary_cross_entropy(np.array([0.5, 0.9, 0.9]), np.array([1, 1, 0])).round(4)
    array([0.6931, 0.1054, 2.3026])
    """
    labels = _as_targets(labels, probs=probs)
    check_probabilities(probs=probs)
    return 0 - xlogy(labels, probs) - xlogy(1 - labels, 1 - probs)


def sigmoid_binary_cross_entropy(logits, labels, /):
    r"""Cross-entropy of sigmoid(logits) against labels 0 and 1.

    .. math:: L = \operatorname{softplus}(z) - y z

    Equation ``eq-sigmoid-binary-cross-entropy`` of the book, computed such that it stays accurate
    when the loss is small and the logit is large.

    Parameters
    ----------
    logits : array
        Finite logits z. Any shape.
    labels : array, shape of logits
        Labels y: 0 or 1, as integers, or floating-point numbers from 0 to 1.

    Returns
    -------
    array, shape of logits
        Loss per element, in nats.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, or `labels` neither that nor of
        an integer dtype.
    ValueError
        If the shapes differ, or a label is out of bounds. (Under ``jax.jit``,
        values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.sigmoid_binary_cross_entropy(np.array([0.0, 1e4, 1e4]), np.array([1, 1, 0])).round(4)
    array([6.931e-01, 0.000e+00, 1.000e+04])
    """
    labels = _as_targets(labels, logits=logits)
    # softplus(z) - z = softplus(-z), so both addends are positive and nothing cancels.
    return labels * softplus(-logits) + (1 - labels) * softplus(logits)


def sigmoid_binary_cross_entropy_grad(logits, labels, /):
    r"""Gradient of `sigmoid_binary_cross_entropy` with respect to the logits.

    .. math:: \frac{\partial L}{\partial z} = \sigma(z) - y

    Equation ``eq-sigmoid-binary-cross-entropy-grad`` of the book.

    Parameters
    ----------
    logits : array
        Finite logits z. Any shape.
    labels : array, shape of logits
        Labels y: 0 or 1, as integers, or floating-point numbers from 0 to 1.

    Returns
    -------
    array, shape of logits
        Gradient per element, from -1 to 1.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, or `labels` neither that nor of
        an integer dtype.
    ValueError
        If the shapes differ, or a label is out of bounds. (Under ``jax.jit``,
        values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.sigmoid_binary_cross_entropy_grad(np.array([0.0, 1e4, 1e4]), np.array([1, 1, 0]))
    array([-0.5,  0. ,  1. ])
    """
    labels = _as_targets(labels, logits=logits)
    return sigmoid(logits) - labels
