"""The embedded object store, and the one door to it."""

import http.client
import re
import time

import psutil
import pytest

from maru.embedded.process import free_port
from maru.embedded.s3 import S3
from maru.errors import NotFound, Unavailable
from maru.storage import Storage, connect


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    part = S3(tmp_path_factory.mktemp("home"))
    part.start()
    yield part
    part.stop()


@pytest.fixture
def storage(store: S3) -> Storage:
    return connect(store.settings)


def test_a_file_is_kept_and_replaced(storage: Storage):
    storage.put("가나/다.txt", "하나".encode(), "text/plain")
    assert storage.get("가나/다.txt") == "하나".encode()
    storage.put("가나/다.txt", b"", "text/plain")
    assert storage.get("가나/다.txt") == b""
    assert storage.exists("가나/다.txt")


def test_a_large_file_comes_back_whole(storage: Storage):
    data = bytes(range(256)) * 50_000
    storage.put("large", data, "application/octet-stream")
    assert storage.get("large") == data


def test_what_is_not_there_is_not_found(storage: Storage):
    assert not storage.exists("nothing")
    with pytest.raises(NotFound):
        storage.get("nothing")


def test_files_survive_a_kill_under_the_same_address(store: S3, storage: Storage):
    storage.put("kept", b"kept", "text/plain")
    for process in store.processes():
        process.kill()
    store.start()
    assert storage.get("kept") == b"kept"
    assert storage.ready()


def test_nothing_listens_beyond_loopback(store: S3):
    (process,) = store.processes()
    listening = [c.laddr for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert int(store.settings.endpoint.rpartition(":")[2]) in {address.port for address in listening}


def test_no_port_gives_files_without_a_key(store: S3, storage: Storage):
    storage.put("secret.txt", b"a secret that only the key opens", "text/plain")
    (process,) = store.processes()
    ports = [c.laddr.port for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    answers = [look(port, path) for port in ports for path in ("/maru/secret.txt", "/buckets/maru/secret.txt", "/1,01")]
    assert len(answers) > 10
    assert not [body for body in answers if b"a secret" in body]


def look(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return b""  # not a door for HTTP
    finally:
        connection.close()


def test_a_wrong_key_is_refused(store: S3):
    settings = type(store.settings)(**{**vars(store.settings), "secret_key": "wrong"})
    assert not connect(settings).ready()
    with pytest.raises(Unavailable):
        connect(settings).get("kept")


def test_telemetry_is_off(store: S3):
    (process,) = store.processes()
    assert "-master.telemetry=false" in process.cmdline()


def test_its_secrets_are_not_on_the_command_line(store: S3):
    (process,) = store.processes()
    assert not re.search(store.settings.secret_key, " ".join(process.cmdline()))


def test_a_store_that_is_down_is_known_at_once(store: S3):
    settings = type(store.settings)(**{**vars(store.settings), "endpoint": f"127.0.0.1:{free_port()}"})
    began = time.monotonic()
    assert not connect(settings).ready()
    with pytest.raises(Unavailable):
        connect(settings).put("key", b"data", "text/plain")
    assert time.monotonic() - began < 3


def test_it_stops_in_time(tmp_path):
    part = S3(tmp_path)
    part.start()
    began = time.monotonic()
    part.stop()
    assert time.monotonic() - began < 6
    assert not part.processes()
