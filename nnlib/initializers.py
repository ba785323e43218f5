"""Random initial weights, of a spread that keeps signals and gradients at one scale.

They are NumPy arrays: `xp.asarray` makes them arrays of another library.
"""

from math import prod, sqrt

import numpy as np

from nnlib._validation import check_count, check_generator, check_positive

__all__ = [
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "orthogonal",
]


def _check_shape(shape):
    """The shape as a tuple of sizes, two or more."""
    if not isinstance(shape, tuple | list):
        raise TypeError(f"shape must be a tuple, got {type(shape).__name__}")
    if len(shape) < 2:
        raise ValueError(
            "shape must have two sizes (in, out), or those of a convolution's weights (out, in, "
            f"height, width), got {tuple(shape)}"
        )
    return tuple(check_count(1, **{f"shape[{axis}]": size}) for axis, size in enumerate(shape))


def _fans(shape):
    """How many inputs feed an output, and how many outputs an input feeds."""
    shape = _check_shape(shape)
    if len(shape) == 2:
        return shape
    n_out, n_in, *kernel = shape
    return n_in * prod(kernel), n_out * prod(kernel)


def _normal(shape, rng):
    check_generator(rng=rng)
    return rng.standard_normal(shape)


def _uniform(shape, rng):
    check_generator(rng=rng)
    return rng.uniform(-1, 1, shape)


def _cast(weights, dtype):
    if dtype not in ("float32", "float64", np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, got {dtype!r}")
    return weights.astype(dtype)


def glorot_normal(shape, /, *, rng, dtype="float64"):
    r"""Normal weights after Glorot, for units that are nearly linear around 0, such as tanh.

    .. math:: W_{jk} = \sqrt{\frac{2}{n_{\mathrm{in}} + n_{\mathrm{out}}}} \, \xi_{jk}

    Equation ``eq-glorot-normal`` of the book, with independent ξ, standard normal. The variance is
    a compromise: 1 / n_in would keep that of the signals, and 1 / n_out that of the gradients.

    Parameters
    ----------
    shape : tuple of int
        (in, out) of a linear layer, or (out, in, height, width) of a convolution. There n_in is
        in · height · width, and n_out is out · height · width.
    rng : numpy.random.Generator
        Source of the random numbers. The two dtypes get the same ones, up to rounding.
    dtype : {"float64", "float32"}, default "float64"
        Type of the weights.

    Returns
    -------
    numpy.ndarray, shape `shape`
        The weights.

    Raises
    ------
    TypeError
        If `shape` is not a tuple of integers or `rng` not a generator.
    ValueError
        If `shape` has fewer than two sizes, or one below 1, or `dtype` is another.

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W = nnlib.glorot_normal((150, 50), rng=np.random.default_rng(0))
    >>> print(f"{W.std():.3f}")  # √(2 / 200)
    0.100
    """
    n_in, n_out = _fans(shape)
    return _cast(sqrt(2 / (n_in + n_out)) * _normal(shape, rng), dtype)


def glorot_uniform(shape, /, *, rng, dtype="float64"):
    r"""Uniform weights after Glorot, of the same variance as those of `glorot_normal`.

    .. math:: W_{jk} = \sqrt{\frac{6}{n_{\mathrm{in}} + n_{\mathrm{out}}}} \, \xi_{jk}

    Equation ``eq-glorot-uniform`` of the book, with independent ξ, uniform from -1 to 1. Uniform
    numbers from -c to c have the variance c² / 3, hence the 6.

    Parameters
    ----------
    shape : tuple of int
        (in, out) of a linear layer, or (out, in, height, width) of a convolution. There n_in is
        in · height · width, and n_out is out · height · width.
    rng : numpy.random.Generator
        Source of the random numbers. The two dtypes get the same ones, up to rounding.
    dtype : {"float64", "float32"}, default "float64"
        Type of the weights.

    Returns
    -------
    numpy.ndarray, shape `shape`
        The weights.

    Raises
    ------
    TypeError
        If `shape` is not a tuple of integers or `rng` not a generator.
    ValueError
        If `shape` has fewer than two sizes, or one below 1, or `dtype` is another.

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS, 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W = nnlib.glorot_uniform((150, 50), rng=np.random.default_rng(0))
    >>> print(f"{W.std():.3f} {W.max():.3f}")  # √(2 / 200) and √(6 / 200) = 0.1732
    0.100 0.173
    """
    n_in, n_out = _fans(shape)
    return _cast(sqrt(6 / (n_in + n_out)) * _uniform(shape, rng), dtype)


def he_normal(shape, /, *, rng, dtype="float64"):
    r"""Normal weights after He, for ReLU.

    .. math:: W_{jk} = \sqrt{\frac{2}{n_{\mathrm{in}}}} \, \xi_{jk}

    Equation ``eq-he-normal`` of the book, with independent ξ, standard normal. ReLU halves the mean
    square of a signal, and the 2 makes up for it.

    Parameters
    ----------
    shape : tuple of int
        (in, out) of a linear layer, or (out, in, height, width) of a convolution. There the
        outputs have n_in = in · height · width inputs each.
    rng : numpy.random.Generator
        Source of the random numbers. The two dtypes get the same ones, up to rounding.
    dtype : {"float64", "float32"}, default "float64"
        Type of the weights.

    Returns
    -------
    numpy.ndarray, shape `shape`
        The weights.

    Raises
    ------
    TypeError
        If `shape` is not a tuple of integers or `rng` not a generator.
    ValueError
        If `shape` has fewer than two sizes, or one below 1, or `dtype` is another.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W = nnlib.he_normal((200, 100), rng=np.random.default_rng(0))
    >>> print(f"{W.std():.3f}")  # √(2 / 200)
    0.100
    """
    n_in, _ = _fans(shape)
    return _cast(sqrt(2 / n_in) * _normal(shape, rng), dtype)


def he_uniform(shape, /, *, rng, dtype="float64"):
    r"""Uniform weights after He, for ReLU, of the same variance as those of `he_normal`.

    .. math:: W_{jk} = \sqrt{\frac{6}{n_{\mathrm{in}}}} \, \xi_{jk}

    Equation ``eq-he-uniform`` of the book, with independent ξ, uniform from -1 to 1. Uniform
    numbers from -c to c have the variance c² / 3, hence the 6.

    Parameters
    ----------
    shape : tuple of int
        (in, out) of a linear layer, or (out, in, height, width) of a convolution. There the
        outputs have n_in = in · height · width inputs each.
    rng : numpy.random.Generator
        Source of the random numbers. The two dtypes get the same ones, up to rounding.
    dtype : {"float64", "float32"}, default "float64"
        Type of the weights.

    Returns
    -------
    numpy.ndarray, shape `shape`
        The weights.

    Raises
    ------
    TypeError
        If `shape` is not a tuple of integers or `rng` not a generator.
    ValueError
        If `shape` has fewer than two sizes, or one below 1, or `dtype` is another.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W = nnlib.he_uniform((200, 100), rng=np.random.default_rng(0))
    >>> print(f"{W.std():.3f} {W.max():.3f}")  # √(2 / 200) and √(6 / 200) = 0.1732
    0.100 0.173
    """
    n_in, _ = _fans(shape)
    return _cast(sqrt(6 / n_in) * _uniform(shape, rng), dtype)


def lecun_normal(shape, /, *, rng, dtype="float64"):
    r"""Normal weights after LeCun, for linear units and for SELU.

    .. math:: W_{jk} = \sqrt{\frac{1}{n_{\mathrm{in}}}} \, \xi_{jk}

    Equation ``eq-lecun-normal`` of the book, with independent ξ, standard normal. A linear layer
    with these weights keeps the mean square of its inputs, on average.

    Parameters
    ----------
    shape : tuple of int
        (in, out) of a linear layer, or (out, in, height, width) of a convolution. There the
        outputs have n_in = in · height · width inputs each.
    rng : numpy.random.Generator
        Source of the random numbers. The two dtypes get the same ones, up to rounding.
    dtype : {"float64", "float32"}, default "float64"
        Type of the weights.

    Returns
    -------
    numpy.ndarray, shape `shape`
        The weights.

    Raises
    ------
    TypeError
        If `shape` is not a tuple of integers or `rng` not a generator.
    ValueError
        If `shape` has fewer than two sizes, or one below 1, or `dtype` is another.

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", in Neural Networks:
    Tricks of the Trade, Springer, 1998.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W = nnlib.lecun_normal((100, 200), rng=np.random.default_rng(0))
    >>> print(f"{W.std():.3f}")  # √(1 / 100)
    0.100
    """
    n_in, _ = _fans(shape)
    return _cast(sqrt(1 / n_in) * _normal(shape, rng), dtype)


def orthogonal(shape, /, *, rng, gain=1.0, dtype="float64"):
    r"""Orthogonal weights: a random rotation, or columns or rows of one.

    .. math:: W^\top W = I

    Equation ``eq-orthogonal`` of the book, for the gain 1 and in ≥ out: the columns are
    orthonormal. If in ≤ out the rows are, W Wᵀ = I, and x W is as long as x. Every such matrix is
    as likely as every other: the distribution is Haar's, which no rotation changes.

    Parameters
    ----------
    shape : tuple of int
        (in, out) of a linear layer, or (out, in, height, width) of a convolution. This is taken as
        the matrix (out, in · height · width).
    rng : numpy.random.Generator
        Source of the random numbers. The two dtypes get the same ones, up to rounding.
    gain : float, default 1.0
        Positive factor of the weights.
    dtype : {"float64", "float32"}, default "float64"
        Type of the weights.

    Returns
    -------
    numpy.ndarray, shape `shape`
        The weights.

    Raises
    ------
    TypeError
        If `shape` is not a tuple of integers, `rng` not a generator or `gain` not a number.
    ValueError
        If `shape` has fewer than two sizes, or one below 1, or `gain` or `dtype` is out of range.

    References
    ----------
    A. M. Saxe, J. L. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks", ICLR, 2014. F. Mezzadri, "How to generate random
    matrices from the classical compact groups", Notices of the AMS 54, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> W = nnlib.orthogonal((3, 2), rng=np.random.default_rng(0))
    >>> np.allclose(W.T @ W, np.eye(2))
    True
    """
    rows, *rest = _check_shape(shape)
    columns = prod(rest)
    gain = check_positive(gain=gain)
    tall = max(rows, columns), min(rows, columns)
    Q, R = np.linalg.qr(_normal(tall, rng))
    # The signs of R's diagonal are the algorithm's choice. With positive ones Q is unique, and
    # turns with the normal matrix, whose distribution no rotation changes.
    Q = Q * np.sign(np.diag(R))
    W = Q if rows >= columns else Q.T
    return _cast(gain * np.reshape(W, shape), dtype)
