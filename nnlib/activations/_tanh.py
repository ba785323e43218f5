"""Tanh and the other S-shaped functions about 0."""

from nnlib._validation import check_floating

__all__ = ["arctan", "arctan_deriv", "softsign", "softsign_deriv", "tanh", "tanh_deriv"]


def tanh(z, /):
    r"""Hyperbolic tangent: an S about 0, between -1 and 1.

    .. math:: \tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}

    Equation ``eq-tanh`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From -1, the limit at -inf, to 1, the limit at inf; tanh(-z) = -tanh(z).

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", in Neural Networks:
    Tricks of the Trade, Springer, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.tanh(np.array([-1e4, 0.0, np.log(2)])).round(4)
    array([-1. ,  0. ,  0.6])
    """
    xp = check_floating(z=z)
    return xp.tanh(z)


def tanh_deriv(z, /):
    r"""Derivative of `tanh`.

    .. math:: \tanh'(z) = 1 - \tanh^2(z)

    Equation ``eq-tanh-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From 0, the limit at ±inf, to its maximum 1 at 0. Small values keep all their digits, which
        1 - tanh² would lose.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.tanh_deriv(np.array([-1e4, 0.0, np.log(2)])).round(4)
    array([0.  , 1.  , 0.64])
    """
    xp = check_floating(z=z)
    # 1 - tanh² is 1/cosh²; with e = e^-|z|, 1/cosh(z) = 2e/(1 + e²), where nothing cancels.
    e = xp.exp(xp.minimum(z, -z))
    sech = 2 * e / (1 + e * e)
    return sech * sech


def arctan(z, /):
    r"""Arctangent: the angle whose tangent is z.

    .. math:: x = \arctan(z), \qquad \tan(x) = z

    Equation ``eq-arctan`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        In radians, from -π/2, the limit at -inf, to π/2, the limit at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.arctan(np.array([-1e30, 0.0, 1.0])).round(4)
    array([-1.5708,  0.    ,  0.7854])
    """
    xp = check_floating(z=z)
    return xp.atan(z)


def arctan_deriv(z, /):
    r"""Derivative of `arctan`.

    .. math:: \arctan'(z) = \frac{1}{1 + z^2}

    Equation ``eq-arctan-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From 0, the limit at ±inf, to its maximum 1 at 0.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.arctan_deriv(np.array([-1e30, 0.0, 1.0, 2.0])).round(4)
    array([0. , 1. , 0.5, 0.2])
    """
    xp = check_floating(z=z)
    # hypot(1, z) = √(1 + z²), without squaring a large z.
    cos = 1 / xp.hypot(xp.ones_like(z), z)
    return cos * cos


def softsign(z, /):
    r"""Softsign: an S like tanh, but slow to come near to its limits.

    .. math:: \operatorname{softsign}(z) = \frac{z}{1 + |z|}

    Equation ``eq-softsign`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From -1, the limit at -inf, to 1, the limit at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softsign(np.array([-4.0, 0.0, 1.0, np.inf]))
    array([-0.8,  0. ,  0.5,  1. ])
    """
    xp = check_floating(z=z)
    # The largest finite number stands for infinity: ∞/(1 + ∞) would be NaN.
    largest = float(xp.finfo(z.dtype).max)
    z = xp.clip(z, -largest, largest)
    return z / (1 + xp.abs(z))


def softsign_deriv(z, /):
    r"""Derivative of `softsign`.

    .. math:: \operatorname{softsign}'(z) = \frac{1}{(1 + |z|)^2}

    Equation ``eq-softsign-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From 0, the limit at ±inf, to its maximum 1 at 0, where it has a corner.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softsign_deriv(np.array([-4.0, 0.0, 1.0])).round(4)
    array([0.04, 1.  , 0.25])
    """
    xp = check_floating(z=z)
    # 1/(1 + |z|) is squared rather than 1 + |z|, whose square may overflow.
    r = 1 / (1 + xp.abs(z))
    return r * r
