"""What a city writes reaches a page as paragraphs, lists and links, and as nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru.web.prose import prose


def test_paragraphs_lists_and_links() -> None:
    text = "첫 줄\r\n둘째 줄\r\n\r\n- 하나\r\n- [강좌](/courses?free=1)\r\n뒤 https://www.gg.go.kr/a."
    assert prose(text) == (
        "<p>첫 줄<br>둘째 줄</p><ul class='points'><li>하나</li><li><a href=\"/courses?free=1\">강좌</a></li></ul>"
        '<p>뒤 <a href="https://www.gg.go.kr/a">https://www.gg.go.kr/a</a>.</p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "[누름](javascript:alert(1))",
        "[누름](//evil.example)",
        '[a](https://x/"onclick=y)',
        "<a href=x>",
    ],
)
def test_nothing_else_comes_along(text: str) -> None:
    shown = str(prose(text))
    assert "<script" not in shown
    assert "<a href=x" not in shown
    assert 'href="javascript' not in shown
    assert 'href="//' not in shown
    assert '"onclick' not in shown


@given(st.text(alphabet="<>\"'&[]()/-: \nahtps가", max_size=60))
def test_every_tag_is_ours(text: str) -> None:
    shown = str(prose(text))
    for tag in shown.split("<")[1:]:
        assert tag.startswith(("p>", "/p>", "br>", "ul class='points'>", "/ul>", "li>", "/li>", 'a href="', "/a>")), (
            shown
        )


@pytest.mark.parametrize("text", ["", " \n \n", "\n\n\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert prose(text) == ""
