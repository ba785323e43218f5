"""SiLU and Mish: z times a smooth step."""

from nnlib._validation import check_floating
from nnlib.activations._sigmoid import sigmoid, softplus
from nnlib.activations._tanh import tanh_deriv

__all__ = ["mish", "mish_deriv", "silu", "silu_deriv"]

# Beyond ±1000 the steps are 0 or 1 to the last digit: z may be cut off, so that ∞ meets no 0.
_FAR = 1000.0


def silu(z, /):
    r"""Sigmoid linear unit, also called swish: z times the sigmoid of z.

    .. math:: \operatorname{SiLU}(z) = z \, \sigma(z)

    Equation ``eq-silu`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Close to z for large z and to 0 for very negative z; the minimum is -0.27846…, at -1.27846….
        The limits are 0 at -inf and inf at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    S. Elfwing, E. Uchibe and K. Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", Neural Networks 107, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.silu(np.array([-1e4, 0.0, np.log(3)])).round(4)
    array([-0.   ,  0.   ,  0.824])
    """
    xp = check_floating(z=z)
    return xp.maximum(z, -_FAR) * sigmoid(z)


def silu_deriv(z, /):
    r"""Derivative of `silu`.

    .. math:: \operatorname{SiLU}'(z) = \sigma(z) (1 + z (1 - \sigma(z)))

    Equation ``eq-silu-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        ½ at 0; the limits are 0 at -inf and 1 at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.silu_deriv(np.array([-1.0, 0.0, 1.0, 1e4])).round(4)
    array([0.0723, 0.5   , 0.9277, 1.    ])
    """
    xp = check_floating(z=z)
    z = xp.clip(z, -_FAR, _FAR)
    # 1 - σ(z) = σ(-z)
    return sigmoid(z) * (1 + z * sigmoid(-z))


def mish(z, /):
    r"""Mish: z times the tanh of its softplus.

    .. math:: \operatorname{Mish}(z) = z \tanh(\operatorname{softplus}(z))

    Equation ``eq-mish`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Close to z for large z and to 0 for very negative z; the minimum is -0.30884…, at -1.19243….
        The limits are 0 at -inf and inf at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    D. Misra, "Mish: a self regularized non-monotonic activation function", British Machine Vision
    Conference, 2020.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.mish(np.array([-1e4, 0.0, 1.0])).round(4)
    array([-0.    ,  0.    ,  0.8651])
    """
    xp = check_floating(z=z)
    return xp.maximum(z, -_FAR) * xp.tanh(softplus(z))


def mish_deriv(z, /):
    r"""Derivative of `mish`.

    .. math::
        \operatorname{Mish}'(z) = \tanh(\operatorname{softplus}(z))
        + z \, \sigma(z) (1 - \tanh^2(\operatorname{softplus}(z)))

    Equation ``eq-mish-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        3/5 at 0; the limits are 0 at -inf and 1 at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.mish_deriv(np.array([-1.0, 0.0, 1.0])).round(4)
    array([0.0592, 0.6   , 1.049 ])
    """
    xp = check_floating(z=z)
    z = xp.clip(z, -_FAR, _FAR)
    s = softplus(z)
    return xp.tanh(s) + z * sigmoid(z) * tanh_deriv(s)
