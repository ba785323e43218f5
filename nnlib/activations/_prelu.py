"""PReLU, whose negative slope is learned."""

from array_api_compat import is_array_api_obj

from nnlib._validation import check_broadcastable, check_finite, check_floating
from nnlib.activations._relu import relu_deriv

__all__ = ["prelu", "prelu_deriv", "prelu_slope_deriv"]


def prelu(z, /, negative_slope):
    r"""Parametric ReLU: a leaky ReLU whose slope is learned.

    .. math:: \operatorname{PReLU}(z, a) = \max(0, z) + a \min(0, z)

    Equation ``eq-prelu`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    negative_slope : array or float
        Slope a for negative z: one for all, or an array that broadcasts to the shape of z,
        such as one for each unit, shape (units,).

    Returns
    -------
    array, shape of z
        Equal to z for z > 0, and to a z for z ≤ 0; of the dtype of z.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, or `negative_slope` neither such an
        array of the same library nor a number.
    ValueError
        If `negative_slope` does not broadcast to the shape of z, or is a number that is not finite.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", International Conference on Computer Vision, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> z = np.array([[-2.0, -2.0], [1.0, 0.0]])
    >>> nnlib.prelu(z, np.array([0.25, 0.5]))
    array([[-0.5, -1. ],
           [ 1. ,  0. ]])
    """
    xp = check_floating(z=z)
    a = _slope(z, negative_slope)
    return xp.maximum(z, 0) + a * xp.minimum(z, 0)


def prelu_deriv(z, /, negative_slope):
    r"""Derivative of `prelu` with respect to z.

    .. math::
        \frac{\partial \operatorname{PReLU}(z, a)}{\partial z}
        = \mathbb{1}[z > 0] + a \mathbb{1}[z \le 0]

    Equation ``eq-prelu-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    negative_slope : array or float
        Slope a for negative z: one for all, or an array that broadcasts to the shape of z,
        such as one for each unit, shape (units,).

    Returns
    -------
    array, shape of z
        1 for z > 0, and a for z < 0. At 0 there is no derivative; a is the convention here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, or `negative_slope` neither such an
        array of the same library nor a number.
    ValueError
        If `negative_slope` does not broadcast to the shape of z, or is a number that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> z = np.array([[-2.0, -2.0], [1.0, 0.0]])
    >>> nnlib.prelu_deriv(z, np.array([0.25, 0.5]))
    array([[0.25, 0.5 ],
           [1.  , 0.5 ]])
    """
    check_floating(z=z)
    a = _slope(z, negative_slope)
    positive = relu_deriv(z)
    return positive + a * (1 - positive)


def prelu_slope_deriv(z, /, negative_slope):
    r"""Derivative of `prelu` with respect to the slope.

    .. math:: \frac{\partial \operatorname{PReLU}(z, a)}{\partial a} = \min(0, z)

    Equation ``eq-prelu-slope-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    negative_slope : array or float
        Slope a, as for `prelu`; its value has no influence.

    Returns
    -------
    array, shape of z
        Element by element. The gradient of a slope that several elements share is the sum over them
        of the gradient at prelu's output times this.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, or `negative_slope` neither such an
        array of the same library nor a number.
    ValueError
        If `negative_slope` does not broadcast to the shape of z, or is a number that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.prelu_slope_deriv(np.array([-2.0, 0.0, 1.0]), 0.25)
    array([-2.,  0.,  0.])
    """
    xp = check_floating(z=z)
    _slope(z, negative_slope)
    return xp.minimum(z, 0)


def _slope(z, negative_slope):
    """The slope as a float, or as an array of the dtype of z that broadcasts to its shape."""
    if not is_array_api_obj(negative_slope):
        return check_finite(negative_slope=negative_slope)
    xp = check_floating(z=z, negative_slope=negative_slope)
    check_broadcastable(z=z, negative_slope=negative_slope)
    return xp.astype(negative_slope, z.dtype)
