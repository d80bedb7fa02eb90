"""The sample province must stay whole: what the loader and the pages rely on."""

import json
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

Record = dict[str, Any]

DATA = Path(__file__).parents[3] / "tenants/sample/data"
FILES = (
    "cities.jsonl",
    "venues.jsonl",
    "courses.jsonl",
    "faqs.jsonl",
    "people.jsonl",
    "banners.jsonl",
    "questions.jsonl",
)
WEEKDAYS = "월화수목금토일"
CATEGORIES = {f"0{n}" for n in range(1, 8)}
STATES = {"scheduled", "open", "waiting", "closed", "running", "ended", "settled", "cancelled"}
STAFF_ROLES = {"city_admin", "course_operator", "instructor", "desk_clerk"}
PROVINCE_ROLES = {"province_admin", "library_editor", "library_approver", "privacy_officer", "auditor"}
MONDAY = date(2026, 11, 23)


def records(name: str) -> list[Record]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


CITIES = {city["slug"]: city for city in records("cities.jsonl")}
VENUES = {venue["key"]: venue for venue in records("venues.jsonl")}
COURSES = records("courses.jsonl")
PEOPLE = {person["username"]: person for person in records("people.jsonl")}
DROP_IN = [course for course in COURSES if course["starts"] == 0]
"""Courses that anybody may join while they run."""
LIVE = sorted(slug for slug, city in CITIES.items() if city["state"] == "live")
DISTRICTS = {city["code"]: {district["code"] for district in city["districts"]} for city in CITIES.values()}


def meeting_days(course: Record, loaded: date) -> list[date]:
    wanted = {WEEKDAYS.index(day) for day in course["weekdays"]}
    first = loaded + timedelta(days=course["starts"])
    days = (day for n in range(400) if (day := first + timedelta(days=n)).weekday() in wanted)
    return list(islice(days, course["meetings"]))


def state(course: Record, now: datetime) -> str:
    def at(days: int, clock: str) -> datetime:
        return datetime.combine(now.date() + timedelta(days=days), time.fromisoformat(clock))

    meetings = meeting_days(course, now.date())
    if course["cancelled"]:
        return "cancelled"
    if course["settled"]:
        return "settled"
    if now < at(course["recruit_opens"], course["opens_time"]):
        return "scheduled"
    if now < at(course["recruit_closes"], course["closes_time"]):
        return "waiting" if course["fill"] > 1 else "open"
    if now < datetime.combine(meetings[0], time.fromisoformat(course["start_time"])):
        return "closed"
    return "running" if now < datetime.combine(meetings[-1], time.fromisoformat(course["end_time"])) else "ended"


def in_city(slug: str) -> list[Record]:
    return [course for course in COURSES if course["city"] == slug]


def test_every_municipality_is_there_once() -> None:
    assert len(CITIES) == len({city["code"] for city in CITIES.values()}) == 31
    assert Counter(city["kind"] for city in CITIES.values()) == {"city": 28, "county": 3}
    assert CITIES["gwangju"]["code"] == "41610"
    assert CITIES["yangju"]["code"] == "41630"


def test_every_district_has_an_english_name() -> None:
    names = [district["name_en"] for city in CITIES.values() for district in city["districts"]]
    assert len(set(names)) == len(names) == 24
    assert all(re.fullmatch(r"[A-Z][a-z]+-gu", name) for name in names)


def test_notices_name_nothing_that_does_not_exist() -> None:
    """No message is sent, no reminder, and nobody applies in another's place."""
    for city in CITIES.values():
        for notice in city["site"]["notices"] if city["site"] else ():
            said = f"{notice['title']} {notice['body']}"
            assert not re.search("접수 달력|알림을 받|문자|대신 신청", said), said


def test_life_cycle_states_and_sites() -> None:
    states = Counter(city["state"] for city in CITIES.values())
    assert states == {"live": 6, "pilot": 2, "preparing": 4, "suspended": 1, "planned": 18}
    for city in CITIES.values():
        in_service = city["state"] in {"live", "pilot", "suspended"}
        assert bool(city["onboarded_at"]) is bool(city["site"]) is in_service
        assert len(city["state_reason"]) >= 20


def test_sites_differ_and_choose_only_what_the_look_offers() -> None:
    sites = [city["site"] for city in CITIES.values() if city["site"]]
    for field in ("name", "tagline", "question", "brand", "phone", "name_en", "head_name"):
        assert len({site[field] for site in sites}) == len(sites), field
    for site in sites:
        assert re.fullmatch(r"#[0-9a-f]{6}", site["brand"])
        assert site["masthead"] in {"deep", "white"}
        assert site["hero"] in {"deep", "light"}
        assert site["shape"] in {"plain", "soft"}
        assert site["drawing"] in {"wall", "hills", "floor", "lake", "bridge", "field"}
        assert 4 <= len(site["notices"]) <= 6
    assert len({CITIES[slug]["site"]["drawing"] for slug in LIVE}) == 6


@pytest.mark.parametrize("slug", LIVE)
def test_a_live_city_has_venues_and_courses_of_every_kind(slug: str) -> None:
    courses = in_city(slug)
    assert 6 <= sum(venue["city"] == slug for venue in VENUES.values()) <= 9
    assert len(courses) >= 30
    assert {course["category"] for course in courses} == CATEGORIES
    assert {course["method"] for course in courses} >= {"온라인", "오프라인"}
    assert any(course["resident_only"] for course in courses)


def test_sizes() -> None:
    per_city = Counter(course["city"] for course in COURSES)
    assert len(COURSES) >= 320
    assert per_city.most_common()[0][0] == "suwon"
    assert per_city.most_common()[-1][0] == "gapyeong"
    assert set(per_city) == set(LIVE)


@pytest.mark.parametrize("slug", LIVE)
@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("clock", [time(0, 5), time(12), time(23, 50)])
def test_every_state_occurs_whenever_it_is_loaded(slug: str, weekday: int, clock: time) -> None:
    now = datetime.combine(MONDAY + timedelta(days=weekday), clock)
    courses = in_city(slug)
    counts = Counter(state(course, now) for course in courses)
    assert set(counts) == STATES
    assert 0.30 <= counts["open"] / len(courses) <= 0.50
    closing_soon = [c for c in courses if state(c, now) == "open" and (c["recruit_closes"] <= 1 or c["fill"] > 0.8)]
    assert closing_soon


@pytest.mark.parametrize("weekday", range(7))
def test_the_state_of_a_course_does_not_hang_on_the_day_of_loading(weekday: int) -> None:
    noon = datetime.combine(MONDAY, time(12))
    later = noon + timedelta(days=weekday)
    assert [state(course, noon) for course in COURSES] == [state(course, later) for course in COURSES]


@pytest.mark.parametrize("days_later", range(14))
def test_there_is_something_tonight_and_something_free_on_any_day(days_later: int) -> None:
    """Point 5: the portal's own lists show something whenever the sample is loaded, and for two weeks after that."""
    for weekday in range(7):
        loaded = MONDAY + timedelta(days=weekday)
        now = loaded + timedelta(days=days_later)
        met = [
            course
            for course in DROP_IN
            if now in meeting_days(course, loaded) and course["recruit_closes"] > days_later
        ]
        assert len({course["city"] for course in met if course["start_time"] >= "18:00"}) >= 3
        assert len([course for course in met if course["fee"] == 0]) >= 4
    assert {course["city"] for course in DROP_IN} == set(LIVE)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course["key"])
def test_a_course_is_sound(course: Record) -> None:
    venue = VENUES[course["venue"]]
    assert venue["city"] == course["city"]
    assert course["room"] in venue["rooms"]
    assert course["recruit_opens"] < course["recruit_closes"]
    assert course["recruit_closes"] < course["starts"] or course in DROP_IN
    assert not course["settled"] or max(meeting_days(course, MONDAY + timedelta(days=6))) < MONDAY + timedelta(days=6)
    assert time.fromisoformat(course["start_time"]) < time.fromisoformat(course["end_time"])
    assert course["weekdays"] == sorted(set(course["weekdays"]), key=WEEKDAYS.index)
    assert type(course["capacity"]) is type(course["fee"]) is type(course["meetings"]) is int
    assert 8 <= course["capacity"] <= (200 if course["method"] == "온라인" else 60)
    assert course["fee"] == 0 or 5_000 <= course["fee"] <= 120_000
    assert 0 <= course["fill"] <= 1.3
    assert course["threshold"] in {0.7, 0.75, 0.8}
    assert len(course["syllabus"]) in {0, course["meetings"]}
    assert course["min_age"] is None or course["max_age"] is None or course["min_age"] <= course["max_age"]
    assert (course["subfield"] is None) is (course["category"] == "07")


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course["key"])
def test_a_course_reads_as_korean_of_a_fair_length(course: Record) -> None:
    assert 120 <= len(course["content"]) <= 300
    assert len(re.findall("[가-힣]", course["content"])) >= 95
    assert 2 <= len(re.findall(r"[.?](?= |$)", course["content"])) <= 6
    assert 15 <= len(course["summary"]) <= 60
    assert course["summary"].endswith("다.")
    assert not re.search("[가-힣]", course["title_en"] + (course["summary_en"] or ""))


def test_nothing_is_written_twice() -> None:
    assert len({course["key"] for course in COURSES}) == len(COURSES)
    for field in ("title", "title_en", "summary", "content"):
        repeated = [text for text, times in Counter(course[field] for course in COURSES).items() if times > 1]
        assert repeated == [], field
    sentences = Counter(part for course in COURSES for part in re.split(r"(?<=[.?]) ", course["content"]))
    assert [text for text, times in sentences.items() if times > 1] == []


def test_shares_are_credible() -> None:
    def share(field: str) -> float:
        return sum(bool(course[field]) for course in COURSES) / len(COURSES)

    assert 0.40 <= 1 - share("fee") <= 0.50
    assert 0.09 <= share("resident_only") <= 0.15
    assert 0.28 <= share("syllabus") <= 0.45
    assert 0.28 <= share("summary_en") <= 0.45
    assert share("credit_bank") < share("learning_account") < share("job_training") < 0.3
    assert len({course["subfield"] for course in COURSES}) == 19


def test_people_live_somewhere_and_moved_in_order() -> None:
    for person in PEOPLE.values():
        homes = [home for home in (person["residence"], person["previous_residence"]) if home]
        for home in homes:
            assert home["district"] in (DISTRICTS[home["city"]] or {None})
        assert [home["since_days_ago"] for home in homes] == sorted(home["since_days_ago"] for home in homes)
    assert sum(bool(person["previous_residence"]) for person in PEOPLE.values()) == 3
    assert len(PEOPLE) >= 30


def test_every_role_has_a_person() -> None:
    held = {(role["tenant"], role["role"]) for person in PEOPLE.values() for role in person["roles"]}
    wanted: set[tuple[str | None, str]] = {(None, role) for role in PROVINCE_ROLES}
    wanted |= {(slug, role) for slug in ("suwon", "seongnam") for role in STAFF_ROLES}
    wanted |= {(slug, role) for slug in LIVE for role in ("city_admin", "course_operator")}
    assert held == wanted


def test_instructors_with_an_account_teach() -> None:
    for person in PEOPLE.values():
        for role in person["roles"]:
            if role["role"] == "instructor":
                taught = [course for course in in_city(role["tenant"]) if course["instructor"] == person["name"]]
                assert taught, person["username"]


def test_histories_span_two_live_cities_within_two_years() -> None:
    learners = [person for person in PEOPLE.values() if person["history"]]
    assert len(learners) == 3
    for person in learners:
        assert len({entry["city"] for entry in person["history"]}) == 2
        for entry in person["history"]:
            assert entry["city"] in LIVE
            assert entry["category"] in CATEGORIES
            assert 0 < entry["completed_days_ago"] <= 730


def test_somebody_goes_on_with_a_course_for_residents_of_the_city_they_left() -> None:
    courses = {course["key"]: course for course in COURSES}
    kim = PEOPLE["kim.youngsook"]
    (running,) = kim["running"]
    course = courses[running["course"]]
    assert course["resident_only"]
    assert CITIES[course["city"]]["code"] == kim["previous_residence"]["city"] != kim["residence"]["city"]
    assert -course["recruit_closes"] > kim["residence"]["since_days_ago"]
    assert state(course, datetime.combine(MONDAY, time(12))) == "running"


def test_children_under_14_have_a_guardian() -> None:
    cutoff = MONDAY.replace(year=MONDAY.year - 14)
    children = [person for person in PEOPLE.values() if date.fromisoformat(person["birth_date"]) > cutoff]
    assert children
    assert all(child["guardian"] in PEOPLE for child in children)
    assert all(person["guardian"] is None for person in PEOPLE.values() if person not in children)


@pytest.mark.parametrize("name", FILES)
def test_nothing_points_at_a_real_person_or_address(name: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    assert not re.search(r"\d{6}-?[1-8]\d{6}", text), "looks like a resident registration number"
    for phone in re.findall(r"0\d{1,2}-\d{3,4}-\d{4}", text):
        assert re.fullmatch(r"031-555-0[12]\d\d|010-5550-\d{4}", phone), phone
    for host in re.findall(r"(?:@|https?://)([\w.-]+)", text):
        assert host.endswith(".example"), host
    assert not re.search(r"\b[\w-]+\.(?:kr|com|net|org|go)\b", text)


def test_addresses_name_their_city() -> None:
    for venue in VENUES.values():
        city = CITIES[venue["city"]]
        assert venue["address"].startswith(f"경기도 {city['name_ko']} ")
        assert 36.9 < venue["latitude"] < 38.3
        assert 126.5 < venue["longitude"] < 127.9
    for field in ("username", "phone", "email"):
        assert len({person[field] for person in PEOPLE.values()}) == len(PEOPLE)
