"""The form for a standard file: what is wrong with a file is said once where it is long."""

import io

from maru.config import Config
from tests.client import opened
from tests.conftest import Maker
from tests.tenants.imports.files import HEADINGS, csv_of, line


def test_a_long_refusal_stands_once(config: Config, make: Maker) -> None:
    city, clerk = make.city(), make.person()
    make.grant(clerk, "course_operator", city)
    host, who = f"{make.slug(city)}.localhost", make.session(clerk, city)
    with opened(config) as web:
        for kept, times in ((HEADINGS[:4], 1), (HEADINGS[1:], 2)):
            sent = {"file": (io.BytesIO(csv_of(line("수채화"), headings=kept)), "강좌.csv")}
            answer = web.post(host, "/console/imports", who, data=sent)
            assert answer.status_code == 422
            assert answer.text.count("표준 제목이 모자랍니다") == times
        empty = web.post(host, "/console/imports", who, data={"file": (io.BytesIO(csv_of()), "강좌.csv")})
        assert "강좌가 한 줄도 없습니다" in empty.text
