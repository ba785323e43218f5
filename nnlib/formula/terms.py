r"""Products, applications and operators: how far each reaches in a row of factors.

Juxtaposition and `\cdot` bind tighter than `\odot`. `\sum`, `\prod`, `\max` and `\mathbb{E}`
take the whole product that follows; a `\log` without brackets takes one scripted atom, fraction
or sum. Nothing but `\odot` may follow the factor after a slash.
"""

from dataclasses import replace

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.bounds import read_bounds
from nnlib.formula.calculus import read_derivative, read_nabla
from nnlib.formula.moments import read_moment
from nnlib.formula.names import CONSTANTS

__all__ = ["TermReader"]

WORDS = {"sign": "sign", "sgn": "sign", "tr": "trace", "trace": "trace", "diag": "diag",
         "erf": "erf", "sech": "sech", "arcsinh": "arcsinh", "arccosh": "arccosh",
         "arctanh": "arctanh", "artanh": "arctanh", "arsinh": "arcsinh"}  # fmt: skip
INDICATORS = (r"\mathbb{1}", r"\mathbf{1}", r"\mathbb{I}")
MOMENTS = {r"\mathbb{E}": "mean", "Var": "variance", r"\mathbb{V}": "variance",
           "Cov": "covariance", r"\Pr": "probability"}  # fmt: skip
BRACKETS = ("(", "[", r"\{")


class TermReader:
    """Reads one row of factors for a `resolve.Resolver`, from left to right."""

    def __init__(self, resolver, factors, signs):
        self.resolver, self.names = resolver, resolver.names
        self.factors, self.signs, self.i = factors, signs, 0

    def read(self):
        """Return what the whole row means."""
        return self.hadamard([])

    def _more(self):
        return self.i < len(self.factors)

    def _sign(self):
        return self.signs[self.i]

    def group(self, openers):
        """Return the bracketed factor that follows at once, if there is one."""
        if not self._more() or self._sign():
            return None
        node = self.factors[self.i]
        group = node.base if isinstance(node, syntax.Scripted) else node
        return node if isinstance(group, syntax.Group) and group.opener in openers else None

    def hadamard(self, factors):
        r"""Read products joined by `\odot`; `factors` collects what they are made of."""
        value = self.product(factors)
        while self._more():
            right = self.product(factors)
            value = m.Hadamard(value.at.until(right.at), value, right)
        return value

    def product(self, factors):
        """Read factors that are juxtaposed, and what they are divided by."""
        value = self._primary()
        factors.append(value)
        while self._more() and self._sign() != r"\odot":
            divided = self._sign() == "/"
            right = self._primary(single=divided)
            factors.append(right)
            node = m.Over if divided else m.Times
            value = node(value.at.until(right.at), value, right)
            if divided and self._more() and self._sign() != r"\odot":
                place = self.factors[self.i].at
                raise place.error(r"a/bc is ambiguous: use brackets or \frac")
        return value

    def _primary(self, single=False):
        """Read one factor with what belongs to it; `single` keeps a sum from going on."""
        node = self.factors[self.i]
        self.i += 1
        inner = node.base if isinstance(node, syntax.Scripted) else node
        if isinstance(inner, syntax.Head):
            return getattr(self, f"_{inner.kind}")(node, inner, single)
        if isinstance(inner, syntax.Symbol):
            return self._symbol(node, inner, single)
        if isinstance(inner, syntax.Frac):
            value = read_derivative(self, inner, single) or self._over(inner)
            return self.scripts(value, node)
        return self.resolver.read(node)

    def _over(self, frac):
        return m.Over(frac.at, self.resolver.read(frac.num), self.resolver.read(frac.den))

    def scripts(self, value, node):
        """Apply the scripts of the bracket that ended an application."""
        if not isinstance(node, syntax.Scripted):
            return value
        if node.primes:
            raise node.at.error("a prime needs a name before it")
        return self.resolver.scripts(value, node.subs, (node.sup,) if node.sup else (), node)

    def take(self, openers=BRACKETS):
        """Return the bracket that follows, its items without scripts, and move past it."""
        node = self.group(openers)
        self.i += 1
        return node, node.base if isinstance(node, syntax.Scripted) else node

    def operand(self, what, single):
        """Read the product that follows an operator."""
        if not self._more() or self._sign():
            place = self.factors[self.i - 1].at
            raise place.error(f"nothing follows {what} that it could apply to")
        factors = []
        if single:
            factors.append(self._primary(single=True))
            return factors[0], factors
        return self.hadamard(factors), factors

    # --- symbols

    def _symbol(self, node, symbol, single):
        found = self.resolver.find(node, before_group=self.group("(") is not None)
        if found is None:
            return self._unbound(node, symbol, single)
        form = found.form
        if found.kind == "function":
            return self._call(node, found)
        if found.kind == "table":
            outer, group = self.take("(")
            return self.scripts(self.resolver.table(node, group), outer)
        if form.primes:
            raise node.at.error(f"{node.at.text} is not bound")
        if found.kind == "constant":
            value = m.Const(symbol.at, CONSTANTS[found.key])
        elif found.kind == "letter":
            value = m.Letter(symbol.at, found.key)
        else:
            value = m.Ref(symbol.at, found.key)
            if found.kind == "vector":  # a letter that runs through the entries of a vector
                value = m.Index(symbol.at, value, (m.Letter(symbol.at, found.key),))
        return self.resolver.scripts(value, form.subs, form.sup, node)

    def _unbound(self, node, symbol, single):
        """Read a name that the notation itself knows."""
        if symbol.name in WORDS:
            return self._function(node, syntax.Head(symbol.at, "function", symbol.name), single)
        if symbol.name in INDICATORS:
            condition = self._indicated(node)
            if condition is not None:
                return condition
        if symbol.name in MOMENTS:
            return self._moment(node, symbol, single)
        raise self.resolver.unbound(node)

    def _indicated(self, node):
        r"""Read `\mathbb{1}[i = j]` and `\mathbb{1}_{i = j}`."""
        if isinstance(node, syntax.Scripted) and len(node.subs) == 1:
            truth = m.Truth(node.at, self.resolver.condition(node.subs[0]))
            return self.resolver.scripts(truth, (), (node.sup,) if node.sup else (), node)
        if node is not getattr(node, "base", node) or self.group(BRACKETS) is None:
            return None
        outer, group = self.take()
        parts = tuple(self.resolver.condition(item) for item in group.items)
        condition = parts[0] if len(parts) == 1 else m.Both(group.at, r"\land", parts)
        return self.scripts(m.Truth(node.at.until(group.at), condition), outer)

    def _call(self, node, found):
        """Read the application of a bound function, or of its derivative."""
        form = found.form
        if self.group("(") is None:
            if form.subs or form.primes or form.sup:
                raise node.at.error(f"{node.at.text} needs its argument in round brackets")
            if self.names.is_plain_value(found.key):
                return m.Ref(node.at, found.key)
            return m.Bare(node.at, found.key)
        outer, group = self.take("(")
        if form.subs:
            raise form.subs[0].at.error("an index of a function: write it after the argument")
        args = tuple(self.resolver.read(item) for item in group.items)
        place = node.at.until(group.at)
        if form.primes:
            value = m.Slope(place, found.key, args, form.primes)
        else:
            value = m.Apply(place, found.key, args)
        for piece in form.sup:
            value = self._power_of_call(value, piece, found.key)
        return self.scripts(value, outer)

    def _power_of_call(self, value, sup, name):
        r"""`\tanh^2(z)` is a square; f²(x) might be f(f(x)), and f⁻¹ an inverse."""
        upright = len(name) > 1 and not name.startswith("\\")
        if not (isinstance(sup, syntax.Number) and upright):
            raise sup.at.error("a power of a function: write it after the argument")
        return m.Power(value.at, value, self.resolver.read(sup))

    # --- functions and operators of the notation

    def _function(self, node, head, single):
        subs = node.subs if isinstance(node, syntax.Scripted) else ()
        sup = node.sup if isinstance(node, syntax.Scripted) else None
        primes = node.primes if isinstance(node, syntax.Scripted) else 0
        args, outer = self._arguments(head)
        name = WORDS.get(head.name, head.name.lstrip("\\"))
        if subs:
            if name != "log" or len(subs) != 1:
                raise subs[0].at.error(f"an index of {head.name}: write it after the argument")
            args, name = (*args, self.resolver.read(subs[0])), "log_base"
        place = head.at.until(args[0].at)
        if primes:
            if subs or outer is None:
                raise node.at.error(f"{node.at.text} needs its argument in round brackets")
            value = m.Slope(place, name, args, primes, builtin=True)
        else:
            value = m.Builtin(place, name, args)
        if sup is not None:
            if not isinstance(sup, syntax.Number):
                raise sup.at.error("a power of a function: write it after the argument")
            value = m.Power(value.at, value, self.resolver.read(sup))
        return self.scripts(value, outer) if outer is not None else value

    def _arguments(self, head):
        """Read what a function of the notation is applied to; also the bracket it stood in."""
        if self.group(BRACKETS) is not None:
            outer, group = self.take()
            return tuple(self.resolver.read(item) for item in group.items), outer
        if not self._more() or self._sign():
            raise head.at.error(f"nothing follows {head.name} that it could apply to")
        node = self.factors[self.i]
        arg = self._primary()
        if isinstance(node, syntax.Number) and self._more() and not self._sign():
            raise self.factors[self.i].at.error(f"how far does {head.name} reach? Use brackets")
        return (arg,), None

    def _big(self, node, head, single):
        if not isinstance(node, syntax.Scripted):
            if head.name in (r"\max", r"\min") and self.group(BRACKETS) is not None:
                args, outer = self._arguments(head)
                value = m.Builtin(head.at.until(args[-1].at), head.name[1:], args)
                return self.scripts(value, outer)
            raise head.at.error(f"{head.name} over which index?")
        binders, condition, perhaps = read_bounds(self.resolver, node)
        letters = [binder.letter for binder in binders]
        labels = [binder.letter for binder in binders if binder.lower is not None]
        inner = self.resolver.inside(letters, labels=labels)
        braced = self.group((r"\{",)) if head.name in (r"\max", r"\min") else None
        if isinstance(braced, syntax.Group) and len(braced.items) == 1:
            # The largest of { … } is that of what stands in it.
            brackets = replace(braced, opener="(")
            self.factors = (*self.factors[: self.i], brackets, *self.factors[self.i + 1 :])
        outer, self.resolver = self.resolver, inner
        try:
            body, _ = self.operand(head.name, single)
        finally:
            self.resolver = outer
        place = node.at.until(body.at)
        return m.Reduce(place, head.name[1:], binders, condition, body, perhaps)

    def _moment(self, node, head, single):
        return read_moment(self, node, MOMENTS[head.name], single)

    def _nabla(self, node, head, single):
        return read_nabla(self, node, single)

    def _partial(self, node, head, single):
        raise node.at.error(r"\partial has a meaning only in \frac{\partial a}{\partial b}")
