"""The syntax tree, made out of Lark's."""

import re

from lark import Transformer, v_args

from nnlib.formula import syntax
from nnlib.formula.errors import Span

__all__ = ["Build"]

RELATIONS = {
    "<": "<", r"\lt": "<", ">": ">", r"\gt": ">",
    r"\le": r"\le", r"\leq": r"\le", r"\leqslant": r"\le",
    r"\ge": r"\ge", r"\geq": r"\ge", r"\geqslant": r"\ge",
    "=": "=", ":=": "=", r"\equiv": "=", r"\triangleq": "=", r"\coloneqq": "=", r"\doteq": "=",
    r"\ne": r"\ne", r"\neq": r"\ne", r"\approx": r"\approx", r"\propto": r"\propto",
    r"\leftarrow": r"\leftarrow", r"\gets": r"\leftarrow", r"\sim": r"\sim", r"\in": r"\in",
}  # fmt: skip
MARKS = {r"\ast": "*", r"\star": "*", r"\intercal": r"\top", r"\prime": "'", r"\dotsc": r"\dots",
         r"\ldots": r"\dots", r"\cdots": r"\dots"}  # fmt: skip


@v_args(meta=True)
class Build(Transformer):
    """Makes the nodes of `syntax` out of Lark's tree."""

    def __init__(self, source):
        super().__init__()
        self.source = source

    def _at(self, meta):
        return Span(self.source, meta.start_pos, meta.end_pos)

    def _place(self, token):
        return Span(self.source, token.start_pos, token.end_pos)

    def start(self, meta, parts):
        return tuple(part for part in parts if isinstance(part, syntax.Chain))

    def chain(self, meta, parts):
        signs = []
        for token in parts[1::2]:
            if token not in RELATIONS:
                raise self._place(token).error(f"{token} cannot be checked by evaluating")
            signs.append(RELATIONS[token])
        places = tuple(self._place(token) for token in parts[1::2])
        return syntax.Chain(self._at(meta), tuple(parts[::2]), tuple(signs), places)

    def sum(self, meta, parts):
        signs = ["" if isinstance(parts[0], syntax.Node) else str(parts.pop(0))]
        signs += [str(token) for token in parts[1::2]]
        if signs == [""]:
            return parts[0]
        return syntax.Sum(self._at(meta), tuple(parts[::2]), tuple(signs))

    def term(self, meta, parts):
        factors, signs, sign = [], [], ""
        for part in parts:
            if not isinstance(part, syntax.Node):
                sign = str(part)
                continue
            if factors and not sign:
                self._may_follow(part, factors, signs)
            factors.append(part)
            signs.append(sign)
            sign = ""
        if len(factors) == 1:
            return factors[0]
        return syntax.Term(self._at(meta), tuple(factors), tuple(signs))

    def _may_follow(self, factor, factors, signs):
        """Refuse what no reader would write side by side."""
        before = factors[-1].base if isinstance(factors[-1], syntax.Scripted) else factors[-1]
        if isinstance(factor, syntax.Number) and not isinstance(before, syntax.Head):
            raise factor.at.error(r"a number right after a factor: write \cdot, or braces")
        if signs[-1] == "/" and not isinstance(factor, syntax.Group | syntax.Scripted):
            if not isinstance(before, syntax.Head):
                raise factor.at.error(r"a/bc is ambiguous: use brackets or \frac")

    def number(self, meta, parts):
        return syntax.Number(self._at(meta), parts[0].replace("{,}", ""))

    def symbol(self, meta, parts):
        token = parts[0]
        if token.type == "WORD":
            name = re.sub(r"^\\[a-z]+\*?|[{}\s]|\\,", "", token)
            if name in ("argmax", "argmin"):
                return syntax.Head(self._at(meta), "big", "\\" + name)
            return syntax.Symbol(self._at(meta), name)
        if len(parts) == 1:
            return syntax.Symbol(self._at(meta), str(token))
        inner = parts[1] if isinstance(parts[1], str) else parts[1].name
        if inner == "0" and token.type == "FONT":
            return syntax.Number(self._at(meta), "0")  # of some shape, as a plain 0 beside `=`
        return syntax.Symbol(self._at(meta), f"{token}{{{inner}}}")

    def letters(self, meta, parts):
        name = "".join(p if isinstance(p, str) else p.name for p in parts)
        return syntax.Symbol(self._at(meta), name)

    def mark(self, meta, parts):
        return syntax.Mark(self._at(meta), MARKS.get(parts[0], str(parts[0])))

    def _head(self, meta, parts, kind):
        name = re.sub(r"\\arg\s*\\?", r"\\arg", parts[0])
        return syntax.Head(self._at(meta), kind, name)

    def function(self, meta, parts):
        return self._head(meta, parts, "function")

    def big(self, meta, parts):
        return self._head(meta, parts, "big")

    def nabla(self, meta, parts):
        return self._head(meta, parts, "nabla")

    def partial(self, meta, parts):
        return self._head(meta, parts, "partial")

    def _group(self, meta, entries, opener):
        items, seps = entries
        return syntax.Group(self._at(meta), opener, items, seps)

    def parens(self, meta, parts):
        return self._group(meta, parts[0], "(")

    def brackets(self, meta, parts):
        return self._group(meta, parts[0], "[")

    def set_braces(self, meta, parts):
        return self._group(meta, parts[1], r"\{")

    def braces(self, meta, parts):
        inside = parts[0]
        if isinstance(inside, syntax.Sum | syntax.Term | syntax.Scripted | syntax.Head):
            return syntax.Group(self._at(meta), "{", (inside,))
        return inside  # {x}_i is x_i

    def entries(self, meta, parts):
        seps = (str(token) for token in parts[1::2])
        double = re.compile(r".*(\\\||\\Vert|\\parallel)$")
        return tuple(parts[::2]), tuple(r"\|" if double.match(s) else
                                        s if s in ",;" else "|" for s in seps)  # fmt: skip

    def such_that(self, meta, parts):
        nodes = tuple(part for part in parts if isinstance(part, syntax.Node))
        return nodes[0] if len(nodes) == 1 else syntax.Logic(self._at(meta), ":", nodes)

    def logic(self, meta, parts):
        nodes = tuple(part for part in parts if isinstance(part, syntax.Node))
        if len(nodes) == 1:
            return nodes[0].sides[0] if not nodes[0].signs else nodes[0]
        signs = {r"\lor" if token in (r"\lor", r"\vee") else r"\land" for token in parts[1::2]}
        if len(signs) > 1:
            raise self._at(meta).error("“and” and “or” in one condition: use brackets")
        return syntax.Logic(self._at(meta), signs.pop(), nodes)

    def labelled(self, meta, parts):
        r"""Drop the label of `\underbrace{…}_{…}`; what it embraces stays in one piece."""
        return syntax.Group(self._at(meta), "(", (parts[1],))

    def frac(self, meta, parts):
        return syntax.Frac(self._at(meta), parts[1], parts[2])

    def binom(self, meta, parts):
        return syntax.Matrix(self._at(meta), ((parts[1],), (parts[2],)), "binom")

    def root(self, meta, parts):
        nodes = [part for part in parts if isinstance(part, syntax.Node)]
        return syntax.Root(self._at(meta), nodes[0] if len(nodes) == 2 else None, nodes[-1])

    def _fence(self, meta, parts, kind):
        return syntax.Fence(self._at(meta), kind, parts[1])

    def abs(self, meta, parts):
        return self._fence(meta, parts, "abs")

    def norm(self, meta, parts):
        return self._fence(meta, parts, "norm")

    def floor(self, meta, parts):
        return self._fence(meta, parts, "floor")

    def ceil(self, meta, parts):
        return self._fence(meta, parts, "ceil")

    def row(self, meta, parts):
        return tuple(parts[::2])

    def matrix(self, meta, parts):
        rows = tuple(part for part in parts if isinstance(part, tuple))
        if len({len(row) for row in rows}) > 1:
            raise self._at(meta).error("the rows of this matrix are not of one length")
        return syntax.Matrix(self._at(meta), rows)

    def all(self, meta, parts):
        nodes = tuple(part for part in parts if isinstance(part, syntax.Node))
        return nodes[0] if len(nodes) == 1 else syntax.Logic(self._at(meta), r"\land", nodes)

    def case(self, meta, parts):
        return tuple(part for part in parts if isinstance(part, syntax.Node))

    def cases(self, meta, parts):
        rows = tuple(part for part in parts if isinstance(part, tuple))
        for row in rows[:-1]:
            if len(row) == 1:
                raise row[0].at.error("only the last case may stand without a condition")
        return syntax.Cases(self._at(meta), rows)

    def _script(self, script):
        return script if isinstance(script, tuple) else ((script,), ())

    def _scripted(self, meta, base, **more):
        if not isinstance(base, syntax.Scripted):
            base = syntax.Scripted(base.at, base)
        fields = {"subs": base.subs, "primes": base.primes, "sup": base.sup} | more
        return syntax.Scripted(self._at(meta), base.base, **fields)

    def sub(self, meta, parts):
        base, script = parts
        if isinstance(base, syntax.Scripted) and base.subs:
            raise self._at(meta).error("two subscripts: join them, as in x_{i,j}")
        return self._scripted(meta, base, subs=self._script(script)[0])

    def sup(self, meta, parts):
        base, script = parts
        if isinstance(base, syntax.Scripted) and base.sup is not None:
            raise self._at(meta).error("two superscripts: use brackets")
        items, _ = self._script(script)
        if len(items) > 1:
            raise items[1].at.error("a superscript is one expression")
        if isinstance(items[0], syntax.Mark) and items[0].name == "'":
            return self._primed(meta, base, 1)
        return self._scripted(meta, base, sup=items[0])

    def primed(self, meta, parts):
        return self._primed(meta, parts[0], len(parts[1]))

    def _primed(self, meta, base, primes):
        before = base.primes if isinstance(base, syntax.Scripted) else 0
        return self._scripted(meta, base, primes=before + primes)
