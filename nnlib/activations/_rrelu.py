"""RReLU, whose negative slope is drawn at random."""

from array_api_compat import array_namespace, device

from nnlib._validation import check_finite, check_floating, check_generator
from nnlib.activations._relu import relu_deriv

__all__ = ["rrelu", "rrelu_deriv"]


def rrelu(z, /, *, lower=1 / 8, upper=1 / 3, rng=None):
    r"""Randomized leaky ReLU: slopes drawn at random in training, their mean in testing.

    .. math:: \operatorname{RReLU}(z) = \max(0, z) + \frac{l + u}{2} \min(0, z)

    Equation ``eq-rrelu`` of the book, without a generator.

    Parameters
    ----------
    z : array
        Any shape.
    lower, upper : float, default 1/8 and 1/3
        Bounds l and u of the slope for negative z.
    rng : numpy.random.Generator, optional
        For training: each element's slope is drawn from it, uniformly between l and u. Without one,
        as for testing, the slope is the mean of the two.

    Returns
    -------
    array, shape of z
        Equal to z for z > 0, and to z times its slope for z ≤ 0. Under ``jax.jit``, slopes are
        drawn once, when the function is compiled.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, `lower` or `upper` not a number, or
        `rng` not a generator.
    ValueError
        If a bound is not finite, or `lower` exceeds `upper`.

    References
    ----------
    B. Xu, N. Wang, T. Chen and M. Li, "Empirical evaluation of rectified activations in
    convolutional network", arXiv:1505.00853, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.rrelu(np.array([-1.0, 0.0, 2.0]), lower=0.1, upper=0.3).round(4)
    array([-0.2,  0. ,  2. ])
    >>> y = nnlib.rrelu(np.array([-1.0, -1.0]), rng=np.random.default_rng(0))
    >>> print(bool(y[0] != y[1]), bool(((-1 / 3 <= y) & (y <= -1 / 8)).all()))
    True True
    """
    xp = check_floating(z=z)
    a = _slopes(z, lower, upper, rng)
    return xp.maximum(z, 0) + a * xp.minimum(z, 0)


def rrelu_deriv(z, /, *, lower=1 / 8, upper=1 / 3, rng=None):
    r"""Derivative of `rrelu`.

    .. math:: \operatorname{RReLU}'(z) = \mathbb{1}[z > 0] + \frac{l + u}{2} \mathbb{1}[z \le 0]

    Equation ``eq-rrelu-deriv`` of the book, without a generator.

    Parameters
    ----------
    z : array
        Any shape.
    lower, upper : float, default 1/8 and 1/3
        Bounds l and u of the slope for negative z.
    rng : numpy.random.Generator, optional
        For training: each element's slope is drawn from it, uniformly between l and u. Without one,
        as for testing, the slope is the mean of the two.

    Returns
    -------
    array, shape of z
        1 for z > 0, and the slope for z < 0; a generator in the state that `rrelu` met it in gives
        the same slopes. At 0 there is no derivative; the slope is the convention here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, `lower` or `upper` not a number, or
        `rng` not a generator.
    ValueError
        If a bound is not finite, or `lower` exceeds `upper`.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.rrelu_deriv(np.array([-1.0, 0.0, 2.0]), lower=0.1, upper=0.3).round(4)
    array([0.2, 0.2, 1. ])
    """
    check_floating(z=z)
    a = _slopes(z, lower, upper, rng)
    positive = relu_deriv(z)
    return positive + a * (1 - positive)


def _slopes(z, lower, upper, rng):
    """The mean slope; with a generator, a slope for each element of z."""
    lower, upper = check_finite(lower=lower), check_finite(upper=upper)
    if lower > upper:
        raise ValueError(f"lower must not exceed upper, got {lower} and {upper}")
    if rng is None:
        return (lower + upper) / 2
    check_generator(rng=rng)
    slopes = rng.uniform(lower, upper, size=z.shape)
    return array_namespace(z).asarray(slopes, dtype=z.dtype, device=device(z))
