"""Takes the README's two screenshots from a running Maru: `.venv/bin/python -m tests.screenshots`."""

import os
from pathlib import Path

from tests.browsing import browsing

DOCS = Path(__file__).parent.parent / "docs"
PAGES = {"city.png": "suwon.localhost", "portal.png": "localhost"}
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    port = os.environ.get("MARU_PORT", "8000")
    with browsing() as browser:
        for name, host in PAGES.items():
            page = browser.new_page(viewport=SIZE)
            page.goto(f"http://{host}:{port}/", wait_until="networkidle")
            page.screenshot(path=str(DOCS / name))


if __name__ == "__main__":
    main()
