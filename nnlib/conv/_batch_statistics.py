"""Mean and variance of each channel, of a batch and of all batches so far."""

from math import prod

from nnlib._validation import check_at_least_zero, check_floating, check_non_negative
from nnlib.conv._checks import check_same_dtype

__all__ = ["batch_statistics", "update_running_statistics"]


def batch_statistics(x, /):
    r"""Mean and variance of each channel of a batch.

    .. math::
        \mu_c = \frac{1}{m} \sum_n x_{n c}, \qquad
        \sigma^2_c = \frac{1}{m} \sum_n (x_{n c} - \mu_c)^2

    Equation ``eq-batch-statistics`` of the book, where n counts the m values of a channel:
    examples, and positions in each.

    Parameters
    ----------
    x : array, shape (N, C, ...)
        Values of C channels.

    Returns
    -------
    mean : array, shape (C,)
        Means μ.
    var : array, shape (C,)
        Variances σ², with the divisor m.

    Raises
    ------
    TypeError
        If `x` is not an array of a real floating-point dtype.
    ValueError
        If `x` has fewer than two axes, or is empty.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> mean, var = nnlib.batch_statistics(np.array([[1.0, 10.0], [3.0, 50.0]]))
    >>> print(mean, var)
    [ 2. 30.] [  1. 400.]
    """
    check_channels(x)
    _, mean, var = centred(x)
    return mean, var


def update_running_statistics(running_mean, running_var, x, /, *, momentum=0.1):
    r"""Move running means and variances towards those of a batch, for use in testing.

    .. math::
        \bar{\mu}_c \leftarrow \rho \bar{\mu}_c + (1 - \rho) \mu_c, \qquad
        \bar{\sigma}^2_c \leftarrow \rho \bar{\sigma}^2_c + (1 - \rho) \frac{m}{m - 1} \sigma^2_c

    Equation ``eq-running-statistics`` of the book, with m values in each channel. Two conventions
    are those of PyTorch: `momentum` is the share 1 - ρ of the new batch (Keras calls ρ the
    momentum), and the variance that is averaged has the divisor m - 1, though that by which
    `batch_norm` divides in training has m.

    Parameters
    ----------
    running_mean : array, shape (C,)
        Means so far; zeros at the start.
    running_var : array, shape (C,)
        Variances so far; ones at the start.
    x : array, shape (N, C, ...)
        The batch, with two or more values in each channel.
    momentum : float, default 0.1
        Share 1 - ρ of the batch, from 0 to 1.

    Returns
    -------
    mean : array, shape (C,)
        New running means.
    var : array, shape (C,)
        New running variances.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype, the dtypes differ, or
        `momentum` is not a number.
    ValueError
        If the shapes do not fit, a channel has only one value, a variance is negative or `momentum`
        is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> mean, var = np.zeros(2), np.ones(2)
    >>> mean, var = nnlib.update_running_statistics(mean, var, np.array([[1.0, 10.0], [3.0, 50.0]]))
    >>> print(mean.round(2), var.round(2))
    [0.2 3. ] [ 1.1 80.9]
    """
    check_channels(x, running_mean=running_mean, running_var=running_var)
    check_non_negative(running_var=running_var)
    momentum = check_at_least_zero(momentum=momentum)
    if momentum > 1:
        raise ValueError(f"momentum must be at most 1, got {momentum}")
    m = count(x)
    if m < 2:
        raise ValueError(
            f"x must have two values or more in each channel, got the shape {tuple(x.shape)}"
        )
    mean, var = batch_statistics(x)
    var = var * m / (m - 1)
    rho = 1 - momentum
    return rho * running_mean + momentum * mean, rho * running_var + momentum * var


def centred(x):
    """x less its means; the means and the variances."""
    xp, axes = check_floating(x=x), axes_of(x)
    if count(x) == 0:
        raise ValueError(f"x must have a value in each channel, got the shape {tuple(x.shape)}")
    mean = xp.mean(x, axis=axes)
    rest = x - over(mean, x)
    # The mean is rounded. What it is wrong by is the mean of what is left.
    error = xp.mean(rest, axis=axes)
    rest = rest - over(error, x)
    return rest, mean + error, xp.mean(rest * rest, axis=axes)


def check_channels(x, **numbers):
    """Return the array namespace of x, and of arrays that have one number for each channel."""
    xp = check_floating(x=x, **numbers)
    check_same_dtype(x=x, **numbers)
    if x.ndim < 2 or x.shape[1] == 0:
        raise ValueError(f"x must have the shape (N, C, ...) with channels, got {tuple(x.shape)}")
    for name, array in numbers.items():
        if array.shape != x.shape[1:2]:
            raise ValueError(
                f"{name} must have the shape ({x.shape[1]},), one number for each channel of x, "
                f"got {tuple(array.shape)}"
            )
    return xp


def axes_of(x):
    """All axes but that of the channels."""
    return (0, *range(2, x.ndim))


def count(x):
    """How many values there are in each channel."""
    return x.shape[0] * prod(x.shape[2:])


def over(numbers, x):
    """One number for each channel, in a shape that broadcasts over x."""
    xp = check_floating(numbers=numbers)
    return xp.reshape(numbers, (1, -1) + (1,) * (x.ndim - 2))
