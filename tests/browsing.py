"""Chromium without a window, as Debian builds it: where it is, and how tests start it.

`chromium-headless-shell` draws a page with less than half of the work of `chromium --headless`; either will do. The
variable CHROMIUM names another.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from maru.web.assets import VENDOR

NAMES = ("chromium-headless-shell", "chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


@contextmanager
def browsing(*switches: str) -> Iterator[Browser]:
    """A browser with switches of its own beside `QUIET`; a test that needs one is skipped where there is none.

    While it is open, an event loop runs that other tests of the process cannot have beside theirs: one file of tests long.
    """
    if not (path := program()):
        missing("There is no chromium (Debian: apt-get install chromium-headless-shell fonts-noto-cjk).")
    if not (VENDOR / "axe.min.js").is_file():
        missing("The assets are missing: python -m maru.web.build")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *switches])
        yield browser
        browser.close()


def program() -> str:
    """The path of the browser; empty where there is none."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("CHROMIUM") or next((path for path in found if path), "")


def missing(reason: str) -> None:
    """Skip what cannot be tried on this machine; where changes are decided on it counts as a failure."""
    pytest.fail(reason) if os.environ.get("MARU_CI") == "1" else pytest.skip(reason)
