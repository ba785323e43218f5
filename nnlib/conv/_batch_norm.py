"""Batch normalisation: each channel in units of its own deviation."""

from nnlib._validation import check_floating, check_non_negative, check_positive
from nnlib.conv._batch_statistics import axes_of, centred, check_channels, count, over
from nnlib.conv._checks import check_gradient

__all__ = ["batch_norm", "batch_norm_vjp"]


def batch_norm(x, gamma, beta, mean=None, var=None, /, *, eps=1e-5):
    r"""Batch normalisation: each channel gets mean β and deviation γ, which are learnt.

    .. math::
        \hat{x}_{n c} = \frac{x_{n c} - \mu_c}{\sqrt{\sigma^2_c + \epsilon}}, \qquad
        y_{n c} = \gamma_c \hat{x}_{n c} + \beta_c

    Equation ``eq-batch-norm`` of the book, where n counts the values of a channel: examples, and
    positions in each. In training, μ and σ² are those of the batch, see `batch_statistics`: leave
    out `mean` and `var`. In testing, give the running ones, see `update_running_statistics`.

    Parameters
    ----------
    x : array, shape (N, C, ...)
        Values of C channels, such as units (N, C) or images (N, C, H, W).
    gamma : array, shape (C,)
        Scales γ.
    beta : array, shape (C,)
        Shifts β.
    mean, var : array, shape (C,), optional
        Means μ and variances σ²; the batch's by default.
    eps : float, default 1e-5
        Small number ϵ > 0.

    Returns
    -------
    array, shape of x
        Normalised values y. A channel that is constant in the batch becomes β.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype, the dtypes differ, or `eps`
        is not a number.
    ValueError
        If the shapes do not fit, `mean` or `var` is given alone, a variance is negative, `eps` is
        not positive, or there are no values to take the mean of.

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by reducing
    internal covariate shift", ICML, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x = np.array([[1.0, 10.0], [3.0, 50.0]])
    >>> gamma, beta = np.array([1.0, 2.0]), np.array([0.0, 5.0])
    >>> nnlib.batch_norm(x, gamma, beta).round(3)
    array([[-1.,  3.],
           [ 1.,  7.]])
    >>> mean, var = np.array([0.0, 0.0]), np.array([1.0, 100.0])
    >>> nnlib.batch_norm(x, gamma, beta, mean, var).round(3)
    array([[ 1.,  7.],
           [ 3., 15.]])
    """
    _check_batch_norm(x, gamma, beta, mean, var)
    normalised, _ = _normalised(x, mean, var, eps)
    return over(gamma, x) * normalised + over(beta, x)


def batch_norm_vjp(dy, x, gamma, beta, mean=None, var=None, /, *, eps=1e-5):
    r"""Vector–Jacobian product of `batch_norm`, through the batch's statistics too.

    .. math::
        \frac{\partial J}{\partial \beta_c} = \sum_n v_{n c}, \qquad
        \frac{\partial J}{\partial \gamma_c} = \sum_n v_{n c} \hat{x}_{n c}, \qquad
        \frac{\partial J}{\partial x_{n c}} = \frac{\gamma_c}{\sqrt{\sigma^2_c + \epsilon}} \left(
        v_{n c} - \frac{1}{m} \frac{\partial J}{\partial \beta_c}
        - \frac{\hat{x}_{n c}}{m} \frac{\partial J}{\partial \gamma_c} \right)

    Equation ``eq-batch-norm-vjp`` of the book, with v = `dy` and m values in each channel. If
    `mean` and `var` are given, x does not change them: the last two terms are left out, and there
    are two more gradients, -γ/√(σ² + ϵ) ∂J/∂β with respect to μ, -γ/(2(σ² + ϵ)) ∂J/∂γ to σ².

    Parameters
    ----------
    dy : array, shape of x
        Gradient of the objective with respect to the output.
    x : array, shape (N, C, ...)
        Values of C channels.
    gamma : array, shape (C,)
        Scales γ.
    beta : array, shape (C,)
        Shifts β; their values have no influence.
    mean, var : array, shape (C,), optional
        Means μ and variances σ²; the batch's by default.
    eps : float, default 1e-5
        Small number ϵ > 0.

    Returns
    -------
    dx : array, shape of x
        Gradient with respect to x.
    dgamma : array, shape (C,)
        Gradient with respect to the scales.
    dbeta : array, shape (C,)
        Gradient with respect to the shifts.
    dmean, dvar : array, shape (C,)
        Gradients with respect to the means and variances; only if these are given.

    Raises
    ------
    TypeError
        If an argument is not an array of a real floating-point dtype, the dtypes differ, or `eps`
        is not a number.
    ValueError
        If the shapes do not fit, `mean` or `var` is given alone, a variance is negative, `eps` is
        not positive, or there are no values to take the mean of.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, dy = np.array([[1.0], [3.0]]), np.array([[1.0], [0.0]])
    >>> gamma, beta = np.array([1.0]), np.array([0.0])
    >>> dx, dgamma, dbeta = nnlib.batch_norm_vjp(dy, x, gamma, beta)
    >>> print(dgamma.round(3), dbeta)
    [-1.] [1.]
    >>> print(abs(dx).round(3).T)  # of two values, one becomes -1 and one 1, whatever they are
    [[0. 0.]]
    """
    xp = _check_batch_norm(x, gamma, beta, mean, var)
    check_gradient(dy, x, x.shape, "x")
    normalised, deviation = _normalised(x, mean, var, eps)
    dgamma = xp.sum(dy * normalised, axis=axes_of(x))
    dbeta = xp.sum(dy, axis=axes_of(x))
    scale = gamma / deviation
    if mean is not None:
        return over(scale, x) * dy, dgamma, dbeta, -scale * dbeta, -scale * dgamma / (2 * deviation)
    m = count(x)
    by_statistics = over(dbeta / m, x) + over(dgamma / m, x) * normalised
    return over(scale, x) * (dy - by_statistics), dgamma, dbeta


def _check_batch_norm(x, gamma, beta, mean, var):
    """Return the array namespace of arguments of `batch_norm`."""
    if (mean is None) != (var is None):
        raise ValueError("mean and var must be given both, or neither for those of the batch")
    given = {} if mean is None else {"mean": mean, "var": var}
    xp = check_channels(x, gamma=gamma, beta=beta, **given)
    if mean is not None:
        check_non_negative(var=var)
    return xp


def _normalised(x, mean, var, eps):
    """x less the means, in units of its deviations; and these, with eps under the root."""
    xp, eps = check_floating(x=x), check_positive(eps=eps)
    if mean is None:
        rest, _, var = centred(x)
    else:
        rest = x - over(mean, x)
    deviation = xp.sqrt(var + eps)
    return rest / over(deviation, x), deviation
