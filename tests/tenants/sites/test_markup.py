"""What a city writes on its own pages is text with few marks, never HTML (GP-05)."""

import pytest

from tenants.sites.markup import shown


def test_the_few_marks() -> None:
    page = shown("# 앞\n\n첫째 줄\n둘째 줄\n\n- 하나\n- 둘\n\n**굵게** [집](https://example.org/a)")
    assert "<h2>앞</h2>" in page
    assert "첫째 줄<br" in page
    assert "<li>하나</li>" in page
    assert "<strong>굵게</strong>" in page
    assert '<a href="https://example.org/a">집</a>' in page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,AA)",
        "![x](https://evil.example/x.png)",
        "[x](vbscript:x)",
    ],
)
def test_nothing_else_becomes_html(text: str) -> None:
    page = str(shown(text))
    assert not any(
        tag in page for tag in ("<script", "<img", 'href="javascript', 'href="JaVa', 'href="data', 'href="vb')
    )
