"""The words of a city: what its messages say instead of the kinds' own texts."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from auth.messages import letters
from auth.messages.kinds import Kind, Text, declared, half_a_field, unknown_fields
from auth.messages.letters import Letterhead, Written
from auth.messages.models import MessageText
from maru.db import session
from maru.errors import N_, Invalid, NotFound

LONGEST: Mapping[str, int] = {"subject": 150, "body": 4000, "sms": 90}
LANGUAGES = ("ko", "en")


def kind_of(name: str, language: str) -> Kind:
    """A kind that is declared, and may be said in that language."""
    if name not in declared or language not in LANGUAGES:
        raise NotFound(N_("찾으시는 안내가 없습니다."))
    return declared[name]


def own(tenant: UUID) -> dict[tuple[str, str], MessageText]:
    """What a city says in its own words, by kind and language."""
    found = session().scalars(sa.select(MessageText).where(MessageText.tenant_id == tenant))
    return {(text.kind, text.language): text for text in found}


def save(kind: Kind, tenant: UUID, language: str, text: Text, by: UUID) -> None:
    """Let a city say it so from now on; in the kind's own words, it has none of its own any more. Invalid says why not."""
    check(kind, text)
    if text == kind.texts[language]:
        reset(kind, tenant, language)
        return
    said = {"subject": text.subject, "body": text.body, "sms": text.sms, "changed_by": by, "changed_at": sa.func.now()}
    added = insert(MessageText).values(tenant_id=tenant, kind=kind.name, language=language, **said)
    session().execute(added.on_conflict_do_update(index_elements=["tenant_id", "kind", "language"], set_=said))


def reset(kind: Kind, tenant: UUID, language: str) -> None:
    """Go back to the kind's own words."""
    written = (MessageText.tenant_id == tenant, MessageText.kind == kind.name, MessageText.language == language)
    session().execute(sa.delete(MessageText).where(*written))


def check(kind: Kind, text: Text) -> None:
    """Refuse a text that is empty or too long, or names a fact that this kind has not, or half of one. Raises Invalid."""
    errors: dict[str, str] = {}
    values: dict[str, object] = dict(LONGEST)
    for part in ("subject", "body", "sms"):
        said = getattr(text, part)
        if not said and part != "sms":
            errors[part] = EMPTY[part]
        elif len(said) > LONGEST[part]:
            errors[part] = TOO_LONG[part]
        elif strange := unknown_fields(kind, Text("", said)):
            errors[part] = UNKNOWN[part]
            values[f"strange_{part}"] = ", ".join(f"{{{name}}}" for name in strange)
        elif half_a_field(said):
            errors[part] = HALF
    if errors:
        raise Invalid(next(iter(errors.values())), errors, values=values)


HALF = N_("중괄호의 짝이 맞지 않습니다. {name}처럼 여는 것과 닫는 것을 모두 적어 주세요.")
EMPTY = {"subject": N_("제목을 적어 주세요."), "body": N_("내용을 적어 주세요.")}
TOO_LONG = {
    "subject": N_("제목은 %(subject)s자까지 적으실 수 있습니다."),
    "body": N_("내용은 %(body)s자까지 적으실 수 있습니다."),
    "sms": N_("문자는 %(sms)s자까지 적으실 수 있습니다."),
}
UNKNOWN = {
    "subject": N_("제목의 %(strange_subject)s 자리는 이 안내에 없습니다. 아래 표에 있는 것만 쓸 수 있습니다."),
    "body": N_("내용의 %(strange_body)s 자리는 이 안내에 없습니다. 아래 표에 있는 것만 쓸 수 있습니다."),
    "sms": N_("문자의 %(strange_sms)s 자리는 이 안내에 없습니다. 아래 표에 있는 것만 쓸 수 있습니다."),
}


def preview(kind: Kind, text: Text, head: Letterhead, language: str) -> Written:
    """What a message would look like, with the samples of its fields."""
    return letters.write(text, {field.name: field.sample[language] for field in kind.fields}, head, language)
