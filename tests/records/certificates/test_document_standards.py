"""veraPDF passes the file: PDF/UA-1 (accessible) and PDF/A-2a (archival)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import typst

from records.certificates.document import CertificateText, render


@pytest.mark.parametrize("flavour", ["ua1", "2a"])
def test_verapdf_passes_every_paper_and_not_just_any_file(
    text: CertificateText, verapdf: Callable[[str, Path], dict[str, bool]], tmp_path: Path, flavour: str
) -> None:
    papers = {
        "plain": render(text),
        "copy": render(text, copy=2),
        "long": render(replace(text, course_title="디지털 전환 시대의 생활 속 인공지능 활용 " * 5)),
        "symbols": render(replace(text, course_title="◎ 기초 ▸ 심화 ★", holder_name="Nguyễn Thị Ánh Tuyết")),
        "unmarked": typst.compile(b"Hello", pdf_tags=False),
    }
    for name, pdf in papers.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    assert verapdf(flavour, tmp_path) == {f"{name}.pdf": name != "unmarked" for name in papers}
