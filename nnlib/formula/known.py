"""What is known about names: which are bound or defined, and what kind of thing each stands for."""

from nnlib.formula.bindings import Defined, Derived, Function, Known, Labels, Random
from nnlib.formula.values import Value

__all__ = ["Names"]


class Names:
    """The bindings of a scope, and what `resolve` asks about them."""

    def __init__(self):
        self.bindings, self.weights, self._tables = {}, {}, {}

    def add(self, key, bound):
        """Bind a key that has been read."""
        self.bindings[key.text] = bound
        if key.args and not key.updated:
            self._tables.setdefault(key.name, []).append(key)
        if isinstance(bound, Random):
            self.weights[bound.space] = bound.weights

    def has(self, key):
        return key in self.bindings

    def is_function(self, key):
        bound = self.bindings.get(key)
        return isinstance(bound, Function) or isinstance(bound, Defined) and bool(bound.params)

    def is_plain_value(self, key):
        """Whether a defined function also has a value without its argument, as J for J(w)."""
        bound = self.bindings.get(key)
        return isinstance(bound, Defined) and not bound.dummies

    def is_defined(self, key):
        return isinstance(self.bindings.get(key), Defined)

    def is_vector(self, key):
        bound = self.bindings.get(key)
        return isinstance(bound, Known) and len(bound.value.core) == 1

    def is_number(self, key):
        bound = self.bindings.get(key)
        return isinstance(bound, Known) and not bound.value.core

    def parameters(self, key):
        r"""Return the places of arguments that are no axes of a table: θ in `\pi(a|s,\theta)`.

        These are symbols that are bound themselves; there are as many as the value has axes less
        than the key has arguments.
        """
        given = [k for k, arg in enumerate(key.args) if self.has(arg)]
        rank = self.rank_of_table(key) if given else None
        surplus = len(key.args) - rank if rank is not None else 0
        return given[-surplus:] if 0 < surplus <= len(given) else []

    def is_stacked(self, name):
        """Whether a table of this name has axes before those of its arguments."""
        return any((self.rank_of_table(key) or 0) > len(key.args) for key in self.tables(name))

    def rank_of_table(self, key):
        """Return the number of axes of what is bound to a key with arguments."""
        bound = self.bindings[key.text]
        if isinstance(bound, Defined):
            return len(bound.letters)
        if isinstance(bound, Derived):
            return len(self.env.lookup(key.text, None).core)
        return self.rank(key.text)

    def rank(self, key):
        """Return the number of axes of a bound array; None if that is not known yet."""
        bound = self.bindings.get(key)
        return len(bound.value.core) if isinstance(bound, Known) else None

    def cardinality(self, key):
        """Return how many labels a set has that is bound to this key, or None."""
        bound = self.bindings.get(key)
        return len(bound.labels) if isinstance(bound, Labels) else None

    def is_random(self, key):
        return isinstance(self.bindings.get(key), Random)

    def tables(self, name):
        """Return the keys that spell arguments after this name."""
        return self._tables.get(name, [])

    def is_spelled_out(self, key):
        r"""Whether a key like `J(\theta)` is just the name of a value, and no table."""
        bound = self.bindings[key.text]
        if isinstance(bound, Known):
            return len(bound.value.core) < len(key.args)
        return all(self.has(arg) for arg in key.args)

    def drawn(self, key, dim):
        """Return the value of a random symbol, drawn along an axis of its own."""
        bound = self.bindings[key]
        self.weights[dim] = bound.weights
        return Value(bound.values, (dim,))

    def labels(self, key, at):
        bound = self.bindings.get(key)
        if not isinstance(bound, Labels):
            raise at.error(f"{key} is not bound to a set of labels, as range(1, 4)")
        return bound.labels
