r"""Reading what stands under and over a `\sum`: letters, bounds, sets and conditions.

Bounds are `k=1` and `K` above, `1 \le u, v \le k`, `t \ge k > s`, `u \in \{1, \dots, k\}` and
`k = 1, \dots, K`.
"""

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.names import is_letter

__all__ = ["read_bounds", "settle"]

UP = {"<": 1, r"\le": 0}
DOWN = {">": 1, r"\ge": 0}


def read_bounds(resolver, node):
    """Return the binders of a big operator, its condition, and the letters it may sum over too."""
    reader = _Bounds(resolver)
    for entry in _joined(node.subs, reader.runs):
        reader.entry(entry)
    return reader.finish(node)


def _joined(entries, runs):
    r"""Give each letter of `1 \le i, j \le n` both bounds: the comma stands between letters."""
    out, waiting = [], []
    for entry in _without_dots(entries):
        single = isinstance(entry, syntax.Chain) and len(entry.signs) == 1 and entry.signs[0] in UP
        if waiting and single and runs(entry.sides[0]) and not runs(entry.sides[1]):
            first, *between = waiting
            for letter in (first.sides[1], *between, entry.sides[0]):
                out.append(_chain(first, letter, entry.sides[1], first.signs + entry.signs))
            waiting = []
        elif single and runs(entry.sides[1]):
            out += waiting
            waiting = [entry]
        elif waiting and is_letter(entry):
            waiting.append(entry)
        else:
            out += [*waiting, entry]
            waiting = []
    return out + waiting


def _without_dots(entries):
    r"""Write `k = 1, \dots, n` as `1 \le k \le n`."""
    out, entries = [], list(entries)
    while entries:
        entry, *entries = entries
        named = isinstance(entry, syntax.Chain) and entry.signs == ("=",)
        if named and len(entries) > 1 and _is_dots(entries[0]):
            letter, first = entry.sides
            opened = syntax.Chain(entry.at, (first, letter), entry.signs, entry.places)
            entry = _chain(opened, letter, entries[1], (r"\le", r"\le"))
            entries = entries[2:]
        out.append(entry)
    return out


def _is_dots(node):
    return isinstance(node, syntax.Mark) and node.name == r"\dots"


def _chain(opened, letter, upper, signs):
    """Return the bounds of a letter, the lower one being the left side of `opened`."""
    place = opened.at.until(upper.at)
    return syntax.Chain(place, (opened.sides[0], letter, upper), signs, opened.places * 2)


class _Bounds:
    def __init__(self, resolver):
        self.resolver = resolver
        self.binders, self.conditions, self.perhaps = [], [], ()
        self.guessed = False  # whether a condition has named the first letter

    def runs(self, node):
        """Whether this is a letter that neither a sum around this one nor a number is bound to."""
        names = self.resolver.names
        return is_letter(node) and not (
            (letter := node.spell()) in self.resolver.bound
            or names.is_number(letter)
            or names.is_defined(letter)
        )

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
            bounds = self._set(sides[1])
            for binder in self.binders:  # `a,b \in S`: both are
                if binder.lower is None and binder.within is None:
                    vars(binder).update(bounds)
            self._bind(sides[0], **bounds)
        elif len(signs) == 2 and set(signs) <= set(UP) and is_letter(sides[1]):
            lower, upper = self._read(sides[0]), self._read(sides[2])
            self._bind(sides[1], lower=_shifted(lower, UP[signs[0]]),
                       upper=_shifted(upper, -UP[signs[1]]))  # fmt: skip
        elif len(signs) == 2 and set(signs) <= set(DOWN) and is_letter(sides[1]):
            upper, lower = self._read(sides[0]), self._read(sides[2])
            self._bind(sides[1], lower=_shifted(lower, DOWN[signs[1]]),
                       upper=_shifted(upper, -DOWN[signs[0]]), down=True)  # fmt: skip
        else:
            self._condition(node)

    def _set(self, node):
        r"""Read what a letter is `\in`: a bound set of labels, or one written out."""
        if isinstance(node, syntax.Group) and node.opener == r"\{":
            *labels, last = node.items
            if _is_dots(last):
                raise last.at.error(r"after \dots the last label is missing")
            goes_on = len(labels) > 1 and _is_dots(labels[-1])
            labels = labels[:-1] if goes_on else node.items
            if goes_on and len(labels) == 1:
                return {"lower": self._read(labels[0]), "upper": self._read(last)}
            spelled = [item.spell().replace(" ", "") for item in labels]
            if set(node.seps) - {","} or not all(s.lstrip("-").isdigit() for s in spelled):
                raise node.at.error("a set written out has integers in it")
            numbers = [int(s) for s in spelled]
            if not goes_on:
                return {"within": frozenset(numbers)}
            if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
                raise node.at.error(r"before \dots the integers of a set follow one another")
            return {"lower": self._read(labels[0]), "upper": self._read(last)}
        within = self.resolver.read(node)
        if not isinstance(within, m.Ref):
            raise node.at.error("a set is expected here: a bound symbol")
        return {"within": within}

    def _condition(self, node):
        """Read a condition; its letters that nothing around has bound are summed over."""
        known = {*self.perhaps, *(binder.letter for binder in self.binders)}
        new = [s for s in node.sides if self.runs(s) and s.spell() not in known]
        spelled = [side.spell() for side in new]
        if len(set(spelled)) < len(spelled):
            raise node.at.error("a letter compared with itself")
        if new and not self.binders:
            self._bind(new.pop(0))
            self.guessed = True
        if self.guessed:
            self.perhaps += tuple(side.spell() for side in new)
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
    kept = [b for b in node.binders if b.letter not in (first, *node.perhaps)]
    node.binders[:] = [*map(m.Binder, running), *kept]
    node.perhaps = ()
