"""Search for Chinese words of any length, without a dictionary.

A dictionary splits a text into words that a reader's query, split by the browser, seldom
repeats. Here both are split into pairs of neighbouring characters: 反向传播 is indexed as
反向, 向传, 传播, and found by any part of it; single characters are indexed as well.
"""

import re

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
PIECE = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")
IS_HAN = re.compile(f"[{HAN}]")


class SearchChinese(SearchEnglish):
    """Pairs of Chinese characters, and English words with English endings removed."""

    lang = "zh"
    language_name = "Chinese"

    def split(self, input: str) -> list[str]:
        words = []
        for piece in PIECE.findall(input):
            if IS_HAN.match(piece):
                words += list(piece)
                words += [piece[i : i + 2] for i in range(len(piece) - 1)]
            else:
                words.append(piece)
        return words

    # The search page marks the words that it looked for: whole runs, not the pairs.
    js_splitter_code = r"""
const chineseRuns = /[HAN]+|[\p{Letter}\p{Number}_]+?(?=[HAN]|[^\p{Letter}\p{Number}_]|$)/gu;

function splitQuery(query) {
  return (query.match(chineseRuns) || []).flatMap((run) =>
    /^[HAN]{3,}$/u.test(run)
      ? Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2))
      : [run]
  );
}

if (typeof Search !== "undefined") {
  const parseQuery = Search._parseQuery;
  Search._parseQuery = (query) => {
    const parsed = parseQuery(query);
    const runs = query.toLowerCase().match(chineseRuns) || [];
    parsed[3] = new Set(runs);
    if (SPHINX_HIGHLIGHT_ENABLED)
      localStorage.setItem("sphinx_highlight_terms", runs.join(" "));
    return parsed;
  };
}
""".replace("HAN", r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff")


def setup(app: Sphinx) -> dict:
    app.add_search_language(SearchChinese)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
