r"""Indices made of several letters, as in convolutions: `x_{s(i-1)+d(k-1)+1}`.

What is expected comes from loops over the entries, with labels that start at 0.
"""

import numpy as np
import pytest

from nnlib.formula import FormulaError, FormulaMismatch, Scope, derived, formula

RNG = np.random.default_rng(31)


def windows(size, image, stride=1, dilation=1):
    """Yield the place of each window of `size` × `size`, and what it sees."""
    reach = dilation * (size - 1) + 1
    for p in range((image.shape[-2] - reach) // stride + 1):
        for q in range((image.shape[-1] - reach) // stride + 1):
            rows = slice(p * stride, p * stride + reach, dilation)
            columns = slice(q * stride, q * stride + reach, dilation)
            yield (p, q), image[..., rows, columns]


def conv1d(x, w, stride=1, dilation=1):
    count = (len(x) - dilation * (len(w) - 1) - 1) // stride + 1
    y = np.zeros(count)
    for i in range(count):
        for k in range(len(w)):
            y[i] += w[k] * x[stride * i + dilation * k]
    return y


def conv2d(X, W, b, stride=1):
    places = [place for place, _ in windows(W.shape[-1], X, stride)]
    Y = np.zeros((len(X), len(W), places[-1][0] + 1, places[-1][1] + 1))
    for n in range(len(X)):
        for o in range(len(W)):
            for (p, q), seen in windows(W.shape[-1], X[n], stride):
                Y[n, o, p, q] = b[o] + np.sum(W[o] * seen)
    return Y


def pooled(X, function):
    places = dict(windows(3, X, 2))
    Y = np.zeros((max(p for p, _ in places) + 1, max(q for _, q in places) + 1))
    for place, seen in places.items():
        Y[place] = function(seen)
    return Y


x, w, u, v = (RNG.normal(size=n) for n in (9, 3, 4, 7))
IMAGES, KERNELS, B = (
    RNG.normal(size=(2, 3, 5, 6)),
    RNG.normal(size=(2, 3, 2, 2)),
    RNG.normal(size=2),
)
PADDED = np.pad(IMAGES, [(0, 0), (0, 0), (1, 1), (1, 1)])
PLANE, UP = RNG.normal(size=(8, 9)), np.zeros(9)
for place in range(4):
    UP[2 * place : 2 * place + 3] += u[place] * w  # transposed convolution, stride 2
PATCHES = np.zeros((2, 3, 2, 2, 4, 5))
for (p, q), seen in windows(2, IMAGES):
    PATCHES[..., p, q] = seen

LINE = {"x": x, "w": w, "K": 3, "s": 2, "d": 2, "p": 1, "v": v, r"\tilde x": np.pad(x, 1), "u": u,
        r"\tilde v": np.pad(v, 2), "y": conv1d(x, w), "f": conv1d(x, w[::-1]), "o": UP,
        "a": conv1d(x, w, 2), "c": conv1d(x, w, 1, 2), "e": conv1d(x, w, 2, 2),
        "q": conv1d(np.pad(x, 1), w, 2), "h": x.reshape(3, 3).mean(1)}  # fmt: skip
MAPS = {"X": IMAGES, "W": KERNELS, "b": B, "Y": conv2d(IMAGES, KERNELS, B), "s": 2, "U": 2, "V": 2,
        "Z": conv2d(IMAGES, KERNELS, B, 2), r"\tilde X": PADDED, "S": conv2d(PADDED, KERNELS, B),
        "Q": 5,
        r"\tilde P": PATCHES, "P": PATCHES.reshape(2, 12, 20), "G": RNG.normal(size=(2, 2, 4, 5)),
        r"\bar W": KERNELS.reshape(2, 12)}  # fmt: skip
POOL = {"X": PLANE, "k": 3, "s": 2, "M": pooled(PLANE, np.max), "A": pooled(PLANE, np.mean),
        "m": 2, "V": RNG.normal(size=(3, 4))}  # fmt: skip

STRIDED = r"y'_i = \sum_{k=1}^{K} w_k x_{s(i-1)+k}, \quad J = \sum_i u_i y'_i, \quad "
PLAIN = r"y'_i = \sum_k w_k x_{i+k-1}, \quad J = \sum_i v_i y'_i, \quad "
LAYER = (
    r"Y'_{nopq} = b_o + \sum_{c,u,v} W_{ocuv} X_{nc,p+u-1,q+v-1}, \quad"
    r" J = \sum_{n,o,p,q} G_{nopq} Y'_{nopq}, \quad "
)
LARGEST = (
    r"M'_{pq} = \max_{1 \le u, v \le k} X_{s(p-1)+u, s(q-1)+v}, \quad"
    r" J = \sum_{p,q} V_{pq} M'_{pq}, \quad "
)

# The values, the equation, and how many numbers it compares: none may be left out.
RIGHT = [
    (LINE, r"y_i = \sum_{k=1}^{K} w_k x_{i+k-1}", 7),
    (LINE, r"y_i = \sum_k w_k x_{i+k-1}", 7),
    (LINE, r"y_i = \sum_{k = 1, \dots, K} w_k x_{i+k-1}", 7),
    (LINE, r"a_i = \sum_{k=1}^{K} w_k x_{s(i-1)+k}", 4),
    (LINE, r"q_i = \sum_{k=1}^{K} w_k \tilde x_{s(i-1)+k}", 5),
    (LINE, r"c_i = \sum_{k=1}^{K} w_k x_{i+d(k-1)}", 5),
    (LINE, r"c_i = \sum_{k=1}^{K} w_k x_{i+2(k-1)}", 5),
    (LINE, r"c_i = \sum_{k=1}^{K} w_k x_{i+2k-2}", 5),
    (LINE, r"c_i = \sum_{k=1}^{K} w_k x_{i + 2 \cdot k - 2}", 5),
    (LINE, r"e_i = \sum_{k=1}^{K} w_k x_{s(i-1)+d(k-1)+1}", 3),
    (LINE, r"f_i = \sum_{k=1}^{K} w_{K+1-k} x_{i+k-1}", 7),
    (LINE, r"f_i = \sum_{k=1}^{K} w_k x_{i+K-k}", 7),
    (LINE, r"h_i = \frac13 \sum_{k=1}^{3} x_{3i-k+1}", 3),
    (LINE, r"o_j = \sum_{i, k:\, s(i-1)+k = j} u_i w_k", 9),
    (LINE, r"o_j = \sum_{\substack{i, k \\ s(i-1)+k = j}} u_i w_k", 9),
    (LINE, r"z_i = x_{2i-1}, \quad z_i - x_{2i} = x_{2i-1} - x_{2i}", 4),
    (LINE, r"z_i = x_{7-2i}, \quad z_1 + z_2 + z_3 = x_1 + x_3 + x_5", 1),
    (LINE, PLAIN + r"\frac{\partial y'_i}{\partial x_j} = w_{j-i+1}", 21),
    (LINE, PLAIN + r"\frac{\partial J}{\partial w_k} = \sum_i v_i x_{i+k-1}", 3),
    (LINE, PLAIN + r"\frac{\partial J}{\partial x_j} = \sum_k w_{K+1-k} \tilde v_{j+k-1}", 9),
    (LINE, PLAIN + r"\frac{\partial J}{\partial x_j} ="
     r" \sum_{i:\, 1 \le j-i+1 \le K} v_i w_{j-i+1}", 9),
    (LINE, STRIDED + r"\frac{\partial J}{\partial x_j} ="
     r" \sum_{i, k:\, s(i-1)+k = j} u_i w_k", 9),
    (LINE, STRIDED + r"\frac{\partial J}{\partial w_k} = \sum_i u_i x_{s(i-1)+k}", 3),
    (MAPS, r"Y_{n o p q} = b_o + \sum_{c, u, v} W_{o c u v} X_{n c, p+u-1, q+v-1}", 80),
    (MAPS, r"S_{n o p q} = b_o + \sum_{c, u, v} W_{o c u v} \tilde X_{n c, p+u-1, q+v-1}", 168),
    (MAPS, r"Z_{n,o,p,q} = b_o + \sum_c \sum_{u=1}^U \sum_{v=1}^V"
     r" W_{o,c,u,v} X_{n,c,s(p-1)+u,s(q-1)+v}", 24),
    (MAPS, r"P_{n,(c-1)UV+(u-1)V+v,(p-1)Q+q} = \tilde P_{n c u v p q} = X_{nc,p+u-1,q+v-1}", 480),
    (MAPS, r"Y_{nopq} = b_o + \sum_r \bar W_{or} P_{n r,(p-1)Q+q}", 80),
    (MAPS, LAYER + r"\frac{\partial J}{\partial W_{ocuv}} ="
     r" \sum_{n,p,q} G_{nopq} X_{nc,p+u-1,q+v-1}", 24),
    (MAPS, LAYER + r"\frac{\partial J}{\partial X_{ncij}} = \sum_o \sum_{p,u:\, p+u-1=i}"
     r" \sum_{q,v:\, q+v-1=j} G_{nopq} W_{ocuv}", 180),
    (POOL, r"M_{pq} = \max_{1 \le u, v \le k} X_{s(p-1)+u, s(q-1)+v}", 12),
    (POOL, r"M_{pq} = \max_{0 \le u, v < k} X_{s(p-1)+u+1, s(q-1)+v+1}", 12),
    (POOL, r"M_{pq} = \max_{u, v \in \{1, \dots, k\}} X_{s(p-1)+u, s(q-1)+v}", 12),
    (POOL, r"M_{pq} = \max_{\substack{1 \le u \le k \\ 1 \le v \le k}}"
     r" X_{s(p-1)+u, s(q-1)+v}", 12),
    (POOL, r"M_{pq} = \max_{s(p-1) < i \le s(p-1)+k} \, \max_{s(q-1) < j \le s(q-1)+k} X_{ij}", 12),
    (POOL, r"A_{pq} = \frac{1}{k^2} \sum_{u=1}^{k} \sum_{v=1}^{k} X_{s(p-1)+u, s(q-1)+v}", 12),
    (POOL, r"A_{pq} = \frac{1}{k^2} \sum_{u \in \{1, 2, \ldots, k\}} \sum_{0 < v \le k}"
     r" X_{s(p-1)+u, s(q-1)+v}", 12),
    (POOL, LARGEST + r"\frac{\partial J}{\partial X_{ij}} = \sum_{p,q} V_{pq}"
     r" \mathbb{1}[X_{ij} = M'_{pq}] \mathbb{1}[s(p-1) < i \le s(p-1)+k]"
     r" \mathbb{1}[s(q-1) < j \le s(q-1)+k]", 72),
]  # fmt: skip

WRONG = [
    (LINE, r"y_i = \sum_{k=1}^{K} w_k x_{i+k}"),  # off by one
    (LINE, r"y_i = \sum_{k=1}^{K} w_k x_{i-k+K}"),  # the kernel is flipped
    (LINE, r"y_i = \sum_{k=1}^{K-1} w_k x_{i+k-1}"),  # the bound
    (LINE, r"f_i = \sum_{k=1}^{K} w_k x_{i+k-1}"),  # the kernel is not flipped
    (LINE, r"a_i = \sum_{k=1}^{K} w_k x_{i+k-1}"),  # no stride
    (LINE, r"a_i = \sum_{k=1}^{K} w_k x_{si+k-1}"),  # the stride counts from 0
    (LINE, r"a_i = \sum_{k=1}^{K} w_k x_{s(i-1)+k-1}"),
    (LINE, r"q_i = \sum_{k=1}^{K} w_k x_{s(i-1)+k}"),  # no padding
    (LINE, r"c_i = \sum_{k=1}^{K} w_k x_{i+k-1}"),  # no dilation
    (LINE, r"e_i = \sum_{k=1}^{K} w_k x_{s(i-1)+d(k-1)+2}"),
    (LINE, r"o_j = \sum_{i, k:\, i+k-1 = j} u_i w_k"),
    (LINE, r"o_j = \sum_{i, k:\, s(i-1)+k = j-1} u_i w_k"),
    (LINE, r"z_i = x_{2i-1}, \quad z_i = x_{2i}"),
    (LINE, PLAIN + r"\frac{\partial y'_i}{\partial x_j} = w_{i-j+1}"),
    (LINE, PLAIN + r"\frac{\partial J}{\partial x_j} = \sum_k w_k \tilde v_{j+k-1}"),
    (LINE, STRIDED + r"\frac{\partial J}{\partial w_k} = \sum_i u_i x_{i+k-1}"),
    (LINE, STRIDED + r"\frac{\partial J}{\partial x_j} = \sum_{i, k:\, i+k-1 = j} u_i w_k"),
    (MAPS, r"Y_{nopq} = \sum_{c,u,v} W_{ocuv} X_{nc,p+u-1,q+v-1}"),  # no bias
    (MAPS, r"Y_{nopq} = b_o + \sum_{c,u,v} W_{ocvu} X_{nc,p+u-1,q+v-1}"),
    (MAPS, r"Y_{nopq} = b_o + \sum_{c,u,v} W_{ocuv} X_{nc,q+v-1,p+u-1}"),
    (MAPS, r"Z_{nopq} = b_o + \sum_{c,u,v} W_{ocuv} X_{nc,p+u-1,q+v-1}"),
    (MAPS, r"P_{n,(c-1)UV+(v-1)U+u,(p-1)Q+q} = \tilde P_{n c u v p q}"),
    (MAPS, LAYER + r"\frac{\partial J}{\partial W_{ocuv}} ="
     r" \sum_{n,p,q} G_{nopq} X_{nc,p+v-1,q+u-1}"),
    (POOL, r"M_{pq} = \max_{1 \le u, v \le k} X_{p+u-1, q+v-1}"),
    (POOL, r"M_{pq} = \max_{1 \le u, v < k} X_{s(p-1)+u, s(q-1)+v}"),
    (POOL, r"M_{pq} = \min_{1 \le u, v \le k} X_{s(p-1)+u, s(q-1)+v}"),
    (POOL, r"M_{pq} = \max_{u, v \in \{1, \dots, m\}} X_{s(p-1)+u, s(q-1)+v}"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "latex", "numbers"), RIGHT)
def test_equations_with_composed_indices_hold(values, latex, numbers):
    relations = formula(latex).check(values).relations
    assert relations[-1].status == "checked"
    assert relations[-1].entries == numbers


@pytest.mark.parametrize(("values", "latex"), WRONG)
def test_slips_in_composed_indices_are_caught(values, latex):
    with pytest.raises(FormulaMismatch):
        formula(latex).check(values)


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        # Every window reaches beyond the array, or no bounds say how far it reaches.
        (r"y_i = ‸\sum_{k=1}^{K} w_k x_{i+k+9}", r"all terms of this \\sum exist"),
        (r"y_i = ‸\sum_{k=1}^{K+1} w_k x_{i+k-1}", r"all terms of this \\sum exist"),
        (r"y_i = ‸\max_k x_{i+k}", "write the bounds of k"),
        (r"o_j = ‸\sum_i u_i w_{j-s(i-1)}", "write the bounds of i"),
        (r"y_i = x_{‸20 i}", "for no i is there an entry"),
        (r"y_i ‸= x_{i+20}", "for no index"),
        # What is no integer multiple of a letter.
        (r"y_i = x_{‸\gamma i}", "integer, and this is not"),
        (r"y_i = x_{‸i / 2}", "integer, and this is not"),
        (r"z_i = ‸x_{i^2}", "range of i is not clear"),
        (r"z_i = ‸x_{\gamma i}", "range of i is not clear"),
        (r"y_i = ‸\sum_k x_{2k}", "range of k is not clear"),
        # How many indices?
        (r"y_i = \sum_k w_k x_{‸i k}", "one index or two"),
        (r"y_i = \sum_k w_k x_{k + ‸i k}", "one index or two"),
        (r"y_i = A_{i + ‸2 k}", r"write .cdot"),
        # What bounds and sets may say.
        (r"y_i = \max_{k \in ‸\{1, 3, \dots, 9\}} x_k", "follow one another"),
        (r"y_i = \max_{k \in \{1, ‸\dots\}} x_k", "dots"),
        (r"y_i = x_1 + ‸\dots + x_i", "not expected"),
        (r"y_i = \max_{\substack ‸k} x_k", "braces"),
    ],
)
def test_indices_that_lead_nowhere_are_errors_at_the_place(latex, said):
    with pytest.raises(FormulaError, match=said) as caught:
        formula(latex.replace("‸", "")).check({**LINE, r"\gamma": 0.5, "A": np.eye(3)})
    assert caught.value.column == latex.index("‸")


def test_the_comma_of_bounds_stands_between_letters():
    # The upper bound may be a letter too, if a number is bound to it.
    values = {"A": np.arange(1.0, 13.0).reshape(3, 4), "m": 2}
    assert formula(r"\sum_{1 \le i, j \le m} A_{ij}")(values) == 1 + 2 + 5 + 6
    assert formula(r"\sum_{1 \le i, j \le 2} A_{ij}")(values) == 1 + 2 + 5 + 6
    assert formula(r"\sum_{i \le m, j \le m} A_{ij}")(values) == 1 + 2 + 5 + 6
    assert formula(r"\sum_{m \ge i \ge 1, 3 > j > 1} A_{ij}")(values) == 2 + 6
    triangle = 2 + 3 + 4 + 7 + 8 + 12
    assert formula(r"\sum_{i<j, k<l} A_{ij} A_{kl}")(values) == triangle**2
    assert formula(r"\sum_{i<j, k=1}^{2} A_{ij} A_{k,1}")(values) == 6 * triangle


def test_a_definition_in_steps_keeps_its_labels():
    scope = Scope({"x": x, "s": 2})
    scope.check(r"z_i = x_{s i + 1}")
    np.testing.assert_array_equal(scope.value("z_i"), x[::2])
    assert scope.value("z_0") == x[0]
    assert scope.value("z_4") == x[8]
    with pytest.raises(FormulaError, match="does not exist"):
        scope.value("z_5")


def test_the_first_label_may_be_0():
    values, starts = {"x": x, "w": w, "y": conv1d(x, w, 2), "s": 2}, {"x": 0, "w": 0, "y": 0}
    zero = formula(r"y_i = \sum_{k=0}^{2} w_k x_{s i + k}")
    assert zero.check(values, starts=starts).relations[0].entries == 4
    with pytest.raises(FormulaMismatch):
        zero.check({**values, "y": conv1d(x, w[::-1], 2)}, starts=starts)
    values["r"] = derived(lambda x: conv1d(x, np.ones(2)), "x")
    formula(r"\frac{\partial r_i}{\partial x_j} = \mathbb{1}[i \le j \le i + 1]").check(values)


def test_the_start_of_an_axis_is_not_that_of_a_letter_inside_its_index():
    # S_t is a label from 1 on, whatever t is.
    values = {"V": [10.0, 20.0, 30.0], "S": [3, 1, 2, 2], "y": [30.0, 10.0, 20.0, 20.0]}
    assert formula(r"y_t = V_{S_t}").check(values, starts={"t": 0}).relations[0].entries == 4
