"""Puts the look on a Flask application: style sheets, languages, and the filters that templates speak with.

Days, instants and money reach templates as values and become words here, in the language of the page:
`{{ run.first_day|day }}`, `{{ run.opens_at|moment }}`, `{{ run.begins|clock_span(run.ends) }}`, `{{ run.fee|money }}`.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, Response, request
from flask.templating import Environment
from flask_babel import Babel, force_locale, get_locale
from jinja2.runtime import Macro
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from maru.web import assets, dates, languages, notices, sizes
from maru.web.figures import seat_bar
from maru.web.prose import prose

CLOCK = re.compile(r"(?:오전|오후|낮|밤) \d+:\d\d|\d+:\d\d (?:am|pm|noon|midnight)")
HANGUL = re.compile("[ㄱ-ㅎ가-힣]")
ICON = re.compile(r'href="#i-([a-z]+)"')
IN_WORDS = ("text/html", "text/calendar", "application/problem+json")
Words = Callable[..., str]
Spans = Callable[..., dates.Span]
WITH_TODAY: dict[str, Words] = {
    "day": dates.day,
    "moment": dates.moment,
    "deadline": dates.deadline,
    "overdue": dates.overdue,
}
WITHOUT: dict[str, Words] = {
    "clock": dates.clock,
    "staff_day": dates.staff_day,
    "staff_date": dates.staff_date,
    "staff_clock": dates.staff_clock,
    "staff_closing": dates.staff_closing,
    "staff_moment": dates.staff_moment,
    "staff_deadline": dates.staff_deadline,
    "document_day": dates.document_day,
}
SPANS_WITH_TODAY: dict[str, Spans] = {
    "day_span": dates.day_span,
    "short_span": dates.short_span,
    "moment_span": dates.moment_span,
}
SPANS_WITHOUT: dict[str, Spans] = {
    "clock_span": dates.clock_span,
    "staff_span": dates.staff_span,
    "document_span": dates.document_span,
}


class Templates(Environment):
    """Flask's templates with one mapping of global names for all: Jinja compares these names at every import of macros."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


def mount(app: Flask, person_language: Callable[[], str | None], *, secure: bool, programs: str = "/api/") -> None:
    """Give `app` the whole look; `person_language` says what the signed-in person once chose, if anything.

    `secure` says that it is served by https, where cookies do not travel otherwise; below the path `programs` no person
    reads, and what the program accepts is asked.
    """

    def chosen() -> str:
        asked, person = request.args.get(languages.ARGUMENT), person_language()
        if request.path.startswith(programs):
            accepted = (tag.split("-")[0].lower() for tag, quality in request.accept_languages if quality)
            return languages.choose(asked, *accepted, person)
        return languages.choose(asked, request.cookies.get(languages.COOKIE), person)

    app.jinja_environment = Templates
    Babel(
        app,
        default_locale=languages.DEFAULT,
        default_timezone=str(dates.SEOUL),
        default_translation_directories=str(languages.TRANSLATIONS),
        locale_selector=chosen,
    )
    assets.mount(app)
    app.after_request(lambda response: _remember_language(response, secure))
    app.after_request(_say_language)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]  # an extension adds it
    app.jinja_env.filters.update(_filters())
    app.jinja_env.globals.update(
        _=_sentence, gettext=_sentence, ngettext=_counted, seat_bar=seat_bar, kept=kept, just_said=notices.taken
    )
    app.before_request(_forget_language)
    app.teardown_appcontext(_forget_language)


_spoken: ContextVar[str | None] = ContextVar("maru_language", default=None)


def language() -> str:
    """The language of the page being made, Korean outside a request.

    A page asks a hundred times, so the answer is kept for the rest of the request.
    """
    known = _spoken.get()
    if known is None:
        locale = get_locale()
        if locale is None:
            return languages.DEFAULT
        known = str(locale.language)
        _spoken.set(known)
    return known


def _forget_language(_error: BaseException | None = None) -> None:
    _spoken.set(None)


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Speak another language for a while."""
    before = _spoken.set(wanted)
    try:
        with force_locale(wanted):
            yield
    finally:
        _spoken.reset(before)


def plain(message: str, **values: Any) -> str:
    """A sentence for programs, which nothing is escaped in, in the language of the answer."""
    words = _catalogue(language()).gettext(message)
    return words % values if values else words


def _sentence(message: str, **values: Any) -> Markup:
    """A sentence of a template in the language of the page; what is put into it is escaped."""
    words = _translated(language(), message)
    return words % values if values else words % {} if "%" in words else words


def _counted(one: str, many: str, number: int, **values: Any) -> Markup:
    """The sentence for so many."""
    return Markup(_catalogue(language()).ngettext(one, many, number)) % {"num": number, **values}  # noqa: S704  # ours


@lru_cache(maxsize=4096)
def _translated(spoken: str, message: str) -> Markup:
    return Markup(_catalogue(spoken).gettext(message))  # noqa: S704  # our own sentences


def kept(macro: Macro, *values: Hashable) -> Markup:
    """`macro(*values)`, made once: for macros that are called often with equal values, such as the rows of a list.

    What comes out may depend on the values, the language and the day, and on nothing else. Nothing of a person may be
    among the values, and no token: what is kept is shown to everybody whose values are equal.
    """
    return _kept(macro, values, language(), dates.today())


@lru_cache(maxsize=1000)
def _kept(macro: Macro, values: tuple[Hashable, ...], _language: str, _today: date) -> Markup:
    return Markup(macro(*values))  # noqa: S704  # a macro escapes what it is given


@lru_cache
def _catalogue(spoken: str) -> NullTranslations:
    """Read once: a page asks for some hundred sentences, and flask-babel looks its own way up for each."""
    return Translations.load(languages.TRANSLATIONS, [spoken])


def _remember_language(response: Response, secure: bool) -> Response:
    asked = request.args.get(languages.ARGUMENT)
    if asked in languages.LANGUAGES:
        response.set_cookie(
            languages.COOKIE, asked, max_age=languages.COOKIE_AGE, secure=secure, httponly=True, samesite="Lax"
        )
    return response


def _say_language(response: Response) -> Response:
    """What people read says in which language it is, and what that depends on."""
    if response.mimetype in IN_WORDS:
        response.headers["Content-Language"] = language()
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _filters() -> dict[str, Callable[..., Any]]:
    """Every filter of templates by its name."""
    return {
        **{name: _time_filter(words, dated=True) for name, words in WITH_TODAY.items()},
        **{name: _time_filter(words, dated=False) for name, words in WITHOUT.items()},
        **{name: _span_filter(words, dated=True) for name, words in SPANS_WITH_TODAY.items()},
        **{name: _span_filter(words, dated=False) for name, words in SPANS_WITHOUT.items()},
        "weekdays": lambda days: dates.weekdays(days, language()),
        "every_week": lambda days: dates.every_week(days, language()),
        "month": lambda on: dates.month(on, language()),
        "weekday_name": lambda on: dates.weekday_name(on, language()),
        "hours": lambda amount: dates.hours(amount, language()),
        "duration": lambda seconds: dates.duration(seconds, language()),
        "size": lambda count: sizes.size(count, language()),
        "money": lambda won: dates.money(won, language()),
        "as_written": _as_written,
        "structured_data": _structured_data,
        "prose": prose,
        "seoul": dates.in_seoul,
        "icon_names": _icon_names,
    }


def _time_filter(words: Words, *, dated: bool) -> Callable[[Any], Markup]:
    def shown(value: date | datetime | time) -> Markup:
        known = (dates.today(),) if dated else ()
        return _time(value, words(value, *known, language()))

    return shown


def _span_filter(words: Spans, *, dated: bool) -> Callable[[Any, Any], Markup]:
    def shown(first: date | datetime | time, last: date | datetime | time) -> Markup:
        known = (dates.today(),) if dated else ()
        span = words(first, last, *known, language())
        return _time(first, span.first) + span.sign + _time(last, span.last)

    return shown


def _time(value: date | datetime | time, words: str) -> Markup:
    """`<time>` with the machine's form: `2026-10-29`, `2026-10-29T19:00+09:00` or `19:00`; clock times do not break."""
    if isinstance(value, datetime):
        machine = dates.in_seoul(value).isoformat(timespec="minutes")
        words = CLOCK.sub(r'<span class="nowrap">\g<0></span>', words)
    else:
        machine = value.isoformat() if isinstance(value, date) else f"{value:%H:%M}"
    return Markup(f'<time datetime="{machine}">{words}</time>')  # noqa: S704  # words of dates.py, nothing from outside


def _as_written(words: str | None) -> str:
    """What a city wrote, which it wrote in Korean; on an English page marked so, for voices that read it out."""
    if not words or language() == languages.DEFAULT or not HANGUL.search(words):
        return words or ""
    return Markup('<span lang="ko">{}</span>').format(words)


def _structured_data(said: Mapping[str, Any]) -> Markup:
    """What search engines read (schema.org): a block of data, which no browser runs, whatever it says."""
    return Markup('<script type="application/ld+json">{}</script>').format(htmlsafe_json_dumps(said))


def _icon_names(page: str) -> tuple[str, ...]:
    return tuple(sorted(set(ICON.findall(page))))
