"""Every page of one language, in a browser. One file each, so that they run side by side."""

import pytest
from browser.visitor import every_page, problems


@pytest.mark.parametrize("path", every_page("zh"))
def test_page(path, context, address):
    found = problems(context, address, path)
    if found:
        pytest.fail("\n".join(found), pytrace=False)
