r"""Reading `\mathbb{E}`, `\operatorname{Var}` and `\operatorname{Cov}`.

An expectation is over all that is random in its body, over the random symbols named in its
subscript (`\mathbb{E}_X[…]`), or over a letter that the subscript draws from a table
(`\mathbb{E}_{a \sim \pi(\cdot \mid s)}[…]`) or a distribution (`\mathbb{E}_{x \sim p}[…]`).
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
        else:
            symbol = row.resolver.read(sub)
            if not isinstance(symbol, m.Ref):
                raise sub.at.error(r"this is not a random symbol; or write x \sim p")
            over.append(symbol.key)
    outer = row.resolver
    row.resolver = outer.inside([d.name for d in draws if not d.random],
                                [d.name for d in draws if d.random])  # fmt: skip
    try:
        parts, bracket, end = _body(row, node, kind, single)
    finally:
        row.resolver = outer
    place = node.at.until(end)

    def mean(body):
        if not draws:
            return m.Mean(place, body, tuple(over))
        for drawn in reversed(draws):
            body = drawn.mean(place, body)
        return body

    def centred(body):
        return m.Plus(place, (body, mean(body)), ("+", "-"))

    if kind == "mean":
        value = mean(parts[0])
    else:
        value = mean(m.Times(place, centred(parts[0]), centred(parts[-1])))
    return row.scripts(value, bracket) if bracket is not None else value


def _body(row, node, kind, single):
    """Return what the moment is of, the bracket it stands in if any, and where it ends."""
    wanted = 2 if kind == "covariance" else 1
    if row.group(BRACKETS) is None:
        body, _ = row.operand(node.at.text, single)
        if wanted == 2:
            raise node.at.error("a covariance has two arguments in brackets")
        return (body,), None, body.at
    outer, group = row.take()
    if kind == "mean" and outer is not group and outer.sup is not None and group.opener == "(":
        raise outer.sup.at.error("the mean of a power, or a power of the mean? Write [ and ]")
    if "|" in group.seps:
        raise group.at.error("a conditional expectation cannot be evaluated: name the index")
    if len(group.items) != wanted:
        raise group.at.error(f"{wanted} argument{'s' * (wanted > 1)} expected in these brackets")
    return tuple(row.resolver.read(item) for item in group.items), outer, group.at


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
