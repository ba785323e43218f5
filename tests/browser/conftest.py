"""A browser, and a server for the built site.

Without a browser these tests are skipped, and say what is then not tested.
"""

import shutil
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from site_pages import SITE, require_site

# No sandbox: containers run tests as root. No other host is found, whatever asks for it.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync", "--no-first-run"]
ARGUMENTS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]

# Pages wait before they act (300 ms after a change of size, say): hundreds of visits need not.
IMPATIENT = """{
  const wait = window.setTimeout;
  window.setTimeout = (act, delay, ...rest) => wait(act, delay / 20, ...rest);
}"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address at which the built site is served."""
    require_site()
    handler = partial(QuietHandler, directory=SITE)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For a module: where Playwright runs, no other event loop can (as of the notebooks' tests)."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
        if not found and not Path(bundled).exists():
            pytest.skip(
                "NO BROWSER: accessibility, search and requests to other hosts are not tested. "
                f"Install chromium, or run: {sys.executable} -m playwright install chromium"
            )
        browser = playwright.chromium.launch(executable_path=found or bundled, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser) -> Iterator[BrowserContext]:
    """One reader, whose browser keeps the scripts that all pages share."""
    context = browser.new_context()
    context.add_init_script(IMPATIENT)
    yield context
    context.close()
