r"""Products of matrices in order, vectors put together, tables with a parameter or a step.

These are what recurrent networks and reinforcement learning write. What is expected comes from
loops, or from NumPy's linear algebra.
"""

import itertools

import numpy as np
import pytest

from nnlib.formula import (
    FormulaError,
    FormulaMismatch,
    Scope,
    derived,
    distribution,
    formula,
    joint,
)

RNG = np.random.default_rng(17)

# --- recurrent networks

T, H = 4, 3
U, b, x = RNG.normal(size=(H, H)), RNG.normal(size=H), RNG.normal(size=(T, H))


def run(first, inputs):
    """The states that follow a first one."""
    states = [first]
    for entry in inputs:
        states.append(np.tanh(U @ states[-1] + entry + b))
    return np.array(states)


h = run(RNG.normal(size=H), x)
J = np.array([np.diag(1 - state**2) @ U for state in h[1:]])
back = run(RNG.normal(size=H), x[::-1])[::-1]
STATES = {
    "h": h, "U": U, "b": b, "x": x, "J": J, "T": T, r"\overrightarrow{h}": h, "t": 4, "s": 1,
    r"\overleftarrow{h}": back, "f": h[1:], "g": back[:-1], "y": np.hstack([h[1:], back[:-1]]),
    "n": [0, 1, 2], "h_s": h[1],
    "h_t": derived(lambda state: run(state, x[1:])[-1], "h_s"), "M": J[0] @ J[1] @ J[2] @ J[3],
    "P": np.array([np.linalg.matrix_power(U, k) for k in range(3)]),
    "B": np.hstack([U, J[0]]),
}  # fmt: skip
STARTS = {"h": 0, r"\overrightarrow{h}": 0, "P": 0}

STEPS = [
    (r"M = \prod_{k=1}^{T} J_k = \prod_{1 \le k \le T} J_k = J_1 J_2 J_3 J_4", True),
    (r"M = \prod_{k=1}^{T} J_{T+1-k}", False),
    (r"J_4 J_3 J_2 J_1 = \prod_{T \ge k \ge 1} J_k = \prod_{k=1}^{T} J_{T+1-k}", True),
    (r"J_4 J_3 J_2 J_1 = \prod_{k=1}^{T} J_k", False),
    (r"\prod_{T \ge k > T} J_k = U U^{-1}", True),  # no factor: the identity
    (r"\frac{\partial h_t}{\partial h_s} = \prod_{t \ge k > s} J_k"
     r" = \prod_{t \ge k > s} \operatorname{diag}(1 - h_k \odot h_k) U", True),
    (r"\frac{\partial h_t}{\partial h_s} = \prod_{t \ge k \ge s} J_k", False),
    (r"\frac{\partial h_t}{\partial h_s} = \prod_{s < k \le t} J_k", False),
    (r"\frac{\partial h_t}{\partial h_s} = \prod_{t \ge k > s}"
     r" U \operatorname{diag}(1 - h_k \odot h_k)", False),
    (r"\left\lVert \prod_{t \ge k > s} J_k \right\rVert_2"
     r" \le \prod_{k=s+1}^{t} \lVert J_k \rVert_2", True),
    (r"P_r = U^r, \quad P_{r+1} = U^{r+1} = U^r U, \quad \sum_{r=0}^{2} U^r = P_0 + U + U U", True),
    (r"P_r = U^{r+1}", False),
    (r"\overrightarrow{h}_r = \tanh(U \overrightarrow{h}_{r-1} + x_r + b)", True),
    (r"\overrightarrow{h}_r = \tanh(U \overrightarrow{h}_{r+1} + x_r + b)", False),
    (r"\overleftarrow h_r = \tanh(U \overleftarrow h_{r+1} + x_r + b)", True),
    (r"y_k = [f_k ; g_k] = [f_k, g_k] = \begin{bmatrix} f_k \\ g_k \end{bmatrix}", True),
    (r"y_k = [g_k ; f_k]", False),
    (r"B [h_1, x_2] = U h_1 + J_1 x_2", True),
    (r"B [x_2, h_1] = U h_1 + J_1 x_2", False),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "holds"), STEPS)
def test_equations_of_recurrent_networks(latex, holds):
    if holds:
        report = formula(latex).check(STATES, starts=STARTS)
        assert all(relation.entries for relation in report.relations)
    else:
        with pytest.raises(FormulaMismatch):
            formula(latex).check(STATES, starts=STARTS)


# --- reinforcement learning

S, A, GAMMA = 3, 2, 0.9
REWARDS = np.array([-1.0, 0.5, 2.0])
STEP = RNG.dirichlet(np.ones(S * 3), size=(S, A)).reshape(S, A, S, 3).transpose(2, 3, 0, 1)
POLICY = RNG.dirichlet(np.ones(A), size=S).T
THETA = RNG.normal(size=(S, A))


def softmax(theta):
    return (np.exp(theta) / np.exp(theta).sum(1, keepdims=True)).T


def one_step(values, state, action):
    """The expected reward plus the discounted value of the next state."""
    pairs = itertools.product(range(S), range(3))
    return sum(STEP[n, r, state, action] * (REWARDS[r] + GAMMA * values[n]) for n, r in pairs)


def sweeps(improve):
    """Ten sweeps over the states, from zero."""
    values = [np.zeros(S)]
    for _ in range(10):
        values.append(np.array([improve(values[-1], state) for state in range(S)]))
    return np.array(values)


def on_average(values, state):
    return sum(POLICY[action, state] * one_step(values, state, action) for action in range(A))


BEST = sweeps(lambda values, state: max(one_step(values, state, a) for a in range(A)))
VALUES = sweeps(on_average)
NEXT = VALUES[-1]


def trajectories():
    """All ways to go two steps, and how probable each is: states, actions and rewards."""
    found, weights = [], []
    for s0, a0, s1, r1, a1, s2, r2 in itertools.product(*map(range, (S, A, S, 3, A, S, 3))):
        first = POLICY[a0, s0] * STEP[s1, r1, s0, a0] / S
        weights.append(first * POLICY[a1, s1] * STEP[s2, r2, s1, a1])
        found.append(([s0 + 1, s1 + 1, s2 + 1], [a0 + 1, a1 + 1], [REWARDS[r1], REWARDS[r2]]))
    return joint(weights, dict(zip("SAR", map(np.array, zip(*found, strict=True)), strict=True)))


WORLD = {
    "p(s',r|s,a)": STEP, r"\pi(a|s)": POLICY, "r": REWARDS, r"\gamma": GAMMA, r"\theta": THETA,
    "v(s)": BEST, "u(s)": VALUES, r"\pi(a|s,\theta)": derived(softmax, r"\theta"), "w": x[0],
    r"\hat{v}(s,w)": derived(lambda w: x[:S] @ w, "w"), "x(s)": x[:S], r"\theta^-": 1.0,
    "Q(s,a;\\theta)": THETA, "Q(s,a;\\theta^-)": THETA + 1, "l(s)": NEXT,
    "q(s,a)": [[one_step(NEXT, s, a) for a in range(A)] for s in range(S)], **trajectories(),
}  # fmt: skip
FROM_0 = {"v(s)": 0, "u(s)": 0, "S": 0, "A": 0, "R": 1}

DECISIONS = [
    # v(s) has an axis more than arguments: the sweeps.
    (r"v_{k+1}(s) = \max_a \sum_{s', r} p(s', r \mid s, a) [r + \gamma v_k(s')]", True),
    (r"v_{k+1}(s) = \max_a \sum_{s', r} p(s', r \mid s, a) [r + \gamma v_{k+1}(s')]", False),
    (r"v_k(s) = \max_a \sum_{s', r} p(s', r \mid s, a) [r + \gamma v_{k+1}(s')]", False),
    (r"v_1(s) = \max_a \sum_{s', r} r\, p(s', r \mid s, a)", True),
    (r"u_{k+1}(s) = \sum_a \pi(a \mid s) \sum_{s', r} p(s', r \mid s, a) [r + \gamma u_k(s')]",
     True),
    (r"u^{(k+1)}(s) - u^{(k)}(s) = \gamma \sum_a \pi(a|s) \sum_{s', r} p(s', r|s,a)"
     r" [u^{(k)}(s') - u^{(k-1)}(s')]", True),
    (r"\max_s |v_{k+1}(s) - v_k(s)| \le \gamma \max_s |v_k(s) - v_{k-1}(s)|", True),
    # \theta is bound, and π(a|s,θ) has two axes: it is no index.
    (r"\nabla_\theta \pi(a \mid s, \theta) = \pi(a \mid s, \theta)"
     r" \nabla_\theta \log \pi(a \mid s, \theta)", True),
    (r"\sum_a \pi(a \mid s, \theta) \nabla_\theta \log \pi(a \mid s, \theta)"
     r" = \nabla_\theta \sum_a \pi(a \mid s, \theta) = \nabla_\theta 1 = 0", True),
    (r"\sum_a \pi(a \mid s) \nabla_\theta \log \pi(a \mid s, \theta) = 0", False),
    (r"\frac{\partial \log \pi(a \mid s, \theta)}{\partial \theta_{sb}}"
     r" = \mathbb{1}[a = b] - \pi(b \mid s, \theta)", True),
    (r"\hat v(s, w) = w^\top x(s), \quad \nabla_w \hat v(s, w) = x(s)", True),
    (r"\hat v(s, w) = 2 w^\top x(s)", False),
    (r"\max_a Q(s, a; \theta^-) = 1 + \max_a Q(s, a; \theta)", True),
    (r"\max_a Q(s, a; \theta^-) = \max_a Q(s, a; \theta)", False),
    # Means under a condition. \pi only says under which policy.
    (r"q(s,a) = \mathbb{E}_\pi[R_{t+1} + \gamma l(S_{t+1}) \mid S_t = s, A_t = a]", True),
    (r"q(s,a) = \mathbb{E}_\pi[R_{t+1} + \gamma l(S_{t+1}) \mid S_t = s]", False),
    (r"q(s,a) = \mathbb{E}_\pi[R_{t+1} + \gamma l(S_t) \mid S_t = s, A_t = a]", False),
    (r"\sum_a \pi(a|s) q(s,a) = \mathbb{E}_\pi[R_{t+1} + \gamma l(S_{t+1}) \mid S_t = s]", True),
    (r"u_2(s) = \mathbb{E}_\pi[R_1 + \gamma R_2 \mid S_0 = s]", True),
    (r"u_2(s) = \mathbb{E}_\pi[R_1 + R_2 \mid S_0 = s]", False),
    (r"\pi(a \mid s) = \Pr\{A_t = a \mid S_t = s\} = \Pr(A_0 = a \mid S_0 = s)", True),
    (r"\pi(a \mid s) = \Pr\{A_t = a\}", False),
    (r"\sum_r p(s', r \mid s, a) = \Pr\{S_{t+1} = s' \mid S_t = s, A_t = a\}", True),
    (r"\Pr\{S_{t+1} = s', A_t = a \mid S_t = s\} = \pi(a|s) \sum_r p(s', r \mid s, a)", True),
]  # fmt: skip


@pytest.mark.parametrize(("latex", "holds"), DECISIONS)
def test_equations_of_reinforcement_learning(latex, holds):
    if holds:
        report = formula(latex).check(WORLD, starts=FROM_0)
        assert all(relation.entries for relation in report.relations)
    else:
        with pytest.raises(FormulaMismatch):
            formula(latex).check(WORLD, starts=FROM_0)


def test_a_policy_with_a_parameter_may_be_defined():
    scope = Scope({r"\theta": THETA})
    scope.check(r"\pi(a \mid s, \theta) = \frac{e^{\theta_{sa}}}{\sum_b e^{\theta_{sb}}}")
    np.testing.assert_allclose(scope.value(r"\pi(a \mid s, \theta)"), softmax(THETA))
    scope.check(r"\frac{\partial \log \pi(a \mid s, \theta)}{\partial \theta_{sb}}"
                r" = \mathbb{1}[a = b] - \pi(b \mid s, \theta)")  # fmt: skip


def test_labels_may_be_bound_beside_a_parameter():
    table = np.arange(6.0).reshape(2, 3)
    values = {"s": 2, "a": 3, r"\theta": 0.5, r"Q(s, a; \theta)": table}
    assert formula(r"Q(s, a; \theta)")(values) == table[1, 2]
    assert formula(r"\max_b Q(s, b; \theta) - Q(1, a; \theta)")(values) == table[1, 2] - table[0, 2]


def test_a_mean_under_a_condition_is_exact():
    pair = joint([0.2, 0.3, 0.5], {"X": [1.0, 2.0, 4.0], "Y": [1, 1, 2]})
    assert formula(r"\mathbb{E}[X \mid Y = 1]")(pair) == pytest.approx((0.2 + 0.6) / 0.5)
    assert formula(r"\mathbb{E}[X \mid X > 1, Y < 2]")(pair) == 2.0
    assert formula(r"\Pr(X > 1)")(pair) == pytest.approx(0.8)
    assert formula(r"\Pr(X > 1 \mid Y = 1)")(pair) == pytest.approx(0.6)
    assert formula(r"\mathbb{E}[\mathbb{E}[X \mid Y = y] \mid X = 1]")(pair | {"y": 2}) == 4.0
    # Where the condition never holds there is no mean.
    table = pair | {"m": [1.6, 4.0, 7.0]}
    assert formula(r"m_y = \mathbb{E}[X \mid Y = y]").check(table).relations[0].entries == 2
    # What the condition leaves out may be undefined, or outside of an array.
    assert formula(r"\mathbb{E}[m_Y \mid Y = 1]")(pair | {"m": [1.6]}) == pytest.approx(1.6)
    assert formula(r"\mathbb{E}[\frac{1}{X - 4} \mid Y = 1]")(pair) == pytest.approx(-13 / 30)


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"M = ‸\prod_k J_k", "order"),
        (r"M = ‸\prod_{k \in \{1, 2\}} J_k", "order"),
        (r"M = ‸\prod_{k, l=1}^{2} J_k J_l", "order"),
        (r"n = ‸\max_{k=1}^{2} J_k", "index it"),
        (r"n = ‸\prod_{k=1}^{2} x_k", "index it"),
        (r"J_k = ‸U^{k/2}", "integers"),
        (r"y_k = ‸(f_k, x_k)", "entry"),
        (r"y_k = ‸[f_k, U]", "entry"),
        (r"\mathbb{E}‸[X \mid n] = 1", "conditional"),
        (r"n = ‸\Pr X", "brackets"),
        (r"\mathbb{E}_{u \sim X}[u \mid ‸u > 1] = 1", "after .*sim"),
        (r"‸\pi(a \mid s, w) = 1", "arguments"),
        (r"‸v_k'(s) = 1", "not bound"),
    ],
)
def test_what_has_no_order_or_no_condition_is_an_error_at_the_place(latex, said):
    values = {**STATES, **WORLD, "X": distribution([1.0, 2.0], [0.5, 0.5])}
    del values["s"]
    with pytest.raises(FormulaError, match=said) as caught:
        formula(latex.replace("‸", "")).check(values)
    assert caught.value.column == latex.index("‸")
