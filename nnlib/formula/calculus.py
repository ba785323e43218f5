r"""Reading derivatives: `\frac{\partial a}{\partial b}`, `\frac{d}{dz}` and `\nabla_w`.

Without brackets a derivative takes the product that follows. Where two factors of that product
depend on the variable, brackets must say what is meant; `derivative` sees to that.
"""

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.names import forms

__all__ = ["read_derivative", "read_nabla"]


def read_nabla(row, node, single):
    r"""Read `\nabla_w` and what it applies to from a `terms.TermReader`."""
    subs = node.subs if isinstance(node, syntax.Scripted) else ()
    if len(subs) != 1:
        raise node.at.error(r"\nabla with respect to what? Write \nabla_{w}")
    if node.primes or node.sup is not None and node.sup.spell() != "2":
        raise node.at.error(r"only \nabla and \nabla^2 are in the notation")
    variable = _variable(row, subs[0])
    body, factors = row.operand(r"\nabla", single)
    variables = (variable,) * (1 if node.sup is None else 2)
    return m.Derivative(node.at.until(body.at), _applied(body, variable), variables,
                        tuple(factors), gradient=True)  # fmt: skip


def read_derivative(row, frac, single):
    """Read a fraction as a derivative; None if it is not written as one."""
    top, bottom = _factors(frac.num), _factors(frac.den)
    sign = _differential(row, top[0])
    if sign is None or _differential(row, bottom[0]) != sign:
        return None
    variables, i = [], 0
    while i < len(bottom):
        if _differential(row, bottom[i]) != sign or i + 1 == len(bottom):
            raise bottom[i].at.error(f"{sign} and a symbol are expected here")
        group = bottom[i + 2] if isinstance((*bottom, None, None)[i + 2], syntax.Group) else None
        variables += _variables(row, bottom[i + 1], group)
        i += 2 + (group is not None)
    if len(variables) > 3:
        raise frac.at.error("numerical derivatives go up to the third order")
    if _order(top[0]) != len(variables):
        raise frac.at.error("the orders above and below this fraction differ")
    if len(top) == 2 and (slope := _slope(row, frac, top[1], variables)):
        return slope
    if len(top) > 1:
        factors = []
        inner = type(row)(row.resolver, top[1:], ("",) * len(top[1:]))
        body, place = inner.hadamard(factors), frac.at
    else:
        body, factors = row.operand("the derivative", single)
        place = frac.at.until(body.at)
    return m.Derivative(place, _applied(body, variables[0]), tuple(variables), tuple(factors))


def _slope(row, frac, node, variables):
    r"""Read `\frac{d\sigma}{dz}(a)`: the derivative of a function, taken at `a`."""
    plain = isinstance(node, syntax.Symbol) and row.names.is_function(node.name)
    if not plain or row.group("(") is None:
        return None
    if row.names.is_plain_value(node.name):
        raise row.factors[row.i].at.error(r"an argument, or a factor? Write \cdot for a product")
    _, group = row.take("(")
    place = frac.at.until(group.at)
    if len(group.items) != 1 or any(v is not variables[0] for v in variables):
        raise place.error("a derivative at several arguments: write the argument in the fraction")
    return m.Slope(place, node.name, (row.resolver.read(group.items[0]),), len(variables))


def _factors(node):
    plain = isinstance(node, syntax.Term) and not any(node.signs)
    return node.factors if plain else (node,)


def _differential(row, node):
    if isinstance(node, syntax.Scripted) and not node.subs and not node.primes:
        node = node.base
    if isinstance(node, syntax.Head) and node.kind == "partial":
        return r"\partial"
    if isinstance(node, syntax.Symbol) and node.name == "d" and not row.names.has("d"):
        return "d"
    return None


def _order(node):
    if not isinstance(node, syntax.Scripted):
        return 1
    if not isinstance(node.sup, syntax.Number) or not node.sup.text.isdigit():
        raise node.at.error("the order of a derivative is an integer")
    return int(node.sup.text)


def _variables(row, node, group):
    """Return a variable under a derivative, as often as its superscript says."""
    order = 1
    squared = isinstance(node, syntax.Scripted) and isinstance(node.sup, syntax.Number)
    if squared and not row.names.has(forms(node)[0].name):
        order = _order(node)
        node = syntax.Scripted(node.at, node.base, node.subs, node.primes)
    return [_variable(row, node, group)] * order


def _variable(row, node, group=None):
    factors = (node,) if group is None else (node, group)
    value = row.resolver.term(factors, ("",) * len(factors))
    base = value.base if isinstance(value, m.Index) else value
    if isinstance(base, m.Letter):
        raise row.resolver.unbound(node)
    if not isinstance(base, m.Ref):
        raise node.at.error("a derivative is taken with respect to a bound symbol")
    return value


def _applied(body, variable):
    """Differentiate a bare function at the variable: dσ/dz is that of σ(z)."""
    return m.Apply(body.at, body.key, (variable,)) if isinstance(body, m.Bare) else body
