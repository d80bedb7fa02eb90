"""Sample values for the gallery, the page that shows every component in every state (development only).

`render_template("gallery.html", **samples(now))` for residents, `"gallery_console.html"` for staff; both need the
context of maru.web besides.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from maru.web import dates

EVENING, NIGHT = time(19), time(21)
REFUSAL = {
    "title": "",
    "rule": "수원 시민만 신청할 수 있습니다 (수강생 모집 기준 3조)",
    "detail": "오늘 확인한 주소가 성남시입니다.",
    "remedies": [
        {"text": "이사하셨다면 주소 다시 확인하기", "href": "#address"},
        {"text": "성남시의 비슷한 강좌 4개 보기", "href": "#similar"},
    ],
}


def samples(now: datetime) -> dict[str, Any]:
    """Everything the two gallery pages show, as of `now`."""
    today = dates.today(now)
    return {
        "now": now,
        "today": today,
        "courses": courses(now),
        "runs": {state: run(now, state) for state in ("open", "waiting", "scheduled", "closed", "cancelled")},
        "refusal": REFUSAL,
        "history": history(),
        "certificate": certificate(today),
        "verdicts": verdicts(now, today),
        "sheet": sheet(today),
        "todo": todo(),
        "playback": playback(),
    }


def courses(now: datetime) -> list[dict[str, Any]]:
    """One course in each state, soon and online ones, and one without a fixed time."""
    states = ("open", "open", "waiting", "scheduled", "closed", "running", "ended", "settled", "cancelled")
    titles = (
        "처음 만나는 수채화", "스마트폰으로 병원 예약하기", "퇴근하고 굽는 쌀 식빵", "연필로 그리는 우리 동네",
        "어반스케치, 퇴근길 풍경", "숲에서 배우는 나무 이름", "민요 한 자락", "한글서예 기초", "어린이 목공 교실",
    )  # fmt: skip
    listed = [
        course(now, title, state, number) for number, (title, state) in enumerate(zip(titles, states, strict=True))
    ]
    listed[0] |= {"soon": True, "placed": 17, "fee": 40_000}
    listed[1] |= {"weekdays": [1, 3], "begins": time(10), "ends": time(12)}
    listed[2] |= {"placed": 20, "waiting": 5, "city": {"slug": "seongnam", "name": "성남시"}}
    listed[4] |= {"capacity": 120, "placed": 87, "online": True, "weekdays": [], "begins": None, "ends": None}
    listed[8] |= {"note": "신청하신 분께 전화로 알리고 전부 돌려드렸습니다"}
    return listed


def course(now: datetime, title: str, state: str, number: int) -> dict[str, Any]:
    first = dates.today(now) + timedelta(days=14 + number)
    return {
        "href": f"#course-{number}", "title": title, "state": state, "soon": False, "city": None, "note": None,
        "weekdays": [first.weekday()], "begins": EVENING, "ends": NIGHT, "online": False,
        "first_day": first, "last_day": first + timedelta(days=49 * (number % 3 > 0)), "meetings": 8,
        "venue": "수원시평생학습관 302호", "fee": 0, "capacity": 20, "placed": 8, "waiting": 0,
        "opens_at": now + timedelta(days=4),
    }  # fmt: skip


def run(now: datetime, state: str) -> dict[str, Any]:
    full = state == "waiting"
    return {
        "state": state, "soon": state == "open", "capacity": 20, "placed": 20 if full else 17,
        "waiting": 5 if full else 0, "opens_at": now + timedelta(days=4), "closes_at": now + timedelta(days=1),
        "as_of": now,
    }  # fmt: skip


def history() -> list[dict[str, Any]]:
    suwon, seongnam = {"slug": "suwon", "name": "수원시"}, {"slug": "seongnam", "name": "성남시"}
    acts = [
        {"label": "수료증", "url": "#certificate", "icon": "cert"},
        {"label": "내려받기", "url": "#download", "icon": "save"},
    ]
    return [
        {"kind": "video", "kept": True, "title": "베란다에서 기르는 겨울 쌈채소", "city": seongnam, "acts": [],
         "facts": [("screen", "온라인"), ("clock", "18분")]},
        {"kind": "class", "kept": True, "title": "스마트폰으로 병원 예약하기", "city": suwon, "acts": acts,
         "facts": [("clock", "12시간"), ("check", "8회 중 8회 출석")]},
        {"kind": "class", "kept": False, "title": "한글서예 기초", "city": suwon, "facts": [("clock", "36시간")],
         "acts": [{"label": "내 학습에 넣기", "url": "#consent", "icon": "next"}]},
    ]  # fmt: skip


def certificate(today: date) -> dict[str, Any]:
    period = dates.document_span(today - timedelta(days=60), today - timedelta(days=10), "ko")
    return {
        "number": "suwon-2026-004182", "name": "김영숙", "course": "스마트폰으로 병원 예약하기", "period": str(period),
        "hours": 12, "issuer": "수원시장", "issued": today - timedelta(days=9), "qr": None,
    }  # fmt: skip


def verdicts(now: datetime, today: date) -> list[dict[str, Any]]:
    return [
        {"state": "valid", "checked": now},
        {"state": "revoked", "revoked_on": today, "reason": "출석 기록을 바로잡음"},
        {"state": "none", "phone": "031-555-0000"},
    ]


def sheet(today: date) -> dict[str, Any]:
    """An attendance sheet: seven meetings held, today's being the last, three to come."""
    meetings = [
        {"id": f"m{n}", "label": f"{n}회", "day": f"{day.month}. {day.day}.", "today": n == 7, "held": n <= 7}
        for n in range(1, 11)
        for day in [today + timedelta(weeks=n - 7)]
    ]
    marks = ("present", "present", "late", "absent", "excused", "present", None)
    people = [
        {"id": f"p{n}", "name": name, "note": "", "low": n == 1, "rate": 71 if n == 1 else 100 - n,
         "marks": {f"m{place + 1}": marks[(place + n) % 7] for place in range(7)}}
        for n, name in enumerate(("강민서", "고은채", "김영숙", "김태호", "나윤정", "문정희"))
    ]  # fmt: skip
    return {"meetings": meetings, "people": people}


def todo() -> list[dict[str, Any]]:
    return [
        {"when": "어제까지", "since": "1일 지남", "late": True, "title": "한글서예 기초 3기 마치기", "act": "마치기",
         "text": "출석 25회를 모두 적었습니다. 수료 13명, 미수료 2명을 확인하고 수료증을 냅니다.", "url": "#close"},
        {"when": "오후 6:00", "since": "2시간 뒤", "late": False, "title": "어르신 영상 편집 접수 마감", "act": "보기",
         "text": "정원 16 · 남은 자리 5. 최소 인원 8명은 넘었습니다.", "url": "#run"},
    ]  # fmt: skip


def playback() -> dict[str, Any]:
    """A video half watched, with a gap; nothing plays."""
    said = ("안녕하세요.", "날짜를 누르면 빈 시간이 나타납니다.", "원하는 시간을 누르고 아래의 확인을 누르세요.")
    cues = [{"start": 5000 * n, "end": 5000 * (n + 1), "text": text} for n, text in enumerate(said)]
    return {
        "master": "#film", "poster": "", "seconds": 1440, "resume_at": 785, "watched": [[0, 410], [440, 785]],
        "share": 0.52, "completed": False, "kept": True, "needed": 0.9, "progress_url": "#progress", "mark": "gallery",
        "captions": [{"language": "ko", "label": "한국어", "url": "", "cues": cues}],
    }  # fmt: skip
