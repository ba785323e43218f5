"""The symbols of the chapter on learning from experience: one episode, and small tables."""

import itertools

import numpy as np

from nnlib import rl
from nnlib.environments import FiniteEnv
from nnlib.formula import derived, joint

T = 6
STATES = [4, 2, 1, 4, 3, 5, 6]  # of one episode; 6 is terminal
VISITED = np.array(STATES) - 1


def draw(rng):
    """The rewards of an episode, and the values that it began with."""
    return {
        r"\alpha": rng.uniform(0.1, 0.9),
        r"\gamma": rng.uniform(0.5, 0.9),
        r"\lambda": rng.uniform(0.2, 0.8),
        "T": T,
        "S": STATES,
        "R": rng.standard_normal(T),
        "u": rng.standard_normal(5),
        "V(s)": derived(lambda u: np.append(u, 0.0), "u"),
        "G": derived(returns, "R", r"\gamma"),
        r"\delta": derived(td_errors, "R", "V(s)", r"\gamma"),
        r"G^\lambda": derived(lambda_returns, "R", "V(s)", r"\gamma", r"\lambda"),
    }


STARTS = {"S": 0, r"\delta": 0, r"G^\lambda": 0, "G^{(n)}": 0, "G": (0, 0), "E(s)": -1, "v(s)": 0}
OPTIONS = {"starts": STARTS}


# --- One episode


def returns(R, gamma):
    """The returns G_0, …, G_T."""
    found = [0.0]
    for reward in R[::-1]:
        found.append(reward + gamma * found[-1])
    return np.array(found[::-1])


def td_errors(R, V, gamma):
    return R + gamma * V[VISITED[1:]] - V[VISITED[:-1]]


def n_step_returns(R, V, gamma, n):
    """The n-step returns of steps 0, …, T - 1: the whole return where the episode ends before."""
    found = []
    for t in range(T):
        end = min(t + n, T)
        rewards = sum(gamma ** (k - t) * R[k] for k in range(t, end))
        found.append(rewards + gamma ** (end - t) * V[VISITED[end]])
    return np.array(found)


def lambda_returns(R, V, gamma, lam):
    """By the recursion from the end, and 0 for the end itself."""
    found = [0.0]
    for t in range(T - 1, -1, -1):
        mixed = (1 - lam) * V[VISITED[t + 1]] + lam * found[-1]
        found.append(R[t] + gamma * mixed)
    return np.array(found[::-1])


def traces(gamma, lam):
    """The traces of steps -1, …, T - 1."""
    found = [np.zeros(6)]
    for t in range(T):
        found.append(gamma * lam * found[-1] + np.eye(6)[VISITED[t]])
    return np.array(found)


def updated(V, steps):
    """A table after adding to some of its entries."""
    V = V.copy()
    for state, step in steps:
        V[state] += step
    return V


t = 3  # the step that is looked at
STEP = {"t": t}
MC = STEP | {
    r"V(s) \leftarrow": derived(
        lambda V, G, alpha: updated(V, [(VISITED[t], alpha * (G[t] - V[VISITED[t]]))]),
        "V(s)", "G", r"\alpha",
    )
}  # fmt: skip
TD = STEP | {
    r"V(s) \leftarrow": derived(
        lambda V, delta, alpha: updated(V, [(VISITED[t], alpha * delta[t])]),
        "V(s)", r"\delta", r"\alpha",
    )
}  # fmt: skip
TRACES = {"E(s)": derived(traces, r"\gamma", r"\lambda")}
LAMBDA = STEP | TRACES | {
    r"V(s) \leftarrow": derived(
        lambda V, delta, alpha, E: V + alpha * delta[t] * E[t + 1],
        "V(s)", r"\delta", r"\alpha", "E(s)",
    )
}  # fmt: skip
N_STEP = STEP | {
    "n": 2,
    "G^{(n)}": derived(lambda R, V, gamma: n_step_returns(R, V, gamma, 2), "R", "V(s)", r"\gamma"),
}
ALL_STEPS = {
    "G": derived(  # from 0 steps on
        lambda R, V, gamma: np.array([n_step_returns(R, V, gamma, n) for n in range(T + 1)]),
        "R", "V(s)", r"\gamma",
    )
}  # fmt: skip


def rest_of_the_episode(learn, V, R, gamma, alpha=1.0, **options):
    """The value of the state of step t, once a learner has seen the episode from there on."""
    table = [[[(1.0, state, 0.0, True)]] for state in range(6)]
    for k in range(t, T):
        table[VISITED[k]] = [[(1.0, VISITED[k + 1], R[k], k == T - 1)]]
    env, policy = FiniteEnv(table, np.eye(6)[VISITED[t]]), np.ones((6, 1))
    options |= {"step_size": float(alpha), "discount": float(gamma), "values": V}
    found = learn(env, policy, episodes=1, rng=np.random.default_rng(0), **options)
    return found.values[VISITED[t]]


def mc_prediction(V, R, gamma, alpha):
    return rest_of_the_episode(rl.mc_prediction, V, R, gamma, alpha)


def td_zero(V, R, gamma, alpha):
    return rest_of_the_episode(rl.td_zero, V, R, gamma, alpha)


def td_n(V, R, gamma):
    """With a step of 1 the value is the n-step return."""
    return rest_of_the_episode(rl.td_n, V, R, gamma, n=2)


def td_lambda(V, R, gamma, lam):
    """With a step of 1 the value is the λ-return."""
    return rest_of_the_episode(rl.td_lambda, V, R, gamma, trace=float(lam), kind="forward")


# --- All episodes of a small process


def episodes():
    """All episodes of a walk 1, 2, 3 that leaves out states, and ends in 4; with the values."""
    gamma = 0.8
    p = np.array([[0, 0.5, 0.3, 0.2], [0, 0, 0.6, 0.4], [0, 0, 0, 1], [0, 0, 0, 1.0]])
    r = np.array([[0, 1.0, -2.0, 0.5], [0, 0, 3.0, -1.0], [0, 0, 0, 2.0], [0, 0, 0, 0]])
    value = np.linalg.solve(np.eye(4)[:3, :3] - gamma * p[:3, :3], (p * r).sum(axis=1)[:3])
    weights, found = [], {"S": [], "R": [], "G": []}
    for path in itertools.product(range(4), repeat=4):
        steps = list(itertools.pairwise(path))
        weight = np.prod([p[step] for step in steps]) / 4
        if weight:
            rewards = np.array([r[step] for step in steps])
            total = [sum(gamma**k * x for k, x in enumerate(rewards[t:])) for t in range(4)]
            weights.append(weight)
            found["S"].append(np.array(path) + 1)
            found["R"].append(rewards)
            found["G"].append(total)
    together = joint(weights, {name: np.array(values) for name, values in found.items()})
    return together | {r"\gamma": gamma, r"v_\pi(s)": np.append(value, 0.0), r"\pi": np.abs, "t": 1}


# --- Data of several episodes, seen together

# Of S, the labels of which begin with 0, the first entry counts in no sum.
DATA = {"N": 8, "S": [3, 1, 1, 2, 3, 1, 2, 3, 2], "S'": [2, 3, 3, 4, 2, 4, 4, 3]}
REWARDS = np.array([0.5, -1.0, 2.0, 0.3, 1.5, -0.7, 0.9, 1.1])


def observed(states=3):
    """The shares and mean rewards of the first states, and the values that follow."""
    gamma, p, r = 0.8, np.zeros((4, 4)), np.zeros(4)
    here, there = np.array(DATA["S"][1:]) - 1, np.array(DATA["S'"]) - 1
    for s in range(3):
        p[s] = np.bincount(there[here == s], minlength=4) / (here == s).sum()
        r[s] = REWARDS[here == s].mean()
    V = np.linalg.solve(np.eye(4) - gamma * p, r)
    return {r"\hat{p}(s'|s)": p.T[:, :states], r"\hat{r}(s)": r[:states], "V(s)": V, "R": REWARDS,
            r"\gamma": gamma, **DATA}  # fmt: skip


# --- Learning to act

ACTIONS = 3
HERE = {"S": 2, "A": 3, "S'": 1, "A'": 2, "R": 0.7}


def tables():
    rng = np.random.default_rng(5)  # in S', both tables and A' are at odds
    Q, other = rng.standard_normal((2, 3, ACTIONS))
    greedy = np.eye(ACTIONS)[Q.argmax(axis=1)]
    return Q, other, greedy


def action_values(target):
    """Q before and after a step from S and A towards the target."""
    Q, other, greedy = tables()
    alpha, gamma, epsilon = 0.3, 0.9, 0.2
    policy = (1 - epsilon) * greedy + epsilon / ACTIONS
    new = Q.copy()
    new[1, 2] += alpha * (0.7 + gamma * target(Q[0], other[0], policy[0]) - Q[1, 2])
    return {
        "Q(s,a)": Q, r"Q(s,a) \leftarrow": new, r"\pi(a|s)": policy.T, r"\alpha": alpha,
        r"\gamma": gamma, r"\varepsilon": epsilon, "m": ACTIONS, **HERE,
    }  # fmt: skip


def double():
    """The same for two tables."""
    found = action_values(lambda q, other, policy: other[q.argmax()])
    Q, other, _ = tables()
    return {
        "Q_1(s,a)": Q, "Q_2(s,a)": other, r"Q_1(s,a) \leftarrow": found[r"Q(s,a) \leftarrow"],
        "A^*": int(Q[0].argmax()) + 1, r"\alpha": 0.3, r"\gamma": 0.9, **HERE,
    }  # fmt: skip


def estimates():
    """Two independent pairs of estimates, each 1 or -1, and what the first of them chooses."""
    ways = np.array(list(itertools.product([-1.0, 1.0], repeat=4)))
    first, second = ways[:, :2], ways[:, 2:]
    choice = first.argmax(axis=1) + 1
    return joint(np.full(16, 1 / 16), {"X": first, "Y": second, "A^*": choice})


def step_of_one():
    """Q after a step that goes all the way to the target of Q-learning."""
    found = action_values(lambda q, other, policy: q.max())
    Q, new = found["Q(s,a)"], found[r"Q(s,a) \leftarrow"].copy()
    new[1, 2] = 0.7 + 0.9 * Q[0].max()
    return found | {r"Q(s,a) \leftarrow": new}


def growing():
    """A weight that is learned from twice itself."""
    w, alpha, gamma = [0.5], 0.2, 0.9
    for _ in range(4):
        w.append(w[-1] + alpha * (2 * gamma * w[-1] - w[-1]))
    return {"w": np.array(w), r"\alpha": alpha, r"\gamma": gamma}


EPISODE = {
    "G": np.array([4.5, 5.0, 8.0, 0.0]),
    r"\delta": np.array([-2.5, 1.0, 2.0]),
}
PAIR = joint(np.full(4, 0.25), {"X": [-1.0, 2.0, -1.0, 0.0], "Y": [0.5, 0.5, -2.0, 1.0]})

LOCAL = {
    "eq-value-targets": episodes(),
    "eq-mc-update": MC,
    "eq-td-update": TD,
    "eq-walk-values": {"v(s)": np.arange(7) / 6},
    "eq-walk-by-hand": {
        "V(s)": np.full(5, 0.5),
        r"V(s) \leftarrow": np.array([0.5, 0.5, 0.5, 0.5, 0.55]),
    },
    "eq-two-states": {"A": 1, "B": 2, "V": 0.0, "V(s)": np.array([0.75, 0.75])},
    "eq-batch-fixed-point": observed(),
    "eq-batch-model": observed(),
    "eq-batch-bellman": observed(states=4),
    "eq-n-step": N_STEP,
    "eq-lambda-return": STEP | ALL_STEPS,
    "eq-td-error": STEP,
    "eq-mc-sum-of-td": STEP,
    "eq-lambda-recursion": STEP,
    "eq-traces": LAMBDA,
    "eq-forward-backward": TRACES,
    "eq-epsilon-greedy-policy": action_values(lambda q, other, policy: 0.0),
    "eq-sarsa": action_values(lambda q, other, policy: q[1]),
    "eq-q-learning": action_values(lambda q, other, policy: q.max()),
    "eq-expected-sarsa": action_values(lambda q, other, policy: policy @ q),
    "eq-maximisation-bias": estimates(),
    "eq-double-estimate": estimates(),
    "eq-double-q": double(),
    "eq-divergence": growing(),
    "eq-ex-values-episode": EPISODE,
    "eq-ex-values-weights": {"N": 5},
    "eq-ex-values-bias": PAIR,
    "eq-ex-values-step": step_of_one(),
}


def a_step(learn, tables, alpha, gamma, epsilon=1.0):
    """Q(S, A) after an episode of a learner that took A in S, and then A' in S', and ended."""
    # Else some learners would agree.
    assert len({1, *(table[0].argmax() for table in tables)}) == 1 + len(tables)
    world = FiniteEnv(
        [[[(1.0, 1, 0.0, True)]] * ACTIONS, [[(1.0, 0, 0.7, False)]] * ACTIONS], [0.0, 1.0]
    )
    before = np.stack(tables)[:, :2]
    start = rl.Learned(before.mean(axis=0), np.zeros(0), np.zeros(0, dtype=int), before)
    options = {"step_size": float(alpha), "epsilon": float(epsilon), "discount": float(gamma)}
    for seed in range(1000):
        rng = np.random.default_rng(seed)
        after = learn(world, episodes=1, rng=rng, start=start, **options).tables
        changed = after != before
        if changed[0, 1, 2] and changed[:, 0, 1].any():
            return after[0, 1, 2]
    raise AssertionError("no run took these two actions")


def sarsa(Q, alpha, gamma):
    return a_step(rl.sarsa, [Q], alpha, gamma)


def q_learning(Q, alpha, gamma):
    return a_step(rl.q_learning, [Q], alpha, gamma)


def expected_sarsa(Q, alpha, gamma, epsilon):
    return a_step(rl.expected_sarsa, [Q], alpha, gamma, epsilon)


def double_q_learning(first, second, alpha, gamma):
    return a_step(rl.double_q_learning, [first, second], alpha, gamma)


FUNCTIONS = {
    "eq-mc-update": (mc_prediction, "V(s)", "R", r"\gamma", r"\alpha"),
    "eq-td-update": (td_zero, "V(s)", "R", r"\gamma", r"\alpha"),
    "eq-n-step": (td_n, "V(s)", "R", r"\gamma"),
    "eq-lambda-return": (td_lambda, "V(s)", "R", r"\gamma", r"\lambda"),
    "eq-sarsa": (sarsa, "Q(s,a)", r"\alpha", r"\gamma"),
    "eq-q-learning": (q_learning, "Q(s,a)", r"\alpha", r"\gamma"),
    "eq-expected-sarsa": (expected_sarsa, "Q(s,a)", r"\alpha", r"\gamma", r"\varepsilon"),
    "eq-double-q": (double_q_learning, "Q_1(s,a)", "Q_2(s,a)", r"\alpha", r"\gamma"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    r"+ \lambda^{T-t-1} G^{(T)}_t": "from T - t steps on, all n-step returns are the whole return",
    r"\sum_{t=0}^{T-1} \delta_t E_t(s) = \sum_{t=0}^{T} \mathbb{1}[S_t = s] [G^\lambda_t - V(S_t)]"
    : "at the end of the episode both the return and the value are 0",
}  # fmt: skip
