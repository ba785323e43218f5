r"""The syntax tree, the tokens, and what LaTeX writes in several ways."""

import pytest
from formula.course import TOPICS

from nnlib.formula import formula
from nnlib.formula.names import read_key
from nnlib.formula.parse import parse

RIGHT = [latex for _, right, _ in TOPICS.values() for latex in right]


def spelled(latex):
    return [equation.spell() for equation in parse(latex).equations]


@pytest.mark.parametrize("latex", RIGHT)
def test_the_normal_form_is_read_as_the_same_tree(latex):
    for equation in parse(latex).equations:
        assert parse(equation.spell()).equations == (equation,)


@pytest.mark.parametrize("latex", RIGHT)
def test_every_token_and_node_knows_its_place(latex):
    parsed = formula(latex)
    for token in parsed.tokens:
        if token.text and not token.type.startswith(("SEP", "LOGIC", "MID", "WORD")):
            assert latex[token.start : token.end].replace(" ", "") != ""
    for equation in parsed.equations:
        left = equation.sides[0]
        assert parse(f"{left.at.text} = 0").equations[0].sides[0] == left


SAME = [
    (r"\hat y_i", r"\hat{y}_{i}"),
    (r"x_i^2", r"x^2_i"),
    (r"W_{ij}^{(1)}", r"W^{(1)}_{ij}"),
    (r"\frac12", r"\frac{1}{2}"),
    (r"\tfrac ab", r"\frac{a}{b}"),
    (r"\left( a \right)", "(a)"),
    (r"\bigl| a \bigr|", "|a|"),
    (r"\|a\|", r"\lVert a \rVert"),
    (r"||a||", r"\left\| a \right\|"),
    (r"\pi(a|s)", r"\pi(a \mid s)"),
    (r"a \leq b", r"a \le b"),
    (r"x^\prime_i", "x'_i"),
    (r"\arg \max_i x_i", r"\operatorname*{arg\,max}_i x_i"),
    (r"\mathrm{softmax}(z)", r"\text{softmax}(z)"),
    (r"\sum\nolimits_{i} {x_i}", r"\sum_i {x_i}"),
    (r"a\,b\;c\!d\quad", "a b c d"),
    (r"{}+ a", "+ a"),
    (r"a = b \tag{1} \label{eq}", "a = b"),
    (r"\begin{pmatrix} a & b \\ c & d \\ \end{pmatrix}", r"\begin{bmatrix}a&b\\c&d\end{bmatrix}"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_are_one_tree(one, other):
    assert parse(one).equations == parse(other).equations


ROWS = [
    (r"a = b, \qquad c = d", ["a = b", "c = d"]),
    (r"a = b, c = d.", ["a = b", "c = d"]),
    (r"a = b \quad \text{and} \quad c = d", ["a = b", "c = d"]),
    (r"\begin{aligned} a &= b \\ &= c \end{aligned}", ["a = b = c"]),
    (r"\begin{aligned} a &= b + c \\ &\quad + d \\ & - e \end{aligned}", ["a = b + c + d - e"]),
    (r"\begin{align} a &= b, \\ c &= d \end{align}", ["a = b", "c = d"]),
    (r"\begin{gather} a = b \\ -c = d \end{gather}", ["a = b", "- c = d"]),
    (r"\begin{split} a = b \\ - c \end{split}", ["a = b - c"]),
    (r"a &= b & c &= d", ["a = b", "c = d"]),
    (r"a &= b \\[4pt] c &= d", ["a = b", "c = d"]),
    (r"a =& b", ["a = b"]),
    (r"a = b \quad \text{for all $i$}", ["a = b"]),
    (r"m = n \\ \text{where } k = l", ["m = n", "k = l"]),
]


@pytest.mark.parametrize(("latex", "equations"), ROWS)
def test_rows_and_separators(latex, equations):
    assert spelled(latex) == equations


@pytest.mark.parametrize(
    ("key", "normal"),
    [
        ("z", "z"), ("softmax", "softmax"), (r"\operatorname{softmax}", "softmax"),
        (r"\hat y", r"\hat{y}"), (r"\hat{y}", r"\hat{y}"), (r"\lambda", r"\lambda"),
        ("w_{out}", "w_{o u t}"), (r"W^{(1)}", "W^{(1)}"), ("W^{( 1 )}", "W^{(1)}"),
        ("q_*", "q_{*}"), (r"q_\ast", "q_{*}"), (r"\sigma^2", r"\sigma^{2}"), ("s'", "s'"),
        (r"P(a\mid b)", "P(a|b)"), ("P( a | b )", "P(a|b)"), ("q(s,a)", "q(s,a)"),
        (r"v_\pi(s)", r"v_{\pi}(s)"), (r"w \leftarrow", r"w \leftarrow"), (r"\mathbf x",
        r"\mathbf{x}"), (r"L_{\text{val}}", r"L_{\operatorname{val}}"), ("p(s',r|s,a)",
        "p(s',r|s,a)"),
    ],
)  # fmt: skip
def test_keys_have_one_normal_form(key, normal):
    assert read_key(key).text == normal


def test_a_formula_is_parsed_once():
    assert formula("x_i + 1") is formula("x_i + 1")
