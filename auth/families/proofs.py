"""The code of an SMS and the link of an e-mail that prove a guardian's consent. They go out at once and are kept nowhere:
what `auth.messages` sends it also keeps.
"""

import secrets
from uuid import UUID, uuid4

import sqlalchemy as sa

from auth.families.codes import digest_of
from auth.messages import letters
from auth.messages.kinds import Text
from maru.config import Config
from maru.db import session
from maru.errors import ConfigurationError
from maru.jobs import job, tools
from maru.limits import limit
from maru.security import new_token
from maru.texting import texting_of

SET_SECRET = sa.text("SELECT * FROM engine.set_guardian_secret(:request, :secret)")
TELL = sa.text("SELECT engine.tell_coming_of_age()")
SMS = "[{place}] 자녀 등록 번호 {code} ({minutes}분 안에 적어 주세요)"
LETTER = Text(
    "[{place}] 자녀 등록에 동의하시면 이 주소를 열어 주세요",
    "{name} 님께\n\n만 14세 미만 자녀를 등록하는 데 동의를 확인하는 메일입니다.\n\n"
    "아래 주소를 열어 ‘동의하고 등록하기’를 눌러 주세요. {minutes}분 동안 한 번만 쓸 수 있습니다.\n{link}\n\n"
    "요청하신 적이 없으면 이 메일을 지우시면 됩니다. 아무 일도 일어나지 않습니다.",
)


@job("families.send_proof")
def send_proof(request: UUID, method: str) -> None:
    """Make the secret of a request that waits, and send it by `sms` or `email`; at another try a new one is made."""
    config, by_sms = tools().config, method == "sms"
    secret = f"{secrets.randbelow(10**6):06}" if by_sms else new_token()
    row = session().execute(SET_SECRET, {"request": request, "secret": digest_of(request, secret)}).one()
    if row.address is None:
        return
    if by_sms:
        _text(config, row.address, secret)
    else:
        _mail(config, row.address, {"name": row.name, "link": f"/my/children/requests/{request}?code={secret}"})


@job("families.tell_coming_of_age", daily=True)
def tell_coming_of_age() -> None:
    """Tell guardians that a child will decide alone soon, and that the day has come. Nothing ends by it."""
    session().execute(TELL)


def _text(config: Config, phone: str, code: str) -> None:
    texting = texting_of(config)
    if texting is None:
        raise ConfigurationError("SMS_URL is not set: codes cannot be sent.")
    head = letters.head_of(None, "ko", config)
    words = SMS.format(place=head.name, code=code, minutes=limit("guardian-code-minutes"))
    texting.send(str(uuid4()), phone, words, lambda: None)


def _mail(config: Config, to: str, facts: dict[str, str]) -> None:
    head = letters.head_of(None, "ko", config)
    said = facts | {"place": head.name, "minutes": str(limit("guardian-code-minutes"))}
    letters.send_once(LETTER, said, to, head, "ko", config)
