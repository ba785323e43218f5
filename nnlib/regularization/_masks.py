"""Masks of dropout: drawn at random, checked and applied."""

import numpy as np

from nnlib._validation import (
    check_arrays,
    check_broadcastable,
    check_count,
    check_floating,
    check_fraction,
    check_generator,
)

__all__ = ["dropout_mask", "spatial_dropout_mask"]


def dropout_mask(rng, shape, rate):
    r"""Draw what dropout keeps: each unit with probability p, independently of the others.

    .. math:: M_i = \mathbb{1}[u_i \ge 1 - p]

    Equation ``eq-dropout-mask`` of the book, with p = 1 - rate, and random numbers u that are
    uniform between 0 and 1.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the random numbers.
    shape : tuple of int, or int
        Shape of the mask: that of what it is for.
    rate : float
        Probability that a unit is dropped, from 0 to less than 1.

    Returns
    -------
    numpy.ndarray of bool
        The mask M: True (1 in the formula) for a unit that is kept, False (0) for one that is
        dropped.

    Raises
    ------
    TypeError
        If `rng` is not a generator, a size not an integer, or `rate` not a number.
    ValueError
        If a size is negative, or `rate` is out of range.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple
    way to prevent neural networks from overfitting", Journal of Machine Learning Research 15, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> mask = nnlib.dropout_mask(np.random.default_rng(0), (100, 100), rate=0.2)
    >>> print(mask.mean().round(2))
    0.8
    """
    check_generator(rng=rng)
    return rng.random(_shape(shape)) >= check_fraction(rate=rate)


def spatial_dropout_mask(rng, shape, rate):
    r"""Draw which channels of images dropout keeps: all pixels of a channel, or none.

    .. math:: M_{ncij} = \mathbb{1}[u_{nc} \ge 1 - p]

    Equation ``eq-spatial-dropout-mask`` of the book, with p = 1 - rate: the random number u of a
    channel, uniform between 0 and 1, decides for all of its pixels. Neighbouring pixels of one
    channel are much alike: where single ones are dropped, the others still tell what they were.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the random numbers.
    shape : tuple of int
        Shape of the mask, that of the images: (examples, channels, height, width). After the first
        two, any number of axes will do.
    rate : float
        Probability that a channel is dropped, from 0 to less than 1.

    Returns
    -------
    numpy.ndarray of bool
        The mask M: True for what is kept, False for what is dropped.

    Raises
    ------
    TypeError
        If `rng` is not a generator, a size not an integer, or `rate` not a number.
    ValueError
        If `shape` has fewer than two sizes, one is negative, or `rate` is out of range.

    References
    ----------
    J. Tompson, R. Goroshin, A. Jain, Y. LeCun and C. Bregler, "Efficient object localization using
    convolutional networks", CVPR, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> mask = nnlib.spatial_dropout_mask(np.random.default_rng(0), (1, 3, 2, 2), rate=0.5)
    >>> print(mask.astype(int).reshape(3, 4))  # one channel in each row
    [[1 1 1 1]
     [0 0 0 0]
     [0 0 0 0]]
    """
    shape = _shape(shape)
    if len(shape) < 2:
        raise ValueError(f"shape must be (examples, channels, ...), got {shape}")
    channels = dropout_mask(rng, shape[:2], rate)
    pixels = (1,) * len(shape[2:])
    return np.broadcast_to(channels.reshape(shape[:2] + pixels), shape).copy()


def keep(mask, /, **arrays):
    """The one array given by name, with 0 in place of what the mask drops."""
    (array,) = arrays.values()
    xp = check_floating(**arrays)
    check_arrays(**arrays, mask=mask)
    if not xp.isdtype(mask.dtype, "bool"):
        raise TypeError(f"mask must have a boolean dtype, got {mask.dtype}")
    check_broadcastable(**arrays, mask=mask)
    return array * xp.astype(mask, array.dtype)


def _shape(shape):
    sizes = shape if isinstance(shape, tuple | list) else (shape,)
    return tuple(check_count(0, **{f"shape[{k}]": size}) for k, size in enumerate(sizes))
