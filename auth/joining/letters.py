"""What is written to an address for which an account or another password was asked. The link in it is a key, so the letter is
kept nowhere.
"""

from collections.abc import Mapping
from uuid import UUID

from auth.messages import letters
from auth.messages.kinds import Text
from maru.config import Config

NOT_YOU = {
    "ko": "부탁하신 일이 없으면 이 메일을 지우셔도 됩니다. 주소를 열지 않으시면 아무것도 바뀌지 않습니다.",
    "en": "If you did not ask for this, you can delete this message. Nothing changes unless the link is opened.",
}
LETTERS: Mapping[str, Mapping[str, Text]] = {
    "join": {
        "ko": Text(
            "계정을 만드시려면 이 메일을 열어 주세요",
            "아래 주소를 열어 ‘계정 만들기’를 누르시면 계정이 만들어집니다.\n{link}\n\n"
            f"이 주소는 {{hours}}시간 동안 한 번만 쓸 수 있습니다. {NOT_YOU['ko']}",
        ),
        "en": Text(
            "Open this message to create your account",
            "Open the link below and press “Create an account”.\n{link}\n\n"
            f"The link holds for {{hours}} hours and works once. {NOT_YOU['en']}",
        ),
    },
    "known": {
        "ko": Text(
            "이미 계정이 있습니다",
            "이 이메일 주소로 만든 계정이 이미 있습니다.\n아이디: {username}\n\n로그인: {sign_in}\n비밀번호를 잊으셨으면: {forgotten}\n\n"
            + NOT_YOU["ko"],
        ),
        "en": Text(
            "You already have an account",
            "There already is an account with this e-mail address.\nUser ID: {username}\n\nSign in: {sign_in}\n"
            "If you forgot the password: {forgotten}\n\n" + NOT_YOU["en"],
        ),
    },
    "password": {
        "ko": Text(
            "비밀번호를 새로 정하시려면 이 메일을 열어 주세요",
            "아이디: {username}\n\n아래 주소를 열어 ‘한 번 쓰는 비밀번호 받기’를 누르시면 그 비밀번호로 로그인해 새 비밀번호를 정하실 수"
            f" 있습니다.\n{{link}}\n\n이 주소는 {{hours}}시간 동안 한 번만 쓸 수 있습니다. {NOT_YOU['ko']}",
        ),
        "en": Text(
            "Open this message to choose a new password",
            "User ID: {username}\n\nOpen the link below and press “Get a password for one use”. With it you sign in and choose a"
            f" new one.\n{{link}}\n\nThe link holds for {{hours}} hours and works once. {NOT_YOU['en']}",
        ),
    },
    "unknown": {
        "ko": Text(
            "이 주소로 만든 계정이 없습니다",
            "비밀번호를 새로 정하려고 이 주소를 적으셨지만, 이 이메일 주소로 만든 계정이 없습니다. 다른 주소로 만드셨는지 살펴봐"
            " 주세요. 다른 곳의 계정으로 로그인하셨다면 로그인 화면에서 그 계정을 고르시면 됩니다.\n\n"
            f"계정 만들기: {{join}}\n\n{NOT_YOU['ko']}",
        ),
        "en": Text(
            "No account has this address",
            "Somebody wanted to choose a new password for this e-mail address, but no account has it. Perhaps you used another"
            " address. If you signed in through another account, choose it on the sign-in page.\n\n"
            f"Create an account: {{join}}\n\n{NOT_YOU['en']}",
        ),
    },
    "closed": {
        "ko": Text(
            "쓰지 않는 계정입니다",
            "이 이메일 주소로 만든 계정은 지금 쓸 수 없게 되어 있습니다. 가까운 평생학습 창구로 문의해 주세요.\n\n"
            + NOT_YOU["ko"],
        ),
        "en": Text(
            "This account is closed",
            "The account with this e-mail address cannot be used now. Please ask at a learning desk near you.\n\n"
            + NOT_YOU["en"],
        ),
    },
}
"""By what is known of the address; nobody but its reader learns which one was sent."""


def send(config: Config, what: str, to: str, tenant: UUID | None, language: str, facts: Mapping[str, str]) -> None:
    """Hand one of `LETTERS` over, or raise: the job is then tried again."""
    ways = {"sign_in": "/auth/sign-in", "forgotten": "/forgotten", "join": "/join"}
    letters.send_once(
        LETTERS[what][language], {**ways, **facts}, to, letters.head_of(tenant, language, config), language, config
    )
