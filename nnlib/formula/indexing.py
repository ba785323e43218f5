r"""Reading indices: subscripts, superscripts in round brackets, and the arguments of tables.

An index is one letter, perhaps primed, an integer, or letter ± integer; more generally any
expression of such that is an integer, as the `s(i-1)+k` of a convolution with a stride.
"""

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.names import base_letter, is_letter, is_mark

__all__ = ["Indexing"]

TWO = r"one index or two? Put commas between the indices, or write \cdot in a product"


class Indexing:
    """The part of `resolve.Resolver` that reads indices."""

    def indices(self, nodes, rank=None):
        """Return the indices that scripts of an array with `rank` axes spell, one for each axis."""
        if len(nodes) == rank == 1:  # x_{2i} is twice i if x has one axis
            return [self._only_index(nodes[0])]
        found = []
        for node in nodes:
            if isinstance(node, syntax.Term) and not any(node.signs):
                if all(map(_may_stand_alone, node.factors)):
                    found += [self.index(factor) for factor in node.factors]
                else:
                    found.append(self._expression(node))
            else:
                found.append(self.index(node))
        if rank is not None and len(found) > rank:
            return [self.index(node) for node in nodes]
        return found

    def _only_index(self, node):
        """Read the index of a vector: in `i + 2k` stand two letters, but only one index."""
        for term in node.terms if isinstance(node, syntax.Sum) else (node,):
            self._check_letters(term)
        if isinstance(node, syntax.Sum | syntax.Term):
            return self.inside(labels=self.bound).read(node)
        return self.index(node)

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
                if self._check_letters(term) and place > 0:
                    raise term.at.error(TWO)
        elif isinstance(node, syntax.Chain | syntax.Logic | syntax.Mark):
            raise node.at.error("this is not an index")
        return self.inside(labels=self.bound).read(node)  # in an index a letter is its label

    def _check_letters(self, term):
        """Refuse `i k` in one index; return whether this is `2 k`, which may be two of them."""
        if not isinstance(term, syntax.Term) or any(term.signs):
            return False
        letters = [f for f in term.factors if is_letter(f) and not self.names.has(f.spell())]
        if len(letters) > 1:
            raise term.at.error(TWO)
        return bool(letters) and isinstance(term.factors[0], syntax.Number)

    def table(self, node, group):
        r"""Return the entry that `\pi(a|s)` names in a table bound with its arguments.

        A table with exactly these arguments comes first, then one with the same letters less
        primes, then the only one of this shape.
        """
        found = self.find(node, before_group=True)
        spelled = tuple(item.spell() for item in group.items)
        letters = tuple(map(base_letter, spelled))
        fitting = [
            key
            for key in self.names.tables(found.key)
            if key.seps == group.seps
            and all(spelled[k] == key.args[k] for k in self.names.parameters(key))
        ]
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
        value, items = m.Ref(place, key.text), self._leading(node, found, key)
        parameters = self.names.parameters(key)
        if parameters or not (keys is exact and self.names.is_spelled_out(key)):
            axes = [item for k, item in enumerate(group.items) if k not in parameters]
            items += [self.index(i) if not isinstance(i, syntax.Term) else self._expression(i)
                      for i in axes]  # fmt: skip
        return m.Index(place, value, tuple(items)) if items else value

    def _leading(self, node, found, key):
        """Return the indices before the arguments, of the first axes: v_{k+1}(s) is v[k+1, s]."""
        form, scripts = found.form, []
        for piece in form.sup:
            group = isinstance(piece, syntax.Group) and is_mark(piece)
            scripts += piece.items if group else (None,)
        scripts += form.subs
        axes = len(key.args) - len(self.names.parameters(key))
        if form.primes or None in scripts or scripts and self.names.rank_of_table(key) <= axes:
            raise node.at.error(f"{node.at.text} is not bound")
        return self.indices(scripts)


def _may_stand_alone(node):
    """Whether this is one of several indices without commas, as in `W_{ij}` or `p_{n y_n}`."""
    base = node.base if isinstance(node, syntax.Scripted) else node
    return isinstance(base, syntax.Number | syntax.Symbol) or _whole_axis(node)


def _whole_axis(node):
    return isinstance(node, syntax.Mark) and node.name == ":"
