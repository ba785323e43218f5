"""DropConnect: dropout of single weights instead of units."""

from nnlib._validation import check_fraction, check_same_shape
from nnlib.layers import linear, linear_vjp
from nnlib.regularization._masks import keep

__all__ = ["drop_connect", "drop_connect_vjp"]


def drop_connect(x, W, b, mask, /, *, rate):
    r"""Fully connected layer with DropConnect: single weights are dropped in training.

    .. math:: z = x \frac{W \odot M}{p} + b

    Equation ``eq-drop-connect`` of the book, with p = 1 - rate: inverted dropout of the weights. In
    testing, `nnlib.linear` takes its place.

    Parameters
    ----------
    x : array, shape (..., in)
        Inputs, one example in each row.
    W : array, shape (in, out)
        Weights, one output in each column.
    b : array, shape (out,)
        Biases, of which none is dropped.
    mask : array of bool, shape (in, out)
        Weights that are kept, M; see `dropout_mask`. The same for all examples.
    rate : float
        Probability that a weight is dropped, from 0 to less than 1.

    Returns
    -------
    array, shape (..., out)
        Outputs z.

    Raises
    ------
    TypeError
        If `x`, `W` or `b` is not an array of a real floating-point dtype, `mask` not one of
        booleans, of the same library, or `rate` not a number.
    ValueError
        If the shapes do not fit, or `rate` is out of range.

    References
    ----------
    L. Wan, M. Zeiler, S. Zhang, Y. LeCun and R. Fergus, "Regularization of neural networks using
    DropConnect", ICML, 2013.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, 0.5])
    >>> mask = np.array([[True, False], [True, True]])
    >>> nnlib.drop_connect(np.array([1.0, 10.0]), W, b, mask, rate=0.5)
    array([62.5, 80.5])
    """
    return linear(x, _kept(W, mask, rate), b)


def drop_connect_vjp(dy, x, W, b, mask, /, *, rate):
    r"""Vector–Jacobian product of `drop_connect`: gradients with respect to x, W and b.

    .. math::
        \nabla_X J = V \left( \frac{W \odot M}{p} \right)^\top, \qquad
        \nabla_W J = \frac{(X^\top V) \odot M}{p}, \qquad
        \frac{\partial J}{\partial b_k} = \sum_n V_{nk}

    Equation ``eq-drop-connect-vjp`` of the book, with V = `dy`, and X and V as matrices: all
    leading axes count examples.

    Parameters
    ----------
    dy : array, shape (..., out)
        Gradient of the objective with respect to the outputs.
    x : array, shape (..., in)
        Inputs.
    W : array, shape (in, out)
        Weights.
    b : array, shape (out,)
        Biases.
    mask : array of bool, shape (in, out)
        Weights that are kept, M: the mask of the forward pass.
    rate : float
        Probability that a weight is dropped, from 0 to less than 1.

    Returns
    -------
    dx : array, shape (..., in)
        Gradient with respect to the inputs.
    dW : array, shape (in, out)
        Gradient with respect to the weights, summed over the examples; 0 for those dropped.
    db : array, shape (out,)
        Gradient with respect to the biases, summed over the examples.

    Raises
    ------
    TypeError
        If `dy`, `x`, `W` or `b` is not an array of a real floating-point dtype, `mask` not one of
        booleans, of the same library, or `rate` not a number.
    ValueError
        If the shapes do not fit, or `rate` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, W, b = np.array([1.0, 10.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros(2)
    >>> mask = np.array([[True, False], [True, True]])
    >>> dx, dW, db = nnlib.drop_connect_vjp(np.array([1.0, 1.0]), x, W, b, mask, rate=0.5)
    >>> dx
    array([ 2., 14.])
    >>> dW
    array([[ 2.,  0.],
           [20., 20.]])
    """
    dx, dW, db = linear_vjp(dy, x, _kept(W, mask, rate), b)
    return dx, _kept(dW, mask, rate), db


def _kept(W, mask, rate):
    """The weights that are kept, divided by the keep probability."""
    kept = keep(mask, W=W)
    check_same_shape(W=W, mask=mask)
    return kept / (1 - check_fraction(rate=rate))
