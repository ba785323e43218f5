"""Dropout and batch normalisation in a small CNN on scikit-learn's digits.

    make experiments

The splits, the network and the recipe are those of `digits.py`. The seed of a split also draws the
first weights, the order of the examples and the masks.
"""

import numpy as np

import nnlib
from experiments.digits import BATCH_SIZE, EPOCHS, LEARNING_RATE, percent, split, train
from experiments.record import record
from nnlib import cnn, regularization

SEEDS = (0, 1, 2, 3, 4)
FEW, WRONG, FEW_EPOCHS = 200, 0.2, 60  # images, share of labels by chance, epochs

DROPOUT = {
    "maps": {"masks": regularization.dropout_mask, "place": 1},
    "whole_maps": {"masks": regularization.spatial_dropout_mask, "place": 1},
    "before_linear": {"masks": regularization.dropout_mask, "place": 2},
}
VARIANTS = {
    "neither": {},
    **{
        f"{name}_{rate}": {**options, "rate": rate}
        for name, options in DROPOUT.items()
        for rate in (0.3, 0.5)
    },
    "batch_norm": {"normalise": True},
}


def network(rng=None, *, rate=0.0, masks=None, place=None, normalise=False):
    """Initialiser, gradients and logits of the CNN, with dropout and batch norm as asked for."""
    running = {}  # what batch norm keeps for testing: it is no parameter

    def init(*, rng):
        params = cnn.lenet_init(rng=rng)
        for layer in (1, 2) if normalise else ():
            ones = np.ones_like(params[f"b{layer}"])
            params |= {f"gamma{layer}": ones, f"beta{layer}": 0 * ones}
            running[layer] = 0 * ones.astype("float32"), ones.astype("float32")
        return params

    def forward(params, x, training):
        kept, h = [], x
        for layer in (1, 2):
            z = nnlib.conv2d(h, params[f"W{layer}"], params[f"b{layer}"], padding="same")
            a, mask = z, None
            if normalise:
                scale = params[f"gamma{layer}"], params[f"beta{layer}"]
                a = nnlib.batch_norm(z, *scale, *(() if training else running[layer]))
                if training:
                    running[layer] = nnlib.update_running_statistics(*running[layer], z)
            pooled = nnlib.max_pool2d(nnlib.relu(a), 2)
            if training and layer == place:
                mask = masks(rng, pooled.shape, rate)
            kept.append((h, z, a, mask))
            h = pooled if mask is None else regularization.dropout(pooled, mask, rate=rate)
        flat = h.reshape(len(x), -1)
        return kept, flat, nnlib.linear(flat, params["W3"], params["b3"])

    def loss_and_grads(params, x, labels):
        kept, flat, logits = forward(params, x, training=True)
        loss = nnlib.softmax_cross_entropy(logits, labels).mean()
        v, grads = nnlib.softmax_cross_entropy_grad(logits, labels) / len(x), {}
        v, grads["W3"], grads["b3"] = nnlib.linear_vjp(v, flat, params["W3"], params["b3"])
        for layer in (2, 1):
            h, z, a, mask = kept[layer - 1]
            v = v.reshape(len(x), a.shape[1], a.shape[2] // 2, a.shape[3] // 2)
            if mask is not None:
                v = regularization.dropout_vjp(v, v, mask, rate=rate)
            v = nnlib.max_pool2d_vjp(v, nnlib.relu(a), 2) * nnlib.relu_deriv(a)
            if normalise:
                names = f"gamma{layer}", f"beta{layer}"
                v, *found = nnlib.batch_norm_vjp(v, z, *(params[name] for name in names))
                grads |= dict(zip(names, found, strict=True))
            W, b = f"W{layer}", f"b{layer}"
            v, grads[W], grads[b] = nnlib.conv2d_vjp(v, h, params[W], params[b], padding="same")
        return loss, {name: grads[name] for name in params}

    return init, loss_and_grads, lambda params, x: forward(params, x, training=False)[2]


def dropout_and_batch_norm(**data):
    """Test accuracy of each variant on each split."""
    epochs = FEW_EPOCHS if data else EPOCHS
    results = {}
    for name, options in VARIANTS.items():
        results[name] = []
        for seed in SEEDS:
            parts, rng = split(seed, **data), np.random.default_rng(seed)
            logits = train(network(rng, **options), parts, rng, epochs=epochs)
            results[name].append(percent(logits, *parts[2:]))
        print(name, results[name], np.mean(results[name]).round(2), flush=True)
    return results


def learning_rates():
    """Test accuracy after three epochs, with and without batch norm, at several learning rates."""
    results = {}
    for name, options in {"neither": {}, "batch_norm": {"normalise": True}}.items():
        results[name] = {}
        for rate in (1e-3, 3e-3, 1e-2, 3e-2, 1e-1):
            found = results[name][f"{rate:g}"] = []
            for seed in SEEDS:
                parts, rng = split(seed), np.random.default_rng(seed)
                three = {"epochs": 3, "learning_rate": rate, "decay": False}
                found.append(percent(train(network(**options), parts, rng, **three), *parts[2:]))
            print(name, rate, found, flush=True)
    return results


def main():
    """Run everything, and write the results."""
    results = {
        "learning_rates": learning_rates(),
        "all_images": dropout_and_batch_norm(),
        "few_images": dropout_and_batch_norm(few=FEW, wrong=WRONG),
    }
    settings = {
        "optimizer": "adam",
        "learning_rate": LEARNING_RATE,
        "schedule": "cosine to 0",
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "dtype": "float32",
        "few_images": FEW,
        "share of labels drawn by chance": WRONG,
        "epochs for few images": FEW_EPOCHS,
    }
    packages = ("numpy", "scikit-learn")
    record("digits_dropout", packages, seeds=SEEDS, settings=settings, results=results)


if __name__ == "__main__":
    main()
