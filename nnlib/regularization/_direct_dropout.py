"""Direct dropout, the original form, which scales in testing."""

from nnlib._validation import check_floating, check_fraction, check_same_shape
from nnlib.regularization._masks import keep

__all__ = ["direct_dropout", "direct_dropout_test", "direct_dropout_vjp"]


def direct_dropout(x, mask, /):
    r"""Direct dropout in training: what the mask drops becomes 0, the rest stays as it is.

    .. math:: \tilde{x} = x \odot M

    Equation ``eq-direct-dropout`` of the book. In testing, `direct_dropout_test` takes its place.

    Parameters
    ----------
    x : array
        Activations of units, or inputs; any shape.
    mask : array of bool
        What is kept, M; see `dropout_mask`. It broadcasts to the shape of x, so that one mask may
        be for all examples.

    Returns
    -------
    array, shape and dtype of x
        What is left.

    Raises
    ------
    TypeError
        If `x` is not an array of a real floating-point dtype, or `mask` not one of booleans, of the
        same library.
    ValueError
        If `mask` does not broadcast to the shape of x.

    References
    ----------
    G. E. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever and R. R. Salakhutdinov, "Improving
    neural networks by preventing co-adaptation of feature detectors", arXiv:1207.0580, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.direct_dropout(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]))
    array([1., 0., 3.])
    """
    return keep(mask, x=x)


def direct_dropout_vjp(dy, x, mask, /):
    r"""Vector–Jacobian product of `direct_dropout`: what was dropped gets no gradient.

    .. math:: \nabla_x J = v \odot M

    Equation ``eq-direct-dropout-vjp`` of the book, with v = `dy`.

    Parameters
    ----------
    dy : array, shape of x
        Gradient of the objective with respect to the output.
    x : array
        Activations of units, or inputs; their values have no influence.
    mask : array of bool
        What is kept, M; it broadcasts to the shape of x.

    Returns
    -------
    array, shape of x
        Gradient with respect to x.

    Raises
    ------
    TypeError
        If `dy` or `x` is not an array of a real floating-point dtype, or `mask` not one of
        booleans, of the same library.
    ValueError
        If the shapes of `dy` and `x` differ, or `mask` does not broadcast to them.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, mask = np.array([1.0, 2.0, 3.0]), np.array([True, False, True])
    >>> nnlib.direct_dropout_vjp(np.array([10.0, 20.0, 30.0]), x, mask)
    array([10.,  0., 30.])
    """
    check_floating(x=x, dy=dy)
    check_same_shape(x=x, dy=dy)
    return keep(mask, dy=dy)


def direct_dropout_test(x, /, *, rate):
    r"""Direct dropout in testing: nothing is dropped; all is scaled to what was kept on average.

    .. math:: \mathbb{E}[\tilde{x}] = p x

    Equation ``eq-direct-dropout-test`` of the book, where x̃ is the output of `direct_dropout`, and
    p = 1 - rate.

    Parameters
    ----------
    x : array
        Activations of units, or inputs; any shape.
    rate : float
        Probability that a unit was dropped in training, from 0 to less than 1.

    Returns
    -------
    array, shape and dtype of x
        The mean of `direct_dropout` over all masks.

    Raises
    ------
    TypeError
        If `x` is not an array of a real floating-point dtype, or `rate` not a number.
    ValueError
        If `rate` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.direct_dropout_test(np.array([1.0, 2.0, 3.0]), rate=0.5)
    array([0.5, 1. , 1.5])
    """
    check_floating(x=x)
    return (1 - check_fraction(rate=rate)) * x
