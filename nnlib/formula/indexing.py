r"""Reading indices: subscripts, superscripts in round brackets, and the arguments of tables.

An index is one letter, perhaps primed, an integer, or letter ± integer; more generally any
expression of such that is an integer, as the `s(i-1)+k` of a convolution with a stride.
"""

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.names import base_letter, is_letter

__all__ = ["Indexing"]


class Indexing:
    """The part of `resolve.Resolver` that reads indices."""

    def indices(self, nodes):
        """Return the indices that subscripts or arguments spell, one for each axis."""
        found = []
        for node in nodes:
            if isinstance(node, syntax.Term) and not any(node.signs):
                if all(map(_may_stand_alone, node.factors)):
                    found += [self.index(factor) for factor in node.factors]
                else:
                    found.append(self._expression(node))
            else:
                found.append(self.index(node))
        return found

    def index(self, node):
        """Return what one index means; None for a whole axis."""
        if _whole_axis(node):
            return None
        if isinstance(node, syntax.Number) and not node.text.isdigit():
            raise node.at.error("an index is an integer")
        if is_letter(node):
            name = node.spell()
            if name in self.bound or not self.names.has(name):
                return m.Letter(node.at, name)
            if self.names.is_defined(name):
                raise node.at.error(f"{name} is an index here, and defined elsewhere")
        return self._expression(node)

    def _expression(self, node):
        """Read an index that is more than a letter or an integer."""
        if isinstance(node, syntax.Sum):
            for place, term in enumerate(node.terms):
                self._check_product_in_index(term, place == 0)
        elif isinstance(node, syntax.Chain | syntax.Logic | syntax.Mark):
            raise node.at.error("this is not an index")
        return self.inside(labels=self.bound).read(node)  # in an index a letter is its label

    def _check_product_in_index(self, term, first):
        if not isinstance(term, syntax.Term) or any(term.signs):
            return
        letters = [f for f in term.factors if is_letter(f) and not self.names.has(f.spell())]
        coefficient = isinstance(term.factors[0], syntax.Number)
        if len(letters) > 1 or (coefficient and not first):
            raise term.at.error("one index or two? Put commas between the indices")

    def table(self, node, group):
        r"""Return the entry that `\pi(a|s)` names in a table bound with its arguments.

        A table with exactly these arguments comes first, then one with the same letters less
        primes, then the only one of this shape.
        """
        found = self.find(node, before_group=True)
        spelled = tuple(item.spell() for item in group.items)
        letters = tuple(map(base_letter, spelled))
        fitting = [key for key in self.names.tables(found.key) if key.seps == group.seps]
        axes = {base_letter(a) for key in self.names.tables(found.key) for a in key.args}
        exact = [key for key in fitting if key.args == spelled]
        alike = [key for key in fitting if tuple(map(base_letter, key.args)) == letters]
        # A letter that names some other axis of the symbol is not let in here by its position.
        free = [
            key
            for key in fitting
            if all(
                letter == base_letter(axis) or letter not in axes
                for letter, axis in zip(letters, key.args, strict=True)
            )
        ]
        for keys in (exact, alike, free):
            if len(keys) == 1:
                break
        else:
            bound = ", ".join(key.text for key in self.names.tables(found.key))
            raise node.at.until(group.at).error(f"these are not the arguments of {bound}")
        key = keys[0]
        place = node.at.until(group.at)
        value = m.Ref(place, key.text)
        if not (keys is exact and self.names.is_spelled_out(key)):
            items = [self.index(i) if not isinstance(i, syntax.Term) else self._expression(i)
                     for i in group.items]  # fmt: skip
            value = m.Index(place, value, tuple(items))
        if found.form.subs or found.form.primes or found.form.sup:
            raise node.at.error(f"{node.at.text} is not bound")
        return value


def _may_stand_alone(node):
    """Whether this is one of several indices without commas, as in `W_{ij}` or `p_{n y_n}`."""
    base = node.base if isinstance(node, syntax.Scripted) else node
    return isinstance(base, syntax.Number | syntax.Symbol) or _whole_axis(node)


def _whole_axis(node):
    return isinstance(node, syntax.Mark) and node.name == ":"
