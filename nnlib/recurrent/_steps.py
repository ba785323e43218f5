"""One step of each recurrent layer, as the textbook writes it."""

from nnlib._validation import check_floating
from nnlib.activations import relu, sigmoid, tanh
from nnlib.recurrent._rnn import check_activation
from nnlib.recurrent._sequence import blocks, check_parameters, check_shape

__all__ = ["gru_step", "lstm_step", "rnn_step"]


def rnn_step(x, h, W_x, W_h, b_x, b_h, /, *, activation="tanh"):
    r"""One step of `rnn`.

    .. math:: h_t = \phi(x_t W_x + b_x + h_{t-1} W_h + b_h)

    Equation ``eq-rnn-step`` of the book.

    Parameters
    ----------
    x : array, shape (..., D)
        Inputs of this step.
    h : array, shape (..., H)
        State before it.
    W_x : array, shape (D, H)
        Weights of the inputs.
    W_h : array, shape (H, H)
        Weights of the state before.
    b_x, b_h : array, shape (H,)
        Biases, which are added.
    activation : {"tanh", "relu"}, default "tanh"
        Function φ.

    Returns
    -------
    array, shape (..., H)
        State after the step.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype.
    ValueError
        If the shapes do not fit, or `activation` is another.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W_x, W_h, b = np.array([[1.0], [2.0]]), np.array([[0.5]]), np.zeros(1)
    >>> x, h = np.array([3.0, 4.0]), np.array([10.0])
    >>> nnlib.rnn_step(x, h, W_x, W_h, b, b, activation="relu")
    array([16.])
    """
    _check_step(1, x, W_x, W_h, b_x, b_h, h=h)
    check_activation(activation)
    phi = tanh if activation == "tanh" else relu
    return phi(x @ W_x + b_x + h @ W_h + b_h)


def lstm_step(x, h, c, W_x, W_h, b_x, b_h, /):
    r"""One step of `lstm`.

    .. math::
        \begin{aligned}
        i_t &= \sigma(x_t W_x^{(i)} + b_x^{(i)} + h_{t-1} W_h^{(i)} + b_h^{(i)}) \\
        f_t &= \sigma(x_t W_x^{(f)} + b_x^{(f)} + h_{t-1} W_h^{(f)} + b_h^{(f)}) \\
        g_t &= \tanh(x_t W_x^{(g)} + b_x^{(g)} + h_{t-1} W_h^{(g)} + b_h^{(g)}) \\
        o_t &= \sigma(x_t W_x^{(o)} + b_x^{(o)} + h_{t-1} W_h^{(o)} + b_h^{(o)}) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        h_t &= o_t \odot \tanh(c_t)
        \end{aligned}

    Equation ``eq-lstm-step`` of the book: i lets in, f keeps, g is what is new, and o shows.

    Parameters
    ----------
    x : array, shape (..., D)
        Inputs of this step.
    h, c : array, shape (..., H)
        State before it: the output, and the cell.
    W_x : array, shape (D, 4 H)
        Weights of the inputs, for i, f, g and o.
    W_h : array, shape (H, 4 H)
        Weights of the state before.
    b_x, b_h : array, shape (4 H,)
        Biases, which are added.

    Returns
    -------
    h : array, shape (..., H)
        Output after the step.
    c : array, shape (..., H)
        Cell after the step.

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
    >>> W_x, W_h = np.array([[0.0, 0.0, 100.0, 0.0]]), np.zeros((1, 4))
    >>> b, zero = np.array([0.0, 100.0, 0.0, 100.0]), np.zeros(1)  # i = ½, f = 1, o = 1
    >>> h, c = nnlib.lstm_step(np.ones(1), zero, np.array([1.0]), W_x, W_h, b, np.zeros(4))
    >>> c  # 1 · 1 + ½ · 1
    array([1.5])
    """
    _check_step(4, x, W_x, W_h, b_x, b_h, h=h, c=c)
    z_i, z_f, z_g, z_o = blocks(x @ W_x + b_x + h @ W_h + b_h, 4)
    i, f, g, o = sigmoid(z_i), sigmoid(z_f), tanh(z_g), sigmoid(z_o)
    c = f * c + i * g
    return o * tanh(c), c


def gru_step(x, h, W_x, W_h, b_x, b_h, /, *, reset_after=True):
    r"""One step of `gru`.

    .. math::
        \begin{aligned}
        r_t &= \sigma(x_t W_x^{(r)} + b_x^{(r)} + h_{t-1} W_h^{(r)} + b_h^{(r)}) \\
        z_t &= \sigma(x_t W_x^{(z)} + b_x^{(z)} + h_{t-1} W_h^{(z)} + b_h^{(z)}) \\
        n_t &= \tanh(x_t W_x^{(n)} + b_x^{(n)} + r_t \odot (h_{t-1} W_h^{(n)} + b_h^{(n)})) \\
        h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}
        \end{aligned}

    Equation ``eq-gru-step`` of the book: r resets, z keeps, and n is what is new. Without
    `reset_after`, n is tanh(x W_x + b_x + (r ⊙ h) W_h + b_h).

    Parameters
    ----------
    x : array, shape (..., D)
        Inputs of this step.
    h : array, shape (..., H)
        State before it.
    W_x : array, shape (D, 3 H)
        Weights of the inputs, for r, z and n.
    W_h : array, shape (H, 3 H)
        Weights of the state before.
    b_x, b_h : array, shape (3 H,)
        Biases.
    reset_after : bool, default True
        Whether r multiplies the product with W_h, not the state that goes into the product.

    Returns
    -------
    array, shape (..., H)
        State after the step.

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
    >>> W_x, W_h = np.array([[0.0, 0.0, 100.0]]), np.zeros((1, 3))
    >>> b = np.array([0.0, -np.log(3), 0.0])  # z = ¼
    >>> nnlib.gru_step(np.ones(1), np.array([0.2]), W_x, W_h, b, np.zeros(3))  # ¾ · 1 + ¼ · 0.2
    array([0.8])
    """
    _check_step(3, x, W_x, W_h, b_x, b_h, h=h)
    x_r, x_z, x_n = blocks(x @ W_x + b_x, 3)
    W_r, W_z, W_n = blocks(W_h, 3)
    b_r, b_z, b_n = blocks(b_h, 3)
    r = sigmoid(x_r + h @ W_r + b_r)
    z = sigmoid(x_z + h @ W_z + b_z)
    if reset_after:
        n = tanh(x_n + r * (h @ W_n + b_n))
    else:
        n = tanh(x_n + (r * h) @ W_n + b_n)
    return (1 - z) * n + z * h


def _check_step(gates, x, W_x, W_h, b_x, b_h, **states):
    check_floating(x=x, **states, W_x=W_x, W_h=W_h, b_x=b_x, b_h=b_h)
    if x.ndim == 0:
        raise ValueError("x must have the shape (..., D), got ()")
    H = check_parameters(gates, x.shape[-1], W_x, W_h, b_x, b_h)
    check_shape("(..., H)", (*x.shape[:-1], H), **states)
