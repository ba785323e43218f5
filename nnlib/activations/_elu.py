"""ELU and SELU."""

from nnlib._validation import check_finite, check_floating

__all__ = ["elu", "elu_deriv", "selu", "selu_deriv"]

# With these, mean 0 and variance 1 of independent inputs are a fixed point.
_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805


def elu(z, /, *, alpha=1.0):
    r"""Exponential linear unit: negative numbers level out at -α.

    .. math::
        \operatorname{ELU}(z) = \begin{cases} z, & z > 0 \\ \alpha (e^z - 1), & z \le 0 \end{cases}

    Equation ``eq-elu`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    alpha : float, default 1.0
        The α of the formula: minus the limit at -inf.

    Returns
    -------
    array, shape of z
        Equal to z for z > 0; from 0 at 0 down to the limit -α at -inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, or `alpha` not a number.
    ValueError
        If `alpha` is not finite.

    References
    ----------
    D.-A. Clevert, T. Unterthiner and S. Hochreiter, "Fast and accurate deep network learning by
    exponential linear units (ELUs)", International Conference on Learning Representations, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.elu(np.array([-1e4, -np.log(2), 0.0, 2.0])).round(4)
    array([-1. , -0.5,  0. ,  2. ])
    """
    xp = check_floating(z=z)
    alpha = check_finite(alpha=alpha)
    # One of the two addends is 0.
    return xp.maximum(z, 0) + alpha * xp.expm1(xp.minimum(z, 0))


def elu_deriv(z, /, *, alpha=1.0):
    r"""Derivative of `elu`.

    .. math::
        \operatorname{ELU}'(z) = \begin{cases} 1, & z > 0 \\ \alpha e^z, & z \le 0 \end{cases}

    Equation ``eq-elu-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    alpha : float, default 1.0
        The α of the formula: minus the limit at -inf.

    Returns
    -------
    array, shape of z
        1 for z > 0; from α at 0 down to 0, the limit at -inf. Unless α is 1, there is no derivative
        at 0, and α is the convention here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, or `alpha` not a number.
    ValueError
        If `alpha` is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.elu_deriv(np.array([-1e4, -np.log(2), 0.0, 2.0])).round(4)
    array([0. , 0.5, 1. , 1. ])
    """
    xp = check_floating(z=z)
    alpha = check_finite(alpha=alpha)
    return xp.where(z > 0, 1.0, alpha * xp.exp(xp.minimum(z, 0)))


def selu(z, /):
    r"""Scaled exponential linear unit: layer after layer stays near mean 0 and variance 1.

    .. math::
        \operatorname{SELU}(z) = \begin{cases}
        s z, & z > 0 \\ s \alpha (e^z - 1), & z \le 0 \end{cases}

    Equation ``eq-selu`` of the book, where s = 1.0507… and α = 1.6733… are such that standard
    normal z give outputs of mean 0 and variance 1.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Equal to s z for z > 0; from 0 at 0 down to the limit -s α = -1.7581… at -inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks",
    Advances in Neural Information Processing Systems 30, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.selu(np.array([-1e4, 0.0, 1.0])).round(4)
    array([-1.7581,  0.    ,  1.0507])
    """
    return _SELU_SCALE * elu(z, alpha=_SELU_ALPHA)


def selu_deriv(z, /):
    r"""Derivative of `selu`.

    .. math::
        \operatorname{SELU}'(z) = \begin{cases} s, & z > 0 \\ s \alpha e^z, & z \le 0 \end{cases}

    Equation ``eq-selu-deriv`` of the book, with the constants of `selu`.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Equal to s for z > 0; from s α at 0 down to 0, the limit at -inf. At 0 there is no
        derivative; s α is the convention here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.selu_deriv(np.array([-1e4, 0.0, 1.0])).round(4)
    array([0.    , 1.7581, 1.0507])
    """
    return _SELU_SCALE * elu_deriv(z, alpha=_SELU_ALPHA)
