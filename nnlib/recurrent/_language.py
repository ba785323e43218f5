"""Losses of sequences of symbols, and drawing symbols."""

from math import prod

from array_api_compat import array_namespace

from nnlib._validation import (
    all_true,
    check_arrays,
    check_at_least_zero,
    check_axis,
    check_floating,
    check_generator,
)
from nnlib.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from nnlib.recurrent._sequence import check_shape, where

__all__ = [
    "perplexity",
    "sample_with_temperature",
    "sequence_cross_entropy",
    "sequence_cross_entropy_grad",
]


def sequence_cross_entropy(logits, labels, /, *, mask=None):
    r"""Cross-entropy of sequences: the sum over the steps that count, one value per sequence.

    .. math:: L = -\sum_t m_t \sum_k y_{tk} \log \hat{y}_{tk}

    Equation ``eq-sequence-cross-entropy`` of the book, with ŷ = softmax(z). It is -log of the
    probability that the model gives to the whole sequence. Divide by the number of steps that count
    for a mean per step.

    Parameters
    ----------
    logits : array, shape (..., T, K)
        Finite unnormalised log-probabilities z at each step.
    labels : array, shape (..., T) or (..., T, K)
        The true classes at each step, integers from 0 to K - 1; or distributions y over K.
    mask : array of bool, shape (..., T), optional
        Which steps count, m. The labels of the others have no influence, but must be classes.

    Returns
    -------
    array, shape (...)
        Loss per sequence, in nats.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, `labels` neither that nor of an
        integer dtype, or `mask` not one of booleans.
    ValueError
        If the shapes do not fit, `labels` are no distributions, or an integer label is not a class.
        (Under ``jax.jit``, values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> logits, labels = np.zeros((2, 3, 10)), np.zeros((2, 3), dtype=int)
    >>> mask = np.array([[True, True, True], [True, False, False]])
    >>> nnlib.sequence_cross_entropy(logits, labels, mask=mask).round(4)  # 3 log 10 and log 10
    array([6.9078, 2.3026])
    """
    xp = _check_steps(logits, mask)
    return xp.sum(where(mask, softmax_cross_entropy(logits, labels)), axis=-1)


def sequence_cross_entropy_grad(logits, labels, /, *, mask=None):
    r"""Gradient of `sequence_cross_entropy` with respect to the logits.

    .. math:: \frac{\partial L}{\partial z_{tk}} = m_t (\hat{y}_{tk} - y_{tk})

    Equation ``eq-sequence-cross-entropy-grad`` of the book, with ŷ = softmax(z).

    Parameters
    ----------
    logits : array, shape (..., T, K)
        Finite unnormalised log-probabilities z at each step.
    labels : array, shape (..., T) or (..., T, K)
        The true classes at each step, integers from 0 to K - 1; or distributions y over K.
    mask : array of bool, shape (..., T), optional
        Which steps count, m.

    Returns
    -------
    array, shape (..., T, K)
        Gradient of each sequence's loss; 0 at steps that do not count.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, `labels` neither that nor of an
        integer dtype, or `mask` not one of booleans.
    ValueError
        If the shapes do not fit, `labels` are no distributions, or an integer label is not a class.
        (Under ``jax.jit``, values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> mask = np.array([True, False])
    >>> nnlib.sequence_cross_entropy_grad(np.zeros((2, 2)), np.array([0, 1]), mask=mask)
    array([[-0.5,  0.5],
           [ 0. ,  0. ]])
    """
    _check_steps(logits, mask)
    m = None if mask is None else mask[..., None]
    return where(m, softmax_cross_entropy_grad(logits, labels))


def perplexity(logits, labels, /, *, mask=None):
    r"""Perplexity: among how many equally likely symbols the model would be as unsure.

    .. math:: \operatorname{PP} = \exp\left( \frac{\sum_n L_n}{\sum_n \sum_t m_{nt}} \right)

    Equation ``eq-perplexity`` of the book, with L of `sequence_cross_entropy`: exp of the mean loss
    of all steps that count, however they are shared out among sequences.

    Parameters
    ----------
    logits : array, shape (..., T, K)
        Finite unnormalised log-probabilities z at each step.
    labels : array, shape (..., T) or (..., T, K)
        The true classes at each step, integers from 0 to K - 1; or distributions over K.
    mask : array of bool, shape (..., T), optional
        Which steps count, m; one or more.

    Returns
    -------
    array, shape ()
        From 1, where the model was sure and right, through K, where it took all symbols for equally
        likely, to infinity.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, `labels` neither that nor of an
        integer dtype, or `mask` not one of booleans.
    ValueError
        If the shapes do not fit, `labels` are no distributions, an integer label is not a class, or
        no step counts. (Under ``jax.jit``, values are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> probs = np.array([[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]])
    >>> print(nnlib.perplexity(np.log(probs), np.array([0, 1])).round(4))  # 1 / √(½ · ⅛)
    4.0
    """
    xp = _check_steps(logits, mask)
    total = xp.sum(sequence_cross_entropy(logits, labels, mask=mask))
    if mask is None:
        return xp.exp(total / prod(logits.shape[:-1]))
    count = xp.sum(xp.astype(mask, logits.dtype))
    if not all_true(count > 0):
        raise ValueError("mask must be True at one step or more, got none")
    return xp.exp(total / count)


def sample_with_temperature(logits, /, *, rng, temperature=1.0):
    r"""Draw classes from softmax(logits / temperature).

    .. math:: k = \arg\max_i (z_i + T \xi_i)

    Equation ``eq-temperature`` of the book, with independent ξ of the Gumbel distribution: the
    class with the largest sum is distributed like softmax(z / T).

    Parameters
    ----------
    logits : array, shape (..., K)
        Unnormalised log-probabilities z.
    rng : numpy.random.Generator
        Source of the random numbers.
    temperature : float, default 1.0
        T, 0 or more: 1 draws as the model predicts, less prefers the likely classes, more makes all
        alike. 0 always takes the likeliest, the first of several.

    Returns
    -------
    array of int, shape (...)
        Classes, from 0 to K - 1.

    Raises
    ------
    TypeError
        If `logits` is not an array of a real floating-point dtype, `rng` not a generator, or
        `temperature` not a number.
    ValueError
        If `logits` is empty along its last axis, or `temperature` is negative or not finite.

    References
    ----------
    C. J. Maddison, D. Tarlow and T. Minka, "A* sampling", NeurIPS, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> rng, logits = np.random.default_rng(0), np.log([[0.8, 0.2]] * 10_000)
    >>> cold = nnlib.sample_with_temperature(logits, rng=rng, temperature=0.5)
    >>> print(np.mean(cold == 0).round(2))  # 0.8² / (0.8² + 0.2²) = 0.94
    0.94
    """
    xp = check_floating(logits=logits)
    check_axis(-1, logits=logits)
    check_generator(rng=rng)
    temperature = check_at_least_zero(temperature=temperature)
    noise = xp.asarray(rng.gumbel(size=logits.shape), dtype=logits.dtype)
    return xp.argmax(logits + temperature * noise, axis=-1)


def _check_steps(logits, mask):
    """Return the array namespace of logits of sequences, and of their mask."""
    xp = check_floating(logits=logits)
    if logits.ndim < 2 or 0 in logits.shape:
        raise ValueError(
            f"logits must have the shape (..., T, K), each of 1 or more, got {tuple(logits.shape)}"
        )
    if mask is not None:
        check_arrays(logits=logits, mask=mask)
        if not xp.isdtype(mask.dtype, "bool"):
            raise TypeError(f"mask must have a boolean dtype, got {mask.dtype}")
        check_shape("(..., T)", tuple(logits.shape[:-1]), mask=mask)
    return array_namespace(logits)
