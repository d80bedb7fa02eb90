"""The least that Flask can do on our server: one route that says nothing. Run with the port as argument."""

import sys

from flask import Flask

from maru.serving import server

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    return ""


if __name__ == "__main__":
    server("tests.bench.empty:app", "127.0.0.1", int(sys.argv[1])).serve()
