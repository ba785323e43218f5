"""The symbols of the chapter on recurrence and backpropagation through time."""

import numpy as np

import nnlib
from nnlib.formula import derived

T, D, H = 4, 2, 3
WEIGHTS = "W_x", "W_h", "b_x", "b_h"


def draw(rng):
    """Values of the symbols: a sequence of 4 steps with 2 features, 3 units with tanh."""
    return {
        "T": T,
        "x": rng.standard_normal((T, D)),
        "h_0": 0.4 * rng.standard_normal(H),
        "W_x": rng.standard_normal((D, H)),
        "W_h": 0.7 * rng.standard_normal((H, H)),
        "b_x": 0.3 * rng.standard_normal(H),
        "b_h": 0.3 * rng.standard_normal(H),
        "h": derived(states, "x", "h_0", *WEIGHTS),
        "a": derived(inputs_part, "x", "W_x", "b_x", "b_h"),
        "z": derived(preactivations, "x", "h", *WEIGHTS),
        # an objective, and its derivative with respect to each state on the direct way
        "J": derived(objective, "h"),
        "v": derived(direct, "h"),
        # the full derivatives with respect to z and h, by nnlib
        r"\delta": derived(deltas, "v", "a", "h_0", "W_h"),
        "u": derived(all_ways, r"\delta", "v", "W_h"),
        # functions
        r"\phi": nnlib.tanh,
        r"\phi'": nnlib.tanh_deriv,
        "softmax": nnlib.softmax,
    }


# --- A network and an objective


def states(x, h0, W_x, W_h, b_x, b_h):
    """The states, the first one included."""
    return np.vstack([h0, nnlib.rnn(x[None], h0[None], W_x, W_h, b_x, b_h)[0][0]])


def inputs_part(x, W_x, b_x, b_h):
    return x @ W_x + b_x + b_h


def preactivations(x, h, W_x, W_h, b_x, b_h):
    """What the activation is applied to, if the states before are given."""
    return inputs_part(x, W_x, b_x, b_h) + h[:-1] @ W_h


FREQUENCIES = np.arange(1, H + 1)


def objective(h):
    return np.sin(FREQUENCIES * h[1:]).sum()


def direct(h):
    return FREQUENCIES * np.cos(FREQUENCIES * h[1:])


def deltas(v, a, h0, W_h):
    """What nnlib gives inputs that are added as they are: the derivatives with respect to z."""
    identity, zero = np.eye(H), np.zeros(H)
    return nnlib.rnn_vjp(v[None], a[None], h0[None], identity, W_h, zero, zero)[0][0]


def all_ways(delta, v, W_h):
    later = np.vstack([delta[1:] @ W_h.T, np.zeros(H)])
    return v + later


# --- From one step to another: h_t depends on h_s, the state after the first step


def two_steps():
    def path(h_s, x, W_x, W_h, b_x, b_h):
        """States 0 (of no influence), 1, 2, …"""
        return np.vstack([np.zeros(H), states(x[1:], h_s, W_x, W_h, b_x, b_h)])

    return {
        "t": T,
        "s": 1,
        "h_s": np.array([0.3, -0.5, 0.2]),
        "h": derived(path, "h_s", "x", *WEIGHTS),
        "h_t": derived(lambda *given: path(*given)[-1], "h_s", "x", *WEIGHTS),
    }


def nearly_linear():
    """States so small that the bound is almost reached, and weights whose norm is below 1."""
    Q = nnlib.orthogonal((H, H), rng=np.random.default_rng(9))
    small = {"x": np.full((T, D), 0.02), "W_h": 0.6 * Q, "h_s": np.array([0.02, 0.01, -0.01])}
    return two_steps() | small | {"b_x": np.full(H, 0.01), "b_h": np.full(H, -0.02)}


def eigenvector():
    W = np.array([[0.7, 0.5, -0.2], [0.3, 0.4, 0.6], [0.1, 0.2, 0.5]])
    values, vectors = np.linalg.eig(W)
    return {"W_h": W, "k": 3, r"\lambda": values[0].real, "q": vectors[:, 0].real}


# --- By hand

EXAMPLE = {
    "x": np.array([[1.0], [2.0], [-4.0]]),
    "T": 3,
    "h_0": np.zeros(2),
    "W_x": np.array([[1.0, -1.0]]),
    "W_h": np.array([[1.0, 1.0], [-1.0, 0.0]]),
    "b_x": np.array([1.0, 0.0]),
    "b_h": np.array([0.0, 2.0]),
    "h": derived(
        lambda x, h0, *weights: np.vstack(
            [h0, nnlib.rnn(x[None], h0[None], *weights, activation="relu")[0][0]]
        ),
        "x", "h_0", *WEIGHTS,
    ),
    r"\delta": derived(
        lambda a, W_h: nnlib.rnn_vjp(
            np.array([[[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]]]), a[None], np.zeros((1, 2)), np.eye(2),
            W_h, np.zeros(2), np.zeros(2), activation="relu",
        )[0][0],
        "a", "W_h",
    ),
    "J": derived(lambda h: h[-1].sum(), "h"),
}  # fmt: skip


def linear_unit(w, h0, x):
    h = [h0]
    for number in x:
        h.append(w * h[-1] + number)
    return np.array(h)


BY_HAND = {
    "w": 0.5,
    "h": derived(lambda w: linear_unit(w, 2.0, [3.0, 0.0, 2.0]), "w"),
    "J": derived(lambda h: h[1:].sum(), "h"),
    r"\delta": derived(
        lambda w: nnlib.rnn_vjp(
            np.ones((1, 3, 1)), np.array([[[3.0], [0.0], [2.0]]]), 2 * np.eye(1), np.eye(1),
            np.reshape(w, (1, 1)), np.zeros(1), np.zeros(1), activation="relu",
        )[0][0, :, 0],
        "w",
    ),
}  # fmt: skip


# --- Truncation: one linear unit, seven steps

INPUTS = np.array([0.7, -1.2, 0.4, 1.1, -0.3, 0.9, 0.5])
V = np.array([1.3, -0.4, 0.8, 1.6, -1.1, 0.6, 0.9])


def chunk_by_chunk(w, tau=3):
    """The derivative of the objective if the state at the begin of a chunk is held fixed."""
    total, h = 0.0, 0.2
    for start in range(0, len(INPUTS), tau):
        dh = 0.0  # of the state with respect to w
        for x, v in zip(INPUTS[start : start + tau], V[start : start + tau], strict=True):
            dh, h = h + w * dh, w * h + x
            total += v * dh
    return total


UNIT = {
    "T": 7,
    "w": 0.8,
    "v": V,
    "h": derived(lambda w: linear_unit(w, 0.2, INPUTS), "w"),
    "J": derived(lambda h: V @ h[1:], "h"),
    r"\tau": 3,
    r"g_\tau": derived(chunk_by_chunk, "w"),
}


# --- Symbols: four of them, from a vocabulary of 3 (numbered from 1)

IDS = np.array([2, 1, 2, 3])
EMBEDDING = {
    "i": IDS,
    "W": np.random.default_rng(1).standard_normal((3, 2)),
    "x": derived(lambda W: nnlib.embedding(IDS - 1, W), "W"),
    "V": derived(np.cos, "x"),
    "J": derived(lambda x: np.sin(x).sum(), "x"),
}


def embedding(W):
    return nnlib.embedding(IDS - 1, W)


def embedding_vjp(V, W):
    return nnlib.embedding_vjp(V, IDS - 1, W)


COUNTED = np.array([1.0, 1.0, 0.0, 1.0])


def sequence_cross_entropy(z, y, m):
    return nnlib.sequence_cross_entropy(z, y, mask=m.astype(bool))


def sequence_cross_entropy_grad(z, y, m):
    return nnlib.sequence_cross_entropy_grad(z, y, mask=m.astype(bool))


LOSS = {
    "z": np.random.default_rng(2).standard_normal((T, 3)),
    "y": np.random.default_rng(3).dirichlet(np.ones(3), size=T),
    "m": COUNTED,
    r"\hat{y}": derived(nnlib.softmax, "z"),
    "L": derived(sequence_cross_entropy, "z", "y", "m"),
}
PROBABILITY = LOSS | {"y": np.eye(3)[IDS - 1]}


def batch():
    """Two sequences, of 4 and of 2 steps."""
    rng = np.random.default_rng(4)
    z, y = rng.standard_normal((2, T, 3)), rng.dirichlet(np.ones(3), size=(2, T))
    m = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]])
    counted = m.astype(bool)
    return {
        "m": m,
        "L": nnlib.sequence_cross_entropy(z, y, mask=counted),
        "PP": float(nnlib.perplexity(z, y, mask=counted)),
    }, lambda: nnlib.perplexity(z, y, mask=counted)


BATCH, perplexity = batch()
perplexity.__name__ = "perplexity"

# Such that the logits alone, the noise alone, and T = 1 would each choose another class.
TEMPERATURE = {
    "z": np.random.default_rng(7).standard_normal(4),
    r"\xi": np.random.default_rng(0).gumbel(size=4),
    "T": 0.5,
}


def sample_with_temperature(z, T):
    drawn = nnlib.sample_with_temperature(z, rng=np.random.default_rng(0), temperature=float(T))
    return drawn + 1


TEMPERATURE["k"] = derived(sample_with_temperature, "z", "T")


# --- Baselines


def bigram():
    counts, p, alpha = np.array([[3.0, 0, 1], [2, 2, 0], [0, 5, 1]]), np.array([0.5, 0.3, 0.2]), 1.7
    return {
        "N": counts,
        "p": p,
        r"\alpha": alpha,
        r"\hat{p}": np.array([
            [(row[j] + alpha * p[j]) / (sum(row) + alpha) for j in range(3)] for row in counts
        ]),
    }  # fmt: skip


def autoregression():
    y, w, c = np.random.default_rng(7).standard_normal(9), np.array([0.9, -0.5, 0.3]), 0.2
    # A correlation runs over the past in the other direction.
    predicted = np.concatenate([np.full(3, np.nan), c + np.convolve(y, w)[2:8]])
    return {"y": y, "w": w, "c": c, "p": 3, r"\hat{y}": predicted}


def second_order():
    w, y = np.array([1.3, -0.7]), [0.4, 1.1]
    while len(y) < 6:
        y.append(w[0] * y[-1] + w[1] * y[-2])
    return {"w": w, "y": np.array(y)}


def orthogonal():
    Q = nnlib.orthogonal((H, H), rng=np.random.default_rng(8))
    return {"Q": Q, "q": np.array([0.3, -1.2, 0.8])}


# The states begin with h₀.
OPTIONS = {"starts": {"h": 0}}

LOCAL = {
    "eq-bptt-jacobian": two_steps(),
    "eq-bptt-bound": nearly_linear(),
    "eq-bptt-eigenvector": eigenvector(),
    "eq-bptt-example": EXAMPLE,
    "eq-bptt-example-forward": EXAMPLE,
    "eq-bptt-example-backward": EXAMPLE,
    "eq-bptt-example-weights": EXAMPLE,
    "eq-bptt-exact": UNIT,
    "eq-bptt-truncated": UNIT,
    "eq-embedding": EMBEDDING,
    "eq-embedding-vjp": EMBEDDING,
    "eq-bptt-probability": PROBABILITY | {"p": derived(
        lambda z: np.exp(-nnlib.sequence_cross_entropy(z, IDS - 1)), "z")},
    "eq-sequence-cross-entropy": LOSS,
    "eq-sequence-cross-entropy-grad": LOSS,
    "eq-perplexity": BATCH,
    "eq-temperature": TEMPERATURE,
    "eq-bptt-bigram": bigram(),
    "eq-bptt-autoregression": autoregression(),
    "eq-ex-bptt-by-hand": BY_HAND,
    "eq-ex-bptt-half-life": {"w": 0.9},
    "eq-ex-bptt-orthogonal": orthogonal(),
    "eq-ex-bptt-perplexity": {"p": np.array([0.25, 0.5, 0.8, 0.1])},
    "eq-ex-bptt-companion": second_order(),
}  # fmt: skip


def rnn_step(x, h, *weights):
    return np.array([
        nnlib.rnn_step(x_t, before, *weights) for x_t, before in zip(x, h[:-1], strict=True)
    ])  # fmt: skip


def rnn(x, h0, *weights):
    return nnlib.rnn(x[None], h0[None], *weights)[0][0]


def rnn_vjp(v, a, h0, W_h):
    """What the first equation gives: all steps but the last."""
    return deltas(v, a, h0, W_h)[:-1]


FUNCTIONS = {
    "eq-rnn-step": (rnn_step, "x", "h", *WEIGHTS),
    "eq-rnn": (rnn, "x", "h_0", *WEIGHTS),
    "eq-rnn-vjp": (rnn_vjp, "v", "a", "h_0", "W_h"),
    "eq-embedding": (embedding, "W"),
    "eq-embedding-vjp": (embedding_vjp, "V", "W"),
    "eq-sequence-cross-entropy": (sequence_cross_entropy, "z", "y", "m"),
    "eq-sequence-cross-entropy-grad": (sequence_cross_entropy_grad, "z", "y", "m"),
    "eq-perplexity": (perplexity,),
    "eq-temperature": (sample_with_temperature, "z", "T"),
}

# Wrong versions that are not wrong, and why.
BIASES = "both biases have the same gradient"
EQUIVALENT = {
    r"\frac{\partial J}{\partial b_{x,k}} &= \sum_t \delta_{tk}, &": BIASES,
    r"\frac{\partial J}{\partial b_{h,k}} &= \sum_t \delta_{tk}": BIASES,
    r"\nabla_{b_h} J &= \nabla_{b_h} J = \sum_t \delta_t, \qquad": BIASES,
    r"\nabla_{b_x} J &= \nabla_{b_x} J = \sum_t \delta_t, \qquad": BIASES,
    r"\nabla_{b_x} J &= (1, -1) + (1, 0) + (0, 1) = (2, 0) \\": BIASES,
    r"\delta_3 &= (2, 1) \odot (0, 1) = (0, 1) \\": "the first unit is off",
    **dict.fromkeys(
        (
            r"\left\lVert \frac{\partial h_t}{\partial h_s} \right\rVert_2"
            rf" \le \lVert W_h \rVert_2^{{{power}}}"
            for power in ("- t-s", "-s")
        ),
        "weaker bounds hold, too",
    ),
    r"\sum_j \hat{p}_{kj} = 1": "it holds for every row",
    r"\lVert   q \rVert_2^2 = q^\top Q^\top Q q = q^\top q = \lVert q \rVert_2^2"
    : "Q changes no length: that is what is shown",
}  # fmt: skip
