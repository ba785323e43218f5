r"""Ways of writing that authors use, and what must never pass or crash.

The equations are textbook identities on drawn values; nothing expected comes from the evaluator.
"""

import threading

import numpy as np
import pytest

from nnlib.formula import FormulaError, FormulaMismatch, Scope, derived, distribution, formula

RNG = np.random.default_rng(5)
A = RNG.normal(size=(3, 3))
PI = np.array([[0.3, 0.6], [0.7, 0.4]])
IMAGE = RNG.normal(size=(4, 6))
VALUES = {
    "z": 0.7, "w": RNG.normal(size=3), "A": A, "X": RNG.normal(size=(5, 3)),
    "t": RNG.normal(size=5), "H": 28, "h": RNG.normal(size=(4, 2)), r"\pi(a|s)": PI, "q(s,a)": PI.T,
    r"\epsilon": 0.1, r"\sigma": lambda z: 1 / (1 + np.exp(-z)), "I": IMAGE, "b": [0.4, -1.3],
    "P": IMAGE.reshape(2, 2, 3, 2).max(axis=(1, 3)), r"D_{\mathrm{KL}}": lambda p, q:
    np.sum(p * np.log(p / q)), "p": np.array([0.2, 0.8]), "r": np.array([0.5, 0.5]),
    r"\hat f": distribution([0.3, 1.2, -0.4], [0.2, 0.5, 0.3]), "f": 0.6, "g": 1.0, "c": -0.4,
    "ReLU": lambda x: np.maximum(x, 0),
}  # fmt: skip

RIGHT = [
    # Scripts that are no index and no power make another symbol, even where the bare one is bound.
    r"w^* = (X^\top X)^{-1} X^\top t, \quad X^\top (X w^* - t) = \mathbf{0}",
    r"w - w = \mathbf 0 = \boldsymbol{0}",
    r"w_* = 2 w, \quad w_{*} - w = w",
    r"H' = \left\lfloor \frac{H - 5}{2} \right\rfloor + 1, \quad H' = 12",
    r"\pi_\epsilon(a|s) = (1 - \epsilon) \pi(a|s) + \epsilon / 2, \quad"
    r" \sum_a \pi_\epsilon(a|s) = 1",
    # Derivatives.
    r"\tanh'(z) = 1 - \tanh^2(z) = \operatorname{sech}^2(z), \quad \sin''(z) = -\sin z",
    r"\tanh'(w)_i = 1 - \tanh(w_i)^2",
    r"\frac{d \sigma}{d z}(z) = \sigma(z) (1 - \sigma(z))",
    r"\frac{d \sigma}{d z}(2z) = \sigma(2z) (1 - \sigma(2z))",
    r"\frac{\partial}{\partial w} w^\top A w = (A + A^\top) w",
    r"\nabla_w \frac12 w^\top A w = \frac12 (A + A^\top) w",
    # What a sum runs over.
    r"P_{ij} = \max_{1 \le k, l \le 2} I_{2(i-1)+k, 2(j-1)+l}",
    r"P_{ij} = \max_{a=1}^{2} \max_{b=1}^{2} I_{2(i-1)+a, 2(j-1)+b}",
    r"P_{ij} = \max_{k, l \in \{0, 1\}} I_{2i-k, 2j-l}",
    r"\sum_{y \in \{-1, 1\}} \sigma(y z) = 1",
    r"\sum_{b=1}^{2} b^2 = 5",
    r"\max_a \{ 2 q(s,a) \} = 2 \max_a q(s,a)",
    # Spelling.
    r"D_{\mathrm{KL}} \left( p \,\middle\|\, r \right) = \sum_i p_i \log \frac{p_i}{r_i}",
    r"\operatorname{ReLU}(c) = \begin{cases} c & \mathrm{if}\; c > 0 \text{,} \\ 0 &"
    r" \mathrm{otherwise} \end{cases}",
    r"\mathbb{E}[(f - \hat f)^2] = \underbrace{(f - \mathbb{E}[\hat f])^2}_{\text{squared bias}}"
    r" + \underbrace{\operatorname{Var}(\hat f)}_{\text{方差}}",
]  # fmt: skip

WRONG = [
    r"w^* = (X^\top X)^{-1} X^\top t, \quad X^\top (X w^* + t) = \mathbf{0}",
    r"H' = \left\lceil \frac{H - 5}{2} \right\rceil + 1, \quad H' = 12",
    r"\pi_\epsilon(a|s) = (1 + \epsilon) \pi(a|s) + \epsilon / 2, \quad"
    r" \sum_a \pi_\epsilon(a|s) = 1",
    r"\tanh'(z) = 1 - \tanh(z)",
    r"\frac{d \sigma}{d z}(2z) = \sigma(z) (1 - \sigma(z))",
    r"\frac{\partial}{\partial w} w^\top A w = A w",
    r"P_{ij} = \max_{1 \le k, l \le 2} I_{2(i-1)+k, 2j+l}",
    r"P_{ij} = \max_{k, l \in \{0, 1\}} I_{2i-k, 2j+l}",
    r"\sum_{y \in \{-1, 2\}} \sigma(y z) = 1",
    r"\sum_{b=1}^{2} b^2 = 4",
    r"\max_a \{ 2 q(s,a) \} = 2 \min_a q(s,a)",
    r"D_{\mathrm{KL}} \left( p \,\middle\|\, r \right) = \sum_i r_i \log \frac{p_i}{r_i}",
    r"\operatorname{ReLU}(c) = \begin{cases} 0 & \mathrm{if}\; c > 0 \\ c & \mathrm{otherwise}"
    r" \end{cases}",
    r"\mathbb{E}[(f - \hat f)^2] = \underbrace{(f - \mathbb{E}[\hat f])^2}_{\text{bias}}"
    r" - \underbrace{\operatorname{Var}(\hat f)}_{\text{variance}}",
]  # fmt: skip


@pytest.mark.parametrize("latex", RIGHT)
def test_usual_ways_of_writing_are_read(latex):
    assert formula(latex).check(VALUES).checked > 0


@pytest.mark.parametrize("latex", WRONG)
def test_slips_in_them_are_caught(latex):
    with pytest.raises(FormulaMismatch):
        formula(latex).check(VALUES)


def test_the_set_after_several_letters_is_that_of_each():
    values = {"x": [1.0, 2.0, 4.0], r"\mathcal{S}": {1, 3}}
    assert formula(r"\sum_{i, j \in \mathcal{S}} x_i x_j")(values) == 25.0
    assert formula(r"\sum_{i, j \in \{1, 3\}} x_i x_j")(values) == 25.0


@pytest.mark.parametrize(
    "latex",
    [
        # What is not a number is neither more nor less than anything.
        r"\mathbb{1}[\frac{0}{0} > 1] = 0",
        r"\begin{cases} 1 & n > 0 \\ 0 & \text{otherwise} \end{cases} = 0",
        r"\sum_{i: n < x_i} x_i = 0",
        r"\mathbb{1}[x_1 > 0 \land n > 0] = 0",
        r"\mathbb{1}[x_1 < 0 \lor n > 0] = 0",
    ],
)
def test_a_condition_on_what_is_no_number_never_agrees(latex):
    with pytest.raises(FormulaMismatch):
        formula(latex).check({"n": np.nan, "x": [1.0, 2.0]})


def test_a_condition_that_is_settled_does_not_ask_for_more():
    values = {"n": np.nan, "x": [1.0, 2.0]}
    assert formula(r"\mathbb{1}[x_1 < 0 \land n > 0]")(values) == 0.0
    assert formula(r"\mathbb{1}[x_1 > 0 \lor n > 0]")(values) == 1.0
    assert formula(r"\begin{cases} 3 & x_1 > 0 \\ 4 & n > 0 \end{cases}")(values) == 3.0


def test_sums_without_terms_do_not_carry_an_equation_alone():
    # With R shifted by one too many, only the empty sum at t = 4, which is 0 = G_4, is left.
    R = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
    scope = {"R": R, "G": np.append(np.cumsum(R[:0:-1])[::-1], 0.0), "T": 4}
    starts = {"R": 0, "G": 0}
    formula(r"G_t = \sum_{k=0}^{T-t-1} R_{t+k+1}").check(scope, starts=starts)
    with pytest.raises(FormulaError, match="exist"):
        formula(r"G_t = \sum_{k=0}^{T-t-1} R_{t+k+2}").check(scope, starts=starts)


@pytest.mark.parametrize(
    ("latex", "column", "said"),
    [
        (r"O(n) = n", 0, "order of magnitude"),
        (r"n + \sum_{i=1}^{10^9} i = 1", 4, "too many"),
        (r"\binom{10^9}{500} = 1", 0, "too large"),
        (r"n + \frac{d^9}{d x^9} \sin x = 1", 4, "third order"),
        (r"\frac{d \sigma}{d x}(x, n) = 1", 0, "several arguments"),
        (r"J(x) = x^2, \quad \frac{d J}{d x}(n + 1) = 6", 33, "argument, or a factor"),
        (r"n = \hat 0 = \vec1", 4, "not bound"),
        (r"\sum_{i \in \{1, x\}} i = 1", 12, "integers"),
        (r"\max_i \{ y_i \}^2 = 1", 7, "a set"),
        (r"٣ = 3", 0, "not in the notation"),
        (r"\frac{d}{d x} x \sin x = 1", 0, "rackets"),
        ("(" * 2000 + "n" + ")" * 2000 + " = 2", 0, "too deeply"),
        ("n " * 3000 + " = 2", 0, "too deeply"),
        (r"\begin{bmatrix} x & \vec{v} \end{bmatrix} = y", 20, "not bound"),
    ],
)
def test_what_cannot_be_evaluated_is_an_error_at_the_place(latex, column, said):
    with pytest.raises(FormulaError, match=said) as caught:
        formula(latex).check({"n": 2.0, "x": 0.5, "y": [1.0], r"\sigma": np.tanh})
    assert caught.value.column == column


def test_a_derivative_that_takes_too_many_steps_is_an_error():
    with pytest.raises(FormulaError, match="too many steps"):
        formula(r"\nabla_W \lVert W \rVert_F")(W=np.ones((100, 100)))


def test_a_derivative_sees_a_definition_starred_or_not():
    scope = Scope({"w": np.array([1.0, 2.0]), "u": derived(np.square, "w")})
    scope.check(r"w^* = 3 u, \quad \frac{\partial w^*_i}{\partial w_j} = 6 w_i \mathbb{1}[i = j]")
    assert scope.value(r"\lVert w^* \rVert_1") == 15.0


@pytest.mark.parametrize("values", [3, "x", [("x", 1)]])
def test_values_are_a_dictionary(values):
    with pytest.raises(TypeError, match="dict of LaTeX symbols"):
        formula("x = 1").check(values)
    with pytest.raises(TypeError, match="dict of LaTeX symbols"):
        formula("x")(values)


def test_a_symbol_is_not_given_twice():
    with pytest.raises(ValueError, match="bound twice"):
        formula("x")({"x": 1.0}, x=2.0)


def test_formulas_may_be_read_in_several_threads():
    wrong = []

    def read(thread):
        for number in range(40):
            latex = rf"\frac{{a + {thread}}}{{2}} + {1000 * thread + number}"
            try:
                value = formula(latex)(a=1.0)
                if value != (1 + thread) / 2 + 1000 * thread + number or formula(latex).tokens[
                    -1
                ].text != str(1000 * thread + number):
                    wrong.append(latex)
            except FormulaError as error:
                wrong.append(str(error))

    threads = [threading.Thread(target=read, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
