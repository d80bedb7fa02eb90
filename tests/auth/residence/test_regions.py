"""Codes are dated and have successors (domain 1.6): homes count as what follows, and the province brings them by a file."""

from collections.abc import Sequence
from datetime import date

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from auth.residence import importing
from auth.residence import service as residence
from maru.cli import main
from maru.config import Config
from maru.db import Database, Scope, session
from maru.errors import NotEligible
from maru.imports.report import Report
from maru.migrating import owner_connection
from tenants.enrolments import service as enrolments
from tests.auth.residence.conftest import TODAY, Hall, days, region
from tests.conftest import Maker

HEAD = "code,name_ko,name_en,kind,parent_code,since,until,successor_code\n"


def put(database: Database, *lines: str) -> Report:
    with database.transaction(Scope.PROVINCE):
        return importing.import_file((HEAD + "\n".join(lines)).encode())


def codes(report: Report) -> Sequence[str]:
    return [row.code for row in report.rows]


def as_of(database: Database, code: str, day: date) -> str | None:
    with database.transaction(Scope.PUBLIC):
        return residence.as_of(code, day)


def test_a_code_counts_as_its_successor_from_that_day_on(database: Database, make: Maker) -> None:
    county, city, later = (make.code() for _ in range(3))
    report = put(
        database,
        f"{county},시험군,Old,군,,2000-01-01,{days(100)},{city}",
        f"{city},시험시,New,시,,{days(100)},{days(10)},{later}",
        f"{later},새시험시,Newer,city,,{days(10)},,",
    )
    assert codes(report) == ["added"] * 3
    assert [as_of(database, county, day) for day in (days(101), days(100), days(11), days(10), TODAY)] == [
        county, city, city, later, later,
    ]  # fmt: skip
    assert as_of(database, later, days(400)) == later


@pytest.mark.parametrize("renamed", [False, True])
def test_a_home_under_the_former_code_opens_courses_for_residents(
    hall: Hall, database: Database, *, renamed: bool
) -> None:
    """Whether the city still goes by its old code, or by the new one already."""
    new, person, stranger = hall.make.code(), hall.person(), hall.person()
    hall.lived(person, hall.region, days(400))
    hall.lived(stranger, hall.elsewhere, days(400))
    with database.transaction(Scope.PROVINCE):
        session().execute(
            sa.text(
                "UPDATE regions SET valid = daterange(lower(valid), :day), successor_code = :new WHERE code = :old"
            ),
            {"day": days(30), "new": new, "old": hall.region},
        )
    region(database, new, since=days(30))
    if renamed:
        with owner_connection(hall.config.database_url) as connection, connection.begin():
            connection.exec_driver_sql("ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY")
            moved = sa.text("UPDATE tenants SET region_code = :new WHERE id = :city")
            connection.execute(moved, {"new": new, "city": hall.city})
            connection.exec_driver_sql("ALTER TABLE tenants FORCE ROW LEVEL SECURITY")
    run = hall.make.run(hall.city)
    hall.for_residents(run)
    with hall.as_person(person):
        assert enrolments.apply(run, hall.city).state == "placed"
    with pytest.raises(NotEligible), hall.as_person(stranger):
        enrolments.apply(run, hall.city)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("123,시험시,X,시,,2000-01-01,,", "bad-code"),
        ("{a},,X,시,,2000-01-01,,", "bad-name"),
        ("{a},시험시,X,마을,,2000-01-01,,", "bad-kind"),
        ("{a},시험시,X,시,,작년,,", "bad-day"),
        ("{a},시험시,X,시,,2000-01-01,2000-01-01,{b}", "bad-day"),
        ("{a},시험구,X,구,,2000-01-01,,", "no-parent"),
        ("{a},시험구,X,구,{a},2000-01-01,,", "no-parent"),
        ("{a},시험시,X,시,{b},2000-01-01,,", "no-parent"),
        ("{a},시험시,X,시,,2000-01-01,,{b}", "no-successor"),
        ("{a},시험시,X,시,,2000-01-01,2020-01-01,{a}", "no-successor"),
        ("{a},시험시,X,시,,2000-01-01,2020-01-01,99999", "no-successor"),
        ("{b},시험시,X,시,,2010-01-01,,", "overlap"),
    ],
)
def test_a_wrong_line_says_why_and_holds_the_file_back(database: Database, make: Maker, line: str, code: str) -> None:
    first, known, right = (make.code() for _ in range(3))
    assert codes(put(database, f"{known},아는시,Known,시,,2000-01-01,,")) == ["added"]
    report = put(database, f"{right},바른시,Right,시,,2000-01-01,,", line.format(a=first, b=known))
    assert codes(report) == ["held-back", code]
    assert report.totals["refused"] == 2
    with database.transaction(Scope.PUBLIC):
        assert right not in residence.known()


def test_the_same_line_twice_is_told(database: Database, make: Maker) -> None:
    code = make.code()
    assert codes(put(database, *[f"{code},시험시,X,시,,2000-01-01,,"] * 2)) == ["held-back", "repeated"]


def test_a_file_is_read_again_without_harm(database: Database, make: Maker) -> None:
    code, line = make.code(), "{},시험시,X,시,,2000-01-01,,"
    assert codes(put(database, line.format(code))) == ["added"]
    assert codes(put(database, line.format(code))) == ["unchanged"]
    assert codes(put(database, line.format(code).replace("시험시", "새시험시"))) == ["changed"]
    with database.transaction(Scope.PUBLIC):
        assert residence.known()[code].name_ko == "새시험시"


def test_the_command_reports_every_line(
    config: Config, make: Maker, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, file = make.code(), tmp_path_factory.mktemp("regions") / "regions.csv"
    monkeypatch.setenv("DATABASE_APP_URL", config.database_app_url)
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("MARU_HOME", str(config.home))
    file.write_bytes((HEAD + f"{code}00000,명령시,Cmd,시,,2000-01-01,,\n").encode("cp949"))
    dry = CliRunner().invoke(main, ["regions", "import", "--dry-run", str(file)])
    assert dry.exit_code == 0, dry.output
    assert f"2줄 [accepted] {code} 명령시" in dry.output
    assert CliRunner().invoke(main, ["regions", "import", str(file)]).exit_code == 0
    file.write_text(HEAD + "1,명령시,Cmd,시,,2000-01-01,,\n", "utf-8")
    wrong = CliRunner().invoke(main, ["regions", "import", "--json", str(file)])
    assert wrong.exit_code == 2
    assert '"code": "bad-code"' in wrong.output


@pytest.mark.parametrize("scope", [Scope.PUBLIC, Scope.PERSON, Scope.STAFF, Scope.JOB])
def test_only_the_province_brings_regions(database: Database, make: Maker, scope: Scope) -> None:
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), database.transaction(scope):
        importing.import_file((HEAD + f"{make.code()},시험시,X,시,,2000-01-01,,").encode())
