"""`maru library import` exits and speaks as `maru courses import` does."""

import secrets
from pathlib import Path

from tests.api.conftest import Maru


def test_every_record_has_a_line_and_the_status_says_whether_any_was_refused(maru: Maru, tmp_path: Path) -> None:
    file, title = tmp_path / "catalogue.csv", f"서예 {secrets.token_hex(4)}"
    rows = [f"{title},진행중,http://a.example/{number},가나대학교" for number in range(2)]
    file.write_text("\n".join(["title,condition,url,agency", *rows, f"{title} 둘,종료,http://a.example/2,가나대학교"]))
    assert maru("library", "import", str(file), "--dry-run").status == 0
    answer = maru("library", "import", str(file), "--json")
    assert answer.status == 0
    *said, totals = answer.lines
    assert totals == {"records": 3, "accepted": 2, "warned": 1, "refused": 0, "unchanged": 0}
    assert [(one["line"], one["outcome"], one["code"]) for one in said] == [
        (2, "accepted", "created"), (3, "accepted", "folded"), (4, "warned", "ended"),
    ]  # fmt: skip
    assert all(one.keys() == {"line", "outcome", "code", "message"} for one in said)
    assert maru("library", "import", str(file), "--json").lines[-1]["unchanged"] == 3
    file.write_text(f"title,url\n{title} 셋,http://a.example/3\n,http://a.example/4\n")
    assert maru("library", "import", str(file)).status == 2
    file.write_text("nothing")
    refused = maru("library", "import", str(file), "--json")
    assert (refused.status, refused.lines[0]["code"]) == (1, "no-headings")
    assert maru("library", "import", str(tmp_path / "none.csv")).status == 1
