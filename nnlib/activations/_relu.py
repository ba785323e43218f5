"""ReLU and leaky ReLU."""

from nnlib._validation import check_finite, check_floating

__all__ = ["leaky_relu", "leaky_relu_deriv", "relu", "relu_deriv"]


def relu(z, /):
    r"""Rectified linear unit: positive numbers pass, negative ones become 0.

    .. math:: \operatorname{ReLU}(z) = \max(0, z)

    Equation ``eq-relu`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        0 for z ≤ 0, and z for z > 0.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    V. Nair and G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines",
    International Conference on Machine Learning, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.relu(np.array([-2.0, 0.0, 0.5]))
    array([0. , 0. , 0.5])
    """
    xp = check_floating(z=z)
    return xp.maximum(z, 0)


def relu_deriv(z, /):
    r"""Derivative of `relu`.

    .. math:: \operatorname{ReLU}'(z) = \mathbb{1}[z > 0]

    Equation ``eq-relu-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        0 for z < 0, and 1 for z > 0. At 0 there is no derivative; 0 is the convention here, as in
        JAX and PyTorch.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    D. Bertoin, J. Bolte, S. Gerchinovitz and E. Pauwels, "Numerical influence of ReLU'(0) on
    backpropagation", Advances in Neural Information Processing Systems 34, 2021.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.relu_deriv(np.array([-2.0, 0.0, 0.5]))
    array([0., 0., 1.])
    """
    xp = check_floating(z=z)
    # The sign, cut off below 0: unlike z > 0, it lets NaN through.
    return xp.maximum(xp.sign(z), 0)


def leaky_relu(z, /, *, negative_slope=0.01):
    r"""Leaky ReLU: negative numbers pass too, made small.

    .. math:: \operatorname{LeakyReLU}(z) = \max(0, z) + a \min(0, z)

    Equation ``eq-leaky-relu`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    negative_slope : float, default 0.01
        Slope a for negative z.

    Returns
    -------
    array, shape of z
        Equal to z for z > 0, and to a z for z ≤ 0.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, or `negative_slope` not a number.
    ValueError
        If `negative_slope` is not finite.

    References
    ----------
    A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural network acoustic
    models", ICML Workshop on Deep Learning for Audio, Speech and Language Processing, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.leaky_relu(np.array([-2.0, 0.0, 0.5]), negative_slope=0.1)
    array([-0.2,  0. ,  0.5])
    """
    xp = check_floating(z=z)
    a = check_finite(negative_slope=negative_slope)
    return xp.maximum(z, 0) + a * xp.minimum(z, 0)


def leaky_relu_deriv(z, /, *, negative_slope=0.01):
    r"""Derivative of `leaky_relu`.

    .. math:: \operatorname{LeakyReLU}'(z) = \mathbb{1}[z > 0] + a \mathbb{1}[z \le 0]

    Equation ``eq-leaky-relu-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    negative_slope : float, default 0.01
        Slope a for negative z.

    Returns
    -------
    array, shape of z
        1 for z > 0, and a for z < 0. At 0 there is no derivative; a is the convention here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, or `negative_slope` not a number.
    ValueError
        If `negative_slope` is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.leaky_relu_deriv(np.array([-2.0, 0.0, 0.5]), negative_slope=0.1)
    array([0.1, 0.1, 1. ])
    """
    a = check_finite(negative_slope=negative_slope)
    positive = relu_deriv(z)
    return positive + a * (1 - positive)
