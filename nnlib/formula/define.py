r"""Definitions: equations whose left side is a symbol that nothing is bound to."""

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.bindings import Defined
from nnlib.formula.names import Key, forms, is_letter
from nnlib.formula.resolve import Resolver
from nnlib.formula.terms import INDICATORS, MOMENTS, WORDS

__all__ = ["define"]


def define(scope, equations):
    """Add to a scope what the equations define; return the key each of them defines, or None."""
    heads = []
    for equation in equations:
        head = _head(scope, equation)
        heads.append(head.text if head else None)
    for equation, head in zip(equations, heads, strict=True):
        if head is None:
            continue
        for node, _ in scope.meaning(scope.bindings[head]).walk():
            if getattr(node, "key", None) == head:
                raise node.at.error(
                    f"{equation.sides[0].at.text} is not bound, and its equation refers to itself"
                )
    return heads


def _head(scope, equation):
    """Define the symbol on the left of an equation, if there is one that is not bound."""
    if not equation.signs or equation.signs[0] != "=":
        return None
    node, group = equation.sides[0], None
    if isinstance(node, syntax.Term) and len(node.factors) == 2 and not node.signs[1]:
        node, group = node.factors
    if group is not None and not (isinstance(group, syntax.Group) and group.opener == "("):
        return None
    symbol = node.base if isinstance(node, syntax.Scripted) else node
    if not isinstance(symbol, syntax.Symbol):
        return None
    if symbol.name in (*WORDS, *INDICATORS, *MOMENTS):
        return None
    if group is not None and symbol.name in ("O", r"\mathcal{O}") and not scope.has(symbol.name):
        raise node.at.error("an order of magnitude cannot be checked by evaluating")
    found = Resolver(scope).find(node, before_group=group is not None)
    table = group is not None and bool(group.seps)  # \pi(a|s) is not a number times a|s
    if found is not None and not _is_new(scope, found):
        if found.kind not in ("letter", "constant" if table else "letter"):
            return None
    form, letters = _split(scope, node)
    if form is None:
        return None
    body = equation.sides[1]
    if group is None:
        key, bound = Key(form.name), Defined(body, letters)
    else:
        key, bound = _with_arguments(scope, form, letters, group, body)
    if key is not None:
        scope.add(key, bound)
    return key


def _is_new(scope, found):
    r"""Whether scripts left over make this another symbol: `w^*` and `y'` are not w and y.

    So does a script before the arguments of a table, unless this has more axes than arguments:
    `\pi_b(a|s)` is no entry of `\pi(a|s)`, but `v_k(s)` may be one of `v(s)`.
    """
    form = found.form
    if found.kind == "table":
        return bool(form.subs or form.primes or form.sup) and not scope.is_stacked(found.key)
    starred = any(isinstance(s, syntax.Mark) and s.name == "*" for s in (*form.subs, *form.sup))
    return starred or bool(form.primes) and found.kind == "value"


def _split(scope, node):
    """Return the form of a symbol without the letters that index it, and these letters."""

    def free(item):
        return is_letter(item) and not scope.has(item.spell()) and "\\" not in item.spell()

    def letters_of(piece):
        if isinstance(piece, syntax.Group):
            items = piece.items
        else:
            items = piece.factors if isinstance(piece, syntax.Term) else (piece,)
        return tuple(item.spell() for item in items) if all(map(free, items)) else None

    for form in forms(node):
        if form.primes or any(not isinstance(piece, syntax.Group) for piece in form.sup):
            continue
        taken = [letters_of(piece) for piece in (*form.sup, *form.subs)]
        if all(letters is not None for letters in taken):
            best, found = form, sum(taken, ())
    if len(set(found)) < len(found):
        return None, ()
    return best, found


def _with_arguments(scope, form, letters, group, body):
    r"""Return the key and the definition for `J(w) = …` or `\pi(a|s) = …`."""
    names = tuple(item.spell() for item in group.items)
    bound = [scope.has(name) for name in names]
    free = tuple(name for name in names if not scope.has(name))
    simple = all(isinstance(i, syntax.Symbol | syntax.Scripted) for i in group.items)
    if letters or not simple or len(set(names)) < len(names):
        return None, None
    if all(bound):
        return Key(form.name), Defined(body, params=names)
    if not all(is_letter(item) for item in group.items if item.spell() in free):
        return None, None
    # Letters that index something on the right are the axes of a table, others are parameters.
    key = Key(form.name, names, group.seps)
    meaning = Resolver(scope).read(body)
    indexed = set()
    for node, _ in meaning.walk():
        if isinstance(node, m.Index):
            indexed.update(*(index.free for index in node.indices if index is not None))
    used = all(scope.mentions(meaning, name) for name in names if name not in free)
    if indexed >= set(free) and used:
        return key, Defined(body, free)
    if any(bound):
        return None, None
    return Key(form.name), Defined(body, params=names, dummies=True)
