"""A real browser and the repository's files over HTTP, for the tests of the pages' pure modules."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import chromium

ROOT = Path(__file__).resolve().parent.parent.parent
BLANK = "/tests/static/blank.html"

# Of every script: `load(name)` imports a module of static/js; `until(test)` waits for a condition, not for ever.
HELPERS = """
    const load = (name) => import(`/static/js/${name}.js`);
    const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
    const until = async (test) => {
      for (let left = 3000; !test(); left -= 1) {
        if (!left) throw new Error(`never came: ${test}`);
        await sleep(10);
      }
    };
"""


class _QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a test's output is the test's."""


@pytest.fixture(scope="session")
def files_url() -> Iterator[str]:
    """The repository's files, as the server would serve them under /static."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_QuietFiles, directory=str(ROOT))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


class Page:
    """One page in the browser; every call runs in the thread that owns the browser."""

    def __init__(self, thread: ThreadPoolExecutor, browser: Browser, url: str) -> None:
        self._thread = thread
        self._page = thread.submit(browser.new_page).result()
        self.call(lambda page: page.goto(url))

    def call(self, action: Callable[[Any], Any]) -> Any:
        """Runs an action with Playwright's page."""
        return self._thread.submit(action, self._page).result()

    def run(self, script: str, argument: Any = None) -> Any:
        """The value of an async function's body; see HELPERS for what it may call."""
        # A promise that never settles would hold the browser's thread, and with it the whole run, for ever.
        body = (
            f"(argument) => {{{HELPERS}\nconst work = async () => {{\n{script}\n}};\n"
            "const late = sleep(45000).then(() => { throw new Error('the script never ended'); });\n"
            "return Promise.race([work(), late]); }"
        )
        return self.call(lambda page: page.evaluate(body, argument))

    def reload(self) -> None:
        """Loads the page again, as a person would; session storage stays."""
        self.call(lambda page: page.reload())

    def close(self) -> None:
        """Closes it."""
        self.call(lambda page: page.close())


@pytest.fixture(scope="session")
def open_page(files_url: str) -> Iterator[Callable[[], Page]]:
    """Opens blank pages in one browser."""
    # A thread of its own: Playwright keeps an event loop running, and the tests of the server have theirs.
    with ThreadPoolExecutor(max_workers=1) as thread:
        playwright = thread.submit(lambda: sync_playwright().start()).result()
        browser = thread.submit(
            lambda: playwright.chromium.launch(executable_path=chromium.PATH, args=chromium.ARGS)
        ).result()
        yield lambda: Page(thread, browser, files_url + BLANK)
        thread.submit(browser.close).result()
        thread.submit(playwright.stop).result()


@pytest.fixture(scope="session")
def modules(open_page: Callable[[], Page]) -> Iterator[Page]:
    """A page to run modules in that keep nothing: shared by all tests."""
    page = open_page()
    yield page
    page.close()


@pytest.fixture
def page(open_page: Callable[[], Page]) -> Iterator[Page]:
    """A page of the test's own, with storage of its own."""
    opened = open_page()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def catalogue() -> list[dict[str, Any]]:
    """The gifts, as the server reads them."""
    gifts: list[dict[str, Any]] = json.loads((ROOT / "app/rules/data/catalogue.json").read_text())["gifts"]
    return gifts
