"""What the name of a person may be, wherever one is entered (PRV-04)."""

import pytest

from maru import forms


@pytest.mark.parametrize(
    "name",
    ["김영숙", "김 영숙", "O'Brien", "O’Brien", "Jean-Luc Picard", "마이클·리", "김영숙(金英淑)", "Nguyễn Thị Ánh", "李小龍",
     "ジョン・スミス", "Мария", "Smith, Jr.", "회원2", "김철수B", "أحمد", "A"],
)  # fmt: skip
def test_names_of_people_are_names(name: str) -> None:
    assert forms.name_flaw(name, 40) == ""


@pytest.mark.parametrize(
    "name",
    ["<b>x</b>", "김<영숙", "{{7*7}}", "a@b.kr", "12345", "010-1234-5678", "...", "-", "", "  ", "김영숙;", "김/영숙", "x=1",
     "김영숙\u202e", "김\x00숙", "😀", "=cmd|x", "가" * 41, "800101-1234567", "김영숙 800101-1234567"],
)  # fmt: skip
def test_what_is_no_name_is_refused_with_a_sentence(name: str) -> None:
    assert forms.name_flaw(name, 40)


def test_each_fault_has_its_sentence() -> None:
    assert forms.name_flaw("", 40, "적어 주세요") == "적어 주세요"
    assert forms.name_flaw("가" * 41, 40) == forms.TOO_LONG
    assert forms.name_flaw("김영숙 800101-1234567", 40) == forms.RESIDENT_NUMBER
    assert forms.name_flaw("<b>", 40) == forms.NOT_A_NAME
