"""Takes the README's two screenshots from a running Maru: `.venv/bin/python -m tests.screenshots`."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent.parent / "docs"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PAGES = {"city.png": "suwon.localhost", "portal.png": "localhost"}
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    port = os.environ.get("MARU_PORT", "8000")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, host in PAGES.items():
            page = browser.new_page(viewport=SIZE)
            page.goto(f"http://{host}:{port}/", wait_until="networkidle")
            page.screenshot(path=str(DOCS / name))
        browser.close()


if __name__ == "__main__":
    main()
