"""Sigmoid, its logarithm and its integral."""

from nnlib._validation import check_floating

__all__ = [
    "log_sigmoid",
    "log_sigmoid_deriv",
    "sigmoid",
    "sigmoid_deriv",
    "softplus",
    "softplus_deriv",
]


def sigmoid(z, /):
    r"""Sigmoid (logistic function): any number, turned into a probability.

    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}}

    Equation ``eq-sigmoid`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From 0 to 1: the limits 0 at -inf and 1 at inf, ½ at 0. In floating point it is 1 from z ≈
        37 on (17 in float32), while small values keep all their digits.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    J. S. Cramer, "The origins of logistic regression", Tinbergen Institute Discussion Paper 119/4,
    2002.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.sigmoid(np.array([-1e4, 0.0, np.log(3)])).round(4)
    array([0.  , 0.5 , 0.75])
    """
    xp = check_floating(z=z)
    # 1/(1 + e^-z) = e^z/(e^z + 1): the one for z ≥ 0, the other for z < 0. No exponent is positive.
    return xp.exp(xp.minimum(z, 0)) / (1 + xp.exp(xp.minimum(z, -z)))


def sigmoid_deriv(z, /):
    r"""Derivative of `sigmoid`.

    .. math:: \sigma'(z) = \sigma(z) (1 - \sigma(z))

    Equation ``eq-sigmoid-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From 0, the limit at ±inf, to its maximum ¼ at 0.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.sigmoid_deriv(np.array([-1e4, 0.0, np.log(3)])).round(4)
    array([0.    , 0.25  , 0.1875])
    """
    xp = check_floating(z=z)
    # σ(z) σ(-z), which is the same for z and -z, with e = e^-|z|.
    e = xp.exp(xp.minimum(z, -z))
    return e / ((1 + e) * (1 + e))


def log_sigmoid(z, /):
    r"""Logarithm of the sigmoid, finite where the sigmoid itself rounds to 0.

    .. math:: \operatorname{logsigmoid}(z) = \log \sigma(z) = -\log(1 + e^{-z})

    Equation ``eq-log-sigmoid`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Log-probabilities, in nats, none above 0: close to z for very negative z, -log 2 at 0; the
        limits -inf at -inf and 0 at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.log_sigmoid(np.array([-1e4, 0.0])).round(4)
    array([-1.000e+04, -6.931e-01])
    """
    xp = check_floating(z=z)
    # -log(1 + e^-z) = z - log(1 + e^z): the one for z ≥ 0, the other for z < 0.
    return xp.minimum(z, 0) - xp.log1p(xp.exp(xp.minimum(z, -z)))


def log_sigmoid_deriv(z, /):
    r"""Derivative of `log_sigmoid`.

    .. math:: \operatorname{logsigmoid}'(z) = 1 - \sigma(z)

    Equation ``eq-log-sigmoid-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From 1, the limit at -inf, down to 0, the limit at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.log_sigmoid_deriv(np.array([-1e4, 0.0, 1e4]))
    array([1. , 0.5, 0. ])
    """
    check_floating(z=z)
    return sigmoid(-z)


def softplus(z, /):
    r"""Softplus: a smooth ReLU, and the integral of the sigmoid.

    .. math:: \operatorname{softplus}(z) = \log(1 + e^z)

    Equation ``eq-softplus`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Above max(0, z), by log 2 at 0 and by less and less away from it; the limits 0 at -inf and
        inf at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau and R. Garcia, "Incorporating second-order functional
    knowledge for better option pricing", Advances in Neural Information Processing Systems 13,
    2000.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softplus(np.array([-1e4, 0.0, 2.0])).round(4)
    array([0.    , 0.6931, 2.1269])
    """
    xp = check_floating(z=z)
    # log(1 + e^z) = z + log(1 + e^-z): the first for z < 0, the second for z ≥ 0.
    return xp.maximum(z, 0) + xp.log1p(xp.exp(xp.minimum(z, -z)))


def softplus_deriv(z, /):
    r"""Derivative of `softplus`: the sigmoid.

    .. math:: \operatorname{softplus}'(z) = \sigma(z)

    Equation ``eq-softplus-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From 0, the limit at -inf, to 1, the limit at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softplus_deriv(np.array([-1e4, 0.0, np.log(3)])).round(4)
    array([0.  , 0.5 , 0.75])
    """
    return sigmoid(z)
