"""Large files pass by the web process: uploads in parts and reading, both by signed addresses."""

import http.client
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from maru.embedded.process import free_port
from maru.embedded.s3 import S3
from maru.errors import NotFound, Refused, Unavailable
from maru.storage import PART_BYTES, PIECE_BYTES, Storage, connect

SOON = timedelta(minutes=1)
TYPE = "video/mp4"
PAGE = "http://suwon.localhost:8000"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    part = S3(tmp_path_factory.mktemp("home"))
    part.start()
    yield part
    part.stop()


@pytest.fixture
def storage(store: S3) -> Storage:
    return connect(store.settings)


@pytest.fixture
def key() -> str:
    return f"library/{secrets.token_hex(8)}/겨울 쌈채소.mp4"


def call(method: str, url: str, data: bytes = b"", **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
    """What a browser would get."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    try:
        connection.request(method, f"{address.path}?{address.query}", data, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def send(storage: Storage, key: str, upload: str, number: int, data: bytes) -> int:
    return call("PUT", storage.part_url(key, upload, number, SOON), data)[0]


def test_parts_in_any_order_become_one_file(storage: Storage, key: str) -> None:
    data = secrets.token_bytes(PART_BYTES) + b"end"
    upload = storage.begin_upload(key, TYPE)
    assert storage.parts(key, upload) == []
    assert send(storage, key, upload, 2, data[PART_BYTES:]) == 200
    assert send(storage, key, upload, 1, data[:PART_BYTES]) == 200
    assert [(part.number, part.size) for part in storage.parts(key, upload)] == [(1, PART_BYTES), (2, 3)]
    assert not storage.exists(key)
    storage.finish_upload(key, upload, len(data))
    assert storage.get(key) == data
    assert storage.size(key) == len(data)
    storage.finish_upload(key, upload, len(data))
    with pytest.raises(NotFound):
        storage.parts(key, upload)


def test_a_part_sent_again_replaces_the_first(storage: Storage, key: str) -> None:
    upload = storage.begin_upload(key, TYPE)
    send(storage, key, upload, 1, b"first")
    time.sleep(1.1)  # the store's clock shows whole seconds
    send(storage, key, upload, 1, b"again")
    assert [(part.number, part.size) for part in storage.parts(key, upload)] == [(1, 5)]
    storage.finish_upload(key, upload, 5)
    assert storage.get(key) == b"again"


@pytest.mark.parametrize(("numbers", "size"), [((1, 3), 8), ((2,), 4), ((1, 2), 12), ((1, 2), 4), ((), 0)], ids=str)
def test_a_hole_is_refused(storage: Storage, key: str, numbers: tuple[int, ...], size: int) -> None:
    upload = storage.begin_upload(key, TYPE)
    for number in numbers:
        send(storage, key, upload, number, b"four")
    with pytest.raises(Refused):
        storage.finish_upload(key, upload, size)
    assert not storage.exists(key)
    assert [part.number for part in storage.parts(key, upload)] == list(numbers)


def test_more_than_one_page_of_parts_is_listed(storage: Storage, key: str) -> None:
    upload = storage.begin_upload(key, TYPE)
    address = urlsplit(storage.url(key, SOON))
    connection = http.client.HTTPConnection(address.netloc)
    for number in range(1, 1003):
        connection.request("PUT", storage.part_url(key, upload, number, SOON), b"x")
        assert connection.getresponse().read() == b""
    connection.close()
    assert [part.number for part in storage.parts(key, upload)] == list(range(1, 1003))


def test_what_is_given_up_is_gone(storage: Storage, key: str) -> None:
    upload = storage.begin_upload(key, TYPE)
    send(storage, key, upload, 1, b"one")
    storage.abort_upload(key, upload)
    storage.abort_upload(key, upload)
    with pytest.raises(NotFound):
        storage.parts(key, upload)
    with pytest.raises(NotFound):
        storage.finish_upload(key, upload, 3)
    assert send(storage, key, upload, 1, b"one") == 404


def test_only_old_uploads_are_given_up(storage: Storage, key: str) -> None:
    upload = storage.begin_upload(key, TYPE)
    send(storage, key, upload, 1, b"one")
    storage.abort_uploads(datetime.now(UTC) - timedelta(hours=1))
    assert len(storage.parts(key, upload)) == 1
    assert storage.abort_uploads(datetime.now(UTC) + timedelta(hours=1)) >= 1
    with pytest.raises(NotFound):
        storage.parts(key, upload)


def test_an_address_for_a_part_opens_nothing_else(storage: Storage, key: str) -> None:
    upload = storage.begin_upload(key, TYPE)
    address = storage.part_url(key, upload, 1, SOON)
    forged = [
        ("PUT", address.replace("partNumber=1", "partNumber=2")),
        ("PUT", address.replace("partNumber=1&", "")),
        ("PUT", address.replace("library/", "elsewhere/")),
        ("PUT", address.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")),
        ("PUT", address.replace(f"uploadId={upload}", f"uploadId={storage.begin_upload(key, TYPE)}")),
        *((method, address) for method in ("GET", "HEAD", "POST", "DELETE")),
        ("PUT", storage.url(key, SOON)),
        ("DELETE", storage.url(key, SOON)),
    ]
    assert address not in [other for method, other in forged if method == "PUT"]
    assert [call(method, other, b"x")[0] for method, other in forged] == [403] * len(forged)
    assert call("PUT", address, b"x")[0] == 200


def test_a_reading_address_opens_one_file(storage: Storage, key: str) -> None:
    storage.put(key, b"0123456789", TYPE)
    storage.put(f"{key}.secret", b"secret", TYPE)
    address = storage.url(key, SOON)
    status, body, headers = call("GET", address, Range="bytes=2-4")
    assert (status, body, headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert headers["Content-Type"] == TYPE
    assert call("GET", storage.url(key, SOON, "text/vtt"))[2]["Content-Type"] == "text/vtt"
    assert call("GET", address.replace(".mp4?", ".mp4.secret?"))[0] == 403
    assert call("GET", address.partition("?")[0])[0] == 403


def test_an_address_ends_by_itself(storage: Storage, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.put(key, b"data", TYPE)
    upload = storage.begin_upload(key, TYPE)
    monkeypatch.setattr("minio.api.time.utcnow", lambda: datetime.now(UTC) - timedelta(minutes=2))
    assert call("GET", storage.url(key, SOON))[0] == 403
    assert call("PUT", storage.part_url(key, upload, 1, SOON), b"x")[0] == 403
    assert call("GET", storage.url(key, timedelta(minutes=3)))[0] == 200


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_page_of_a_city_may_use_the_addresses(storage: Storage, key: str, method: str) -> None:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type,range"}
    status, _, headers = call("OPTIONS", storage.url(key, SOON), Origin=PAGE, **asked)
    assert status == 200
    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert method in headers["Access-Control-Allow-Methods"]
    assert headers["Access-Control-Allow-Credentials"] is None


def test_addresses_are_signed_for_the_public_name_and_ask_nothing(store: S3) -> None:
    closed = f"127.0.0.1:{free_port()}"
    away = replace(store.settings, endpoint=closed, public_url="https://media.example.kr:8443", region="kr-standard")
    storage = connect(away)
    assert storage.origin == "https://media.example.kr:8443"
    for address in (storage.url("key", SOON), storage.part_url("key", "id", 1, SOON)):
        assert address.startswith("https://media.example.kr:8443/maru/key?")
        assert "%2Fkr-standard%2Fs3%2F" in address
    assert connect(replace(away, public_url="")).origin == f"http://{closed}"


def test_files_of_the_disk_come_and_go(storage: Storage, key: str, tmp_path: Path) -> None:
    data = secrets.token_bytes(PIECE_BYTES + 1)
    (tmp_path / "out.mp4").write_bytes(data)
    storage.put_file(key, tmp_path / "out.mp4", TYPE)
    assert storage.size(key) == len(data)
    storage.get_file(key, tmp_path / "in.mp4")
    assert (tmp_path / "in.mp4").read_bytes() == data
    with pytest.raises(NotFound):
        storage.get_file("nothing", tmp_path / "none.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "out.mp4"]


def test_what_is_deleted_is_gone(storage: Storage, key: str) -> None:
    keys = [f"{key}/{number}" for number in range(3)]
    for each in keys:
        storage.put(each, b"x", TYPE)
    storage.delete([*keys[:2], "nothing"])
    assert [storage.exists(each) for each in keys] == [False, False, True]
    with pytest.raises(NotFound):
        storage.size(keys[0])


def test_a_store_that_is_down_is_unavailable(store: S3, tmp_path: Path) -> None:
    storage = connect(replace(store.settings, endpoint=f"127.0.0.1:{free_port()}"))
    (tmp_path / "file").write_bytes(b"x")
    for act in (
        lambda: storage.begin_upload("key", TYPE),
        lambda: storage.parts("key", "id"),
        lambda: storage.finish_upload("key", "id", 1),
        lambda: storage.abort_upload("key", "id"),
        lambda: storage.abort_uploads(datetime.now(UTC)),
        lambda: storage.put_file("key", tmp_path / "file", TYPE),
        lambda: storage.get_file("key", tmp_path / "other"),
        lambda: storage.delete(["key"]),
        lambda: storage.size("key"),
    ):
        with pytest.raises(Unavailable):
            act()
