"""The symbols of the chapter on LSTM and GRU: four steps of one sequence."""

import numpy as np

import nnlib
from nnlib.formula import derived, joint

D, H, T = 2, 3, 4  # features, units, steps
LSTM, GRU = "ifgo", "rzn"
PARAMETERS = "W_x", "W_h", "b_x", "b_h"
SHAPES = {"W_x": (D, H), "W_h": (H, H), "b_x": (H,), "b_h": (H,)}


def draw(rng):
    """Values of the symbols; the gates are those of the LSTM, save where LOCAL says otherwise."""
    return {
        "D": 2,
        "H": 3,
        "x": rng.standard_normal((T, D)),
        "h_0": rng.standard_normal(H),
        "c_0": rng.standard_normal(H),
        "v": rng.standard_normal((T, H)),
        **parameters(rng, LSTM),
        **sequence(lstm_states),
        "J": derived(objective, "h", "v"),
        r"\sigma": nnlib.sigmoid,
    }


OPTIONS = {
    "starts": {"h": 0, "c": 0, "p": 0, r"\overrightarrow{h}": 0},
    "approx_rtol": 2e-3,
}


def parameters(rng, gates):
    """The parameters of each gate, and all of them side by side."""
    drawn = {
        f"{name}^{{({gate})}}": rng.standard_normal(shape)
        for name, shape in SHAPES.items()
        for gate in gates
    }
    return drawn | {name: derived(side_by_side, *of_gates(name, gates)) for name in PARAMETERS}


def of_gates(name, gates):
    return [f"{name}^{{({gate})}}" for gate in gates]


def side_by_side(*parts):
    return np.concatenate(parts, axis=-1)


def part(k):
    """Part k of the last axis, which has one for each gate."""
    return lambda array: array[..., k * H : (k + 1) * H]


def objective(h, v):
    return np.sum(h[1:] * v)


# --- LSTM


def lstm_states(x, h, c, *weights):
    """The states h and c from step 0 on, by nnlib's single steps."""
    states = [(h, c)]
    for x_t in x:
        states.append(nnlib.lstm_step(x_t, *states[-1], *weights))
    return tuple(map(np.array, zip(*states, strict=True)))


def lstm_states_at_once(x, h, c, *weights):
    """The same by nnlib's layer."""
    *_, saved = nnlib.lstm(x[None], h[None], c[None], *weights, return_saved=True)
    return tuple(
        np.concatenate([first[None], np.array(saved[name])[:, 0]])
        for name, first in (("h", h), ("c", c))
    )


def gate_arguments(x, h, W_x, W_h, b_x, b_h):
    return x @ W_x + b_x + b_h + h[:-1] @ W_h


def sequence(states):
    """States, gates' arguments and gates of an LSTM."""
    inputs = "x", "h_0", "c_0", *PARAMETERS
    return {
        "h": derived(lambda *args: states(*args)[0], *inputs),
        "c": derived(lambda *args: states(*args)[1], *inputs),
        "z": derived(gate_arguments, "x", "h", *PARAMETERS),
        **{f"z^{{({gate})}}": derived(part(k), "z") for k, gate in enumerate(LSTM)},
        **{
            gate: derived(np.tanh if gate == "g" else nnlib.sigmoid, f"z^{{({gate})}}")
            for gate in LSTM
        },
    }


def lstm_step(x, h, c, W_x, W_h, b_x, b_h):
    """The input gates, which the first equation gives: the cell, where c was 0 and g is 1."""
    b_open = b_x + 100 * np.repeat([0, 0, 1, 0], H)
    zero = np.zeros(H)
    weights = W_x, W_h, b_open, b_h
    return np.array([nnlib.lstm_step(x[t], h[t], zero, *weights)[1] for t in range(T)])


def lstm(x, h, c, *weights):
    """The gates' arguments, which the first equation gives, from the gates that nnlib saves."""
    *_, saved = nnlib.lstm(x[None], h[:1], c[:1], *weights, return_saved=True)
    i, f, g, o = (np.array(saved[gate])[:, 0] for gate in LSTM)
    return side_by_side(logit(i), logit(f), np.arctanh(g), logit(o))


def logit(p):
    return np.log(p / (1 - p))


def lstm_gradients(v, c, i, f, g, o, W_h):
    """The gradients u, w and δ of each step."""
    u, w, delta = np.zeros((T + 1, H)), np.zeros((T + 1, H)), np.zeros((T + 1, 4 * H))
    f_next = np.concatenate([f, np.zeros((1, H))])
    for t in range(T - 1, -1, -1):
        tanh_c = np.tanh(c[t + 1])
        u[t] = v[t] + delta[t + 1] @ W_h.T
        w[t] = u[t] * o[t] * (1 - tanh_c**2) + w[t + 1] * f_next[t + 1]
        delta[t] = side_by_side(
            w[t] * g[t] * i[t] * (1 - i[t]),
            w[t] * c[t] * f[t] * (1 - f[t]),
            w[t] * i[t] * (1 - g[t] ** 2),
            u[t] * tanh_c * o[t] * (1 - o[t]),
        )
    return u[:-1], w[:-1], delta[:-1]


def gradients(function, *arguments, names=("u", "w", r"\delta"), gates=LSTM):
    """Those gradients as symbols, and the parts of δ."""
    found = {
        name: derived(lambda *args, k=k: function(*args)[k], *arguments)
        for k, name in enumerate(names)
    }
    parts = {rf"\delta^{{({gate})}}": derived(part(k), r"\delta") for k, gate in enumerate(gates)}
    return found | parts


LSTM_BACK = gradients(lstm_gradients, "v", "c", *LSTM, "W_h")


def lstm_vjp(v, x, h, c, *weights):
    """u, which the first equation gives: v, and what comes back from the steps that follow."""
    back = [
        nnlib.lstm_vjp(v[None, t:], x[None, t:], h[None, t], c[None, t], *weights)[1][0]
        for t in range(1, T)
    ]
    return v[:-1] + np.array(back)


def one_step():
    """One step of an LSTM in which everything before the gates is independent, and some J."""
    rng = np.random.default_rng(1)
    return {
        "c_{t-1}": rng.standard_normal(H),
        **{f"z_t^{{({gate})}}": rng.standard_normal(H) for gate in LSTM},
        **{
            f"{gate}_t": derived(np.tanh if gate == "g" else nnlib.sigmoid, f"z_t^{{({gate})}}")
            for gate in LSTM
        },
        "c_t": derived(lambda f, c, i, g: f * c + i * g, "f_t", "c_{t-1}", "i_t", "g_t"),
        "h_t": derived(lambda o, c: o * np.tanh(c), "o_t", "c_t"),
        "J": derived(lambda h, c: np.sum(np.sin(h) + np.cos(2 * c)), "h_t", "c_t"),
    }


def lstm_init(H, beta):
    """The biases of b_x for H units."""
    rng = np.random.default_rng(2)
    return nnlib.lstm_init((D, int(H)), rng=rng, forget_bias=float(beta))[2]


def masked_lstm():
    """Four steps of which two count; h and c by the layer, and what a step would make of them."""
    rng, mask = np.random.default_rng(3), np.array([1, 0, 1, 0])
    x, h, c = rng.standard_normal((T, D)), rng.standard_normal(H), rng.standard_normal(H)
    weights = [rng.standard_normal((*shape[:-1], 4 * H)) for shape in SHAPES.values()]
    states = [(h, c)]
    for t in range(1, T + 1):
        _, (h_t, c_t) = nnlib.lstm(
            x[None, :t], h[None], c[None], *weights, mask=mask[None, :t].astype(bool)
        )
        states.append((h_t[0], c_t[0]))
    steps = [nnlib.lstm_step(x[t], *states[t], *weights) for t in range(T)]
    hs, cs = map(np.array, zip(*states, strict=True))
    h_new, c_new = map(np.array, zip(*steps, strict=True))
    return {"m": mask, "h": hs, "c": cs, r"\tilde{h}": h_new, r"\tilde{c}": c_new}


# --- GRU


def gru_states(x, h, *weights, reset_after=True):
    """The states from step 0 on, by nnlib's single steps."""
    states = [h]
    for x_t in x:
        states.append(nnlib.gru_step(x_t, states[-1], *weights, reset_after=reset_after))
    return np.array(states)


def gru_saved(name):
    """What nnlib's layer saves of each step under this name."""

    def saved(x, h, *weights):
        *_, found = nnlib.gru(x[None], h[None], *weights, return_saved=True)
        return np.array(found[name])[:, 0]

    return saved


def gru_gradients(v, h, r, z, n, s, W_h):
    """The gradients u and δ of each step; s is the part of n."""
    u, delta = np.zeros((T + 1, H)), np.zeros((T + 1, 3 * H))
    gate = {name: np.concatenate([value, np.zeros((1, H))]) for name, value in
            {"r": r, "z": z}.items()}  # fmt: skip
    W_r, W_z, W_n = (part(k)(W_h) for k in range(3))
    for t in range(T - 1, -1, -1):
        d_r, d_z, d_n = (part(k)(delta[t + 1]) for k in range(3))
        back = d_r @ W_r.T + d_z @ W_z.T + (d_n * gate["r"][t + 1]) @ W_n.T
        u[t] = v[t] + u[t + 1] * gate["z"][t + 1] + back
        d_n = u[t] * (1 - z[t]) * (1 - n[t] ** 2)
        d_z = u[t] * (h[t] - n[t]) * z[t] * (1 - z[t])
        delta[t] = side_by_side(d_n * s[t] * r[t] * (1 - r[t]), d_z, d_n)
    return u[:-1], delta[:-1]


GRU_ARGUMENTS = "x", "h_0", *PARAMETERS
GATES_OF_GRU = {
    **parameters(np.random.default_rng(4), GRU),
    "h": derived(gru_states, *GRU_ARGUMENTS),
    **{gate: derived(gru_saved(gate), *GRU_ARGUMENTS) for gate in GRU},
    "a": derived(lambda x, W, b: x @ W + b, "x", "W_x", "b_x"),
    "s": derived(lambda h, W, b: h[:-1] @ W + b, "h", "W_h", "b_h"),
    **{f"{name}^{{({gate})}}": derived(part(k), name)
       for name in "as" for k, gate in enumerate(GRU)},
}  # fmt: skip
GRU_BACK = gradients(
    gru_gradients, "v", "h", *GRU, "s^{(n)}", "W_h", names=("u", r"\delta"), gates=GRU
)


def gru_step(x, h, W_x, W_h, b_x, b_h):
    """The reset gates, which the first equation gives: n is r where the rest of it is s = 1."""
    keep = np.repeat([0, 1, 1], H)
    W_x, W_h = W_x * (1 - keep), W_h * (1 - keep)
    b_x = b_x * (1 - keep) - 100 * np.repeat([0, 1, 0], H)  # z is 0, and so h the new n
    b_h = b_h * (1 - keep) + np.repeat([0, 0, 1], H)
    return np.arctanh([nnlib.gru_step(x[t], h[t], W_x, W_h, b_x, b_h) for t in range(T)])


def gru(x, h, W_x, W_h, b_x, b_h):
    """The inputs' part a, which the first equation gives, from what nnlib saves and s."""
    *_, saved = nnlib.gru(x[None], h[:1], W_x, W_h, b_x, b_h, return_saved=True)
    r, z, n, s_n = (np.array(saved[name])[:, 0] for name in "rzns")
    s = h[:-1] @ W_h + b_h
    return side_by_side(logit(r) - part(0)(s), logit(z) - part(1)(s), np.arctanh(n) - r * s_n)


def gru_vjp(v, x, h, *weights):
    """u, which the first equation gives: v, and what comes back from the steps that follow."""
    back = [
        nnlib.gru_vjp(v[None, t:], x[None, t:], h[None, t], *weights)[1][0] for t in range(1, T)
    ]
    return v[:-1] + np.array(back)


def new_before(x, h, *weights):
    """The new values n of the variant that resets before the product."""
    W_x, W_h, b_x, b_h = weights
    b_x = b_x - 100 * np.repeat([0, 1, 0], H)  # z is 0, and so h the new n
    steps = [nnlib.gru_step(x[t], h[t], W_x, W_h, b_x, b_h, reset_after=False) for t in range(T)]
    return np.array(steps)


BEFORE = GATES_OF_GRU | {
    "r": derived(lambda a, s: nnlib.sigmoid(a + s), "a^{(r)}", "s^{(r)}"),
    "n": derived(new_before, "x", "h", *PARAMETERS),
}


# --- Both directions


def both_directions():
    """Two plain layers over four inputs, one from the end."""
    rng = np.random.default_rng(5)
    ways = [[rng.standard_normal(SHAPES[name]) for name in PARAMETERS] for _ in range(2)]
    starts = rng.standard_normal((2, H))
    x, v = rng.standard_normal((T, D)), rng.standard_normal((T, 2 * H))

    def arguments(k):
        return starts[None, k], *ways[k]

    def bidirectional(x):
        return nnlib.bidirectional(nnlib.rnn, x[None], arguments(0), arguments(1))[0][0]

    def forward(x):
        """What the first equation gives: the first direction."""
        return bidirectional(x)[:, :H]

    def vjp(x):
        dhs = v[None], nnlib.rnn_vjp, x[None]
        return nnlib.bidirectional_vjp(*dhs, arguments(0), arguments(1))[0][0]

    def one_direction(k):
        def gradient(x):
            dhs = v[None, :, k * H : (k + 1) * H]
            return nnlib.rnn_vjp(dhs, x[None], *arguments(k), reverse=k == 1)[0][0]

        return gradient

    forward.__name__, vjp.__name__ = "bidirectional", "bidirectional_vjp"
    symbols = {
        "x": x,
        "f": lambda x, h: np.asarray(nnlib.rnn_step(x, h, *ways[0])),
        "g": lambda x, h: np.asarray(nnlib.rnn_step(x, h, *ways[1])),
        r"\overrightarrow{h}": derived(
            lambda x: np.concatenate([starts[:1], bidirectional(x)[:, :H]]), "x"
        ),
        r"\overleftarrow{h}": derived(
            lambda x: np.concatenate([bidirectional(x)[:, H:], starts[1:]]), "x"
        ),
        "J": derived(lambda x: np.sum(bidirectional(x) * v), "x"),
        r"\overrightarrow{v}": derived(one_direction(0), "x"),
        r"\overleftarrow{v}": derived(one_direction(1), "x"),
    }
    return symbols, forward, vjp


DIRECTIONS, bidirectional, bidirectional_vjp = both_directions()


# --- Numbers


def lstm_example():
    """One step of one unit: the values that nnlib's layer has."""
    log3, zero, one = np.log(3), np.zeros((1, 4)), np.ones((1, 1))
    args = 0 * one, one, zero, zero, np.array([0, log3, log3 / 2, -log3]), np.zeros(4)
    *_, saved = nnlib.lstm(np.zeros((1, 1, 1)), *args, return_saved=True)
    *_, db = nnlib.lstm_vjp(np.ones((1, 1, 1)), np.zeros((1, 1, 1)), *args)
    values = {name: np.array([saved[name][0][0, 0]]) for name in "ifgo"}
    values |= {name: np.array([0.0, saved[name][0][0, 0]]) for name in "hc"}
    deltas = {rf"\delta^{{({gate})}}": db[k : k + 1] for k, gate in enumerate(LSTM)}
    # w is what the gradient of the cell before is, divided by the gate between them
    w = nnlib.lstm_vjp(np.ones((1, 1, 1)), np.zeros((1, 1, 1)), *args)[2][0] / values["f"]
    return values | deltas | {"u": np.ones(1), "w": w}


def gru_example(reset_after):
    """One step of one unit, whose weights are 0."""
    log3, zero = np.log(3), np.zeros((1, 3))
    args = np.zeros((1, 1, 1)), np.full((1, 1), 2.0), zero, zero, np.zeros(3)
    biases = np.array([0, -log3, log3])
    _, h, saved = nnlib.gru(*args, biases, reset_after=reset_after, return_saved=True)
    values = {name: saved[name][0][0] for name in GRU}
    return values | {"h": np.array([2.0, h[0, 0]])}


def gru_exercise():
    b_x = np.array([0.0, np.log(3), np.arctanh(0.5) - 1])
    b_h = np.array([0.0, 0.0, 2.0])
    args = np.zeros((1, 1, 1)), np.full((1, 1), 4.0), np.zeros((1, 3)), np.zeros((1, 3)), b_x, b_h
    deltas = nnlib.gru_vjp(np.ones((1, 1, 1)), *args)[4]
    found = {rf"\delta^{{({gate})}}": deltas[k : k + 1] for k, gate in enumerate(GRU)}
    return found | {"h": np.array([4.0, nnlib.gru(*args)[1][0, 0]])}


def two_uniform():
    """Two independent numbers with the mean and the variance of one between 0 and 1."""
    ends = 0.5 + np.array([-1, 1]) / np.sqrt(12)
    a, b = np.meshgrid(ends, ends)
    return joint(np.full(4, 0.25), {"a": a.ravel(), "b": b.ravel()})


def coupled():
    """A cell with one gate for two."""
    rng = np.random.default_rng(6)
    cell = derived(lambda f, c, g: f * c + (1 - f) * g, "f_t", "c_{t-1}", "g_t")
    return one_step() | {
        "g_t": rng.standard_normal(H),
        "c_t": cell,
        "J": derived(lambda c: np.sum(np.cos(2 * c)), "c_t"),
    }


BITS = np.array([1, 0, 1, 1])
COUNT = nnlib.lstm(
    BITS[None, :, None].astype(float),
    np.zeros((1, 1)),
    np.full((1, 1), 0.5),
    np.array([[0.0, 0.0, 20.0, 0.0]]),
    np.zeros((1, 4)),
    np.array([40.0, 40.0, 0.0, 40.0]),
    np.zeros(4),
    return_saved=True,
)[-1]["c"]
STEP = one_step()

LOCAL = {
    "eq-lstm": sequence(lstm_states_at_once),
    "eq-lstm-jacobians": STEP,
    "eq-lstm-slopes": STEP,
    "eq-lstm-grad-gates": STEP,
    "eq-lstm-vjp": LSTM_BACK,
    "eq-lstm-grad-weights": LSTM_BACK,
    "eq-lstm-direct-path": {"t": 3, "s": 1},
    "eq-lstm-half-life": {"f": 0.5 ** (1 / 7), "n": 7.0},
    "eq-lstm-init": {"b": derived(lstm_init, "H", r"\beta"), r"\beta": 1.5},
    "eq-lstm-mask": masked_lstm(),
    "eq-gru-step": GATES_OF_GRU,
    "eq-gru": GATES_OF_GRU,
    "eq-gru-before": BEFORE,
    "eq-gru-vjp": GATES_OF_GRU | GRU_BACK,
    "eq-gru-grad-weights": GATES_OF_GRU | GRU_BACK,
    "eq-bidirectional": DIRECTIONS,
    "eq-bidirectional-vjp": DIRECTIONS,
    "eq-lstm-example": lstm_example(),
    "eq-lstm-example-backward": lstm_example(),
    "eq-gru-example": gru_example(reset_after=True),
    "eq-gru-example-before": gru_example(reset_after=False),
    "eq-adding-baseline": two_uniform(),
    "eq-lstm-parity": {"x": BITS, "p": np.array([0, *np.cumsum(BITS) % 2])},
    "eq-ex-gru-by-hand": gru_exercise(),
    "eq-ex-lstm-coupled": coupled(),
    "eq-ex-lstm-bias": {"n": 7.0, "f": 0.5 ** (1 / 7), r"\beta": -np.log(2 ** (1 / 7) - 1)},
    "eq-ex-lstm-counter": {"x": BITS, "c": np.array([0.5, *np.ravel(COUNT)]), "c_0": 0.5},
    "eq-ex-gru-variants": GATES_OF_GRU | {"d": np.array([0.7, -1.2, 0.4])},
}

FUNCTIONS = {
    "eq-lstm-step": (lstm_step, "x", "h", "c", *PARAMETERS),
    "eq-lstm": (lstm, "x", "h", "c", *PARAMETERS),
    "eq-lstm-vjp": (lstm_vjp, "v", "x", "h", "c", *PARAMETERS),
    "eq-lstm-init": (lstm_init, "H", r"\beta"),
    "eq-gru-step": (gru_step, "x", "h", *PARAMETERS),
    "eq-gru": (gru, "x", "h", *PARAMETERS),
    "eq-gru-vjp": (gru_vjp, "v", "x", "h", *PARAMETERS),
    "eq-bidirectional": (bidirectional, "x"),
    "eq-bidirectional-vjp": (bidirectional_vjp, "x"),
}

# Wrong versions that are not wrong, and why.
EQUIVALENT = {
    **dict.fromkeys(
        (
            rf"\nabla_{{{b}}} J &= \nabla_{{{b}}} J = \sum_t \delta_t, "
            r"& \nabla_{x_t} J &= \delta_t W_x^\top"
            for b in ("b_x", "b_h")
        ),
        "both biases have the same gradient",
    ),
    r"c_t = m_t \tilde{c}_t + (1 - m_t) c_{t}, \qquad h_t = m_t \tilde{h}_t + (1 - m_t) h_{t-1}"
    : "where the mask is 0, it says that the cell is itself",
    r"c_t = m_t \tilde{c}_t + (1 - m_t) c_{t-1}, \qquad h_t = m_t \tilde{h}_t + (1 - m_t) h_{t}"
    : "where the mask is 0, it says that the output is itself",
}  # fmt: skip
