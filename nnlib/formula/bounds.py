r"""Reading what stands under and over a `\sum`: letters, bounds, sets and conditions."""

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.names import is_letter

__all__ = ["read_bounds", "settle"]

UP = {"<": 1, r"\le": 0}


def read_bounds(resolver, node):
    """Return the binders of a big operator, its condition, and the letters it may sum over too."""
    reader = _Bounds(resolver)
    for entry in _joined(node.subs):
        reader.entry(entry)
    return reader.finish(node)


def _joined(entries):
    r"""Give each letter of `1 \le i, j \le n` both bounds: the comma stands between letters."""
    out, waiting = [], []
    for entry in entries:
        above = isinstance(entry, syntax.Chain) and len(entry.signs) == 1
        if above and entry.signs[0] in UP and is_letter(entry.sides[-1]):
            out += waiting
            waiting = [entry]
        elif waiting and is_letter(entry):
            waiting.append(entry)
        elif waiting and above and entry.signs[0] in UP and is_letter(entry.sides[0]):
            first, *between = waiting
            for letter in (first.sides[1], *between, entry.sides[0]):
                out.append(syntax.Chain(first.at.until(entry.at),
                                        (first.sides[0], letter, entry.sides[1]),
                                        first.signs + entry.signs,
                                        first.places + entry.places))  # fmt: skip
            waiting = []
        else:
            out += [*waiting, entry]
            waiting = []
    return out + waiting


class _Bounds:
    def __init__(self, resolver):
        self.resolver = resolver
        self.binders, self.conditions, self.perhaps = [], [], ()

    def entry(self, node):
        if isinstance(node, syntax.Logic) and node.sign != r"\lor":
            for part in node.parts:
                self.entry(part)
        elif is_letter(node):
            self._bind(node)
        elif isinstance(node, syntax.Term) and all(map(is_letter, node.factors)):
            for letter in node.factors:
                self._bind(letter)
        elif isinstance(node, syntax.Chain) and node.signs:
            self._chain(node)
        else:
            raise node.at.error("a letter, a bound or a condition is expected here")

    def _bind(self, node, **bounds):
        letter = node.spell()
        if letter in self.resolver.bound or any(b.letter == letter for b in self.binders):
            raise node.at.error(f"{letter} is already summed over here: take another letter")
        self.binders.append(m.Binder(letter, **bounds))

    def _read(self, node):
        inner = self.resolver.inside([binder.letter for binder in self.binders])
        return inner.read(node)

    def _chain(self, node):
        signs, sides = node.signs, node.sides
        if signs == ("=",) and is_letter(sides[0]):
            self._bind(sides[0], lower=self._read(sides[1]))
        elif signs == (r"\in",) and is_letter(sides[0]):
            within = self._set(sides[1])
            for binder in self.binders:  # `a,b \in S`: both are
                if binder.lower is None and binder.within is None:
                    binder.within = within
            self._bind(sides[0], within=within)
        elif len(signs) == 2 and set(signs) <= set(UP) and is_letter(sides[1]):
            lower, upper = self._read(sides[0]), self._read(sides[2])
            self._bind(sides[1], lower=_shifted(lower, UP[signs[0]]),
                       upper=_shifted(upper, -UP[signs[1]]))  # fmt: skip
        else:
            self._condition(node)

    def _set(self, node):
        r"""Read what a letter is `\in`: a bound set of labels, or one written out."""
        if isinstance(node, syntax.Group) and node.opener == r"\{":
            spelled = [item.spell() for item in node.items]
            if set(node.seps) - {","} or not all(s.lstrip("- ").isdigit() for s in spelled):
                raise node.at.error("a set written out has integers in it")
            return frozenset(int(s.replace(" ", "")) for s in spelled)
        within = self.resolver.read(node)
        if not isinstance(within, m.Ref):
            raise node.at.error("a set is expected here: a bound symbol")
        return within

    def _condition(self, node):
        """Read a condition; its letters that nothing around has bound are summed over."""
        known = {binder.letter for binder in self.binders} | self.resolver.bound
        new = [s for s in node.sides if is_letter(s) and s.spell() not in known
               and not self.resolver.names.is_number(s.spell())]  # fmt: skip
        spelled = [side.spell() for side in new]
        if len(set(spelled)) < len(spelled):
            raise node.at.error("a letter compared with itself")
        if new and not self.binders:
            self._bind(new[0])
            self.perhaps = tuple(side.spell() for side in new[1:])
        inner = self.resolver.inside([*(b.letter for b in self.binders), *self.perhaps])
        self.conditions.append(inner.condition(node))

    def finish(self, node):
        place = node.subs[0].at.until(node.subs[-1].at) if node.subs else node.at
        if not self.binders:
            raise place.error("over which letter? None here is free")
        if node.sup is not None:
            self._upper(node)
        for binder in self.binders:
            if (binder.lower is None) != (binder.upper is None):
                raise place.error(f"the bounds of {binder.letter} are not complete")
        conditions = tuple(self.conditions)
        condition = m.Both(place, r"\land", conditions) if conditions else None
        return self.binders, condition, self.perhaps

    def _upper(self, node):
        """Give the bound above to the letters that have one below: `i=1` or `i,j=1`."""
        upper, lower = self.resolver.read(node.sup), None
        for binder in reversed(self.binders):
            if binder.upper is None and binder.within is None:
                lower = binder.lower = binder.lower or lower
                binder.upper = upper


def _shifted(node, by):
    if not by:
        return node
    return m.Plus(node.at, (node, m.Const(node.at, float(by))), ("+", "+"))


def settle(sides, related, elsewhere=()):
    r"""Decide which letters of conditions are summed over, now that all sides are known.

    In `\sum_{i<j} a_{ij}` both letters run, in `b_i = \sum_{j \ne i} a_{ij}` only j does, since
    i is free outside of the sum. Then no letter may be both free and summed over in one side.

    Parameters
    ----------
    sides : list of Meaning
    related : bool
        Whether these are sides of an equation.
    elsewhere : collection of str
        Letters that are free in other sides.
    """
    for side in sides:
        for node, _ in list(side.walk()):
            if isinstance(node, m.Reduce) and node.perhaps:
                _settle_one(node, sides, related, set(elsewhere))
    for side in sides:
        for node, bound in side.walk():
            if isinstance(node, m.Reduce) and (both := node.letters() & (side.free | set(bound))):
                letter = min(both)
                raise node.at.error(
                    f"{letter} is summed over here and free elsewhere in this side: rename one"
                )


def _settle_one(node, sides, related, elsewhere):
    inside = {id(each) for each, _ in node.walk()}
    outside = elsewhere | {
        each.name
        for side in sides
        for each, bound in side.walk()
        if isinstance(each, m.Letter) and each.name not in bound and id(each) not in inside
    }
    first = node.binders[0].letter
    unequal = any(r"\ne" in c.signs for c in node.condition.conditions)
    running = [letter for letter in (first, *node.perhaps) if letter not in outside]
    if unequal and not related and len(running) > 1:
        raise node.at.error(f"does {running[1]} run too? Write a sum over each letter that runs")
    if not running:
        raise node.at.error(f"{first} is free elsewhere in this equation: rename one")
    node.binders[:] = [m.Binder(letter) for letter in running]
    node.perhaps = ()
