"""Every page of the site, in a browser."""

import pytest
from browser.visitor import every_page, problems


@pytest.mark.parametrize("path", [page for lang in ("en", "zh") for page in every_page(lang)])
def test_page(path, context, address):
    found = problems(context, address, path)
    if found:
        pytest.fail("\n".join(found), pytrace=False)
