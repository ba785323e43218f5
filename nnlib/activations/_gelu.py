"""GELU."""

from math import pi, sqrt

from nnlib._special import erfc
from nnlib._validation import check_floating
from nnlib.activations._sigmoid import sigmoid, sigmoid_deriv

__all__ = ["gelu", "gelu_deriv"]

# Beyond ±100 the factors below are 0 or 1 to the last digit: numbers there may be cut off, so that
# no square overflows and ∞ meets no 0.
_FAR = 100.0


def gelu(z, /, *, approximate=False):
    r"""Gaussian error linear unit: z times the chance that a standard normal is below it.

    .. math::
        \operatorname{GELU}(z) = z \, \Phi(z)
        = \frac{z}{2} \left( 1 + \operatorname{erf}\left( \frac{z}{\sqrt{2}} \right) \right)

    Equation ``eq-gelu`` of the book, where Φ is the standard normal distribution function. An older
    form of it, up to 5e-4 away:

    .. math::
        \operatorname{GELU}(z) \approx \frac{z}{2} \left( 1 + \tanh\left(
        \sqrt{2 / \pi} (z + 0.044715 z^3) \right) \right)

    Equation ``eq-gelu-tanh`` of the book.

    Parameters
    ----------
    z : array
        Any shape.
    approximate : bool, default False
        Whether to take the tanh form.

    Returns
    -------
    array, shape of z
        Close to z for large z and to 0 for very negative z; the minimum is -0.16997…, at -0.75179….
        The limits are 0 at -inf and inf at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    References
    ----------
    D. Hendrycks and K. Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415, 2016.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.gelu(np.array([-1e4, -1.0, 0.0, 1.0])).round(4)
    array([-0.    , -0.1587,  0.    ,  0.8413])
    >>> nnlib.gelu(np.array([-1.0, 1.0]), approximate=True).round(4)
    array([-0.1588,  0.8412])
    """
    xp = check_floating(z=z)
    near = xp.clip(z, -_FAR, _FAR)
    if approximate:
        # (1 + tanh u)/2 = σ(2u)
        weight = sigmoid(2 * _tanh_argument(near))
    else:
        weight = _normal_cdf(near)
    return xp.maximum(z, -_FAR) * weight


def gelu_deriv(z, /, *, approximate=False):
    r"""Derivative of `gelu`.

    .. math:: \operatorname{GELU}'(z) = \Phi(z) + \frac{z}{\sqrt{2 \pi}} e^{-z^2 / 2}

    Equation ``eq-gelu-deriv`` of the book, for the exact form.

    Parameters
    ----------
    z : array
        Any shape.
    approximate : bool, default False
        Whether to take the tanh form's derivative.

    Returns
    -------
    array, shape of z
        ½ at 0; the limits are 0 at -inf and 1 at inf.

    Raises
    ------
    TypeError
        If `z` is not an array of a real floating-point dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> nnlib.gelu_deriv(np.array([-1e4, -1.0, 0.0, 1.0])).round(4)
    array([ 0.    , -0.0833,  0.5   ,  1.0833])
    """
    xp = check_floating(z=z)
    z = xp.clip(z, -_FAR, _FAR)
    if approximate:
        u = _tanh_argument(z)
        slope = sqrt(2 / pi) * (1 + 3 * 0.044715 * z * z)
        return sigmoid(2 * u) + 2 * z * slope * sigmoid_deriv(2 * u)
    return _normal_cdf(z) + z / sqrt(2 * pi) * xp.exp(-z * z / 2)


def _normal_cdf(z):
    """Φ(z) = (1 + erf(z/√2))/2 = erfc(-z/√2)/2, the latter accurate for negative z."""
    return erfc(-z / sqrt(2)) / 2


def _tanh_argument(z):
    """What the tanh form takes the tanh of."""
    return sqrt(2 / pi) * (z + 0.044715 * z * z * z)
