"""Which names a city may call its own, and how they are written."""

import re

from maru.config import Config
from maru.errors import N_, Invalid
from maru.tenancy import LONGEST_HOST

NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
OURS_ALONE = re.compile(r"(?:^|\.)(?:localhost|local|internal|invalid|test|example|arpa)$")
RECORD = "_maru"


def shown(host: str) -> str:
    """A name as people write it: in Hangul where it is one."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def read(written: str, config: Config) -> str:
    """The name as browsers ask for it; also of an address that was copied whole, and of a name in Hangul."""
    name = re.sub(r"^https?://", "", written.strip().lower()).split("/")[0].rstrip(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not written.strip():
        raise Invalid(N_("도메인을 적어 주세요. 예: learn.gwacheon.go.kr"))
    if name == config.base_domain or name.endswith(f".{config.base_domain}"):
        raise Invalid(N_("마루의 주소는 이미 쓰고 계십니다. 시군이 가진 다른 도메인을 적어 주세요."))
    if not NAME.fullmatch(name) or len(name) > LONGEST_HOST - len(RECORD) - 1 or OURS_ALONE.search(name):
        raise Invalid(N_("인터넷에서 열리는 도메인이 아닙니다. 이렇게 적어 주세요: learn.gwacheon.go.kr"))
    return name
