"""Sizes of files as people read them."""

import pytest

from maru.web.sizes import size


@pytest.mark.parametrize(
    ("count", "korean", "english"),
    [
        (0, "0바이트", "0 bytes"),
        (1, "1바이트", "1 byte"),
        (1023, "1023바이트", "1023 bytes"),
        (1024, "1KB", "1 KB"),
        (1_000_000, "977KB", "977 KB"),
        (1024**2 - 1, "1MB", "1 MB"),
        (211_600_000, "202MB", "202 MB"),
        (2 * 1024**3, "2GB", "2 GB"),
    ],
)
def test_three_figures_at_most(count: int, korean: str, english: str) -> None:
    assert (size(count, "ko"), size(count, "en")) == (korean, english)
