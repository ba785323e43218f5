r"""The symbols of the chapter on bandits and decisions.

The page's MDP is a random one of three states and two actions that never ends, with rewards from
0 to 3; the values are nnlib's. Where returns are averaged, it is one that ends after three steps at
most, so that all its trajectories can be listed. Its steps are counted from 0, those of bandits
from 1, which have an A_0 that nobody uses.
"""

import numpy as np
from scipy.special import ndtr

import nnlib
from nnlib import rl
from nnlib.formula import derived, joint

TABLE = "p(s',r|s,a)"
REWARDS = np.arange(4.0)
OPTIONS = {
    "starts": {
        **{TABLE: (1, 0, 1, 1), "v(s)": 0, "S": 0, "A": 0, "R": 1, "G": 0},
        **{"Q": 2, "Q(a)": 4, "N(a)": 4, "H(a)": 1, r"\pi(a)": 1},
    }
}


def draw(rng):
    """Values of the symbols: of decisions; those of the bandits stand in LOCAL."""
    p = rng.dirichlet(np.tile(REWARDS + 0.5, 3), (3, 2)).reshape(3, 2, 3, 4).transpose(2, 3, 0, 1)
    policy, gamma = rng.dirichlet(np.ones(2), 3), rng.uniform(0.52, 0.65)
    high, low = rng.choice([[15, -3], [10, 10]])
    f, noise = rng.standard_normal((2, 5))
    return {
        **mdp(p, policy, gamma),
        **{key: v for key, v in better(p, policy, gamma).items() if key != r"\pi'(s)"},
        **optimal(p, gamma, rng),
        **{"f(a)": f + high, "g(a)": f + 0.2 * noise + low},
    }


# --- Decisions


def arrays(p):
    """The dynamics as nnlib takes them: P (A, S, S), R (A, S)."""
    return p.sum(axis=1).transpose(2, 1, 0), np.einsum("nrsa,r->as", p, REWARDS)


def mdp(p, policy, gamma):
    """Dynamics, a policy (S, A), and its values."""
    P, R = arrays(p)
    v = rl.evaluate_exactly(P, R, policy, discount=gamma)
    return {
        TABLE: p,
        r"\gamma": gamma,
        r"\pi(a|s)": policy.T,
        r"v_\pi": v,
        r"v_\pi(s)": v,
        r"q_\pi(s,a)": rl.q_values(P, R, v, discount=gamma),
        r"r_\pi": np.einsum("sa,as->s", policy, R),
        r"P_\pi": np.einsum("sa,asn->sn", policy, P),
    }


def better(p, policy, gamma):
    """The policy that is greedy with respect to another's values, and its own values."""
    greedy = rl.greedy_policy(mdp(p, policy, gamma)[r"q_\pi(s,a)"])
    found = mdp(p, np.eye(2)[greedy], gamma)
    return {
        r"\pi'(s)": greedy + 1,
        r"v_{\pi'}(s)": found[r"v_\pi"],
        **{f"{name}_{{\\pi'}}": found[rf"{name}_\pi"] for name in "vrP"},
    }


def optimal(p, gamma, rng):
    """Optimal values, and sweeps of value iteration."""
    P, R = arrays(p)
    v = rl.value_iteration(P, R, discount=gamma, tolerance=1e-13).values
    # From there, with the same distance to all, the bounds on the distance are nearly reached.
    start = v - 2 * v.mean() / (1 + gamma) + 0.1 * rng.standard_normal(3)
    return {
        "v_*(s)": v,
        "q_*(s,a)": rl.q_values(P, R, v, discount=gamma),
        "v(s)": sweeps(P, R, gamma, start, lambda q: q.max(axis=-1)),
    }


def sweeps(P, R, gamma, start, value):
    """Five sweeps; `value` makes the values of states from those of actions."""
    found = [start]
    for _ in range(5):
        found.append(value(rl.q_values(P, R, found[-1], discount=gamma)))
    return np.array(found)


def evaluation():
    """The sweeps of policy evaluation."""
    rng = np.random.default_rng(1)
    values = draw(rng)
    policy = values[r"\pi(a|s)"].T
    model = *arrays(values[TABLE]), values[r"\gamma"], rng.standard_normal(3)
    return values | {"v(s)": sweeps(*model, lambda q: (q * policy).sum(axis=-1))}


def improvement():
    """A policy and the greedy one."""
    values = draw(np.random.default_rng(0))
    model = values[TABLE], values[r"\pi(a|s)"].T, 0.1
    return mdp(*model) | better(*model)


def ending():
    """An MDP that ends: states 1, 2, 3 lead to later ones, and 4 is terminal."""
    rng, p = np.random.default_rng(2), np.zeros((4, 4, 4, 2))
    for s, a in np.ndindex(3, 2):
        later = p[s + 1 : s + 3, :, s, a]
        later[:] = rng.dirichlet(np.ones(later.size)).reshape(later.shape)
    p[3, 0, 3] = 1
    policy = rng.dirichlet(np.ones(2), 4)
    return mdp(p, policy, 0.8) | trajectories(p, policy, 0.8, steps=3)


def trajectories(p, policy, gamma, steps):
    """All trajectories of so many steps, from each state: random S, A, R and G."""
    found = [(1 / len(policy), [s], [], []) for s in range(len(policy))]
    for _ in range(steps):
        found = [
            (weight * policy[S[-1], a] * p[n, r, S[-1], a], [*S, n], [*A, a], [*R, REWARDS[r]])
            for weight, S, A, R in found
            for n, r, a in zip(*np.nonzero(p[:, :, S[-1]]), strict=True)
        ]
    weights, S, A, R = map(np.array, zip(*found, strict=True))
    G = np.array([discounted(row, gamma) for row in R])
    return joint(weights, {"S": S + 1, "A": A + 1, "R": R, "G": G})


def discounted(rewards, gamma):
    """The return at each step, and that of the last state, which is 0."""
    return np.append(rl.discounted_returns(rewards, discount=gamma), 0.0)


def episode():
    R = np.random.default_rng(3).standard_normal(5)
    return {"T": 5, "R": R, "G": discounted(R, 0.8), r"\gamma": 0.8}


MACHINE = (
    np.array([[[0.5, 0.5], [0.0, 1.0]], [[1.0, 0.0], [1.0, 0.0]]]),
    np.array([[3.0, 1.0], [-1.0, -1.0]]),
)


def machine(gamma):
    """The values of the policy that always runs the machine, and of the one that repairs it."""
    found = {r"\gamma": gamma, r"q_\pi": -1.0}
    for name, policy in {r"\pi": [0, 0], r"{\pi'}": [0, 1]}.items():
        v = rl.evaluate_exactly(*MACHINE, np.array(policy), discount=gamma)
        q = rl.q_values(*MACHINE, v, discount=gamma)
        found |= {f"v_{name}(s)": v, f"q_{name}(s,a)": q}
    return found


def gambler(p):
    s, bet = np.arange(101), np.arange(1, 51)[:, None]
    stake = np.minimum(bet, np.minimum(s, 100 - s))
    P, R = np.zeros((50, 101, 101)), p * ((s + stake == 100) & (s < 100))
    np.add.at(P, (bet - 1, s, s + stake), p)
    np.add.at(P, (bet - 1, s, s - stake), 1 - p)
    v = rl.value_iteration(P, R, discount=1.0).values
    return {"p": p, "v_*(s)": v[1:], "v_*": -1.0}


# --- Bandits


def pulls():
    """Nine pulls of three arms: means and counts before steps 4 to 10."""
    A = np.array([1, 2, 3, 2, 1, 3, 3, 2, 1])
    R = np.random.default_rng(9).standard_normal(9)
    Q = [[R[:t][A[:t] == a].mean() for a in (1, 2, 3)] for t in range(3, 10)]
    N = [[np.sum(A[:t] == a) for a in (1, 2, 3)] for t in range(3, 10)]
    return bandit(R, A) | {"Q(a)": np.array(Q), "N(a)": np.array(N)}


def bandit(R, A):
    """Rewards, and actions with one of step 0."""
    return {"R": R, "A": np.append(1, A)}


def choices(c):
    """The arms with the highest mean plus bonus at the steps 4 to 10."""
    found, t = pulls(), np.arange(4, 11)[:, None]
    scores = found["Q(a)"] + c * np.sqrt(np.log(t) / found["N(a)"])
    return found | {"c": c, "A": np.append([1, 1, 1, 1], 1 + scores.argmax(axis=1))}


def one_arm(step_sizes):
    """The estimates of one arm with these step sizes."""
    R, Q = np.random.default_rng(5).standard_normal(len(step_sizes)), [0.7]
    for reward, step_size in zip(R, step_sizes, strict=True):
        Q.append(Q[-1] + step_size * (reward - Q[-1]))
    return {"R": R, "Q": np.array(Q[1:]), "Q_1": Q[0]}


def action_values():
    """One step with a random action and reward, and the action values."""
    rng, weights = np.random.default_rng(7), np.array([0.1, 0.3, 0.2, 0.15, 0.05, 0.2])
    A, R = np.array([1, 1, 2, 2, 3, 3]), rng.standard_normal(6)
    q = [np.average(R[A == a], weights=weights[A == a]) for a in (1, 2, 3)]
    return {"q_*(a)": np.array(q), **joint(weights, {"A_t": A, "R_t": R})}


def regret():
    """The pulls, what they cost, and an ε-greedy policy."""
    q = np.random.default_rng(8).standard_normal(3)
    policy = np.where(np.arange(3) == q.argmax(), 0.3 / 3 + 0.7, 0.3 / 3)
    known = {"k": 3, r"\varepsilon": 0.3, "T": 9, "q_*(a)": q, r"\Delta(a)": q.max() - q}
    gaps = np.delete(q.max() - q, q.argmax())
    return pulls() | known | {r"\pi(a)": policy, "C": np.sum(2 / gaps)}


def preferences(k=4):
    H, q = np.random.default_rng(9).standard_normal((2, k))
    return {
        "H(a)": H,
        r"\pi(a)": derived(nnlib.softmax, "H(a)"),
        "q_*(a)": q,
        "B": 0.7,
        r"\sigma": nnlib.sigmoid,
    }


def gradient_bandit():
    """Three steps of a gradient bandit with three arms."""
    rng, A = np.random.default_rng(10), np.array([2, 1, 3])
    R, H, baseline = rng.standard_normal(3), [rng.standard_normal(3)], rng.standard_normal(3)
    for t in range(3):
        taken = np.arange(1, 4) == A[t]
        H.append(H[-1] + 0.4 * (R[t] - baseline[t]) * (taken - nnlib.softmax(H[-1])))
    return {
        **bandit(R, A),
        **{r"\bar{R}": baseline, r"\alpha": 0.4},
        **{"H(a)": np.array(H), r"\pi(a)": nnlib.softmax(np.array(H[:-1]))},
    }


def posterior():
    R = np.random.default_rng(11).standard_normal(4)
    return {"n": 4, "R": R, r"\theta": np.array([-1.0, 0.2, 0.5, 1.7]), "m": R.sum() / 5}


CHANGING = np.array([0.3, 0.6, 0.5, 0.2, 0.4])

LOCAL = {
    "eq-action-value": action_values(),
    "eq-sample-average": pulls(),
    "eq-greedy": choices(0),
    "eq-ucb": choices(2.0),
    "eq-incremental-mean": one_arm(1 / np.arange(1, 7)),
    "eq-constant-step": one_arm(np.full(6, 0.3)) | {r"\alpha": 0.3},
    "eq-constant-step-weights": {"n": 5, r"\alpha": 0.3},
    "eq-ucb-tail": {"N": 5.0, "c": 1.7, "t": 7.0, "u": 1.7 * np.sqrt(np.log(7) / 5)},
    "eq-gradient-bandit": gradient_bandit(),
    "eq-gradient-bandit-gradient": preferences(),
    "eq-thompson": posterior(),
    **dict.fromkeys(
        ("eq-epsilon-greedy", "eq-regret", "eq-epsilon-regret", "eq-lai-robbins"), regret()
    ),
    "eq-bandit-example": {"Q": np.array([4.0, 2.5, 2.0])},
    "eq-bandit-example-thompson": {r"\Phi": ndtr},
    **dict.fromkeys(("eq-dynamics", "eq-value", "eq-bellman"), ending()),
    "eq-return": episode(),
    "eq-discount-sum": {"K": 5},
    **dict.fromkeys(("eq-bellman-matrix", "eq-improvement-theorem"), {"I": np.eye(3)}),
    "eq-policy-evaluation": evaluation(),
    "eq-policy-improvement": improvement(),
    **dict.fromkeys(("eq-machine-run", "eq-machine-improve", "eq-machine-repair"), machine(0.8)),
    "eq-ex-bandits-weights": one_arm(CHANGING) | {r"\alpha": CHANGING},
    "eq-ex-bandits-telescope": {"i": 3, "n": 7},
    "eq-ex-bandits-two": preferences(2),
    "eq-ex-bandits-patience": machine(0.7),
    "eq-ex-bandits-constant": {"c": 1.3, "I": np.eye(3)},
    "eq-ex-bandits-gambler": gambler(0.4),
}

# Wrong versions that are not wrong, and why.
ANY_BASELINE = "every baseline gives the same, also −B and 0"
AT_THE_START = "at t = 0 it is the same, and for other steps there are no such rewards"
ALSO_TRUE = "also true: it says less, as other distances are smaller or other bounds larger"
EQUIVALENT = {
    **dict.fromkeys(
        (
            r"= \sum_a \frac{\partial \pi(a)}{\partial H(b)} (q_*(a) + B) \\",
            r"= \sum_a \frac{\partial \pi(a)}{\partial H(b)} (q_*(a)) \\",
            r"&= \sum_a \pi(a) (q_*(a) + B) (\mathbb{1}[a = b] - \pi(b))",
            r"&= \sum_a \pi(a) (q_*(a)) (\mathbb{1}[a = b] - \pi(b))",
        ),
        ANY_BASELINE,
    ),
    **dict.fromkeys(
        (
            r"p(s', r \mid s, a) = \Pr\{S_{t+1} = s', R_{- t+1} = r \mid S_t = s, A_t = a\}",
            r"G_t = \sum_{k=0}^{T+t-1} \gamma^k R_{t+k+1} = R_{t+1} + \gamma G_{t+1}",
            r"G_t = \sum_{k=0}^{T-1} \gamma^k R_{t+k+1} = R_{t+1} + \gamma G_{t+1}",
            r"G_t = \sum_{k=0}^{T-t-1} \gamma^k R_{- t+k+1} = R_{t+1} + \gamma G_{t+1}",
            r"G_t = \sum_{k=0}^{T-t-1} \gamma^k R_{t+k+1} = R_{- t+1} + \gamma G_{t+1}",
            r"v_\pi(s) &= \mathbb{E}_\pi[R_{- t+1} + \gamma G_{t+1} \mid S_t = s]",
            r"= \mathbb{E}_\pi[R_{- t+1} + \gamma v_\pi(S_{t+1}) \mid S_t = s] \\",
        ),
        AT_THE_START,
    ),
    **dict.fromkeys(
        (
            r"|v_{k+1}(s) - v_*(s)|",
            r"\min_s |v_{k+1}(s) - v_*(s)|",
            r"\max_s |v_{k+2}(s) - v_*(s)|",
            r"&\le   \max_s |v_k(s) - v_*(s)|",
            r"|v_{k+1}(s) - v_*(s)| \le \frac{\gamma}{1 - \gamma} \max_s |v_{k+1}(s) - v_k(s)|",
        ),
        ALSO_TRUE,
    ),
    **{
        rf"{left} \le \frac{{\gamma}}{{1 - \gamma}} \max_s {right}": ALSO_TRUE
        for left, right in (
            (r"\min_s |v_{k+1}(s) - v_*(s)|", "|v_{k+1}(s) - v_k(s)|"),
            (r"\max_s |v_{k+2}(s) - v_*(s)|", "|v_{k+1}(s) - v_k(s)|"),
            (r"\max_s |v_{k+1}(s) - v_*(s)|", "|v_{s+1}(s) - v_k(s)|"),
            (r"\max_s |v_{k+1}(s) - v_*(s)|", "|v_{- k+1}(s) - v_k(s)|"),
            (r"\max_s |v_{k+1}(s) - v_*(s)|", "|v_{k-1}(s) - v_k(s)|"),
            (r"\max_s |v_{k+1}(s) - v_*(s)|", "|v_{k+2}(s) - v_k(s)|"),
        )
    },
    r"q_\pi(2, 2) &= -1 + \frac{4}{5} \cdot \frac{25}{3} "
    r"= \frac{17}{3} < q_\pi(1, 1) = \frac{25}{3}"
    : "repairing gives the same from both states",
}  # fmt: skip
