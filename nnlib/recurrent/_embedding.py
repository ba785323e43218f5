"""Vectors for symbols."""

import array_api_extra as xpx

from nnlib._validation import all_true, check_arrays, check_floating
from nnlib.recurrent._sequence import check_shape, flat

__all__ = ["embedding", "embedding_vjp"]


def embedding(ids, W, /):
    r"""Embedding: a vector, which is learned, for each symbol of a vocabulary.

    .. math:: x_{tk} = \sum_j \mathbb{1}[i_t = j] \, W_{jk}

    Equation ``eq-embedding`` of the book: the product of the symbol's one-hot vector and W, which
    takes one row of W and needs no product.

    Parameters
    ----------
    ids : array of int, shape (…)
        Symbols i, from 0 to V - 1; any shape.
    W : array, shape (V, D)
        The vectors, one in each row.

    Returns
    -------
    array, shape (…, D)
        The vector of each symbol.

    Raises
    ------
    TypeError
        If `ids` is not of an integer dtype, or `W` not of a real floating-point dtype.
    ValueError
        If `W` has not two axes, or a symbol is not of the vocabulary. (Under ``jax.jit``, values
        are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.embedding(np.array([2, 0]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    array([[5., 6.],
           [1., 2.]])
    """
    xp = _check_embedding(ids, W)
    rows = xp.take(W, xp.reshape(ids, (-1,)), axis=0)
    return xp.reshape(rows, (*ids.shape, W.shape[1]))


def embedding_vjp(dy, ids, W, /):
    r"""Vector–Jacobian product of `embedding`, with respect to the vectors.

    .. math:: \frac{\partial J}{\partial W_{jk}} = \sum_t \mathbb{1}[i_t = j] \, V_{tk}

    Equation ``eq-embedding-vjp`` of the book, with V = `dy`: a symbol's vector gets the gradients
    of all places where the symbol stands. Symbols have no gradient.

    Parameters
    ----------
    dy : array, shape (…, D)
        Gradient of the objective with respect to the outputs.
    ids : array of int, shape (…)
        Symbols, from 0 to V - 1.
    W : array, shape (V, D)
        The vectors; their values have no influence.

    Returns
    -------
    array, shape (V, D)
        Gradient with respect to W.

    Raises
    ------
    TypeError
        If `ids` is not of an integer dtype, or `dy` or `W` not of a real floating-point dtype.
    ValueError
        If the shapes do not fit, or a symbol is not of the vocabulary. (Under ``jax.jit``, values
        are not checked.)

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.embedding_vjp(np.ones((3, 2)), np.array([2, 0, 2]), np.zeros((3, 2)))
    array([[1., 1.],
           [0., 0.],
           [2., 2.]])
    """
    xp = _check_embedding(ids, W)
    check_floating(dy=dy, W=W)
    check_shape("(…, D)", (*ids.shape, W.shape[1]), dy=dy)
    # A product with one-hot rows: the array standard cannot add at places that may repeat.
    one_hot = xpx.one_hot(xp.reshape(ids, (-1,)), W.shape[0], dtype=dy.dtype, xp=xp)
    return one_hot.T @ flat(dy)


def _check_embedding(ids, W):
    xp = check_arrays(ids=ids, W=W)
    check_floating(W=W)
    if not xp.isdtype(ids.dtype, "integral"):
        raise TypeError(f"ids must have an integer dtype, got {ids.dtype}")
    if W.ndim != 2 or 0 in W.shape:
        raise ValueError(f"W must have the shape (V, D), each of 1 or more, got {tuple(W.shape)}")
    if not all_true((ids >= 0) & (ids < W.shape[0])):
        raise ValueError(f"ids must be from 0 to {W.shape[0] - 1}, as W has rows, got one outside")
    return xp
