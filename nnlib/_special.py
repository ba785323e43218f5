"""Special functions that the array standard lacks."""

from math import factorial, pi, sqrt

from array_api_compat import array_namespace

__all__ = ["erf", "erfc", "xlogy"]

# (1 + 2x) exp(x²) erfc(x) for x ≥ 0 as a polynomial in t = (x - 3.75) / (x + 3.75), from its
# highest power down; by interpolation at Chebyshev points, worked out in 40 digits.
# M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in
# 0 ≤ x < ∞", Mathematics of Computation 36, 1981.
_ERFC = (
    4.25147144479638978e-10,
    3.1114333809799252e-10,
    -5.17399021401130963e-09,
    -3.74421008096201864e-09,
    3.86753342422223568e-08,
    2.32635087088591237e-08,
    -2.58668507161558854e-07,
    -5.72182306032240875e-08,
    1.75163764884906214e-06,
    -9.73559896736774934e-07,
    -1.14441462377005234e-05,
    2.23842391550822298e-05,
    5.16490988926824034e-05,
    -2.90154080540841711e-04,
    2.9371366559134482e-04,
    1.75562585289529536e-03,
    -9.74657955802927553e-03,
    2.83622774189564043e-02,
    -5.86933985896367741e-02,
    9.23043211603774778e-02,
    -1.08803930141748857e-01,
    8.22767384901452077e-02,
    3.58541548546442937e-03,
    -1.40240598585546962e-01,
    1.23751263083782758e00,
)

# erf(x) = x · 2/√π · Σ (-x²)ⁿ / (n! (2n + 1)), from the highest power down; enough for |x| ≤ 1/2.
_ERF = tuple(2 / sqrt(pi) * (-1) ** n / (factorial(n) * (2 * n + 1)) for n in range(12, -1, -1))


def erf(x, /):
    """Error function, 2/√π times the integral of exp(-t²) from 0 to x."""
    xp = array_namespace(x)
    small = xp.clip(x, -0.5, 0.5)
    series = small * _polynomial(_ERF, small * small)
    # Beyond 1/2, 1 - erfc is as accurate; nearer to 0 it would lose digits.
    far = xp.where(x < 0, erfc(-x) - 1, 1 - erfc(x))
    return xp.where((x > -0.5) & (x < 0.5), series, far)


def erfc(x, /):
    """Complementary error function, 1 - erf(x), accurate where it is small."""
    xp = array_namespace(x)
    negative = x < 0
    # exp(-30²) is 0 in float64, so nothing changes beyond 30, and nothing overflows.
    a = xp.minimum(xp.where(negative, -x, x), 30.0)
    scaled = _polynomial(_ERFC, (a - 3.75) / (a + 3.75)) / (1 + 2 * a)
    # exp(-a²) with a² = h² - (h - a)(h + a): h² is exact, as h has few digits.
    h = xp.round(16 * a) / 16
    y = scaled * xp.exp((h - a) * (h + a)) * xp.exp(-h * h)
    return xp.where(negative, 2 - y, y)


def _polynomial(coefficients, x):
    """The polynomial in x with these coefficients, from the highest power down."""
    first, *others = coefficients
    y = first
    for c in others:
        y = y * x + c
    return y


def xlogy(x, y, /):
    """x log y for x, y ≥ 0, with 0 log y = 0 for every y and x log 0 = -inf for x > 0."""
    xp = array_namespace(x, y)
    # log sees only positive numbers: no warning, and no NaN in JAX's gradient.
    positive = y > 0
    product = x * xp.log(xp.where(positive, y, xp.ones_like(y)))
    return xp.where((x > 0) & ~positive, -xp.inf, product)
