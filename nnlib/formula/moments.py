r"""Reading `\mathbb{E}`, `\Pr`, `\operatorname{Var}` and `\operatorname{Cov}`.

An expectation is over all that is random in its body, over the random symbols named in its
subscript (`\mathbb{E}_X[…]`), or over a letter that the subscript draws from a table
(`\mathbb{E}_{a \sim \pi(\cdot \mid s)}[…]`) or a distribution (`\mathbb{E}_{x \sim p}[…]`). The
name of a table or a function in the subscript (`\mathbb{E}_\pi[…]`) only recalls it. After a bar
stand conditions: `\mathbb{E}[G_t \mid S_t = s]`.
"""

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.names import forms, is_letter

__all__ = ["read_moment"]

BRACKETS = ("(", "[", r"\{")


def read_moment(row, node, kind, single):
    """Read a moment of the given kind, and what it is of, from a `terms.TermReader`."""
    if isinstance(node, syntax.Scripted) and (node.sup is not None or node.primes):
        raise node.at.error("a power of a moment: write it after the brackets")
    subs = node.subs if isinstance(node, syntax.Scripted) else ()
    over, draws = [], []
    for sub in subs:
        if isinstance(sub, syntax.Chain) and sub.signs == (r"\sim",):
            draws.append(_Drawn(row.resolver, *sub.sides))
        elif not _recalls(row.names, sub):
            symbol = row.resolver.read(sub)
            if not isinstance(symbol, m.Ref):
                raise sub.at.error(r"this is not a random symbol; or write x \sim p")
            over.append(symbol.key)
    outer = row.resolver
    row.resolver = outer.inside([d.name for d in draws if not d.random],
                                [d.name for d in draws if d.random])  # fmt: skip
    try:
        parts, given, bracket, end = _body(row, node, kind, single)
    finally:
        row.resolver = outer
    place = node.at.until(end)

    def mean(body):
        if not draws:
            return m.Mean(place, body, tuple(over), given)
        if given is not None:
            raise given.at.error("a condition on what is drawn here: put it after \\sim")
        for drawn in reversed(draws):
            body = drawn.mean(place, body)
        return body

    def centred(body):
        return m.Plus(place, (body, mean(body)), ("+", "-"))

    if kind in ("mean", "probability"):
        value = mean(parts[0])
    else:
        value = mean(m.Times(place, centred(parts[0]), centred(parts[-1])))
    return row.scripts(value, bracket) if bracket is not None else value


def _recalls(names, sub):
    """Whether a subscript is the name of a table or a function: that of the policy, mostly."""
    if not isinstance(sub, syntax.Symbol | syntax.Scripted):
        return False
    return any(names.tables(f.name) or names.is_function(f.name) for f in forms(sub)[:1])


def _body(row, node, kind, single):
    """Return what the moment is of and given what, its bracket if any, and where it ends."""
    wanted = 2 if kind == "covariance" else 1
    if kind == "probability" and row.group(BRACKETS) is None:
        raise node.at.error("the event stands in brackets")
    if row.group(BRACKETS) is None:
        body, _ = row.operand(node.at.text, single)
        if wanted == 2:
            raise node.at.error("a covariance has two arguments in brackets")
        return (body,), None, None, body.at
    outer, group = row.take()
    if kind == "mean" and outer is not group and outer.sup is not None and group.opener == "(":
        raise outer.sup.at.error("the mean of a power, or a power of the mean? Write [ and ]")
    items, given = group.items, None
    if "|" in group.seps:
        bar = group.seps.index("|") + 1
        items, given = items[:bar], items[bar:]
        if not all(isinstance(item, syntax.Chain | syntax.Logic) for item in given):
            raise group.at.error("a conditional expectation needs a condition, as S = s")
        given = _all(row.resolver, given)
    if kind == "probability":
        return (m.Truth(group.at, _all(row.resolver, items)),), given, outer, group.at
    if len(items) != wanted:
        raise group.at.error(f"{wanted} argument{'s' * (wanted > 1)} expected in these brackets")
    return tuple(row.resolver.read(item) for item in items), given, outer, group.at


def _all(resolver, conditions):
    """Return conditions that hold together."""
    parts = tuple(map(resolver.condition, conditions))
    return m.Both(parts[0].at.until(parts[-1].at), r"\land", parts)


class _Drawn:
    r"""One `x \sim p` under an expectation."""

    def __init__(self, resolver, symbol, source):
        names = resolver.names
        self.symbol, self.name = symbol, forms(symbol)[0].name
        if isinstance(source, syntax.Term) and len(source.factors) == 2:
            source, group = source.factors
            items = tuple(symbol if item.spell() == r"\cdot" else item for item in group.items)
            group = syntax.Group(group.at, group.opener, items, group.seps)
            self.source = resolver.inside([self.name]).table(source, group)
            self.random = False
            return
        name = forms(source)[0].name
        tables = [key for key in names.tables(name) if len(key.args) == 1]
        self.random = names.has(name) and names.is_random(name)
        if self.random:
            self.source = m.Ref(source.at, name)
        elif len(tables) == 1 or (names.has(name) and names.is_vector(name)):
            ref = m.Ref(source.at, tables[0].text if tables else name)
            self.source = m.Index(source.at, ref, (m.Letter(symbol.at, self.name),))
        else:
            raise source.at.error("a distribution, or a table of probabilities, is expected here")
        if not self.random and not is_letter(symbol):
            raise symbol.at.error("a letter is expected here")

    def mean(self, place, body):
        if self.random:
            return m.Draw(place, self.name, self.source, body)
        product = m.Times(place, self.source, body)
        return m.Reduce(place, "sum", [m.Binder(self.name)], None, product)
