"""From a draft to what every city may show: what is missing is said, versions stay, each act is somebody's."""

import pytest
import sqlalchemy as sa

from contentlib.items import service as library
from contentlib.items.models import ItemVersion, PublishedItem, VersionCaption
from maru.db import Database, Scope, session
from maru.errors import Refused
from tests.contentlib.conftest import Office

EDITOR, APPROVER = "library_editor", "library_approver"


def published(database: Database) -> dict[str, int]:
    """What nobody in particular can see of the library."""
    with database.transaction(Scope.PUBLIC):
        return dict(session().execute(sa.select(PublishedItem.title, PublishedItem.number)).all())


def test_a_draft_says_what_it_still_needs(office: Office) -> None:
    item = office.new(title="빈 콘텐츠", summary="", category="", level="", licence="", licence_source="")
    page = office.ask("GET", f"/{item}").text
    for words in ("한 줄 소개와 분야, 수준을", "이용 조건과", "영상을 올려 주세요", "한국어 자막을 올리거나"):
        assert words in page
    assert "승인 요청하기" not in page
    refused = office.ask("POST", f"/{item}/submit")
    assert refused.status_code == 409
    assert office.state(item) == "draft"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"title": ""}, "제목을 적어 주세요."),
        ({"title": "가" * 201}, "200자까지"),
        ({"licence_ends_on": "내년"}, "날짜로 적어 주세요."),
        ({"category": "99"}, "목록에서 골라 주세요."),
        ({"level": "<script>"}, "목록에서 골라 주세요."),
    ],
)
def test_what_is_written_wrongly_is_said_at_its_field(office: Office, words: dict[str, str], said: str) -> None:
    answer = office.ask("POST", "/new", data={"title": "수채화", "description": "쓰던 글", **words})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'class="summary-bad"' in answer.text
    assert "쓰던 글" in answer.text, "nothing typed is lost"


def test_from_the_editor_to_the_approver_to_everybody(office: Office, database: Database) -> None:
    item = office.ready(title="승인 받을 콘텐츠")
    assert "승인 요청하기" in office.ask("GET", f"/{item}").text
    assert office.ask("POST", f"/{item}/submit").status_code == 303
    assert office.state(item) == "submitted"
    assert "승인을 요청했습니다." in office.ask("GET", f"/{item}").text
    assert office.ask("POST", f"/{item}/edit", data={"title": "몰래"}).status_code == 409, "it waits for approval"
    for form in ("edit", "captions"):
        assert office.ask("GET", f"/{item}/{form}").status_code == 409, "before anything is written in vain"
    returned = office.ask("POST", f"/{item}/return", APPROVER, data={"reason": ""})
    assert returned.status_code == 422
    assert "무엇을 고쳐야 하는지 적어 주세요." in returned.text
    office.ask("POST", f"/{item}/return", APPROVER, data={"reason": "소개가 너무 짧습니다."})
    assert "소개가 너무 짧습니다." in office.ask("GET", f"/{item}").text
    assert "판으로 공개하기" not in office.ask("GET", f"/{item}", APPROVER).text
    assert office.ask("POST", f"/{item}/publish", APPROVER).status_code == 409, "it is to be mended first"
    office.ask("POST", f"/{item}/submit")
    assert "승인 받을 콘텐츠" not in published(database)
    assert office.ask("POST", f"/{item}/publish", APPROVER, data={"note": ""}).status_code == 303
    assert published(database)["승인 받을 콘텐츠"] == 1
    assert "1판을 공개했습니다." in office.ask("GET", f"/{item}", APPROVER).text


def test_a_version_stays_as_it_was_published(office: Office, database: Database) -> None:
    item = office.ready(title="첫 제목")
    office.ask("POST", f"/{item}/publish", APPROVER)
    office.ask("POST", f"/{item}/edit", data={"title": "둘째 제목", "summary": "바뀐 소개", "category": "05",
               "level": "deep", "licence": "cc-by", "licence_source": "도립 도서관"})  # fmt: skip
    assert published(database)["첫 제목"] == 1, "what is written is not published yet"
    office.ask("POST", f"/{item}/publish", APPROVER, data={"note": "제목을 바꿈"})
    assert published(database)["둘째 제목"] == 2
    assert "첫 제목" not in published(database)
    with office.working():
        numbers = session().execute(sa.select(ItemVersion.number, ItemVersion.title).order_by(ItemVersion.number))
        assert [tuple(row) for row in numbers if row.title in ("첫 제목", "둘째 제목")] == [
            (1, "첫 제목"),
            (2, "둘째 제목"),
        ]
        captions = sa.select(sa.func.count()).select_from(VersionCaption).where(VersionCaption.item_id == item)
        assert session().scalar(captions) == 2
    for statement in ("UPDATE item_versions SET title = 'x'", "DELETE FROM item_versions"):
        with pytest.raises(sa.exc.DBAPIError), office.working():
            session().execute(sa.text(statement))
    page = office.ask("GET", f"/{item}", APPROVER).text
    assert "제목을 바꿈" in page
    assert "공개하기</button>" not in page, "nothing has changed since"
    for act, role in (("publish", APPROVER), ("submit", EDITOR)):
        assert office.ask("POST", f"/{item}/{act}", role).status_code == 409


def test_what_is_withdrawn_is_gone_for_everybody_and_comes_back_as_the_next_version(
    office: Office, database: Database
) -> None:
    item = office.ready(title="거둘 콘텐츠")
    assert office.ask("POST", f"/{item}/withdraw", APPROVER, data={"because": "다시 만듭니다."}).status_code == 409, (
        "not published yet"
    )
    office.ask("POST", f"/{item}/publish", APPROVER)
    unsaid = office.ask("POST", f"/{item}/withdraw", APPROVER)
    assert (unsaid.status_code, "시군에 알릴 까닭을 적어 주세요." in unsaid.text) == (422, True)
    assert "모든 시군에서 거둘까요?" in office.ask("GET", f"/{item}/withdraw", APPROVER).text
    office.ask("POST", f"/{item}/withdraw", APPROVER, data={"because": "다시 만듭니다."})
    assert "거둘 콘텐츠" not in published(database)
    assert office.state(item) == "withdrawn"
    office.ask("POST", f"/{item}/submit")
    office.ask("POST", f"/{item}/recall")
    assert office.state(item) == "withdrawn", "taking it back leads to where it was"
    office.ask("POST", f"/{item}/publish", APPROVER)
    assert published(database)["거둘 콘텐츠"] == 2


def test_captions_or_a_recorded_exception(office: Office) -> None:
    item = office.ready(title="자막 없는 노래")
    with office.working():
        session().execute(sa.text("UPDATE captions SET dropped_at = now() WHERE item_id = :item"), {"item": item})
    assert office.ask("POST", f"/{item}/publish", APPROVER).status_code == 409
    office.ask("POST", f"/{item}/edit", data={**_said(office, item), "captions_exception": "말이 없는 연주입니다."})
    assert office.ask("POST", f"/{item}/publish", APPROVER).status_code == 303
    with office.working():
        version = session().get_one(ItemVersion, (item, 1))
        assert version.captions_exception == "말이 없는 연주입니다."


def _said(office: Office, item: object) -> dict[str, str]:
    with office.working():
        found = library.get(item)  # type: ignore[arg-type]
        return {name: str(getattr(found, name) or "") for name in library.SAID}


def test_an_ended_licence_publishes_nothing(office: Office) -> None:
    item = office.ready(title="지난 계약", licence_ends_on="2020-12-31")
    assert "이용 기간이 이미 지났습니다." in office.ask("GET", f"/{item}").text
    with pytest.raises(Refused), office.working():
        library.publish(library.get(item), office.who(APPROVER).person_id)


@pytest.mark.parametrize(
    ("act", "role", "status"),
    [
        ("publish", EDITOR, 403), ("return", EDITOR, 403), ("withdraw", EDITOR, 403), ("submit", APPROVER, 403),
        ("edit", APPROVER, 403), ("publish", "auditor", 403), ("submit", "auditor", 403), ("publish", "", 403),
        ("publish", "province_admin", 303), ("submit", "province_admin", 303),
    ],
)  # fmt: skip
def test_each_act_is_somebodys(office: Office, act: str, role: str, status: int) -> None:
    item = office.ready()
    assert office.ask("POST", f"/{item}/{act}", role).status_code == status
    assert office.ask("GET", f"/{item}", role).status_code == (403 if not role else 200)


def test_the_list_is_searched_and_narrowed(office: Office) -> None:
    item, other = office.new(title="천문대의 밤하늘"), office.new(title="된장 담그기")
    page = office.ask("GET", "?q=밤하늘").text
    assert str(item) in page
    assert str(other) not in page
    assert str(item) in office.ask("GET", "?q=밤하늘&state=draft").text
    assert str(item) not in office.ask("GET", "?q=밤하늘&state=published").text
    assert "찾으시는 콘텐츠가 없습니다" in office.ask("GET", "?q=없는말입니다").text
    assert "찾으시는 콘텐츠가 없습니다" in office.ask("GET", "?q=%25%25").text
    assert str(item) in office.ask("GET", "?q=밤하늘&page=nonsense&kind=none&category=99").text


def test_unknown_items_are_not_found(office: Office) -> None:
    nobody = "01a20000-0000-7000-8000-000000000000"
    for path in ("", "/edit", "/withdraw", "/captions"):
        assert office.ask("GET", f"/{nobody}{path}", "province_admin").status_code == 404
