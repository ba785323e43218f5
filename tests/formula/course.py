r"""Equations in the course's notation that hold, and slips in them that must be caught.

Each topic has the symbols of its equations, drawn from a seeded generator, the equations, and
wrong variants of them. The equations are textbook identities; nothing in the expected answers
comes from the evaluator.
"""

import math

import numpy as np

from nnlib.formula import derived, distribution, joint


def softmax(z, T=1.0):
    p = np.exp(np.asarray(z) / T - np.max(np.asarray(z) / T))
    return p / p.sum()


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


erf = np.vectorize(math.erf, otypes=[float])


def _softmax(rng):
    z = rng.normal(size=4)
    return {
        "z": z, "c": 0.7, "T": 1.3, "y": rng.dirichlet(np.ones(4)), "v": rng.normal(size=4),
        r"\hat{y}": derived(softmax, "z"), "softmax": softmax, "k": 2, "K": 4,
        r"\sigma": sigmoid, "u": np.full(4, 0.3), "x": 0.4,
    }  # fmt: skip


SOFTMAX = (
    _softmax,
    [
        r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"\operatorname{softmax}(z + c)_i = \operatorname{softmax}(z)_i",
        r"\operatorname{softmax}(z, T)_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}",
        r"\begin{aligned} \operatorname{softmax}(z + c)_i &= \frac{e^{z_i + c}}{\sum_j e^{z_j + c}}"
        r" \\ &= \frac{e^c e^{z_i}}{e^c \sum_j e^{z_j}} \\ &= \operatorname{softmax}(z)_i"
        r" \end{aligned}",
        r"\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}, \qquad m = \max_j z_j",
        r"\log \hat{y}_i = z_i - \log \sum_j e^{z_j}",
        r"\frac{\partial \hat{y}_i}{\partial z_j} = \hat{y}_i (\mathbb{1}[i = j] - \hat{y}_j)",
        r"\frac{\partial \hat y_i}{\partial z_j} = \begin{cases} \hat{y}_i (1 - \hat{y}_i),"
        r" & i = j \\ -\hat{y}_i \hat{y}_j, & \text{otherwise} \end{cases}",
        r"\frac{\partial \hat y}{\partial z} = \operatorname{diag}(\hat y) - \hat y \hat y^\top",
        r"\sum_i v_i \frac{\partial \hat{y}_i}{\partial z_j} ="
        r" \hat{y}_j \left( v_j - \sum_i v_i \hat{y}_i \right)",
        r"L = -\sum_i y_i \log \hat{y}_i = \log \sum_j e^{z_j} - \sum_i y_i z_i, \qquad"
        r" \frac{\partial L}{\partial z_i} = \hat{y}_i - y_i",
        r"L = -\sum_i y_i \log \hat{y}_i \qquad \frac{\partial L}{\partial \hat{y}_i} ="
        r" -\frac{y_i}{\hat{y}_i}, \qquad \frac{\partial L}{\partial z_j} ="
        r" \sum_i \frac{\partial L}{\partial \hat{y}_i} \frac{\partial \hat{y}_i}{\partial z_j}",
        r"L = -\log \hat{y}_k, \quad \frac{\partial L}{\partial z_i} ="
        r" \hat{y}_i - \mathbb{1}_{i = k}",
        r"H = -\sum_i \hat{y}_i \log \hat{y}_i = \log \sum_j e^{z_j} - \sum_i \hat{y}_i z_i",
        r"-\sum_{i=1}^{K} \frac{1}{K} \ln \frac1K = \ln K \approx 1.386",
        r"\sum_i y_i \log \frac{y_i}{\hat{y}_i} = -\sum_i y_i \log \hat{y}_i"
        r" + \sum_i y_i \log y_i \ge 0",
        r"\operatorname{softmax}(u)_i = \frac{1}{K}",
        r"\sum_i \hat y_i = 1, \quad 0 < \hat y_i < 1",
        r"\frac{\partial}{\partial c} \operatorname{softmax}(z + c)_i = 0",
        r"\frac{e^{x}}{e^{x} + e^{0}} = \sigma(x) = \frac{1}{1 + e^{-x}}",
        r"\nabla_z \log \sum_j e^{z_j} = \hat{y}",
        r"\frac{\partial^2}{\partial z_i \partial z_j} \log \sum_k e^{z_k} ="
        r" \hat y_i \mathbb{1}[i = j] - \hat y_i \hat y_j",
        r"\frac{\partial \operatorname{softmax}(z, T)_i}{\partial T} = \frac{1}{T^2}"
        r" \operatorname{softmax}(z, T)_i"
        r" \left( \sum_j \operatorname{softmax}(z, T)_j z_j - z_i \right)",
        r"\hat{y}_i \propto e^{z_i}",
        r"\arg\max_i z_i = \arg\max_i \hat{y}_i",
        r"\max_j z_j \le \log \sum_j e^{z_j} \le \max_j z_j + \log K",
    ],
    [
        r"\operatorname{softmax}(z_i) = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"\operatorname{softmax}(z)_i = \frac{e^{-z_i}}{\sum_j e^{z_j}}",
        r"\operatorname{softmax}(z)_i = \frac{\sum_j e^{z_j}}{e^{z_i}}",
        r"\operatorname{softmax}(c z)_i = \operatorname{softmax}(z)_i",
        r"\log \sum_j e^{z_j} = m - \log \sum_j e^{z_j - m}, \qquad m = \max_j z_j",
        r"\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j + m}, \qquad m = \max_j z_j",
        r"\frac{\partial \hat{y}_i}{\partial z_j} = \hat{y}_i (\mathbb{1}[i = j] - \hat{y}_i)",
        r"\frac{\partial \hat{y}_i}{\partial z_j} = \hat{y}_i (\mathbb{1}[i = j] + \hat{y}_j)",
        r"\frac{\partial \hat y}{\partial z} = \operatorname{diag}(\hat y) + \hat y \hat y^\top",
        r"L = -\sum_i y_i \log \hat{y}_i, \quad \frac{\partial L}{\partial z_i} ="
        r" y_i - \hat{y}_i",
        r"L = -\sum_i y_i \log \hat{y}_i, \quad \frac{\partial L}{\partial z_i} ="
        r" \hat{y}_i - 1",
        r"L = -\log \hat{y}_k, \quad \frac{\partial L}{\partial z_i} ="
        r" \hat{y}_i + \mathbb{1}_{i = k}",
        r"H = -\sum_i \hat{y}_i \log \hat{y}_i = \log \sum_j e^{z_j} + \sum_i \hat{y}_i z_i",
        r"\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}, \qquad m = \max_j \hat{y}_j z_j,"
        r"\qquad m = \min_j z_j",
        r"\hat{y}_i \propto e^{2 z_i}",
        r"\arg\min_i z_i = \arg\max_i \hat{y}_i",
        r"\nabla_z \log \sum_j e^{z_j} = -\hat{y}",
        r"\log \sum_j e^{z_j} \le \max_j z_j",
    ],
)


def _activations(rng):
    return {
        "z": 0.83, "x": -0.46, "a": 0.25, r"\alpha": 1.3, r"\lambda": 1.0507, r"\beta": 0.7,
        r"\sigma": sigmoid, "sigmoid": sigmoid, "tanh": np.tanh, r"\Phi": lambda x:
        0.5 * (1 + erf(x / np.sqrt(2))), "ReLU": lambda z: np.maximum(0, z),
        "LeakyReLU": lambda z: np.where(z > 0, z, 0.25 * z),
        "ELU": lambda z: np.where(z > 0, z, 1.3 * np.expm1(z)), "softplus": lambda z:
        np.logaddexp(0, z), "SiLU": lambda z: z * sigmoid(z), "GELU": lambda z:
        0.5 * z * (1 + erf(z / np.sqrt(2))), "y": derived(sigmoid, "z"), "t": 0.6,
        "w": rng.normal(size=3),
    }  # fmt: skip


ACTIVATIONS = (
    _activations,
    [
        r"\sigma(z) = \frac{1}{1 + e^{-z}} = \frac{e^z}{1 + e^z}",
        r"y = \sigma(z), \qquad \frac{dy}{dz} = y(1 - y)",
        r"\sigma'(z) = \sigma(z) (1 - \sigma(z)) \le \frac14",
        r"\sigma''(z) = \sigma(z)(1-\sigma(z))(1 - 2\sigma(z))",
        r"\sigma(-z) = 1 - \sigma(z)",
        r"\frac{d}{dz} \sigma(z) = \frac{e^{-z}}{(1 + e^{-z})^2}",
        r"\sigma'(w)_i = \sigma(w_i) \left( 1 - \sigma(w_i) \right)",
        r"\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}} = 2\sigma(2z) - 1",
        r"\frac{d}{dz} \tanh(z) = 1 - \tanh^2(z) = \operatorname{sech}^2 z",
        r"\tanh z = \frac{\sinh z}{\cosh z}",
        r"\frac{\mathrm{d}}{\mathrm{d}z} \arctan z = \frac{1}{1 + z^2}",
        r"\operatorname{ReLU}(z) = \max(0, z) = \frac{z + |z|}{2}",
        r"\operatorname{ReLU}(x) = \max\{0, x\} = \begin{cases} 0, & \text{if $x<0$}.\\ x, &"
        r" \text{otherwise}. \end{cases}",
        r"\frac{\partial \operatorname{ReLU}(z)}{\partial z} = \begin{cases} 1 & \text{if } z > 0"
        r" \\ 0 & \text{if } z < 0 \end{cases}",
        r"\operatorname{ReLU}'(x) = \mathbb{1}[x > 0]",
        r"\operatorname{LeakyReLU}(x) = \max(0, x) + a \min(0, x) = \max(a x, x)",
        r"\operatorname{ELU}(x) = \begin{cases} x, & x > 0 \\ \alpha (e^x - 1), & x \le 0"
        r" \end{cases}",
        r"\operatorname{ELU}'(x) = \operatorname{ELU}(x) + \alpha",
        r"\operatorname{softplus}(z) = \log(1 + e^z), \quad \operatorname{softplus}'(z) ="
        r" \sigma(z)",
        r"\ln(1 + e^{z}) - \ln(1 + e^{-z}) = z",
        r"\operatorname{SiLU}(z) = z \sigma(z), \quad \operatorname{SiLU}'(z) = \sigma(z)"
        r" + z \sigma(z)(1 - \sigma(z))",
        r"\operatorname{GELU}(z) = z \, \Phi(z) = \frac{z}{2} \left( 1 +"
        r" \operatorname{erf}\left( \frac{z}{\sqrt{2}} \right) \right)",
        r"\operatorname{GELU}(z) \approx 0.5 z \left( 1 + \tanh\left( \sqrt{2 / \pi}"
        r" (z + 0.044715 z^3) \right) \right)",
        r"\Phi'(z) = \frac{1}{\sqrt{2\pi}} e^{-z^2/2}",
        r"f(x) = \frac{x}{1 + |x|}, \quad f'(x) = \frac{1}{(1 + |x|)^2}",
        r"\operatorname{mish}(z) = z \tanh(\ln(1 + e^z)) = z \frac{(1 + e^z)^2 - 1}{(1 + e^z)^2 +"
        r" 1}, \qquad \operatorname{mish}(z) = z \tanh(\operatorname{softplus}(z))",
        r"\frac{\min(\max(0, z + 3), 6)}{6} = \begin{cases} 0 & z \le -3 \\ 1 & z \ge 3 \\"
        r" \frac{z}{6} + \frac12 & \text{其他} \end{cases}",
        r"L = -\left[ t \log y + (1 - t) \log(1 - y) \right], \qquad \frac{\partial L}{\partial z}"
        r" = y - t",
        r"\log \sigma(z) = -\log(1 + e^{-z}) = -\operatorname{softplus}(-z)",
        r"\frac{d^2 y}{dz^2} = y(1-y)(1-2y)",
        r"\lambda \cdot \operatorname{ELU}(z) = \lambda z",
        r"\operatorname{sign}(x) |x| = x",
        r"\max_i w_i = -\min_i (-w_i)",
    ],
    [
        r"\sigma(z) = \frac{1}{1 + e^{z}}",
        r"\sigma(z) = \frac{1}{1 - e^{-z}}",
        r"y = \sigma(z), \qquad \frac{dy}{dz} = y(1 + y)",
        r"\sigma'(z) = \sigma(z)",
        r"\sigma'(z) = \sigma(x) (1 - \sigma(z))",
        r"\tanh(z) = \frac{e^z + e^{-z}}{e^z - e^{-z}}",
        r"\tanh(z) = 2\sigma(z) - 1",
        r"\tanh(z) = 2\sigma(2z) + 1",
        r"\frac{d}{dz} \tanh(z) = 1 - \tanh(z)",
        r"\operatorname{ReLU}(z) = \min(0, z)",
        r"\operatorname{ReLU}(x) = \max(1, x)",
        r"\operatorname{ReLU}(z) = \frac{z - |z|}{2}",
        r"\operatorname{LeakyReLU}(x) = \min(a x, x)",
        r"\operatorname{ELU}(x) = \begin{cases} x, & x > 0 \\ \alpha (e^x + 1), & x \le 0"
        r" \end{cases}",
        r"\operatorname{softplus}'(z) = \sigma(-z)",
        r"\operatorname{SiLU}'(z) = \sigma(z) + z \sigma(z)",
        r"\operatorname{GELU}(z) \approx 0.5 z \left( 1 + \tanh\left( \sqrt{\pi / 2}"
        r" (z + 0.044715 z^3) \right) \right)",
        r"L = -\left[ t \log y + (1 - t) \log(1 - y) \right], \qquad \frac{\partial L}{\partial z}"
        r" = t - y",
        r"\log \sigma(z) = \log(1 + e^{-z})",
    ],
)


def _network(rng):
    return {
        "x": np.array([0.8, -1.2, 0.5]), "W": rng.normal(size=(4, 3)), "b": rng.normal(size=4),
        "W^{(1)}": rng.normal(size=(4, 3)), "b^{(1)}": rng.normal(size=4),
        "W^{(2)}": rng.normal(size=(2, 4)), "b^{(2)}": rng.normal(size=2), "y": rng.normal(size=2),
        "X": rng.normal(size=(5, 3)), "u": rng.normal(size=4), r"\sigma": sigmoid,
        "A": rng.normal(size=(3, 3)) + 3 * np.eye(3), "B": rng.normal(size=(3, 3)),
        r"\eta": 0.1, r"\mu": 0.9, "m": 5, "I": np.eye(3), "tanh": np.tanh,
    }  # fmt: skip


NETWORK = (
    _network,
    [
        r"z = W x + b, \qquad z_i = \sum_j W_{ij} x_j + b_i",
        r"h = \sigma(W^{(1)} x + b^{(1)}), \quad \hat{y} = W^{(2)} h + b^{(2)}, \quad"
        r" L = \frac12 \lVert \hat{y} - y \rVert_2^2, \quad"
        r" \frac{\partial L}{\partial \hat{y}} = \hat{y} - y",
        r"h = \sigma(W^{(1)} x + b^{(1)}), \quad \hat{y} = W^{(2)} h + b^{(2)}, \quad"
        r" L = \frac12 \sum_k (\hat{y}_k - y_k)^2, \qquad \frac{\partial L}{\partial W^{(2)}_{kj}}"
        r" = (\hat{y}_k - y_k) h_j, \qquad \frac{\partial L}{\partial b^{(2)}_k} ="
        r" \hat{y}_k - y_k",
        r"z = W^{(1)} x + b^{(1)} \\ h = \sigma(z) \\ \hat{y} = W^{(2)} h + b^{(2)} \\"
        r" L = \frac12 \lVert \hat{y} - y \rVert^2 \\"
        r" \delta = (W^{(2)\top} (\hat{y} - y)) \odot \sigma'(z) \\"
        r" \frac{\partial L}{\partial z} = \delta \\"
        r" \frac{\partial L}{\partial W^{(1)}} = \delta x^\top \\"
        r" \frac{\partial L}{\partial W_{ij}^{(1)}} = \delta_i x_j \\ \nabla_{b^{(1)}} L = \delta",
        r"z = W^{(1)} x, \; h_i = \sigma(z_i), \; \frac{\partial h_i}{\partial z_j} ="
        r" h_i (1 - h_i) \mathbb{1}[i=j], \quad \frac{\partial h}{\partial x} ="
        r" \operatorname{diag}(h \odot (1 - h)) W^{(1)}",
        r"(X A)^\top = A^\top X^\top",
        r"(A B)_{ik} = \sum_j A_{ij} B_{jk}",
        r"(A B)^{-1} = B^{-1} A^{-1}",
        r"A A^{-1} = I",
        r"\operatorname{tr}(A B) = \operatorname{tr}(B A) = \sum_i \sum_j A_{ij} B_{ji}",
        r"x^\top A x = \sum_{i,j} A_{ij} x_i x_j = \sum_i A_{ii} x_i^2 + \sum_{i \ne j} A_{ij} x_i"
        r" x_j",
        r"\frac{\partial}{\partial x} (x^\top A x) = (A + A^\top) x",
        r"\lVert x \rVert_2^2 = x^\top x = \sum_i x_i^2",
        r"\lVert A \rVert_F^2 = \sum_{ij} A_{ij}^2 = \operatorname{tr}(A^\top A)",
        r"\lVert x \rVert_1 = \sum_i |x_i|, \quad \lVert x \rVert_\infty = \max_i |x_i|",
        r"x y^\top = \begin{pmatrix} x_1 y_1 & x_1 y_2 \\ x_2 y_1 & x_2 y_2 \\ x_3 y_1 & x_3 y_2"
        r" \end{pmatrix}",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{bmatrix} 1 \\ -1 \end{bmatrix} ="
        r" \begin{pmatrix} -1 \\ -1 \end{pmatrix} = [-1, -1]",
        r"u^\top W x = \sum_{i=1}^{4} \sum_{j=1}^{3} u_i W_{ij} x_j",
        r"\frac{\partial (W x)_i}{\partial x_j} = W_{ij}",
        r"\frac{\partial}{\partial W_{ij}} (u^\top W x) = u_i x_j",
        r"\nabla_W (u^\top W x) = u x^\top",
        r"\det(A B) = \det(A) \det B",
        r"(x \odot x)_i = x_i^2",
        r"\frac1m \sum_{i=1}^m X_{ij} = \frac{1}{m} (X^\top (1, 1, 1, 1, 1))_j",
        r"\left( X x \right)_n = \sum_{d} X_{n,d} x_d",
        r"(A^\top)_{ij} = A_{ji}",
        r"\frac{\partial^2}{\partial x_i \partial x_j} (x^\top A x) = A_{ij} + A_{ji}",
        r"\nabla_x^2 (x^\top A x) = A + A^\top",
        r"\lVert x - \eta x \rVert = (1 - \eta) \lVert x \rVert",
        r"X_{n,:} A = (X A)_{n,:}",
    ],
    [
        r"z = W x + b, \qquad z_i = \sum_j W_{ij} x_j - b_i",
        r"z_i = \sum_j W_{ij} x_j + b_i, \quad z = W x",
        r"\hat{y} = W^{(2)} u + b^{(2)}, \quad L = \frac12 \lVert \hat{y} - y \rVert_2^2, \quad"
        r" \frac{\partial L}{\partial \hat{y}} = 2 (\hat{y} - y)",
        r"\hat{y} = W^{(2)} u + b^{(2)}, \quad L = \frac12 \sum_k (\hat{y}_k - y_k)^2, \qquad"
        r" \frac{\partial L}{\partial W^{(2)}_{kj}} = (y_k - \hat{y}_k) u_j",
        r"z = W^{(1)} x, \; h_i = \sigma(z_i), \; \frac{\partial h_i}{\partial z_j} ="
        r" h_i (1 - h_i)",
        r"(A B)_{ik} = \sum_j A_{ij} B_{kj}",
        r"(A B)^{-1} = A^{-1} B^{-1}",
        r"A B = B A",
        r"\operatorname{tr}(A B) = \sum_i \sum_j A_{ij} B_{ij}",
        r"\frac{\partial}{\partial x} (x^\top A x) = 2 A x",
        r"\lVert x \rVert_2 = x^\top x",
        r"\lVert x \rVert_1 = \sum_i x_i",
        r"\frac{\partial (W x)_i}{\partial x_j} = -W_{ij}",
        r"u^\top W x = \sum_{i=1}^{4} \sum_{j=1}^{2} u_i W_{ij} x_j",
        r"(A^\top)_{ij} = A_{ij}",
    ],
)


def _fine_tuning(rng):
    X = rng.normal(size=(6, 3))
    w, g = rng.normal(size=3), rng.normal(size=3)
    eta, lam = 0.1, 0.3
    Q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    h = np.array([0.4, 1.1, 2.3])
    y = rng.normal(size=6)
    p = 0.8
    masks = np.array([[i >> k & 1 for k in range(3)] for i in range(8)], float)
    weights = np.prod(np.where(masks == 1, p, 1 - p), axis=1)
    return {
        "X": X, "y": y, "w": w, r"\omega": w, "g": g, r"\eta": eta, r"\lambda": lam, "m": 6,
        r"\alpha": eta, "I": np.eye(3), r"\Lambda": np.diag(h), "Q": Q, "h": h, r"\tau": 5,
        "w^*": g, "l": 3, "H": Q @ np.diag(h) @ Q.T, r"w \leftarrow": w - eta * (lam * w + g),
        r"\omega \leftarrow": (1 - eta * lam) * w - eta * g,
        "J": lambda w: 0.5 * np.sum((X @ w - y) ** 2) / 6, "p": p, "S": lambda w, t:
        np.sign(w) * np.maximum(np.abs(w) - t, 0), "sign": np.sign,
        **joint(weights, {"M": masks}),
        **joint([0.2, 0.5, 0.3], {r"\hat f": [0.3, 1.2, -0.4]}),
        r"\epsilon": distribution([-1.0, 0.5], [1 / 3, 2 / 3]), "f": 0.6,
        "a": 0.4, "k": 2,
    }  # fmt: skip


FINE_TUNING = (
    _fine_tuning,
    [
        r"\Omega(w) = \frac{\lambda}{2} \lVert w \rVert_2^2, \quad \nabla_w \Omega(w) ="
        r" \lambda w",
        r"\tilde{J}(w) = J(w) + \frac{\lambda}{2} w^\top w, \qquad \nabla_w \tilde{J}(w) ="
        r" \lambda w + \nabla_w J(w)",
        r"\tilde J(w) = J(w) + \lambda \lVert w \rVert_1, \qquad \nabla_w \tilde{J} ="
        r" \nabla_w J + \lambda \operatorname{sign}(w)",
        r"{||\omega||}_2^2 = {\omega}^\top \omega",
        r"{||\omega||}_1 = \sum_i |{\omega}_i|",
        r"\omega \leftarrow \omega - \alpha (\lambda \omega + g) = (1 - \alpha\lambda) \omega"
        r" - \alpha g",
        r"w_i \leftarrow w_i - \eta (\lambda w_i + g_i)",
        r"J(w) = \frac{1}{2m} \sum_{i=1}^{m} \left( \sum_j X_{ij} w_j - y_i \right)^2",
        r"\nabla_w J(w) = \frac1m X^\top (X w - y)",
        r"\frac{\partial J(w)}{\partial w_j} = \frac1m \sum_{i=1}^m ((X w)_i - y_i) X_{ij}",
        r"\hat{w} = (X^\top X + \lambda I)^{-1} X^\top y, \qquad X^\top (X \hat{w} - y) +"
        r" \lambda \hat{w} = 0",
        r"H = Q \Lambda Q^\top, \quad (H + \lambda I)^{-1} H w^* = Q (\Lambda + \lambda I)^{-1}"
        r" \Lambda Q^\top w^*",
        r"(Q^\top (H + \lambda I)^{-1} H w^*)_i = \frac{h_i}{h_i + \lambda} (Q^\top w^*)_i",
        r"\hat{w} = Q \left[ I - (I - \eta \Lambda)^\tau \right] Q^\top w^*, \qquad"
        r" (Q^\top \hat{w})_i = \left( 1 - (1 - \eta h_i)^\tau \right) (Q^\top w^*)_i",
        r"S(w, \lambda)_i = \operatorname{sign}(w_i) \max(|w_i| - \lambda, 0)",
        r"S(w, \lambda) = \operatorname{sign}(w) \odot \max(\operatorname{sign}(w) \odot w -"
        r" \lambda, 0)",
        r"\mathbb{E}[M_i] = p, \quad \operatorname{Var}(M_i) = p (1 - p)",
        r"\mathbb{E}\left[ \frac{M_i}{p} w_i \right] = w_i",
        r"\mathbb{E}\left[ \left( \sum_i M_i w_i - p \sum_i w_i \right)^2 \right] ="
        r" p (1 - p) \sum_i w_i^2",
        r"\mathbb{E} \lVert y - X (M \odot w) \rVert^2 = \lVert y - p X w \rVert^2 + p(1-p)"
        r" \sum_i (X^\top X)_{ii} w_i^2",
        r"\mathbb{E}\left[ (f + \epsilon - \hat{f})^2 \right] = \left( f - \mathbb{E}[\hat{f}]"
        r" \right)^2 + \operatorname{Var}(\hat{f}) + \operatorname{Var}(\epsilon)",
        r"\mathbb{E}[\epsilon] = 0, \quad \operatorname{Var}(\epsilon) = \mathbb{E}[\epsilon^2] -"
        r" \mathbb{E}[\epsilon]^2 = \sigma^2, \quad \sigma^2 = \frac12",
        r"\mathbb{E}_{\hat f}[\hat f + \epsilon] = \mathbb{E}[\hat f] + \epsilon",
        r"\operatorname{Cov}(M_1, M_2) = 0, \quad \operatorname{Cov}(M_1, M_1) = p(1-p)",
        r"(1 - \eta h_i)^\tau \approx 1 - \tau \eta h_i + \binom{5}{2} (\eta h_i)^2 -"
        r" \binom{5}{3} (\eta h_i)^3 + \binom{5}{4} (\eta h_i)^4",
        r"\sum_{t=0}^{\tau - 1} (1 - \eta h_i)^t \eta h_i = 1 - (1 - \eta h_i)^\tau",
        r"\bar{y} = \frac{1}{m} \sum_{i=1}^{m} y_i, \quad \sum_i (y_i - \bar{y}) = 0, \quad"
        r" \frac1m \sum_i (y_i - \bar y)^2 = \frac1m \sum_i y_i^2 - \bar{y}^2",
        r"\frac{\partial}{\partial a} \frac12 (a - f)^2 = a - f",
        r"\prod_{t=1}^{3} (1 - \eta h_t) = (1 - \eta h_1)(1 - \eta h_2)(1 - \eta h_3)",
        r"\log \prod_i h_i = \sum_i \log h_i",
        r"\sqrt[3]{f^3} = f, \; \sqrt{f^2} = |f|",
    ],
    [
        r"\Omega(w) = \frac{\lambda}{2} \lVert w \rVert_2^2, \quad \nabla_w \Omega(w) ="
        r" 2 \lambda w",
        r"\tilde{J}(w) = J(w) + \frac{\lambda}{2} w^\top w, \qquad \nabla_w \tilde{J}(w) ="
        r" \lambda w - \nabla_w J(w)",
        r"\tilde J(w) = J(w) + \lambda \lVert w \rVert_1, \qquad \nabla_w \tilde{J} ="
        r" \nabla_w J + \lambda w",
        r"\omega \leftarrow \omega + \alpha (\lambda \omega + g)",
        r"\omega \leftarrow (1 + \alpha\lambda) \omega - \alpha g",
        r"J(w) = -\frac{1}{2m} \sum_{i=1}^{m} \left( \sum_j X_{ij} w_j - y_i \right)^2",
        r"\nabla_w J(w) = X^\top (X w - y)",
        r"\hat{w} = (X^\top X - \lambda I)^{-1} X^\top y, \qquad X^\top (X \hat{w} - y) +"
        r" \lambda \hat{w} = 0",
        r"(Q^\top (H + \lambda I)^{-1} H w^*)_i = \frac{h_i + \lambda}{h_i} (Q^\top w^*)_i",
        r"S(w, \lambda)_i = \operatorname{sign}(w_i) \min(|w_i| - \lambda, 0)",
        r"S(w, \lambda)_i = \operatorname{sign}(w_i) \max(|w_i| + \lambda, 0)",
        r"\mathbb{E}[M_i] = 1 - p",
        r"\operatorname{Var}(M_i) = p (1 + p)",
        r"\mathbb{E}\left[ M_i w_i \right] = w_i",
        r"\mathbb{E} \lVert y - X (M \odot w) \rVert^2 = \lVert y - p X w \rVert^2 + p(1-p)"
        r" \sum_i w_i^2",
        r"\mathbb{E}\left[ (f + \epsilon - \hat{f})^2 \right] = \left( f - \mathbb{E}[\hat{f}]"
        r" \right)^2 + \operatorname{Var}(\hat{f})",
        r"\bar{y} = \frac{1}{m} \sum_{i=1}^{m} y_i, \quad \sum_i (y_i - \bar{y})^2 = 0",
        r"\log \prod_i h_i = \prod_i \log h_i",
        r"\sum_{t=1}^{\tau - 1} (1 - \eta h_i)^t \eta h_i = 1 - (1 - \eta h_i)^\tau",
    ],
)


def _convolution(rng):
    x, w, y = rng.normal(size=7), rng.normal(size=3), rng.normal(size=5)
    image, kernel = rng.normal(size=(5, 6)), rng.normal(size=(3, 2))
    conv = np.array([sum(w[k] * x[i + k] for k in range(3)) for i in range(5)])
    conv2 = np.array([[np.sum(kernel * image[i:i + 3, j:j + 2]) for j in range(5)]
                      for i in range(3)])  # fmt: skip
    return {
        "x": x, "w": w, "y": y, "X": image, "K": kernel, "c": conv, "C": conv2, "n": 7, "f": 3,
        "p": 1, "s": 2, "o": 4, r"\gamma": 1.2, r"\beta": -0.3, r"\epsilon": 1e-5,
        r"\mu": derived(np.mean, "x"), "v": derived(np.var, "x"),
        "q": np.array([max(x[2 * i], x[2 * i + 1]) for i in range(3)]),
        r"\delta": rng.normal(size=5), "d": np.correlate(x, w, "valid"), "M": 7,
        "r": np.array([sum(w[k] * x[2 * i + k] for k in range(3)) for i in range(3)]),
    }  # fmt: skip


CONVOLUTION = (
    _convolution,
    [
        r"c_i = \sum_{k=1}^{3} w_k x_{i+k-1}",
        r"c_i = \sum_k w_k x_{i+k-1} = d_i",
        r"C_{ij} = \sum_{a=1}^3 \sum_{b=1}^2 K_{ab} X_{i+a-1,j+b-1}",
        r"C_{i,j} = \sum_{a,b} K_{a,b} X_{i+a-1, j+b-1}",
        r"r_i = \sum_k w_k x_{s(i-1)+k}",
        r"r_i = \sum_k w_k x_{2i+k-2}",
        r"o = \left\lfloor \frac{n + 2p - f}{s} \right\rfloor + 1, \qquad"
        r" \lceil 3.2 \rceil = o",
        r"q_i = \max(x_{2i-1}, x_{2i})",
        r"z_i = \sum_{k=1}^{3} w_k x_{i+k-1}, \quad L = \sum_i \delta_i z_i, \quad"
        r" \frac{\partial L}{\partial w_k} = \sum_{i=1}^{5} \delta_i x_{i+k-1}",
        r"z_i = \sum_{k=1}^{3} w_k x_{i+k-1}, \quad \frac{\partial z_i}{\partial x_j} = \sum_{k}"
        r" w_k \mathbb{1}[j = i + k - 1]",
        r"\mu = \frac{1}{M} \sum_i x_i, \qquad v = \frac1M \sum_i (x_i - \mu)^2",
        r"\hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}, \quad \sum_i \hat{x}_i = 0, \quad"
        r" u_i = \gamma \hat{x}_i + \beta, \quad \frac{\partial u_i}{\partial \gamma} ="
        r" \hat{x}_i",
        r"\hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}, \quad"
        r" \frac{\partial \hat{x}_i}{\partial x_j} = \frac{1}{\sqrt{v + \epsilon}} \left("
        r" \mathbb{1}[i=j] - \frac{1}{M} - \frac{\hat{x}_i \hat{x}_j}{M} \right)",
        r"\sum_{i=1}^{5} c_i^2 = \sum_{i=1}^{5} c_i \sum_{k=1}^3 w_k x_{i+k-1}",
        r"c_{i+1} - c_i = \sum_k w_k (x_{i+k} - x_{i+k-1})",
        r"c_i = \sum_{j=i}^{i+2} w_{j-i+1} x_j",
        r"y_{6 - i} = \sum_{j} y_j \mathbb{1}[i + j = 6]",
    ],
    [
        r"c_i = \sum_{k=1}^{3} w_k x_{i+k}",
        r"c_i = \sum_{k=1}^{3} w_k x_{i-k+3}",
        r"c_i = \sum_{k=1}^{2} w_k x_{i+k-1}",
        r"C_{ij} = \sum_{a=1}^3 \sum_{b=1}^2 K_{ab} X_{i+b-1,j+a-1}",
        r"r_i = \sum_k w_k x_{s(i-1)+k-1}",
        r"o = \left\lfloor \frac{n + p - f}{s} \right\rfloor + 1",
        r"o = \left\lceil \frac{n + 2p - f + 1}{s} \right\rceil + 1",
        r"q_i = \min(x_{2i-1}, x_{2i})",
        r"z_i = \sum_{k=1}^{3} w_k x_{i+k-1}, \quad L = \sum_i \delta_i z_i, \quad"
        r" \frac{\partial L}{\partial w_k} = \sum_{i=1}^{5} \delta_i x_{i}",
        r"v = \frac{1}{M-1} \sum_i (x_i - \mu)^2",
        r"\hat{x}_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}}, \quad"
        r" \frac{\partial \hat{x}_i}{\partial x_j} = \frac{1}{\sqrt{v + \epsilon}} \left("
        r" \mathbb{1}[i=j] - \frac{1}{M} \right)",
    ],
)


def _recurrence(rng):
    T, D, H = 5, 2, 3
    x, W, U, b = (rng.normal(size=s) for s in ((T, D), (H, D), (H, H), H))
    h = np.zeros((T + 1, H))
    h[0] = rng.normal(size=H)
    for t in range(1, T + 1):
        h[t] = np.tanh(W @ x[t - 1] + U @ h[t - 1] + b)
    V = {name: rng.normal(size=(H, D)) for name in "ifgo"}
    R = {name: rng.normal(size=(H, H)) for name in "ifgo"}
    c, s, gates = np.zeros((T + 1, H)), np.zeros((T + 1, H)), {n: np.zeros((T, H)) for n in "ifgo"}
    for t in range(1, T + 1):
        for n in "ifgo":
            a = V[n] @ x[t - 1] + R[n] @ s[t - 1]
            gates[n][t - 1] = np.tanh(a) if n == "g" else sigmoid(a)
        c[t] = gates["f"][t - 1] * c[t - 1] + gates["i"][t - 1] * gates["g"][t - 1]
        s[t] = gates["o"][t - 1] * np.tanh(c[t])
    return {
        "x": x, "W": W, "U": U, "b": b, "h": h, r"\sigma": sigmoid, "s": s, "c": c, "T": T,
        **gates, **{f"W_{{x{n}}}": V[n] for n in "ifgo"}, **{f"W_{{h{n}}}": R[n] for n in "ifgo"},
        "W_{hh}": U, "W_{xh}": W, "F": lambda h, x: np.tanh(W @ x + U @ h + b),
        "N": derived(lambda h, x, W, U, b: np.tanh(h @ U.T + b), "h", "x", "W", "U", "b"),
        "z": rng.uniform(0.2, 0.8, (T, H)), "n": rng.normal(size=(T, H)), "a": 0.7,
        "y": rng.normal(size=T), "m": np.array([0.3, 0.4, 0.1, 0.9, 0.2]),
    }  # fmt: skip


RECURRENCE_STARTS = {"h": 0, "s": 0, "c": 0}
RECURRENCE = (
    _recurrence,
    [
        r"h_t = \tanh(W x_t + U h_{t-1} + b)",
        r"h_t = \tanh(W_{xh} x_t + W_{hh} h_{t-1} + b)",
        r"h_{t,j} = \tanh\left( \sum_k W_{jk} x_{t,k} + \sum_k U_{jk} h_{t-1,k} + b_j \right)",
        r"h_{t+1} = F(h_t, x_{t+1})",
        r"h_1 = F(h_0, x_1), \quad h_2 = F(F(h_0, x_1), x_2)",
        r"\frac{\partial F(h_{t-1}, x_t)}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t \odot"
        r" h_t) U",
        r"i_t = \sigma(W_{xi} x_t + W_{hi} s_{t-1}), \quad f_t = \sigma(W_{xf} x_t +"
        r" W_{hf} s_{t-1})",
        r"\begin{aligned} g_t &= \tanh(W_{xg} x_t + W_{hg} s_{t-1}) \\ o_t &= \sigma(W_{xo} x_t +"
        r" W_{ho} s_{t-1}) \\ c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\ s_t &= o_t \odot"
        r" \tanh(c_t) \end{aligned}",
        r"(1 - z_t) \odot n_t + z_t \odot h_{t-1} = n_t + z_t \odot (h_{t-1} - n_t)",
        r"\sum_{t=1}^{T} a^{T-t} y_t = \sum_{k=0}^{T-1} a^k y_{T-k}",
        r"\frac{\partial}{\partial x_{t,j}} \sum_i (W x_t)_i = \sum_i W_{ij}",
        r"\prod_{t=1}^{T} m_t = \exp\left( \sum_{t=1}^T \log m_t \right)",
        r"e^{-\frac{1}{T} \sum_t \log m_t} = \prod_{t=1}^T m_t^{-1/T}",
        r"\sum_{t=2}^{T} (y_t - y_{t-1}) = y_T - y_1",
        r"\tilde{y}_t = y_t - y_{t-1}, \quad \sum_{t=2}^{T} \tilde{y}_t = y_5 - y_1",
        r"\sum_{t=1}^{T} \sum_{k=1}^{t} y_k = \sum_{k=1}^{T} (T - k + 1) y_k",
        r"\sum_{s < t} y_s y_t = \frac12 \left( \left( \sum_t y_t \right)^2 - \sum_t y_t^2"
        r" \right)",
    ],
    [
        r"h_t = \tanh(W x_t + U h_{t-1} - b)",
        r"h_t = \tanh(W x_t + U h_t + b)",
        r"h_t = \tanh(W x_t + U h_{t-1})",
        r"h_{t} = F(h_t, x_{t})",
        r"\frac{\partial F(h_{t-1}, x_t)}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t) U",
        r"\frac{\partial F(h_{t-1}, x_t)}{\partial h_{t-1}} = \operatorname{diag}(1 - h_t \odot"
        r" h_t) U^\top",
        r"i_t = \sigma(W_{xf} x_t + W_{hi} s_{t-1})",
        r"c_t = f_t \odot c_{t-1} - i_t \odot g_t",
        r"c_t = i_t \odot c_{t-1} + f_t \odot g_t",
        r"c_t = f_t \odot c_{t} + i_t \odot g_t",
        r"s_t = o_t \odot \tanh(c_{t-1})",
        r"\sum_{t=1}^{T} a^{T-t} y_t = \sum_{k=0}^{T-1} a^{k+1} y_{T-k}",
        r"\sum_{t=2}^{T} (y_t - y_{t-1}) = y_T + y_1",
    ],
)


def _learning(rng):
    S, A, gamma = 3, 2, 0.9
    p = rng.dirichlet(np.ones(S), size=(S, A)).transpose(2, 0, 1)  # p(s'|s,a)
    r, pi = rng.normal(size=(S, A)), rng.dirichlet(np.ones(A), size=S).T
    P_pi, r_pi = np.einsum("as,psa->sp", pi, p), np.einsum("as,sa->s", pi, r)
    v = np.linalg.solve(np.eye(S) - gamma * P_pi, r_pi)
    q = r + gamma * np.einsum("psa,p->sa", p, v)
    best = np.zeros((S, A))
    for _ in range(2000):
        best = r + gamma * np.einsum("psa,p->sa", p, best.max(1))
    h = rng.normal(size=(S, A))
    R = rng.normal(size=7)
    G = np.array([sum(gamma**k * R[t + k] for k in range(7 - t)) for t in range(7)])
    rewards = np.array([-1.0, 0.5, 2.0])
    joint_p = rng.dirichlet(np.ones(9), size=(S, A)).reshape(S, A, 3, 3).transpose(2, 3, 0, 1)
    return {
        "p(s'|s,a)": p, "r(s,a)": r, r"\pi(a|s)": pi, "v_\\pi(s)": v, "q_\\pi(s,a)": q,
        "q_*(s,a)": best, "v_*(s)": best.max(1), r"\gamma": gamma, "h(s,a)": h, "R": R, "G": G,
        "Q(s,a)": h, r"\alpha": 0.3, "d(s)": rng.dirichlet(np.ones(S)), "p(s',r|s,a)": joint_p,
        "r": rewards, r"\mu(s)": rng.integers(1, A + 1, S), r"\mathcal{A}": {1, 2},
        r"\varpi(a|s)": derived(lambda h: (np.exp(h) / np.exp(h).sum(1, keepdims=True)).T,
                                "h(s,a)"), "V(s)": v, "V(s) \\leftarrow": v + 0.3 * (r[:, 0] - v),
        "T": 7, "x": rng.normal(size=4), "p(x)": rng.dirichlet(np.ones(4)),
        "q(x)": rng.dirichlet(np.ones(4)), "P(a\\mid b)": None, "X": distribution(
            [1.0, 2.0, 4.0], [0.2, 0.5, 0.3]),
    }  # fmt: skip


def learning(rng):
    values = _learning(rng)
    ab = rng.dirichlet(np.ones(6)).reshape(2, 3)
    values |= {r"P(a\mid b)": ab / ab.sum(0), r"P(b\mid a)": (ab / ab.sum(1, keepdims=True)).T,
               "P(a)": ab.sum(1), "P(b)": ab.sum(0), "P(a,b)": ab}  # fmt: skip
    return values


LEARNING = (
    learning,
    [
        r"v_\pi(s) = \sum_a \pi(a|s) \sum_{s'} p(s'|s,a) [r(s,a) + \gamma v_\pi(s')]",
        r"v_\pi(s) = \sum_a \pi(a \mid s) q_\pi(s, a)",
        r"q_\pi(s,a) = r(s,a) + \gamma \sum_{s'} p(s' \mid s, a) \sum_{a'} \pi(a'|s')"
        r" q_\pi(s',a')",
        r"q_*(s,a) = r(s,a) + \gamma \sum_{s'} p(s'|s,a) \max_{a'} q_*(s', a')",
        r"v_*(s) = \max_a q_*(s,a) = \max_a \left[ r(s,a) + \gamma \sum_{s'} p(s'|s,a) v_*(s')"
        r" \right]",
        r"\sum_{s'} p(s'|s,a) = 1, \quad \sum_{a \in \mathcal{A}} \pi(a|s) = 1",
        r"q_*(s, \arg\max_a q_*(s,a)) = v_*(s)",
        r"v_\pi(s) \le v_*(s)",
        r"G_t = R_t + \gamma G_{t+1}",
        r"G_t = \sum_{k=0}^{T-t} \gamma^k R_{t+k}",
        r"\varpi(a|s) = \frac{e^{h(s,a)}}{\sum_b e^{h(s,b)}}",
        r"\frac{\partial \log \varpi(a|s)}{\partial h(s,b)} = \mathbb{1}[a = b] - \varpi(b|s)",
        r"\sum_a \varpi(a|s) \frac{\partial \log \varpi(a|s)}{\partial h(s,b)} = 0",
        r"Q(s, \mu(s)) = \sum_a \mathbb{1}[a = \mu(s)] Q(s,a)",
        r"\mathbb{E}_{a \sim \pi(\cdot \mid s)}[q_\pi(s,a)] = v_\pi(s)",
        r"\sum_{s', r} p(s', r \mid s, a) [r + \gamma v_*(s')] = \sum_{s'} \sum_r r\,"
        r" p(s',r|s,a) + \gamma \sum_{s'} \sum_r p(s', r|s,a) v_*(s')",
        r"V(s) \leftarrow V(s) + \alpha [r(s,1) - V(s)]",
        r"P(a \mid b) = \frac{P(b \mid a) P(a)}{P(b)} = \frac{P(a, b)}{\sum_{a'} P(a', b)}",
        r"\sum_x p(x) \log \frac{p(x)}{q(x)} = \mathbb{E}_{x \sim p}\left[ \log p(x) - \log q(x)"
        r" \right] \ge 0",
        r"\mathbb{E}_{y \sim X}[y^2] = \mathbb{E}[X^2] = 0.2 + 0.5 \cdot 4 + 0.3 \times 16",
        r"\sum_x x \, p(x) = \mathbb{E}_{x \sim p}[x]",
        r"\sum_a \pi(a|1) r(1,a) = \pi(1|1) r(1,1) + \pi(2|1) r(1,2)",
        r"\frac{1}{|\mathcal{A}|} \sum_{a \in \mathcal{A}} q_\pi(s,a) = \frac12 (q_\pi(s,1) +"
        r" q_\pi(s,2))",
        r"\sum_{t=1}^{T} \gamma^{t-1} R_t = G_1",
        r"\delta_t = R_t + \gamma G_{t+1} - G_t, \quad \delta_t = 0",
        r"\sum_{i<j} x_i x_j = \sum_i x_i \sum_{j: j > i} x_j",
    ],
    [
        r"v_\pi(s) = \sum_a \pi(a|s) \sum_{s'} p(s'|s,a) [r(s,a) - \gamma v_\pi(s')]",
        r"v_\pi(s) = \sum_a \pi(a|s) \sum_{s'} p(s'|s,a) [r(s,a) + \gamma v_\pi(s)]",
        r"v_\pi(s) = \sum_a \pi(a|s) \sum_{s'} p(s|s',a) [r(s,a) + \gamma v_\pi(s')]",
        r"v_\pi(s) = \max_a q_\pi(s, a)",
        r"q_\pi(s,a) = \gamma \sum_{s'} p(s' \mid s, a) \sum_{a'} \pi(a'|s') q_\pi(s',a')",
        r"q_*(s,a) = r(s,a) + \gamma \sum_{s'} p(s'|s,a) \min_{a'} q_*(s', a')",
        r"q_*(s,a) = r(s,a) + \gamma \sum_{s'} p(s'|s,a) \max_{a'} q_*(s, a')",
        r"q_*(s, \arg\min_a q_*(s,a)) = v_*(s)",
        r"v_\pi(s) \ge v_*(s)",
        r"G_t = R_t + \gamma G_{t-1}",
        r"G_t = \sum_{k=1}^{T-t} \gamma^k R_{t+k}",
        r"\varpi(a|s) = \frac{e^{-h(s,a)}}{\sum_b e^{-h(s,b)}}",
        r"\frac{\partial \log \varpi(a|s)}{\partial h(s,b)} = \mathbb{1}[a = b] + \varpi(b|s)",
        r"V(s) \leftarrow V(s) - \alpha [r(s,1) - V(s)]",
        r"P(a \mid b) = \frac{P(b \mid a) P(b)}{P(a)}",
        r"\sum_x p(x) \log \frac{p(x)}{q(x)} \le 0",
    ],
)


def _training(rng):
    T, eta, b1, b2, eps = 6, 0.1, 0.9, 0.99, 1e-3
    g = rng.normal(size=T)
    m, v, theta = np.zeros(T + 1), np.zeros(T + 1), np.ones(T + 1)
    for t in range(1, T + 1):
        m[t] = b1 * m[t - 1] + (1 - b1) * g[t - 1]
        v[t] = b2 * v[t - 1] + (1 - b2) * g[t - 1] ** 2
        step = m[t] / (1 - b1**t) / (np.sqrt(v[t] / (1 - b2**t)) + eps)
        theta[t] = theta[t - 1] - eta * step
    W, b = rng.normal(size=(3, 4, 4)), rng.normal(size=(3, 4))
    z, a = np.zeros((3, 4)), np.zeros((4, 4))
    a[0] = rng.normal(size=4)
    for k in range(3):
        z[k] = W[k] @ a[k] + b[k]
        a[k + 1] = sigmoid(z[k])
    rows = np.vectorize(softmax, signature="(n)->(n)")
    Q, K, V = rng.normal(size=(4, 2)), rng.normal(size=(5, 2)), rng.normal(size=(5, 3))
    s, u, r = rng.integers(1, 4, 8), rng.integers(1, 3, 8), rng.normal(size=8)
    q = rng.normal(size=(3, 2))
    new = q.copy()
    i, j = s[1] - 1, u[1] - 1
    new[i, j] += 0.3 * (r[2] + 0.9 * q[s[2] - 1].max() - q[i, j])
    delta = rng.normal(size=7)
    A = np.array([sum(0.72**k * delta[t + k] for k in range(7 - t)) for t in range(7)])
    schedule = [0.01 + 0.5 * 0.49 * (1 + np.cos(np.pi * t / T)) for t in range(1, T + 1)]
    return {
        "g": g, "m": m, "v": v, r"\theta": theta, r"\eta": eta, r"\epsilon": eps, r"\beta_1": b1,
        r"\beta_2": b2, "T": T, r"\eta_{\min}": 0.01, r"\eta_{\max}": 0.5, r"\bar\eta": schedule,
        "W": W, "b": b, "z": z, "a": a, r"\sigma": sigmoid, r"\lambda": 0.8, "L": 3, "n": 5,
        "Q": Q, "K": K, "V": V, "d": 2, "softmax": rows, "s": s, "u": u, "r": r, r"\gamma": 0.9,
        "q(s,a)": q, r"q(s,a) \leftarrow": new, "k": 2, r"\alpha": 0.3, r"\delta": delta,
        r"\hat{A}": A, "p": np.array([0.2, 0.8]), "o": np.array([0.5, 0.5]),
        r"D_{\mathrm{KL}}": lambda p, q: np.sum(p * np.log(p / q)), "c": np.array([2, 1, 2]),
        "P": rng.dirichlet(np.ones(2), size=3), "e_1": np.array([1.0, 0.0]),
    }  # fmt: skip


TRAINING = (
    _training,
    [
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2)"
        r" g_t^2",
        r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat{v}_t = \frac{v_t}{1 - \beta_2^t}, \quad"
        r" \theta_t = \theta_{t-1} - \eta \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
        r"m_t = (1 - \beta_1) \sum_{k=1}^{t} \beta_1^{t-k} g_k",
        r"\bar\eta_t = \eta_{\min} + \frac12 (\eta_{\max} - \eta_{\min}) \left( 1 + \cos\left("
        r" \frac{t}{T} \pi \right) \right)",
        r"\text{MSE} = \frac{1}{T} \sum_{t=1}^{T} g_t^2, \quad \text{MSE} = \frac1T g^\top g,"
        r" \quad \frac{\partial \text{MSE}}{\partial g_t} = \frac{2}{T} g_t",
        r"z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \quad a^{(l)} = \sigma(z^{(l)})",
        r"z^{(l)}_i = \sum_j W^{(l)}_{ij} a^{(l-1)}_j + b_i^{(l)}",
        r"\frac{\lambda}{2n} \sum_l \lVert W^{(l)} \rVert_F^2 = \frac{\lambda}{2n} \sum_{l=1}^{L}"
        r" \sum_{i,j} (W_{ij}^{(l)})^2",
        r"\sigma'(z^{(l)}) = a^{(l)} \odot (1 - a^{(l)})",
        r"\operatorname{softmax}\left( \frac{Q K^\top}{\sqrt{d}} \right)_{ij} ="
        r" \frac{e^{\sum_{l} Q_{il} K_{jl} / \sqrt{d}}}{\sum_{n'} e^{\sum_l Q_{il} K_{n' l} /"
        r" \sqrt{d}}}",
        r"q(s_k, u_k) \leftarrow q(s_k, u_k) + \alpha [r_{k+1} + \gamma \max_a q(s_{k+1}, a) -"
        r" q(s_k, u_k)]",
        r"\hat{A}_t = \delta_t + \gamma\lambda \hat{A}_{t+1} = \sum_{l=0}^{7-t} (\gamma\lambda)^l"
        r" \delta_{t+l}",
        r"D_{\mathrm{KL}}(p \,\|\, o) = \sum_i p_i \log \frac{p_i}{o_i} \ge 0",
        r"-\sum_n \log P_{n c_n} = -\sum_n \sum_j \mathbb{1}[c_n = j] \log P_{nj}",
        r"e_1^\top p = p_1, \quad \frac{\partial (e_1^\top p)}{\partial p} = e_1",
        r"\sum_{1 \le i < j \le 2} p_i p_j = p_1 p_2",
    ],
    [
        r"m_t = \beta_1 m_{t} + (1 - \beta_1) g_t",
        r"m_t = \beta_2 m_{t-1} + (1 - \beta_1) g_t",
        r"m_t = (1 - \beta_1) \sum_{k=1}^{t} \beta_1^{t-k+1} g_k",
        r"\hat{m}_t = \frac{m_t}{1 - \beta_2^t}, \quad \hat{v}_t = \frac{v_t}{1 - \beta_2^t}, \quad"
        r" \theta_t = \theta_{t-1} - \eta \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
        r"z^{(l)} = W^{(l)} a^{(l)} + b^{(l)}",
        r"z^{(l)}_i = \sum_j W^{(l)}_{ji} a^{(l-1)}_j + b_i^{(l)}",
        r"q(s_k, u_k) \leftarrow q(s_k, u_k) + \alpha [r_{k+1} + \gamma \min_a q(s_{k+1}, a) -"
        r" q(s_k, u_k)]",
        r"\hat{A}_t = \delta_t + \gamma \hat{A}_{t+1}",
        r"D_{\mathrm{KL}}(p \,\|\, o) = \sum_i p_i \log \frac{o_i}{p_i}",
    ],
)

TOPICS = {"softmax": SOFTMAX, "activations": ACTIVATIONS, "network": NETWORK,
          "fine_tuning": FINE_TUNING, "convolution": CONVOLUTION, "recurrence": RECURRENCE,
          "learning": LEARNING, "training": TRAINING}  # fmt: skip
OPTIONS = {"recurrence": {"starts": RECURRENCE_STARTS},
           "training": {"starts": {"m": 0, "v": 0, r"\theta": 0, "a": 0}}}  # fmt: skip
