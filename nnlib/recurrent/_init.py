"""Initial parameters of recurrent layers."""

import numpy as np

from nnlib._validation import check_count, check_finite, check_generator
from nnlib.initializers import glorot_uniform, orthogonal

__all__ = ["lstm_init"]


def lstm_init(shape, /, *, rng, forget_bias=1.0, dtype="float64"):
    r"""Initial parameters of `lstm`, whose cells at first keep most of what they hold.

    .. math:: b_k = \beta \, \mathbb{1}[H < k \le 2 H]

    Equation ``eq-lstm-init`` of the book: b_x is β for the forget gates, and 0 for the others, as
    all of b_h is. With β = 1, a forget gate starts at σ(1) = 0.73 instead of ½. Each gate's part of
    W_x is drawn by `glorot_uniform`, that of W_h by `orthogonal`.

    Parameters
    ----------
    shape : tuple of int
        (D, H): numbers of features and of units.
    rng : numpy.random.Generator
        Source of the random numbers.
    forget_bias : float, default 1.0
        Bias β of the forget gates.
    dtype : {"float64", "float32"}, default "float64"
        Type of the parameters.

    Returns
    -------
    W_x : numpy.ndarray, shape (D, 4 H)
        Weights of the inputs, for i, f, g and o.
    W_h : numpy.ndarray, shape (H, 4 H)
        Weights of the state before.
    b_x, b_h : numpy.ndarray, shape (4 H,)
        Biases.

    Raises
    ------
    TypeError
        If `shape` is not a tuple of integers, `rng` not a generator, or `forget_bias` not a number.
    ValueError
        If `shape` has not two sizes of 1 or more, `forget_bias` is not finite, or `dtype` is
        another.

    References
    ----------
    F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction with LSTM",
    Neural Computation 12, 2000.
    R. Jozefowicz, W. Zaremba and I. Sutskever, "An empirical exploration of recurrent network
    architectures", ICML, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W_x, W_h, b_x, b_h = nnlib.lstm_init((3, 2), rng=np.random.default_rng(0))
    >>> W_x.shape, W_h.shape
    ((3, 8), (2, 8))
    >>> b_x
    array([0., 0., 1., 1., 0., 0., 0., 0.])
    """
    forget_bias = check_finite(forget_bias=forget_bias)
    W_x, W_h, b_x, b_h = layer_init(shape, 4, rng=rng, dtype=dtype)
    H = W_h.shape[0]
    b_x[H : 2 * H] = forget_bias
    return W_x, W_h, b_x, b_h


def layer_init(shape, gates, /, *, rng, dtype="float64"):
    """Initial parameters of a layer with this number of gates; biases of 0."""
    check_generator(rng=rng)
    if not isinstance(shape, tuple | list):
        raise TypeError(f"shape must be a tuple, got {type(shape).__name__}")
    if len(shape) != 2:
        raise ValueError(f"shape must have two sizes (D, H), got {tuple(shape)}")
    D, H = (check_count(1, **{f"shape[{axis}]": size}) for axis, size in enumerate(shape))
    W_x = [glorot_uniform((D, H), rng=rng, dtype=dtype) for _ in range(gates)]
    W_h = [orthogonal((H, H), rng=rng, dtype=dtype) for _ in range(gates)]
    b_x, b_h = np.zeros((2, gates * H), dtype=dtype)
    return np.concatenate(W_x, axis=1), np.concatenate(W_h, axis=1), b_x, b_h
