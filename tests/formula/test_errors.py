r"""What is outside the notation or ambiguous is an error, with a caret under the place.

In the table ‸ stands before the place at which the caret must be.
"""

import re
import subprocess
import sys

import numpy as np
import pytest

from nnlib.formula import FormulaError, Scope, derived, distribution, formula

VALUES = {
    "x": [0.3, -0.4, 0.9], "y": [0.5, 0.2, 0.1], "w": [0.1, 0.2, 0.3, 0.4], "a": 2.0, "b": 3.0,
    "W": np.arange(6.0).reshape(2, 3) + 0.5, "A": [[2.0, 1, 0], [0, 1, 3], [1, 1, 1]],
    "B": np.ones((2, 3, 4)), "n": 3, "k": 2, "f": np.sin, "X": distribution([1, 2], [0.5, 0.5]),
    "p(s,a)": np.full((2, 2), 0.25), r"\pi(a|s)": np.full((2, 3), 0.5), r"\sigma": 0.5,
    r"\mathcal{A}": {1, 2}, "u": derived(np.sin, "a"), "P(c|d)": np.ones((2, 2)),
    "P(c)": [0.5, 0.5],
}  # fmt: skip

# Outside the grammar: an error as soon as the formula is read.
UNREADABLE = [
    r"‸\int x dx", r"x ‸\sim y", r"x ‸\to y", r"x ‸\Rightarrow y", r"a ‸\pm b", r"‸\dots",
    r"‸\lim_{n} a", r"‸\foo{a}", r"a/b‸c", r"a/b ‸c", r"‸(a + b", r"a + b‸)", r"\frac{a}‸",
    r"\frac{a}‸{b", r"a +‸", r"‸= a", r"a = ‸= b", r"‸x^2_i^3", r"‸x_i_j", r"2 ‸3", r"a ‸3",
    r"x^1‸0", r"\hat{x‸_i}", r"\left( a \right‸]", r"‸\begin{foo} a \end{foo}",
    r"‸\begin{pmatrix} a & b \\ c \end{pmatrix}", r"\begin{cases} ‸a \\ b & a > 0 \end{cases}",
    r"a‸..b", r"x ‸: y", r"\sum_{i<‸}^{3} x_i", r"|a|b‸|", r"\sqrt{a}‸{", r"x_{i:‸}",
    r"a ‸! b", r"a ‸\implies b",
    r"a ‸\in b", r"‸", r"\begin{cases} a & ‸\text{perhaps} \end{cases}", r"a = b ‸\mapsto c",
    r"x^{a,‸b}", r"a‸} = b", r"‸\end{aligned}", r"\mathbb{1}[a = b ‸\foo c]", r"‸中",
    r"\text{设} a ‸\foo",
]  # fmt: skip

# Ambiguous, unbound, or not fitting the values: an error when it is evaluated.
MEANINGLESS = [
    (r"w^‸T x", r"\top"), (r"a / b / ‸a", "ambiguous"), (r"a/b \cdot ‸a", "ambiguous"),
    (r"a/b ‸(a + b)", "ambiguous"), (r"‸x y", "vector"), (r"‸x \cdot y", "vector"),
    (r"‸x^\top y^\top", "vector"), (r"‸x^2", "power"), (r"‸W^2", "power"), (r"‸x + w", "adds"),
    (r"‸W + a", "adds"), (r"‸x + y_i", "index both"), (r"x_i + w_‸i", "1 to 4"),
    (r"x_i w_‸i", "1 to 4"), (r"‸\sum_j x_i", "j has no bounds"), (r"a + ‸z", "z is not bound"),
    (r"‸O(n)", "not bound"), (r"‸\operatorname{foo}(a)", "foo"), (r"‸\lambda a", "not bound"),
    (r"\sum_{‸k=1} x_k", "not complete"), (r"‸\sum^{n} x_k", "which letter"),
    (r"\sum_{i=1}^{‸\infty} x_i", "infinite"), (r"‸\sum_i -x_i", "follows"), (r"‸\log", "follows"),
    (r"‸\log -a", "follows"), (r"‸f a", "round brackets"), (r"a + ‸f", "round brackets"),
    (r"f^‸2(a)", "power of a function"), (r"f_‸i(a)", "index of a function"), (r"‸a'", "not bound"),
    (r"x_{‸1.5}", "integer"), (r"x_{‸y}", "integer"), (r"‸x_4", "does not exist"),
    (r"‸x_{i,j}", "2 indices"), (r"A_{‸12}", "commas"), (r"W_{‸ij+1}", "commas"),
    (r"W_{ij}^{‸-1}", "brackets"), (r"e_‸i", "no index"), (r"‸a_i", "1 indices"),
    (r"a ‸* b", r"\cdot"), (r"‸|x|", "norm"), (r"‸\lVert a \rVert", "norm of a number"),
    (r"‸\lVert W \rVert", "norm of a matrix"), (r"‸\lVert W \rVert_1", "norm of a matrix"),
    (r"‸\begin{cases} a & b < 0 \\ b & b < 1 \end{cases}", "no case"),
    (r"\begin{cases} a & b > 0 \\ b & ‸b > 1 \end{cases}", "two cases"),
    (r"‸\begin{pmatrix} x & b \end{pmatrix}", "entry"),
    (r"\frac{\partial ‸b}{\partial a}", "depend"),
    (r"‸\frac{\partial}{\partial b} b \sin b", "rackets"),
    (r"‸\frac{\partial^2 b}{\partial b}", "orders"), (r"‸\nabla b", "respect"),
    (r"\nabla_x ‸x", "use"), (r"‸\partial b", "frac"), (r"\nabla_{‸z} a", "not bound"),
    (r"‸\frac{\partial |a - 2|}{\partial a}", "no derivative"),
    (r"\mathbb{1}[‸a]", "condition"), (r"‸\mathbb{E}[a]", "random"),
    (r"\mathbb{E}‸[X \mid a]", "conditional"), (r"‸\mathbb{E}^2[X]", "power"),
    (r"‸X + 1", "random"),
    (r"‸p(a,s)", "arguments"), (r"‸p(s)", "arguments"), (r"‸p(s|a)", "arguments"),
    (r"‸\pi(s,a)", "arguments"), (r"‸P(d)", "arguments"), (r"‸\arg\max_i \min(x_i, 0)", "tie"),
    (r"‸\max x", "index"), (r"‸\max_i x", "bounds"), (r"\sum_i \sum_{‸i} x_i", "already"),
    (r"x_i + ‸\sum_i x_i", "rename"), (r"‸\sum_{i \ne j} A_{ij}", "run too"),
    (r"\sum_{‸i \ne i} x_i", "itself"), (r"‸x \odot w", "odot"), (r"‸W x^\top", "times"),
    (r"‸W w", "times"), (r"‸W y x", "vector"), (r"‸a^\top", "transposed"),
    (r"\sin 2 ‸a", "rackets"), (r"\mathbb{E}(X - 1)^‸2", "mean"), (r"‸B x", "two axes"),
    (r"‸\sum_i x_{i+1} y_i", "exist"), (r"\tanh^{‸-1}(a)", "power"),
    (r"[a ‸= b]", "relation"), (r"‸\{a\}", "set"), (r"‸(a; b)", "brackets"),
    (r"\sum_{i \in ‸S} x_i", "set"), (r"\sum_{i \in ‸x} x_i", "set"), (r"a + ‸\mathcal{A}", "set"),
    (r"‸\frac{x}{W}", "division"), (r"‸2^{x}", "vector"), (r"‸\binom{2.5}{2}", "integers"),
    (r"‸\sigma'(x)", "not bound"), (r"‸\nabla_a^3 a", "nabla"),
    (r"‸\det W", "square"), (r"‸\mathbf{1}^\top x", "not bound"), (r"‸A^{-1} (W)", "times"),
    (r"‸\operatorname{sofmax}(a)", "not bound"), (r"‸\log(a, b)", "1 argument"),
    (r"‸f(a, b)", "raised"), (r"‸a, b", "relation"),
    (r"x_{‸\pi}", "integer"), (r"‸(W)^{-1}", "power"), (r"\sum_{i=1}^{‸2.5} x_i", "integers"),
]  # fmt: skip


def _marked(marked):
    return marked.replace("‸", ""), marked.index("‸") if "‸" in marked else 0


@pytest.mark.parametrize("marked", UNREADABLE)
def test_outside_the_grammar_is_an_error_at_the_place(marked):
    latex, column = _marked(marked)
    with pytest.raises(FormulaError) as caught:
        formula(latex)
    assert caught.value.column == column


@pytest.mark.parametrize(("marked", "said"), MEANINGLESS)
def test_the_ambiguous_and_the_unbound_are_errors_at_the_place(marked, said):
    latex, column = _marked(marked)
    parsed = formula(latex)
    with pytest.raises(FormulaError, match=re.escape(said)) as caught:
        parsed(VALUES)
    assert caught.value.column == column


RELATIONS = [
    (r"x ‸= a", "on the left"), (r"x ‸= y_i", "on the left"), (r"W ‸= W^\top", "on the left"),
    (r"x ‸= x^\top", "on the left"), (r"a = a, ‸b", "missing"), (r"‸a + b", "no relation"),
    (r"a ‸\leftarrow b", "leftarrow"), (r"a ‸\propto b", "proportional"),
    (r"a = ‸v", "not bound"),
    (r"v_t = ‸v_{t-1} + x_t", "itself"), (r"y - x ‸= y_i - 1", "on the left"),
    (r"m_i = ‸a", "left only"), (r"x_i ‸= x_{i+3}", "exist"),
    (r"v_i = x_‸i, \; i = 1", "elsewhere"),
    (r"‸v(s, x) = p(s, 1)", "not bound"), (r"v = r + 1, \; r = ‸v", "itself"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "said"), RELATIONS)
def test_relations_that_cannot_be_compared_are_errors(marked, said):
    latex, column = _marked(marked)
    with pytest.raises(FormulaError, match=said) as caught:
        formula(latex).check(VALUES)
    assert caught.value.column == column


def test_the_message_shows_the_line_and_a_caret():
    with pytest.raises(FormulaError) as caught:
        formula("a = b \\\\\n c = 概率 \\int x")
    assert caught.value.line == 2
    assert str(caught.value) == ("概 is not in the notation\n   c = 概率 \\int x\n       ^")
    with pytest.raises(FormulaError) as caught:
        formula(r"\text{概率} \int x")
    # A Chinese character is two columns wide, and U+3000 is its blank.
    assert str(caught.value).splitlines()[-1] == "        　　  ^"
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"x": "text"}, TypeError, "x must be bound to real numbers"),
        ({"x": 1j}, TypeError, "real numbers"),
        ({"x": [[1], [1, 2]]}, TypeError, "real numbers"),
        ({"x": []}, ValueError, "empty"),
        ({"x": 1, r"\hat x": 2, r"\hat{x}": 3}, ValueError, "bound twice"),
        ({"x y": 1}, FormulaError, "not one symbol"),
        ({"W_hh": 1}, FormulaError, "W_{hh}"),
        ({"x +": 1}, FormulaError, "not one symbol"),
        ({3: 1}, TypeError, "str of LaTeX"),
        ({"S": {"a"}}, ValueError, "integers"),
    ],
)
def test_bad_values_are_named(values, error, said):
    with pytest.raises(error, match=said):
        formula("x")(values)


def test_bad_options_are_named():
    with pytest.raises(ValueError, match="infinity"):
        Scope(infinity=-1)
    with pytest.raises(TypeError, match="str of LaTeX"):
        formula(3)
    with pytest.raises(ValueError, match="sum is 1"):
        distribution([1, 2], [0.5, 0.6])
    with pytest.raises(ValueError, match="outcomes"):
        distribution([1, 2, 3], [0.5, 0.5])
    with pytest.raises(TypeError, match="function first"):
        derived("x", np.sin)


def test_missing_lark_is_named():
    code = "import sys; sys.modules['lark'] = None; import nnlib.formula"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert "ImportError: nnlib.formula needs lark: pip install" in run.stderr
