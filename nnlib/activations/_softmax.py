"""Softmax and its relatives."""

from nnlib._validation import check_axis, check_floating, check_positive, check_same_shape

__all__ = ["log_softmax", "logsumexp", "softmax", "softmax_jacobian", "softmax_vjp"]


def softmax(z, /, *, axis=-1, temperature=1.0):
    r"""Softmax: positive numbers that sum to 1, in the proportions of exp(z).

    .. math:: \operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}

    Equation ``eq-softmax`` of the book. With a temperature,

    .. math:: \operatorname{softmax}(z, T)_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}

    Equation ``eq-softmax-temperature`` of the book.

    Parameters
    ----------
    z : array, shape (..., K, ...)
        Finite logits, K of them along `axis`. An element of -inf gets probability 0, as long as
        another one is finite.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1.0
        T > 0. Towards 0 the result tends to a one-hot vector at the largest logit (shared
        equally on ties); towards infinity, to 1/K.

    Returns
    -------
    array, shape of z
        Probabilities, summing to 1 along `axis`.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, `axis` not an integer or
        `temperature` not a number.
    ValueError
        If `z` has no such axis or nothing along it, or if `temperature` is not positive and finite.

    References
    ----------
    J. S. Bridle, "Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition", in Neurocomputing, Springer, 1990.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softmax(np.log(np.array([1.0, 2.0, 5.0]))).round(3)
    array([0.125, 0.25 , 0.625])
    >>> nnlib.softmax(np.array([1e4, 0.0]))
    array([1., 0.])
    """
    xp = check_floating(z=z)
    check_axis(axis, z=z)
    temperature = check_positive(temperature=temperature)
    # softmax(z) = softmax(z - max z): no exponent is positive, so nothing overflows.
    e = xp.exp((z - xp.max(z, axis=axis, keepdims=True)) / temperature)
    return e / xp.sum(e, axis=axis, keepdims=True)


def log_softmax(z, /, *, axis=-1, temperature=1.0):
    r"""Logarithm of softmax, finite where softmax itself rounds to 0.

    .. math:: \operatorname{logsoftmax}(z)_i = z_i - \log \sum_j e^{z_j}

    Equation ``eq-log-softmax`` of the book.

    Parameters
    ----------
    z : array, shape (..., K, ...)
        Finite logits, K of them along `axis`.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1.0
        T > 0; the result is that of z / T.

    Returns
    -------
    array, shape of z
        Log-probabilities, in nats, none above 0.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype, `axis` not an integer or
        `temperature` not a number.
    ValueError
        If `z` has no such axis or nothing along it, or if `temperature` is not positive and finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.log_softmax(np.array([0.0, 0.0])).round(4)
    array([-0.6931, -0.6931])
    >>> nnlib.log_softmax(np.array([1e4, 0.0]))
    array([     0., -10000.])
    """
    xp = check_floating(z=z)
    check_axis(axis, z=z)
    temperature = check_positive(temperature=temperature)
    # The same shift as in softmax; log of the quotient is taken by hand, so exp never meets log.
    shifted = (z - xp.max(z, axis=axis, keepdims=True)) / temperature
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


def logsumexp(z, /, *, axis=-1, keepdims=False):
    r"""Logarithm of the sum of exponentials: a smooth maximum.

    .. math::
        \operatorname{logsumexp}(z) = \log \sum_j e^{z_j}
        = z_{\max} + \log \sum_j e^{z_j - z_{\max}}, \qquad z_{\max} = \max_j z_j

    Equation ``eq-logsumexp`` of the book.

    Parameters
    ----------
    z : array, shape (..., K, ...)
        Finite numbers, K of them along `axis`.
    axis : int, default -1
        The axis to sum over.
    keepdims : bool, default False
        Whether the summed axis stays, with size 1.

    Returns
    -------
    array, shape of z without `axis`
        Between max z and max z + log K.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype or `axis` not an integer.
    ValueError
        If `z` has no such axis or nothing along it.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA Journal of Numerical Analysis 41, 2021.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> print(nnlib.logsumexp(np.array([1000.0, 1000.0])).round(4))
    1000.6931
    """
    xp = check_floating(z=z)
    check_axis(axis, z=z)
    z_max = xp.max(z, axis=axis, keepdims=True)
    result = z_max + xp.log(xp.sum(xp.exp(z - z_max), axis=axis, keepdims=True))
    return result if keepdims else xp.squeeze(result, axis=axis)


def softmax_jacobian(z, /, *, temperature=1.0):
    r"""Jacobian of softmax along the last axis, every partial derivative of it.

    .. math::
        \frac{\partial \hat{y}_i}{\partial z_j} = \hat{y}_i (\mathbb{1}[i = j] - \hat{y}_j)

    Equation ``eq-softmax-jacobian`` of the book, where ŷ = softmax(z); with a temperature T, ŷ is
    softmax(z / T) and the whole is divided by T.

    Parameters
    ----------
    z : array, shape (..., K)
        Finite logits.
    temperature : float, default 1.0
        T > 0.

    Returns
    -------
    array, shape (..., K, K)
        At [..., i, j], the derivative of output i with respect to logit j. Symmetric; each row
        sums to 0, since adding a constant to z changes nothing.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype or `temperature` not a number.
    ValueError
        If `z` has no last axis or nothing along it, or if `temperature` is not positive and finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softmax_jacobian(np.zeros(2))
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    xp = check_floating(z=z)
    y = softmax(z, temperature=temperature)
    identity = xp.eye(z.shape[-1], dtype=z.dtype)
    return y[..., :, None] * (identity - y[..., None, :]) / float(temperature)


def softmax_vjp(dy, z, /, *, axis=-1, temperature=1.0):
    r"""Gradient of a loss with respect to the logits, from its gradient at softmax's output.

    .. math::
        \sum_i v_i \frac{\partial \hat{y}_i}{\partial z_j}
        = \hat{y}_j \left( v_j - \sum_i v_i \hat{y}_i \right)

    Equation ``eq-softmax-vjp`` of the book, with v = `dy`: the Jacobian's product with a vector,
    in K steps instead of K².

    Parameters
    ----------
    dy : array, shape of z
        Gradient of the loss with respect to softmax(z).
    z : array, shape (..., K, ...)
        Finite logits, K of them along `axis`.
    axis : int, default -1
        The axis of the classes.
    temperature : float, default 1.0
        T > 0.

    Returns
    -------
    array, shape of z
        Gradient of the loss with respect to z.

    Raises
    ------
    TypeError
        If `dy` or `z` is not an array of a real floating-point dtype, `axis` not an integer or
        `temperature` not a number.
    ValueError
        If the shapes differ, if `z` has no such axis or nothing along it, or if `temperature` is
        not positive and finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.softmax_vjp(np.array([1.0, 0.0]), np.zeros(2))
    array([ 0.25, -0.25])
    """
    xp = check_floating(dy=dy, z=z)
    check_same_shape(z=z, dy=dy)
    y = softmax(z, axis=axis, temperature=temperature)
    return y * (dy - xp.sum(dy * y, axis=axis, keepdims=True)) / float(temperature)
