r"""From what is written to what is meant, given the names that are bound.

A symbol is the longest decorated form that is a key; the scripts left over are indices
(subscripts, and superscripts in round brackets) or powers. Products and calls are in `terms`,
indices and the arguments of tables in `indexing`.
"""

import copy

from nnlib.formula import meaning as m
from nnlib.formula import syntax
from nnlib.formula.indexing import Indexing
from nnlib.formula.names import CONSTANTS, forms, is_letter, is_mark
from nnlib.formula.terms import TermReader

__all__ = ["Found", "Resolver"]


class Found:
    """The reading of a scripted symbol: the key or letter it names, and the scripts left over."""

    def __init__(self, kind, key, form):
        self.kind = kind  # "letter", "value", "function", "table" or "constant"
        self.key = key
        self.form = form


class Resolver(Indexing):
    """Resolves syntax trees against `names`.

    Parameters
    ----------
    names : object
        Knows what is bound: ``has(key)``, ``is_function(key)``, ``is_vector(key)``,
        ``tables(name)``.
    bound : frozenset of str
        The letters that a sum around the place runs over.
    local : frozenset of str
        Symbols that an expectation around the place draws.
    """

    def __init__(self, names, bound=frozenset(), local=frozenset()):
        self.names, self.bound, self.local = names, bound, local
        self.labels = frozenset()  # of the bound letters: those that never run through a vector

    def inside(self, letters=(), local=(), labels=()):
        """Return the resolver for the inside of a sum over `letters`, some of them `labels`."""
        inner = copy.copy(self)
        inner.labels = (self.labels - frozenset(letters)) | frozenset(labels)
        inner.bound = (self.bound | frozenset(letters)) - frozenset(local)
        inner.local = self.local | frozenset(local)
        return inner

    def read(self, node):
        """Return what `node` means."""
        return getattr(self, f"_{type(node).__name__.lower()}")(node)

    def term(self, factors, signs=("",)):
        return TermReader(self, factors, signs).read()

    def _number(self, node):
        return m.Const(node.at, float(node.text))

    def _mark(self, node):
        if node.name == r"\infty":
            return m.Const(node.at, float("inf"))
        what = {"*": r"write \cdot for a product", ":": "a colon stands only for a whole axis",
                r"\dots": r"write \sum, or every term"}  # fmt: skip
        raise node.at.error(f"{node.at.text} has no meaning here; " + what.get(node.name, ""))

    def _symbol(self, node):
        return self.term((node,))

    _head = _symbol

    def _term(self, node):
        return self.term(node.factors, node.signs)

    def _sum(self, node):
        terms = tuple(self.read(term) for term in node.terms)
        return m.Plus(node.at, terms, tuple(sign or "+" for sign in node.signs))

    def _chain(self, node):
        raise node.places[0].error("a relation has no value: put it in \\mathbb{1}[…]")

    def _logic(self, node):
        raise node.at.error("a condition has no value: put it in \\mathbb{1}[…]")

    def _group(self, node):
        if node.opener == r"\{":
            raise node.at.error("a set has no value; use round brackets")
        if len(node.items) == 1:
            return self.read(node.items[0])
        rows = {";"} if node.opener == "[" else set()  # [h; x] puts one vector under another
        if node.opener == "{" or set(node.seps) not in ({","}, rows):
            raise node.at.error("these brackets belong to no function or table that is bound")
        entries = tuple((self.read(item),) for item in node.items)
        return m.Written(node.at, entries, vector=True, numbers=node.opener == "(")

    def _matrix(self, node):
        rows = tuple(tuple(self.read(cell) for cell in row) for row in node.rows)
        if node.kind == "binom":
            return m.Builtin(node.at, "binom", (rows[0][0], rows[1][0]))
        return m.Written(node.at, rows, vector=len(rows[0]) == 1)

    def _frac(self, node):
        return self.term((node,))

    def _root(self, node):
        body = self.read(node.body)
        if node.degree is None:
            return m.Builtin(node.at, "sqrt", (body,))
        return m.Builtin(node.at, "root", (body, self.read(node.degree)))

    def _fence(self, node):
        if node.kind == "abs" and isinstance(node.body, syntax.Symbol):
            count = self.names.cardinality(node.body.name)
            if count is not None:
                return m.Const(node.at, float(count))
        if node.kind == "norm":
            return m.Norm(node.at, self.read(node.body))
        return m.Builtin(node.at, node.kind, (self.read(node.body),))

    def _cases(self, node):
        values = tuple(self.read(row[0]) for row in node.rows)
        conditions = tuple(self.condition(r[1]) if len(r) == 2 else None for r in node.rows)
        return m.Choose(node.at, values, conditions)

    def condition(self, node):
        """Return what a condition means, as `i = j` or `0 < x \\le 1`."""
        if isinstance(node, syntax.Logic) and node.sign != ":":
            parts = tuple(self.condition(part) for part in node.parts)
            return m.Both(node.at, node.sign, parts)
        if isinstance(node, syntax.Group) and len(node.items) == 1:
            return self.condition(node.items[0])
        if not isinstance(node, syntax.Chain) or not node.signs:
            raise node.at.error("a condition is expected here, as i = j")
        for sign, place in zip(node.signs, node.places, strict=True):
            if sign not in ("=", r"\ne", "<", ">", r"\le", r"\ge"):
                raise place.error(f"{sign} is no condition that can be evaluated")
        return m.Compare(node.at, tuple(map(self.read, node.sides)), node.signs)

    # --- symbols and their scripts

    def _scripted(self, node):
        if isinstance(node.base, syntax.Symbol | syntax.Head):
            return self.term((node,))
        if isinstance(node.base, syntax.Fence) and node.base.kind == "norm":
            return self._power(self._norm(node), node.sup, node)
        if node.primes:
            raise node.at.error("a prime needs a name before it")
        if isinstance(node.base, syntax.Number | syntax.Mark) and node.subs:
            raise node.subs[0].at.error("a number has no index")
        return self.scripts(self.read(node.base), node.subs, (node.sup,) if node.sup else (), node)

    def _norm(self, node):
        if len(node.subs) > 1 or node.primes:
            raise node.at.error("a norm has one subscript: 1, 2, F or \\infty")
        order = None
        if node.subs:
            spelled = node.subs[0].spell()
            order = {r"\infty": float("inf"), "F": "F"}.get(spelled, spelled)
            if isinstance(order, str) and order != "F":
                if not isinstance(node.subs[0], syntax.Number):
                    raise node.subs[0].at.error("a norm's subscript is 1, 2, F or \\infty")
                order = float(order)
        return m.Norm(node.at, self.read(node.base.body), order)

    def scripts(self, base, subs, sup, node):
        """Apply the scripts that do not belong to a name: indices, then transpose or power."""
        pieces = list(sup)
        if isinstance(base, m.Const):
            if subs:
                raise subs[0].at.error(f"{base.at.text} has no index")
            return self._power(base, node.sup, node) if sup else base
        marked = []
        while pieces and isinstance(pieces[0], syntax.Group) and is_mark(pieces[0]):
            marked += pieces.pop(0).items
        spelled = (*marked, *subs)
        rank = self.names.rank(base.key) if isinstance(base, m.Ref) else None
        indices = self.indices(spelled, rank)
        if indices and isinstance(base, m.Letter):
            raise spelled[0].at.error(f"{base.at.text} has no index")
        digits = isinstance(spelled[0], syntax.Number) and len(spelled[0].text) if spelled else 0
        if rank is not None and rank > len(indices) == 1 and digits > 1:
            raise spelled[0].at.error("one index or several? Put commas between them")
        value = m.Index(node.at, base, tuple(indices)) if indices else base
        for piece in pieces:
            value = self._power(value, piece, node)
        return value

    def _power(self, base, sup, node):
        if sup is None:
            return base
        if isinstance(sup, syntax.Mark) and sup.name == r"\top":
            return m.Transpose(node.at, base)
        if isinstance(sup, syntax.Mark) and sup.name in "*'+-":
            raise node.at.error(f"{node.at.text} is not bound")
        if isinstance(sup, syntax.Symbol) and sup.name == "T" and not self.names.has("T"):
            raise sup.at.error(r"^T is not a transpose here: write ^\top")
        if isinstance(base, m.Index) and len(base.indices) > 1 and sup.spell() == "- 1":
            raise sup.at.error("the inverse of an entry, or an entry of the inverse? Use brackets")
        return m.Power(node.at, base, self.read(sup))

    def find(self, node, before_group=False):
        """Return the reading of a symbol and its scripts with the longest name that is known.

        Raises
        ------
        FormulaError
            If no reading is known, or two of the same length are.
        """
        found = []
        for form in forms(node):
            if found and form.length < found[0].form.length:
                break
            kind, key = self._kind(form, before_group)
            if kind:
                found.append(Found(kind, key, form))
        if len(found) > 1:
            names = " or ".join(f.form.name for f in found)
            raise node.at.error(f"this may mean {names}: use brackets")
        return found[0] if found else self._unbound(node)

    def _kind(self, form, before_group):
        name = form.name
        if name in self.local:
            return "value", name
        if name in self.bound:
            vector = name not in self.labels and self.names.is_vector(name)
            return ("vector" if vector else "letter"), name
        if before_group and self.names.tables(name):
            return "table", name
        if self.names.has(name):
            return ("function" if self.names.is_function(name) else "value"), name
        return None, None

    def _unbound(self, node):
        last = forms(node)[-1]
        if last.name in CONSTANTS:
            return Found("constant", last.name, last)
        bare = node.base if isinstance(node, syntax.Scripted) else node
        if is_letter(bare) and not bare.name.startswith("\\") and not last.subs:
            form = next(f for f in forms(node) if not f.primes and f.sup == last.sup)
            return Found("letter", form.name, form)
        return None

    def unbound(self, node):
        """Return the error for a symbol that nothing is bound to."""
        bare = node.base if isinstance(node, syntax.Scripted) else node
        hint = ""
        if any(self.names.tables(form.name) for form in forms(node)):
            hint = " without its arguments"
        elif self.names.has(bare.name.lstrip("\\")):
            hint = f'; the key "{bare.name[1:]}" is the upright word, not this letter'
        return bare.at.error(f"{bare.spell()} is not bound{hint}")
