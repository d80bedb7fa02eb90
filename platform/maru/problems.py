"""Every error as a page for people or as Problem Details (RFC 9457) for programs, in Korean and English."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

import psycopg
import structlog
from flask import Flask, Response, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from maru import shapes
from maru.api import PROBLEM_TYPE
from maru.dispatch import API_PREFIX
from maru.errors import N_, Invalid, MaruError, Named, NotSignedIn, Remedy, SecondFactorMissing, Unavailable
from maru.web import dates, languages, notices
from maru.web.mount import language, plain, speaking

log = structlog.get_logger()
HTTP_WORDS = {
    400: N_("보내신 내용을 읽지 못했습니다. 앞 화면에서 다시 해 주세요."),
    404: N_("찾으시는 쪽이 없습니다. 주소가 바뀌었거나 지워졌을 수 있습니다."),
    405: N_("이 주소에서는 할 수 없는 일입니다."),
    413: N_("파일은 %(most)sMB까지 올릴 수 있습니다. 나누어 올려 주세요."),
    415: N_("이 형식의 내용은 받지 않습니다."),
    422: N_("적으신 내용의 형식이 맞지 않습니다. 표시된 곳을 확인해 주세요."),
    429: N_("너무 여러 번 누르셨습니다. 1분 뒤에 다시 해 주세요."),
}
FORM_TOO_LARGE = N_("보내신 글이 너무 깁니다. 줄여서 다시 보내 주세요.")
HTTP_TITLES = {
    400: N_("보내신 내용을 읽지 못했습니다"),
    404: N_("찾으시는 것이 없습니다"),
    405: N_("이 주소에서는 할 수 없습니다"),
    413: N_("너무 큽니다"),
    415: N_("받지 않는 형식입니다"),
    422: N_("적으신 내용을 확인해 주세요"),
}
OUR_FAULT = N_("처리하지 못했습니다. 적으신 내용은 저장되지 않았습니다. 잠시 뒤에 다시 해 주세요.")
OUR_TITLE = N_("저희 쪽에서 멈추었습니다")
SENTENCES = ("title", "detail", "rule", "errors")
DATABASE_AWAY = N_("자료를 불러오는 곳이 잠시 쉬고 있습니다. 곧 다시 열립니다.")


class Way(NamedTuple):
    """A remedy in the reader's language."""

    text: str
    href: str | None


def mount(app: Flask) -> None:
    """Answer all errors of `app` in one way."""
    app.register_error_handler(MaruError, _answer)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(OperationalError, _answer_away)
    app.register_error_handler(psycopg.OperationalError, _answer_away)
    app.register_error_handler(PoolTimeout, _answer_away)
    app.register_error_handler(Exception, _answer_crash)


def say(message: str, values: Mapping[str, Any]) -> str:
    """A message id in the current language, with days and instants in words."""
    if not message:
        return ""
    words = {name: _in_words(value) for name, value in values.items()}
    return plain(message, **words)


def _in_words(value: Any) -> Any:
    if isinstance(value, Named):
        return value.en if language() == "en" else value.ko
    if isinstance(value, datetime):
        return dates.moment(value, dates.today(), language())
    if isinstance(value, date):
        return dates.day(value, dates.today(), language())
    return plain(value) if isinstance(value, str) and value else value


def _answer(error: MaruError) -> ResponseReturnValue:
    if isinstance(error, NotSignedIn) and request.method == "GET" and not request.path.startswith(API_PREFIX):
        stronger = {"strong": "1"} if isinstance(error, SecondFactorMissing) else {}
        return redirect(f"/auth/sign-in?{urlencode({'next': request.full_path.rstrip('?')} | stronger)}")
    notices.forget()
    if request.path.startswith(API_PREFIX) or request.accept_mimetypes.best == "application/json":
        answer = jsonify(_document(error))
        answer.mimetype = PROBLEM_TYPE
    else:
        again = error.again if isinstance(error, Unavailable) else ""
        answer = Response(render_template("error.html", problem=for_page(error), again=again), mimetype="text/html")
    answer.status_code = error.status
    answer.headers.update(error.headers)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def for_page(error: MaruError) -> dict[str, Any]:
    """An error as pages show it, in the reader's language: the fields of `problem` (maru/web/__init__.py)."""
    return {
        "status": error.status,
        "slug": error.slug,
        "title": plain(error.title),
        "detail": say(error.detail, error.values),
        "rule": say(error.rule, error.values),
        "remedies": [_way(remedy) for remedy in error.remedies],
    }


def _way(remedy: Remedy) -> Way:
    return Way(say(remedy.text, remedy.values), remedy.href)


def _document(error: MaruError) -> dict[str, Any]:
    """The members of RFC 9457; beyond them the rule and the remedies, and every sentence in both languages."""
    spoken: dict[str, dict[str, Any]] = {}
    for locale in languages.LANGUAGES:
        with speaking(locale):
            spoken[locale] = for_page(error)
            if isinstance(error, Invalid) and error.errors:
                spoken[locale]["errors"] = _errors(error)
    mine = spoken[language()]
    ways = [way._asdict() for way in mine["remedies"]]
    document = {"type": f"/problems/{mine.pop('slug')}", **mine, "remedies": ways}
    for locale, theirs in spoken.items():
        document |= {f"{member}_{locale}": theirs[member] for member in SENTENCES if member in theirs}
        for way, same in zip(ways, theirs["remedies"], strict=True):
            way[f"text_{locale}"] = same.text
    return document


def _errors(error: Invalid) -> dict[str, str]:
    """What is wrong with each field, in the current language."""
    return {name: say(words, error.own_values.get(name, error.values)) for name, words in error.errors.items()}


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    words, slug = HTTP_WORDS.get(error.code, HTTP_WORDS[400]), error.name.lower().replace(" ", "-")
    if error.code == 413 and request.max_content_length != current_app.config["MAX_CONTENT_LENGTH"]:
        words = FORM_TOO_LARGE
    ours = MaruError(words, slug=slug, values={"most": _largest_file()})
    ours.status = error.code
    ours.title = HTTP_TITLES.get(error.code, HTTP_TITLES[400])
    told = getattr(error, "data", {}).get("messages", {})
    if fields := {name: said for part in told.values() if isinstance(part, dict) for name, said in part.items()}:
        found = {name: shapes.in_words(_first(said)) for name, said in fields.items()}
        errors = {name: words for name, (words, _) in found.items()}
        ours = Invalid(ours.detail, errors, {name: values for name, (_, values) in found.items()})
    if isinstance(error, MethodNotAllowed):
        ours.headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))}  # RFC 9110, 15.5.6
    return _answer(ours)


def _largest_file() -> int:
    """Megabytes: what a request may hold beside the fields of its form."""
    config = current_app.config
    return int(config["MAX_CONTENT_LENGTH"] - config["MAX_FORM_MEMORY_SIZE"]) // 2**20


def _first(said: Any) -> str:
    """The first thing that marshmallow says of a field, or of a part of it."""
    while isinstance(said, list | dict):
        said = next(iter(said.values() if isinstance(said, dict) else said), "")
    return str(said)


def _answer_away(error: Exception) -> ResponseReturnValue:
    log.error("database away", exc_info=error)
    return _answer(Unavailable(DATABASE_AWAY))


def _answer_crash(error: Exception) -> ResponseReturnValue:
    log.error("crash", exc_info=error)
    ours = MaruError(OUR_FAULT)
    ours.title = OUR_TITLE
    return _answer(ours)
