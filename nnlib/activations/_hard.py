"""Piecewise linear and quadratic stand-ins for the sigmoid and SiLU."""

from nnlib._validation import check_floating

__all__ = ["hard_sigmoid", "hard_sigmoid_deriv", "hard_swish", "hard_swish_deriv"]


def hard_sigmoid(z, /):
    r"""Hard sigmoid: three straight lines in the sigmoid's place, cheap to compute.

    .. math:: \operatorname{hardsigmoid}(z) = \frac{\min(\max(0, z + 3), 6)}{6}

    Equation ``eq-hard-sigmoid`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        0 up to -3, ½ at 0, 1 from 3 on.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    A. Howard et al., "Searching for MobileNetV3", International Conference on Computer Vision,
    2019.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.hard_sigmoid(np.array([-3.0, 0.0, 1.5, 1e4]))
    array([0.  , 0.5 , 0.75, 1.  ])
    """
    xp = check_floating(z=z)
    return xp.clip(z + 3, 0.0, 6.0) / 6


def hard_sigmoid_deriv(z, /):
    r"""Derivative of `hard_sigmoid`.

    .. math:: \operatorname{hardsigmoid}'(z) = \frac{\mathbb{1}[|z| < 3]}{6}

    Equation ``eq-hard-sigmoid-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        1/6 between -3 and 3, and 0 elsewhere. At ±3 there is no derivative; 0 is the convention
        here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.hard_sigmoid_deriv(np.array([-3.0, 0.0, 1.5, 1e4])).round(4)
    array([0.    , 0.1667, 0.1667, 0.    ])
    """
    xp = check_floating(z=z)
    return xp.maximum(xp.sign(3 - xp.abs(z)), 0) / 6


def hard_swish(z, /):
    r"""Hard swish: z times `hard_sigmoid`, cheap to compute where SiLU is dear.

    .. math:: \operatorname{hardswish}(z) = z \operatorname{hardsigmoid}(z)

    Equation ``eq-hard-swish`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        0 up to -3, z from 3 on; the minimum is -3/8, at -3/2. The limits are 0 at -inf and inf at
        inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    A. Howard et al., "Searching for MobileNetV3", International Conference on Computer Vision,
    2019.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.hard_swish(np.array([-1e4, -1.5, 0.0, 1.5, 3.0]))
    array([-0.   , -0.375,  0.   ,  1.125,  3.   ])
    """
    xp = check_floating(z=z)
    # Below -3 the second factor is 0; -3 in place of z keeps -∞ · 0 away.
    return xp.maximum(z, -3.0) * hard_sigmoid(z)


def hard_swish_deriv(z, /):
    r"""Derivative of `hard_swish`.

    .. math::
        \operatorname{hardswish}'(z) = \begin{cases}
        0, & z \le -3 \\ (2 z + 3) / 6, & -3 < z < 3 \\ 1, & z \ge 3 \end{cases}

    Equation ``eq-hard-swish-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        From -½ to 1½ between -3 and 3. At ±3 there is no derivative; 0 at -3 and 1 at 3, those of
        the parts outside, are the convention here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.hard_swish_deriv(np.array([-3.0, -1.5, 0.0, 1.5, 3.0]))
    array([0. , 0. , 0.5, 1. , 1. ])
    """
    xp = check_floating(z=z)
    # By the product rule; beyond ±3 the last factor is 0, and ±3 in place of z keeps ∞ · 0 away.
    return hard_sigmoid(z) + xp.clip(z, -3.0, 3.0) * hard_sigmoid_deriv(z)
