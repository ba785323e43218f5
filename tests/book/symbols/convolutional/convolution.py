"""The symbols of the chapter on convolution."""

import numpy as np

import nnlib
from nnlib.formula import derived

# Enough for stride, dilation, padding and kernel size to take turns, also where floors round.
DRAWS = 4


def draw(rng):
    """Values of the symbols: a sequence and a kernel; 2 images of 2 channels, and a layer."""
    K, s, P = 3, int(rng.integers(2, 4)), int(rng.integers(1, 3))
    return {
        # options, sizes
        "K": K,
        "s": s,
        "d": 5 - s,  # another number than the stride
        "P": P,
        "L": 7,
        "L'": derived(count_windows, "L", "K", "s", "P", "d"),
        "r": derived(left_over, "L", "K", "s", "P", "d"),
        "C": 6,
        "O": 8,
        "G": 2,
        "t": 2,
        # one dimension, without options; V is the gradient of some J at the output
        "x": rng.standard_normal(7),
        "w": rng.standard_normal(K),
        "y": derived(correlate, "x", "w"),
        "V": derived(np.cos, "y"),
        "J": derived(sines, "y"),
        r"\tilde{x}": derived(lambda x, K: pad(x, int(K) - 1), "x", "K"),
        r"\tilde{w}": derived(lambda w, L: pad(w, int(L) - 1), "w", "L"),
        r"\tilde{V}": derived(lambda V, K: pad(V, int(K) - 1), "V", "K"),
        "conv": np.convolve,
        # two dimensions: the layer
        "X": rng.standard_normal((2, 2, 4, 4)),
        "W": rng.standard_normal((2, 2, 2, 2)),
        "b": rng.standard_normal(2),
        r"\tilde{X}": derived(pad_image, "X", "P"),
        "Y": derived(gather, *LAYER),
        # separable kernels
        "a": rng.standard_normal(K),
        "h": rng.standard_normal(K),
        "parameters": parameters,
    }


LAYER = ("X", "W", "b", "s", "d", "P")


def parameters(*sizes):
    """Count the elements of the arrays, group by group."""
    C, O, K, G = map(int, sizes)  # noqa: E741
    groups = [(np.zeros((O // G, C // G, K, K)), np.zeros(O // G)) for _ in range(G)]
    return sum(weights.size + biases.size for weights, biases in groups)


# --- What the symbols are made of, by other ways than the book's formulas and nnlib


def pad(x, zeros, axes=1, value=0.0):
    """Put `zeros` zeros on both sides of the last axes, ten times as fast as np.pad."""
    x = np.asarray(x)
    cut = x.ndim - axes
    padded = np.full(x.shape[:cut] + tuple(n + 2 * zeros for n in x.shape[cut:]), value)
    padded[(..., *(slice(zeros, zeros + n) for n in x.shape[cut:]))] = x
    return padded


def correlate(x, w):
    return np.correlate(x, w)


def sines(y):
    """Some J; its gradient is the cosines."""
    return np.sin(y).sum()


def count_windows(L, K, s, P, d):
    """Lay windows side by side until one does not fit."""
    L, K, s, P, d = (int(n) for n in (L, K, s, P, d))
    return len(range(0, L + 2 * P - d * (K - 1), s))


def left_over(L, K, s, P, d):
    """What lies behind the last window."""
    L, K, s, P, d = (int(n) for n in (L, K, s, P, d))
    return L + 2 * P - max(range(d * (K - 1) + 1, L + 2 * P + 1, s))


def pad_image(X, P, value=0.0):
    return pad(X, int(P), axes=2, value=value)


def gather(X, W, b, s, d, P):
    """Convolution of images as a sum over the places in the kernel, each a strided slice."""
    W, K, s, d = np.asarray(W), W.shape[-1], int(s), int(d)
    padded = pad_image(X, P)
    rows, columns = (count_windows(n, K, s, P, d) for n in X.shape[2:])
    Y = np.zeros((len(X), len(W), rows, columns)) + np.asarray(b)[:, None, None]
    for u, v in np.ndindex(K, K):
        part = padded[:, :, d * u :: s, d * v :: s][:, :, :rows, :columns]
        Y += np.tensordot(W[:, :, u, v], part, axes=(1, 1)).swapaxes(0, 1)
    return Y


def gather_1d(X, W, b, s, d, P):
    """The same for sequences."""
    W, K, s, d = np.asarray(W), W.shape[-1], int(s), int(d)
    padded, length = pad(X, int(P)), count_windows(X.shape[-1], K, s, P, d)
    Y = np.zeros((len(X), len(W), length)) + np.asarray(b)[:, None]
    for u in range(K):
        part = padded[:, :, d * u :: s][:, :, :length]
        Y += np.tensordot(W[:, :, u], part, axes=(1, 1)).swapaxes(0, 1)
    return Y


def gather_groups(X, W, b, s, d, P):
    """The same with an axis for the groups, one after the other."""
    layers = [gather(X[:, g], W[g], b[g], s, d, P) for g in range(len(W))]
    return np.stack(layers, axis=1)


def scatter(X, W, b, s, d, P):
    """Transposed convolution: each element puts down a copy of the kernel."""
    X, W, s, d, P = np.asarray(X), np.asarray(W), int(s), int(d), int(P)
    reach = d * (W.shape[-1] - 1) + 1
    rows, columns = (s * (n - 1) + reach for n in X.shape[2:])
    Y = np.zeros((len(X), W.shape[1], rows, columns))
    for p, q in np.ndindex(*X.shape[2:]):
        copies = np.tensordot(X[:, :, p, q], W, axes=(1, 0))
        Y[:, :, s * p : s * p + reach : d, s * q : s * q + reach : d] += copies
    return Y[:, :, P : rows - P, P : columns - P] + np.asarray(b)[:, None, None]


def windows(X, K, s, P, value=0.0):
    """All windows of images, as (n, c, p, q, u, v)."""
    view = np.lib.stride_tricks.sliding_window_view
    return view(pad_image(X, P, value), (K, K), axis=(2, 3))[:, :, ::s, ::s]


def place_of_maximum(X, K, s, P, axis):
    """Rows or columns, from 1, of the first largest entry of each window."""
    patches = windows(X, K, s, P, value=-np.inf)
    place = patches.reshape(*patches.shape[:4], K * K).argmax(axis=-1)
    start = s * np.indices(place.shape)[2 + axis]
    return start + np.unravel_index(place, (K, K))[axis] + 1 - P


# --- Where a symbol means something else than on the rest of the page

GRADIENT = {"V": derived(np.cos, "Y"), "J": derived(sines, "Y")}


def some(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


SEQUENCES = {
    "X": some(1, 2, 2, 5),
    "W": some(2, 3, 2, 2),
    "b": some(3, 3),
    r"\tilde{X}": derived(lambda X, P: pad(X, int(P)), "X", "P"),
    "Y": derived(gather_1d, *LAYER),
    **GRADIENT,
}

FLIPPED = {
    "s": 1,
    "d": 1,
    "P": 1,
    "K": 3,
    "X": some(1, 2, 2, 3, 4),
    "W": some(2, 3, 2, 3, 3),
    "b": some(3, 3),
    **GRADIENT,
    r"\tilde{V}": derived(lambda V: pad_image(V, 3 - 1 - 1), "V"),
}

TRANSPOSED = {
    "X": some(1, 2, 2, 2, 3),
    "W": some(2, 2, 3, 2, 2),
    "b": some(3, 3),
    "Y": derived(scatter, *LAYER),
    **GRADIENT,
    r"\tilde{V}": derived(pad_image, "V", "P"),
}

GROUPS = {
    "X": some(1, 2, 2, 3, 4, 5),  # two groups of three channels
    "W": some(2, 2, 2, 3, 2, 2),
    "b": some(3, 2, 2),
    "Y": derived(gather_groups, *LAYER),
}


def pooling(pool, value=0.0, K=3, s=2, P=1):
    """Windows of 3 × 3 that overlap, on images with some J behind the pooling."""
    return {
        "K": K,
        "s": s,
        "P": P,
        "X": some(1, 2, 2, 6, 5),
        r"\tilde{X}": derived(lambda X: pad_image(X, P, value), "X"),
        "Y": derived(lambda X: pool(windows(X, K, s, P, value)), "X"),
        "V": derived(np.cos, "Y"),
        "J": derived(sines, "Y"),
        "i^*": derived(lambda X: place_of_maximum(X, K, s, P, 0), "X"),
        "j^*": derived(lambda X: place_of_maximum(X, K, s, P, 1), "X"),
    }


MAXIMA = pooling(lambda patches: patches.max(axis=(-2, -1)), value=-np.inf)
MEANS = pooling(lambda patches: patches.mean(axis=(-2, -1)))
GLOBAL = {
    "L_1": 3,
    "L_2": 4,
    "X": some(1, 2, 2, 3, 4),
    "Y": derived(lambda X: np.mean(X, axis=(2, 3)), "X"),
    "V": derived(np.cos, "Y"),
    "J": derived(sines, "Y"),
}


def im2col(X, K, s, P, d):
    """The columns with the names of their axes: (n, c, u, v, p, q)."""
    K, s, P, d = int(K), int(s), int(P), int(d)
    reach = d * (K - 1) + 1
    return windows(X, reach, s, P)[..., ::d, ::d].transpose(0, 1, 4, 5, 2, 3)


def col2im(U, s, P, d, shape=(2, 2, 4, 4), K=2):
    """Add the columns to where im2col reads them."""
    places = np.arange(1, np.prod(shape) + 1, dtype=float).reshape(shape)
    read = im2col(places, K, s, P, d).astype(int)  # 0 is a zero of the padding
    return np.bincount(read.ravel(), np.asarray(U).ravel(), np.prod(shape) + 1)[1:].reshape(shape)


COLUMN_OPTIONS = ("K", "s", "P", "d")
COLUMNS = {"K": 2, "U": derived(im2col, "X", *COLUMN_OPTIONS)}


TOWER = {
    "K": np.array([3.0, 5.0, 2.0, 4.0]),
    "s": np.array([2.0, 3.0, 1.0, 4.0]),
    "d": np.array([2.0, 1.0, 3.0, 4.0]),
}


def reach_step_by_step(K, s, d):
    """The receptive field, layer by layer."""
    reach, jump = 1.0, 1.0
    for size, stride, dilation in zip(K, s, d, strict=True):
        reach, jump = reach + dilation * (size - 1) * jump, jump * stride
    return reach, jump


LOCAL = {
    "eq-conv-options": {
        r"\tilde{x}": derived(lambda x, P: pad(x, int(P)), "x", "P"),
        "y": derived(
            lambda x, w, *options: gather_1d(x[None, None], w[None, None], [0.0], *options)[0, 0],
            "x", "w", "s", "d", "P",
        ),
    },
    "eq-conv-by-hand": {"y": np.array([15.0, 27.0, 19.0])},
    "eq-conv-grad-by-hand": {"V": np.array([2.0, 3.0, 10.0]), "w": np.array([-1.0, 2.0, 3.0])},
    "eq-ex-conv-by-hand": {"y": np.array([0.0, 3.0, 2.0])},
    # In one draw the remainder is 0, in another the largest possible.
    "eq-conv-output-size": {"L": derived(lambda s, P: 5 + s * P, "s", "P")},
    "eq-conv1d": SEQUENCES,
    "eq-conv1d-vjp": SEQUENCES,
    "eq-conv2d-vjp": GRADIENT,
    "eq-conv2d-grad-flipped": FLIPPED,
    "eq-conv-1x1": {
        "W": some(2, 3, 2),
        "b": some(3, 3),
        "Y": derived(
            lambda X, W, b: np.einsum("oc,ncpq->nopq", W, X) + b[:, None, None], "X", "W", "b"
        ),
    },
    "eq-conv-groups": GROUPS,
    "eq-conv-equivariance": {
        "x'": derived(lambda x, t: np.concatenate([[0.3, -1.2], x])[: 9 - int(t)], "x", "t"),
    },
    "eq-conv-equivariance-stride": {
        "x": some(1, 14),
        "y": derived(lambda x, w, s: correlate(x, w)[:: int(s)], "x", "w", "s"),
    },
    "eq-conv-adjoint": {"A": some(1, 3, 4), "x": some(2, 4), "V": some(3, 3)},
    "eq-conv-transpose2d": TRANSPOSED,
    "eq-conv-transpose2d-vjp": TRANSPOSED,
    "eq-conv-transpose-output-size": {
        "r": 1,
        "L'": derived(
            lambda L, K, s, P, d, r: next(
                n
                for n in range(99)
                if count_windows(n, K, s, P, d) == L and left_over(n, K, s, P, d) == r
            ),
            "L", "K", "s", "P", "d", "r",
        ),
    },
    "eq-max-pool2d": MAXIMA,
    "eq-max-pool2d-vjp": MAXIMA,
    "eq-avg-pool2d": MEANS,
    "eq-avg-pool2d-vjp": MEANS,
    "eq-global-avg-pool2d": GLOBAL,
    "eq-global-avg-pool2d-vjp": GLOBAL,
    "eq-im2col": COLUMNS,
    "eq-im2col-product": COLUMNS,
    "eq-col2im": {
        "K": 2,
        "U": derived(lambda X, *options: np.cos(3 * im2col(X, *options)), "X'", *COLUMN_OPTIONS),
        "X'": some(4, 2, 2, 4, 4),
        "X": derived(col2im, "U", "s", "P", "d"),
    },
    "eq-receptive-field": {
        **TOWER,
        "R": reach_step_by_step(*TOWER.values())[0],
        "S": reach_step_by_step(*TOWER.values())[1],
    },
    "eq-aliasing": {"p": 3, "f": 0.3},
    "eq-ex-conv-separable": {"X": some(1, 5, 6)},
    "eq-ex-conv-dilations": {"D": 5},
    "eq-ex-conv-pooling": {
        "X": some(1, 2, 2, 6, 7),
        "Y": derived(lambda X: windows(X, 2, 2, 0).mean(axis=(-2, -1)), "X"),
    },
}  # fmt: skip


def layer(function, options):
    """A function of nnlib that takes its options after the arrays; of gradients, the first."""
    names = options.split()

    def call(*values):
        arrays, numbers = values[: -len(names)], map(int, values[-len(names) :])
        result = function(*arrays, **dict(zip(names, numbers, strict=True)))
        return result[0] if isinstance(result, tuple) else result

    call.__name__ = function.__name__
    return call


def pool(function):
    """A pooling function, which takes the window's size by position."""

    def call(*values):
        *arrays, K, s, P = values
        return function(*arrays, int(K), stride=int(s), padding=int(P))

    call.__name__ = function.__name__
    return call


def columns(function):
    """im2col with the axes of its matrices apart; col2im takes them so."""

    def im2col(X, K, s, P, d):
        n, c, *size = X.shape
        options = {"stride": int(s), "padding": int(P), "dilation": int(d)}
        sizes = [nnlib.conv_output_size(m, size=int(K), **options) for m in size]
        return nnlib.im2col(X, int(K), **options).reshape(n, c, int(K), int(K), *sizes)

    def col2im(U, X, K, s, P, d):
        options = {"stride": int(s), "padding": int(P), "dilation": int(d)}
        matrices = U.reshape(len(U), np.prod(U.shape[1:4]), -1)
        return nnlib.col2im(matrices, X.shape, int(K), **options)

    return {"im2col": im2col, "col2im": col2im}[function]


def receptive_field(K, s, d):
    layers = zip(*(map(int, numbers) for numbers in (K, s, d)), strict=True)
    return nnlib.receptive_field(list(layers))[0]


def conv_parameters(C, O, K, G):  # noqa: E741
    return nnlib.conv_parameters(int(C), int(O), int(K), groups=int(G))


def output_size(function, *options):
    """A function of sizes, which are plain integers."""

    def call(n, *values):
        return function(int(n), **dict(zip(options, map(int, values), strict=True)))

    call.__name__ = function.__name__
    return call


def global_avg_pool2d_vjp(V, X):
    """The one gradient that all pixels of a channel share; NaN if they do not."""
    gradient = nnlib.global_avg_pool2d_vjp(V, X)
    first = gradient[..., :1, :1]
    return np.where(gradient == first, first, np.nan).mean(axis=(2, 3))


# The function that gives the right side of an equation, and the symbols it takes.
GEOMETRY = "stride padding dilation"
FUNCTIONS = {
    "eq-conv1d": (layer(nnlib.conv1d, GEOMETRY), "X", "W", "b", "s", "P", "d"),
    "eq-conv1d-vjp": (layer(nnlib.conv1d_vjp, GEOMETRY), "V", "X", "W", "b", "s", "P", "d"),
    "eq-conv2d": (layer(nnlib.conv2d, GEOMETRY), "X", "W", "b", "s", "P", "d"),
    "eq-conv2d-vjp": (layer(nnlib.conv2d_vjp, GEOMETRY), "V", "X", "W", "b", "s", "P", "d"),
    "eq-conv-transpose2d": (
        layer(nnlib.conv_transpose2d, GEOMETRY), "X", "W", "b", "s", "P", "d",
    ),
    "eq-conv-transpose2d-vjp": (
        layer(nnlib.conv_transpose2d_vjp, GEOMETRY), "V", "X", "W", "b", "s", "P", "d",
    ),
    "eq-conv-output-size": (
        output_size(nnlib.conv_output_size, "size", "stride", "padding", "dilation"),
        "L", "K", "s", "P", "d",
    ),
    "eq-conv-transpose-output-size": (
        output_size(
            nnlib.conv_transpose_output_size,
            "size", "stride", "padding", "dilation", "output_padding",
        ),
        "L", "K", "s", "P", "d", "r",
    ),
    "eq-conv-parameters": (conv_parameters, "C", "O", "K", "G"),
    "eq-receptive-field": (receptive_field, "K", "s", "d"),
    "eq-max-pool2d": (pool(nnlib.max_pool2d), "X", "K", "s", "P"),
    "eq-max-pool2d-vjp": (pool(nnlib.max_pool2d_vjp), "V", "X", "K", "s", "P"),
    "eq-avg-pool2d": (pool(nnlib.avg_pool2d), "X", "K", "s", "P"),
    "eq-avg-pool2d-vjp": (pool(nnlib.avg_pool2d_vjp), "V", "X", "K", "s", "P"),
    "eq-global-avg-pool2d": (nnlib.global_avg_pool2d, "X"),
    "eq-global-avg-pool2d-vjp": (global_avg_pool2d_vjp, "V", "X"),
    "eq-im2col": (columns("im2col"), "X", "K", "s", "P", "d"),
    "eq-col2im": (columns("col2im"), "U", "X", "K", "s", "P", "d"),
}  # fmt: skip

# Wrong versions that are not wrong, and why.
ONE_PLACE = "all that is referred to exists only where the change makes no difference"
EQUIVALENT = dict.fromkeys(
    (
        r"\operatorname{conv}(w, x)_{p+K-1} = \sum_{u=1}^K w_{p+1-u} x_{p+u-1}",
        r"y_p = \sum_{u=1}^K w_u \tilde{x}_{- s(p-1)+d(u-1)+1}",
        r"W_{g o c u v} \tilde{X}_{n g c, - s(p-1)+d(u-1)+1, s(q-1)+d(v-1)+1}",
        r"W_{g o c u v} \tilde{X}_{n g c, s(p-1)+d(u-1)+1, - s(q-1)+d(v-1)+1}",
        r"\sum_{u=1}^K w_u x_{s(p-1)+u-st} = y_{p-t}, \qquad "
        r"y_p = \sum_{u=1}^K w_u x_{- s(p-1)+u}",
        r"&= \sum_{u=1}^K w_{i+1-u} \tilde{V}_{i+u-1}",
        r"&= \sum_{u=1}^K w_{p+1-u} \tilde{V}_{i+u-1}",
        r"&= \sum_n \sum_p V_{n o p} \tilde{X}_{n c, s(p-1)-d(u-1)+1} \\",
        r"&= \sum_n \sum_p \sum_q V_{n o p q} "
        r"\tilde{X}_{n c, s(p-1)-d(u-1)+1, s(q-1)+d(v-1)+1} \\",
        r"&= \sum_n \sum_p \sum_q V_{n o p q} "
        r"\tilde{X}_{n c, s(p-1)+d(u-1)+1, s(q-1)-d(v-1)+1} \\",
        r"&= \sum_n \sum_p \sum_q X_{n c p q} "
        r"\tilde{V}_{n o, s(p-1)-d(u-1)+1, s(q-1)+d(v-1)+1} \\",
        r"&= \sum_n \sum_p \sum_q X_{n c p q} "
        r"\tilde{V}_{n o, s(p-1)+d(u-1)+1, s(q-1)-d(v-1)+1} \\",
        r"Y_{n c p q} = \frac{1}{2^2} \sum_{u=1}^2 \sum_{v=1}^2 X_{n c, - 2(p-1)+u, 2(q-1)+v}",
        r"Y_{n c p q} = \frac{1}{2^2} \sum_{u=1}^2 \sum_{v=1}^2 X_{n c, 2(p-1)+u, - 2(q-1)+v}",
        r"= \sum_{u=1}^2 \sum_{v=1}^2 \frac{1}{4} X_{n c, - 2(p-1)+u, 2(q-1)+v}",
        r"= \sum_{u=1}^2 \sum_{v=1}^2 \frac{1}{4} X_{n c, 2(p-1)+u, - 2(q-1)+v}",
    ),
    ONE_PLACE,
) | dict.fromkeys(
    (
        r"\cos(2 \pi (- 1 - f) p) = \cos(2 \pi f p)",
        r"\cos(2 \pi ( - f) p) = \cos(2 \pi f p)",
        r"\cos(2 \pi (1 + f) p) = \cos(2 \pi f p)",
        r"\cos(2 \pi (2 - f) p) = \cos(2 \pi f p)",
    ),
    "a whole number of periods more or less cannot be told apart either",
)
