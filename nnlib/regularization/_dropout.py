"""Inverted dropout, which scales in training, and predictions with dropout left on."""

from nnlib._validation import (
    check_count,
    check_floating,
    check_fraction,
    check_generator,
    check_same_shape,
)
from nnlib.regularization._direct_dropout import direct_dropout, direct_dropout_vjp

__all__ = ["dropout", "dropout_vjp", "mc_dropout"]


def dropout(x, mask, /, *, rate):
    r"""Inverted dropout: what is kept in training grows, so that the mean stays.

    .. math:: \tilde{x} = \frac{x \odot M}{p}

    Equation ``eq-dropout`` of the book, with p = 1 - rate. The mean over all masks is x: in testing
    there is nothing to do.

    Parameters
    ----------
    x : array
        Activations of units, or inputs; any shape.
    mask : array of bool
        What is kept, M; see `dropout_mask`. It broadcasts to the shape of x, so that one mask may
        be for all examples.
    rate : float
        Probability that a unit is dropped, with which the mask was drawn; from 0 to less than 1.

    Returns
    -------
    array, shape and dtype of x
        What is left, divided by p.

    Raises
    ------
    TypeError
        If `x` is not an array of a real floating-point dtype, `mask` not one of booleans, of the
        same library, or `rate` not a number.
    ValueError
        If `mask` does not broadcast to the shape of x, or `rate` is out of range.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple
    way to prevent neural networks from overfitting", Journal of Machine Learning Research 15, 2014.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.dropout(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]), rate=0.5)
    array([2., 0., 6.])
    """
    rate = check_fraction(rate=rate)
    return direct_dropout(x, mask) / (1 - rate)


def dropout_vjp(dy, x, mask, /, *, rate):
    r"""Vector–Jacobian product of `dropout`: the gradient takes the way that the values took.

    .. math:: \nabla_x J = \frac{v \odot M}{p}

    Equation ``eq-dropout-vjp`` of the book, with v = `dy` and p = 1 - rate.

    Parameters
    ----------
    dy : array, shape of x
        Gradient of the objective with respect to the output.
    x : array
        Activations of units, or inputs; their values have no influence.
    mask : array of bool
        What is kept, M: the mask of the forward pass.
    rate : float
        Probability that a unit is dropped, from 0 to less than 1.

    Returns
    -------
    array, shape of x
        Gradient with respect to x.

    Raises
    ------
    TypeError
        If `dy` or `x` is not an array of a real floating-point dtype, `mask` not one of booleans,
        of the same library, or `rate` not a number.
    ValueError
        If the shapes of `dy` and `x` differ, `mask` does not broadcast to them, or `rate` is out of
        range.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> x, mask = np.array([1.0, 2.0, 3.0]), np.array([True, False, True])
    >>> nnlib.dropout_vjp(np.array([10.0, 20.0, 30.0]), x, mask, rate=0.5)
    array([20.,  0., 60.])
    """
    rate = check_fraction(rate=rate)
    return direct_dropout_vjp(dy, x, mask) / (1 - rate)


def mc_dropout(predict, x, /, *, samples, rng):
    r"""Monte Carlo dropout: mean and spread of predictions in which dropout is left on.

    .. math::
        \bar{y}_k = \frac{1}{S} \sum_s \hat{y}^{(s)}_k, \qquad
        \hat{\sigma}_k = \sqrt{\frac{1}{S} \sum_s \left( \hat{y}^{(s)}_k - \bar{y}_k \right)^2}

    Equation ``eq-mc-dropout`` of the book. The spread tells where the networks that dropout makes
    of one disagree: an estimate of the model's uncertainty, without the noise of the data.

    Parameters
    ----------
    predict : callable
        Called as `predict(x, rng)`, it draws new masks from `rng` and returns a prediction ŷ, an
        array.
    x : array
        Inputs, as `predict` takes them.
    samples : int
        Number S of predictions, 1 or more.
    rng : numpy.random.Generator
        Source of the masks.

    Returns
    -------
    mean : array, shape of a prediction
        Mean ȳ of the predictions.
    std : array, shape of a prediction
        Their standard deviation, with the divisor S.

    Raises
    ------
    TypeError
        If `samples` is not an integer, `rng` not a generator, or a prediction not an array of a
        real floating-point dtype.
    ValueError
        If `samples` is less than 1, or the predictions differ in shape.

    References
    ----------
    Y. Gal and Z. Ghahramani, "Dropout as a Bayesian approximation: representing model uncertainty
    in deep learning", ICML, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> def predict(x, rng):
    ...     return nnlib.dropout(x, nnlib.dropout_mask(rng, x.shape, rate=0.5), rate=0.5)
    >>> rng = np.random.default_rng(0)
    >>> mean, std = nnlib.mc_dropout(predict, np.array([0.0, 1.0]), samples=10_000, rng=rng)
    >>> print(mean.round(1), std.round(1))
    [0. 1.] [0. 1.]
    """
    samples = check_count(1, samples=samples)
    check_generator(rng=rng)
    predictions = [predict(x, rng) for _ in range(samples)]
    named = {f"prediction {s}": y for s, y in enumerate(predictions, start=1)}
    xp = check_floating(**named)
    check_same_shape(**named)
    predictions = xp.stack(predictions)
    return xp.mean(predictions, axis=0), xp.std(predictions, axis=0)
