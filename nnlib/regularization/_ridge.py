"""Ridge regression in closed form."""

from nnlib._validation import check_at_least_zero, check_floating

__all__ = ["ridge"]


def ridge(X, y, /, *, strength):
    r"""Ridge regression: linear regression with an L2 penalty, solved in closed form.

    .. math:: w = (X^\top X + \lambda I)^{-1} X^\top y

    Equation ``eq-ridge`` of the book: these w minimise ½‖y - Xw‖² + λ/2 ‖w‖². For the mean of the
    squared errors over m examples, instead of their sum, multiply the strength by m. There is no
    intercept: take the means off X and y first, so that it is not penalised.

    Parameters
    ----------
    X : array, shape (m, d)
        Features of m examples.
    y : array, shape (m,) or (m, k)
        Targets; one regression for each column, if there are several.
    strength : float
        Strength λ of the penalty, 0 or more. With 0, the result is that of least squares; where
        many w do equally well, the shortest of them, which is also the limit for λ towards 0.

    Returns
    -------
    array, shape (d,) or (d, k)
        Weights w.

    Raises
    ------
    TypeError
        If `X` or `y` is not an array of a real floating-point dtype, or `strength` not a number.
    ValueError
        If the shapes do not fit, or `strength` is negative or not finite.

    References
    ----------
    A. E. Hoerl and R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems",
    Technometrics 12, 1970.

    Examples
    --------
    >>> import numpy as np
    >>> import nnlib
    >>> X, y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1.0, 2.0])
    >>> nnlib.ridge(X, y, strength=1.0)
    array([0.5, 0.8])
    """
    xp = check_floating(X=X, y=y)
    strength = check_at_least_zero(strength=strength)
    if X.ndim != 2 or 0 in X.shape:
        raise ValueError(
            f"X must have the shape (m, d) with m and d of 1 or more, got {tuple(X.shape)}"
        )
    m, d = X.shape
    if y.ndim not in (1, 2) or y.shape[0] != m:
        raise ValueError(f"y must have the shape ({m},) or ({m}, k), got {tuple(y.shape)}")
    # With X = U S Vᵀ the formula is V S (S² + λ)⁻¹ Uᵀ y, where rounding errors are not squared.
    U, s, Vt = xp.linalg.svd(X, full_matrices=False)
    # Singular values that are 0 but for rounding take no part, as in the limit.
    nonzero = s > max(m, d) * xp.finfo(X.dtype).eps * xp.max(s)
    factor = xp.where(nonzero, s, 0) / xp.where(nonzero, s * s + strength, 1)
    return (Vt.T * factor) @ (U.T @ y)
