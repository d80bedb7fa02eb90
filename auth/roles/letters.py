"""The mail of an invitation. It carries a link and perhaps a password, so it goes out at once and is kept nowhere: what
`auth.messages` sends it also keeps.
"""

from uuid import UUID

from auth.messages import letters
from auth.messages.kinds import Text
from auth.roles.words import ROLES
from maru.config import Config

INVITATION = Text(
    "[{place}] {role}로 초대합니다",
    "{name} 님께\n\n{inviter} {place}의 ‘{role}’ 역할을 함께해 달라고 초대합니다.\n\n"
    "아래 주소를 열어 로그인하시면 역할을 받으실 수 있습니다.\n{link}\n\n{account}\n\n"
    "이 주소는 {days}일 동안 한 번만 쓸 수 있습니다. 초대 메일을 여러 번 받으셨다면 가장 나중에 온 것을 쓰세요."
    " 아시는 일이 아니면 이 메일을 지우셔도 됩니다.",
)
ACCOUNT = {
    "new": "처음 로그인하실 때 쓰실 것입니다. 로그인하면서 새 비밀번호를 정하십니다.\n아이디: {username}\n비밀번호: {password}",
    "own": "쓰시던 계정으로 로그인하세요.\n아이디: {username}",
    "unknown": "이 메일을 받으신 주소의 계정으로 로그인하세요.",
}


def send(config: Config, to: str, tenant: UUID | None, facts: dict[str, str]) -> None:
    """Hand the letter over, or raise: the job is then tried again. `facts` fill the texts above."""
    head = letters.head_of(tenant, "ko", config)
    kind = "new" if facts["password"] else "own" if facts["username"] else "unknown"
    account = ACCOUNT[kind].format(**facts)
    said = facts | {"place": head.name, "role": ROLES[facts["role"]], "account": account}
    letters.send_once(INVITATION, said, to, head, "ko", config)
