"""What the engine's refusals mean, in words with rule and remedy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from maru.errors import N_, Forbidden, MaruError, Named, NotEligible, NotFound, Refused, Remedy, TooMany
from maru.web import dates


@dataclass(frozen=True)
class Situation:
    """The run that was asked for, and the person's home as the engine saw it."""

    run: Any
    city: Named
    home: Named | None


def refusal(code: str, situate: Callable[[], Situation]) -> MaruError:
    """The error for a refusal of `engine.apply`; `situate` is asked where the words name something of the situation."""
    return general(code) if code in GENERAL else PARTICULAR[code](situate())


def general(code: str) -> MaruError:
    """The error for a refusal whose words are the same for every run and person."""
    return GENERAL[code]()


OTHER_COURSES = Remedy(N_("지금 신청할 수 있는 다른 강좌 보기"), "/courses?state=open")
MY_LEARNING = Remedy(N_("내 학습에서 보기"), "/my")


def _not_found() -> MaruError:
    return NotFound(N_("찾으시는 강좌가 없습니다. 주소가 바뀌었거나 공개가 끝났을 수 있습니다."))


def _already() -> MaruError:
    return Refused(
        N_("이미 신청하신 강좌입니다. 내 학습에서 보실 수 있습니다."),
        slug="already-applied",
        rule=N_("한 강좌에는 한 번만 신청할 수 있습니다."),
        remedies=[MY_LEARNING],
    )


def _key_reused() -> MaruError:
    return Refused(
        N_("이 요청의 열쇠(Idempotency-Key)는 다른 강좌의 신청에 이미 쓰였습니다. 새 열쇠로 보내 주세요."),
        slug="idempotency-key-reused",
    )


def _cancelled(situation: Situation) -> MaruError:
    return Refused(
        N_("열리지 않게 된 강좌입니다. %(reason)s"),
        slug="run-cancelled",
        values={"reason": situation.run.cancel_reason},
        remedies=[OTHER_COURSES],
    )


def _not_first_come() -> MaruError:
    return Refused(
        N_("이 강좌는 추첨이나 심사로 수강생을 정해, 여기에서는 신청을 받지 않습니다. 운영기관에 문의해 주세요."),
        slug="not-first-come",
        rule=N_("여기에서는 선착순 강좌만 신청할 수 있습니다."),
        remedies=[OTHER_COURSES],
    )


def _not_open(situation: Situation) -> MaruError:
    rule = N_("접수 기간에만 신청할 수 있습니다.")
    if situation.run.opens_at is None:
        return Refused(
            N_("접수 기간이 아직 정해지지 않았습니다."), slug="not-open", rule=rule, remedies=[OTHER_COURSES]
        )
    return Refused(
        N_("%(opens)s에 엽니다. 먼저 기다린다고 순서가 빨라지지 않습니다."),
        slug="not-open",
        rule=rule,
        values={"opens": situation.run.opens_at},
        remedies=[OTHER_COURSES],
    )


def _closed(situation: Situation) -> MaruError:
    if situation.run.settled_at is not None:
        return Refused(
            N_("수료 처리를 마친 강좌입니다. 더는 신청을 받지 않습니다."),
            slug="not-open",
            rule=N_("마치지 않은 강좌에만 신청할 수 있습니다."),
            remedies=[OTHER_COURSES],
        )
    if situation.run.ends_on < dates.today():
        return Refused(
            N_("%(last_day)s에 끝난 강좌입니다."),
            slug="not-open",
            rule=N_("마지막 수업이 지나지 않은 강좌에만 신청할 수 있습니다."),
            values={"last_day": situation.run.ends_on},
            remedies=[OTHER_COURSES],
        )
    return Refused(
        N_("%(closed)s에 접수가 끝났습니다."),
        slug="not-open",
        rule=N_("접수 기간에만 신청할 수 있습니다."),
        values={"closed": situation.run.closes_at},
        remedies=[OTHER_COURSES],
    )


def _full() -> MaruError:
    return Refused(
        N_("자리와 대기 자리가 모두 찼습니다."),
        slug="run-full",
        rule=N_("정원과 대기 인원까지만 신청을 받습니다."),
        remedies=[OTHER_COURSES],
    )


def _not_resident(situation: Situation) -> MaruError:
    known = situation.home is not None
    words = (
        N_("%(city)s 시민만 신청할 수 있습니다. 오늘 확인한 주소가 %(home)s입니다.")
        if known
        else N_("%(city)s 시민만 신청할 수 있습니다. 아직 주소를 알려 주지 않으셨습니다.")
    )
    mend = N_("이사하셨다면 주소 다시 확인하기") if known else N_("사는 곳 알려 주기")
    return NotEligible(
        words,
        rule=N_("이 강좌는 신청하는 날 %(city)s에 사는 분만 신청할 수 있습니다."),
        values={"city": situation.city, "home": situation.home or situation.city},
        remedies=[Remedy(mend, "/my/residence"), OTHER_COURSES],
    )


def _too_young(situation: Situation) -> MaruError:
    return NotEligible(
        N_("아직 %(age)s세가 되지 않으셨습니다."),
        rule=N_("%(age)s세부터 신청할 수 있는 강좌입니다. 나이는 신청하는 날의 만 나이로 봅니다."),
        values={"age": situation.run.min_age},
        remedies=[OTHER_COURSES],
    )


def _too_old(situation: Situation) -> MaruError:
    return NotEligible(
        N_("만 나이가 %(age)s세를 넘으셨습니다."),
        rule=N_("%(age)s세까지 신청할 수 있는 강좌입니다. 나이는 신청하는 날의 만 나이로 봅니다."),
        values={"age": situation.run.max_age},
        remedies=[OTHER_COURSES],
    )


def _no_birth_date() -> MaruError:
    return NotEligible(
        N_(
            "나이를 확인해야 하는 강좌인데 생년월일이 등록되어 있지 않습니다. 전화나 창구에서 확인하시면 신청할 수 있습니다."
        ),
        rule=N_("나이는 신청하는 날의 만 나이로 봅니다."),
    )


def _not_verified(situation: Situation) -> MaruError:
    here = urlencode({"next": f"/courses/{situation.run.run_id}"})
    return NotEligible(
        N_("자리보다 신청하시는 분이 많은 강좌라, 본인확인을 한 분만 신청할 수 있습니다. 1분이면 됩니다."),
        rule=N_("본인확인은 한 번만 하시면 모든 시군에서 그대로 쓰입니다."),
        remedies=[Remedy(N_("본인확인하고 돌아오기"), f"/my/identity?{here}"), OTHER_COURSES],
    )


def _flood() -> MaruError:
    return TooMany(N_("1분 동안 너무 많은 강좌를 신청하셨습니다. 1분 뒤에 다시 해 주세요."))


def _too_late() -> MaruError:
    return Refused(
        N_("끝난 강좌는 취소할 수 없습니다."), slug="too-late", rule=N_("수업이 모두 끝나기 전까지 취소할 수 있습니다.")
    )


def _called_off() -> MaruError:
    return Refused(
        N_("열리지 않게 된 강좌라 신청하신 자리도 없어졌습니다. 따로 취소하지 않으셔도 됩니다."),
        slug="run-cancelled",
        remedies=[MY_LEARNING],
    )


def _guardian_missing() -> MaruError:
    return NotEligible(
        N_("만 14세가 되지 않은 분은 법정대리인이 동의하고 신청합니다. 보호자가 로그인해서 자녀로 등록해 주세요."),
        slug="guardian-missing",
        rule=N_("만 14세 미만은 법정대리인의 동의가 있어야 합니다(개인정보 보호법 제22조의2)."),
        remedies=[OTHER_COURSES],
    )


def _not_standing() -> MaruError:
    return Forbidden(
        N_("지금은 이분을 대신하실 수 없습니다. 기한이 지났거나 끝났을 수 있습니다. 대신하는 사이를 확인해 주세요."),
        slug="not-standing",
        remedies=[Remedy(N_("내 가족에서 보기"), "/my/families")],
    )


GENERAL: Mapping[str, Callable[[], MaruError]] = {
    "not-found": _not_found,
    "already-applied": _already,
    "key-reused": _key_reused,
    "not-first-come": _not_first_come,
    "run-full": _full,
    "birth-date-missing": _no_birth_date,
    "rate-limited": _flood,
    "too-late": _too_late,
    "called-off": _called_off,
    "guardian-missing": _guardian_missing,
    "not-standing": _not_standing,
}
PARTICULAR: Mapping[str, Callable[[Situation], MaruError]] = {
    "run-cancelled": _cancelled,
    "not-open": _not_open,
    "closed": _closed,
    "not-resident": _not_resident,
    "not-verified": _not_verified,
    "too-young": _too_young,
    "too-old": _too_old,
}
