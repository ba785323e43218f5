"""Layers: functions of inputs and parameters, with their vector–Jacobian products."""

from nnlib._validation import check_floating

__all__ = ["linear", "linear_vjp"]


def linear(x, W, b, /):
    r"""Fully connected layer: weighted sums of the inputs, plus a bias.

    .. math:: z = x W + b

    Equation ``eq-linear`` of the book.

    Parameters
    ----------
    x : array, shape (..., in)
        Inputs, one example in each row.
    W : array, shape (in, out)
        Weights, one output in each column.
    b : array, shape (out,)
        Biases.

    Returns
    -------
    array, shape (..., out)
        Outputs z.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype.
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]])
    >>> nnlib.linear(np.array([10.0, 20.0]), W, np.array([0.5, 0.5, 0.5]))
    array([10.5, 20.5, 80.5])
    """
    _check_linear(x, W, b)
    return x @ W + b


def linear_vjp(dy, x, W, b, /):
    r"""Vector–Jacobian product of `linear`: gradients with respect to its three arguments.

    .. math::
        \nabla_X J = V W^\top, \qquad \nabla_W J = X^\top V, \qquad
        \frac{\partial J}{\partial b_k} = \sum_n V_{nk}

    Equation ``eq-linear-vjp`` of the book, with V = `dy`, and X and V as matrices: all leading
    axes count examples.

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

    Returns
    -------
    dx : array, shape (..., in)
        Gradient with respect to the inputs.
    dW : array, shape (in, out)
        Gradient with respect to the weights, summed over the examples.
    db : array, shape (out,)
        Gradient with respect to the biases, summed over the examples.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype.
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, W, b = np.array([10.0, 20.0]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros(2)
    >>> dx, dW, db = nnlib.linear_vjp(np.array([1.0, -1.0]), x, W, b)
    >>> dx
    array([-1., -1.])
    >>> dW
    array([[ 10., -10.],
           [ 20., -20.]])
    >>> db
    array([ 1., -1.])
    """
    xp = _check_linear(x, W, b)
    check_floating(dy=dy, x=x)
    expected = (*x.shape[:-1], W.shape[1])
    if dy.shape != expected:
        raise ValueError(
            f"dy must have the shape of linear(x, W, b), {expected}, got {tuple(dy.shape)}"
        )
    X = xp.reshape(x, (-1, x.shape[-1]))
    V = xp.reshape(dy, (-1, dy.shape[-1]))
    return dy @ W.T, X.T @ V, xp.sum(V, axis=0)


def _check_linear(x, W, b):
    """Return the array namespace of arguments of `linear`."""
    xp = check_floating(x=x, W=W, b=b)
    if W.ndim != 2:
        raise ValueError(f"W must have the shape (in, out), got {tuple(W.shape)}")
    n_in, n_out = W.shape
    if x.ndim == 0 or x.shape[-1] != n_in:
        raise ValueError(f"x must have the shape (..., {n_in}), as W does, got {tuple(x.shape)}")
    if b.shape != (n_out,):
        raise ValueError(f"b must have the shape ({n_out},), as W does, got {tuple(b.shape)}")
    return xp
