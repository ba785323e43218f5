"""The identity and the binary step."""

from nnlib._validation import check_floating

__all__ = ["binary_step", "binary_step_deriv", "identity", "identity_deriv"]


def identity(z, /):
    r"""Identity: the output is the input, so a layer stays linear.

    .. math:: \operatorname{identity}(z) = z

    Equation ``eq-identity`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        A copy of z.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.identity(np.array([-2.0, 0.5]))
    array([-2. ,  0.5])
    """
    xp = check_floating(z=z)
    return xp.asarray(z, copy=True)


def identity_deriv(z, /):
    r"""Derivative of `identity`: 1 everywhere.

    .. math:: \operatorname{identity}'(z) = 1

    Equation ``eq-identity-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Ones, whatever z is.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.identity_deriv(np.array([-2.0, 0.5]))
    array([1., 1.])
    """
    xp = check_floating(z=z)
    return xp.ones_like(z)


def binary_step(z, /):
    r"""Binary step: 1 for yes, 0 for no.

    .. math:: \operatorname{step}(z) = \mathbb{1}[z \ge 0]

    Equation ``eq-binary-step`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        0 where z < 0, and 1 elsewhere, at 0 too. NaN stays NaN.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization
    in the brain", Psychological Review 65, 1958.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.binary_step(np.array([-2.0, 0.0, 0.5]))
    array([0., 1., 1.])
    """
    xp = check_floating(z=z)
    return 1 + xp.minimum(xp.sign(z), 0)


def binary_step_deriv(z, /):
    r"""Derivative of `binary_step`: 0 everywhere, so nothing is learned through it.

    .. math:: \operatorname{step}'(z) = 0

    Equation ``eq-binary-step-deriv`` of the book.

    Parameters
    ----------
    z : array
        Any shape.

    Returns
    -------
    array, shape of z
        Zeros, whatever z is. At 0 the step has no derivative; 0 is the convention here.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.binary_step_deriv(np.array([-2.0, 0.0, 0.5]))
    array([0., 0., 0.])
    """
    xp = check_floating(z=z)
    return xp.zeros_like(z)
