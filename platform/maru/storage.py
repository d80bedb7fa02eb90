"""The one door to the object store (S3): files by key in one bucket.

Large files pass by the web process. A browser puts the parts of an upload to signed addresses, and plays from signed
addresses too; each of them opens one method on one key (or one part of one upload), and ends by itself.
"""

import io
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import urllib3
from minio import Minio
from minio.datatypes import Part as MinioPart
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from minio.helpers import DictType
from urllib3.response import BaseHTTPResponse

from maru.config import S3
from maru.errors import N_, NotFound, Refused, Unavailable

MISSING = {"NoSuchKey", "NoSuchObject", "NoSuchUpload"}
LONG_AGO = datetime.min.replace(tzinfo=UTC)
PART_BYTES = 8 * 2**20
"""Size of each part of an upload but the last: S3 wants 5 MiB or more, and takes up to 10,000 parts."""
PIECE_BYTES = 32 * 2**20


class Part(NamedTuple):
    """One part of an upload that has arrived whole; the first has number 1."""

    number: int
    etag: str
    size: int


class Storage:
    """Files of one installation. Every method raises Unavailable when the store does not answer.

    Nothing is tried again here: a request that waits for a store which is down helps nobody.
    minio has no public methods for uploads in parts; those with a leading underscore are one S3 call each.
    """

    def __init__(self, s3: S3) -> None:
        self._bucket = s3.bucket
        self._client = _client(s3, seconds=20)
        self._impatient_client = _client(s3, seconds=1)
        self._signer = _signer(s3)

    def ensure_bucket(self) -> None:
        """Make the bucket unless it is there."""
        with _answering():
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep `data` under `key`; what stood there before is replaced."""
        with _answering():
            self._client.put_object(self._bucket, key, io.BytesIO(data), len(data), content_type)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Keep a file of the disk under `key`, a part at a time."""
        with _answering():
            self._client.fput_object(self._bucket, key, str(path), content_type)

    def get(self, key: str) -> bytes:
        """The whole file; raises NotFound."""
        with self._opened(key) as response:
            return response.read()

    def get_file(self, key: str, path: Path) -> None:
        """Write the file to `path`, which stands there only when it is whole; raises NotFound.

        SeaweedFS may keep in its memory all that one request reads, so each reads a piece.
        """
        size, arriving = self.size(key), Path(f"{path}.part")
        with arriving.open("wb") as file:
            for start in range(0, size, PIECE_BYTES):
                with self._opened(key, start, PIECE_BYTES) as response:
                    shutil.copyfileobj(response, file, 2**20)
        arriving.replace(path)

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except NotFound:
            return False
        return True

    def size(self, key: str) -> int:
        """Bytes of the file; raises NotFound."""
        with _answering():
            return self._client.stat_object(self._bucket, key).size or 0

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the files; those that are not there are no error."""
        with _answering():
            errors = list(self._client.remove_objects(self._bucket, [DeleteObject(key) for key in keys]))
        if errors:
            raise Unavailable(f"파일 {len(errors)}개를 지우지 못했습니다.")

    def folders(self) -> list[str]:
        """The first parts of all keys."""
        with _answering():
            found = self._client.list_objects(self._bucket)
            return [(entry.object_name or "").rstrip("/") for entry in found if entry.is_dir]

    def under(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Key and bytes of every file whose key begins so."""
        with _answering():
            for entry in self._client.list_objects(self._bucket, prefix, recursive=True):
                if not entry.is_dir:
                    yield entry.object_name or "", entry.size or 0

    def url(self, key: str, expires: timedelta, content_type: str | None = None, *, save_as: str = "") -> str:
        """Signed address under which a browser reads the file, also in ranges; `content_type` replaces the kept one.

        With `save_as`, the browser saves it under that name and shows nothing of it.
        """
        stated: DictType = {"response-content-type": content_type} if content_type else {}
        if save_as:
            stated["response-content-disposition"] = f"attachment; filename*=UTF-8''{quote(save_as, safe='')}"
        return self._signer.get_presigned_url("GET", self._bucket, key, expires, stated)

    @property
    def origin(self) -> str:
        """Origin of all signed addresses, as a Content-Security-Policy names it."""
        address = urlsplit(self.url("any", timedelta(seconds=1)))
        return f"{address.scheme}://{address.netloc}"

    def begin_upload(self, key: str, content_type: str) -> str:
        """Id of a new upload in parts. `key` is a new one for each upload."""
        with _answering():
            return self._client._create_multipart_upload(self._bucket, key, {"Content-Type": content_type})

    def part_url(self, key: str, upload: str, number: int, expires: timedelta) -> str:
        """Signed address that takes the bytes of one part by PUT, as often as they are sent."""
        part: DictType = {"uploadId": upload, "partNumber": str(number)}
        return self._signer.get_presigned_url("PUT", self._bucket, key, expires, extra_query_params=part)

    def parts(self, key: str, upload: str) -> list[Part]:
        """What has arrived, by number; raises NotFound for an upload that was finished or given up.

        A part sent twice counts once, as it came last: SeaweedFS lists both.
        """
        arrived = sorted(self._each_part(key, upload), key=lambda part: part.last_modified or LONG_AGO)
        latest = {part.part_number: Part(part.part_number, part.etag, part.size or 0) for part in arrived}
        return sorted(latest.values())

    def finish_upload(self, key: str, upload: str, size: int) -> None:
        """Make the parts one file of `size` bytes; finishing again is no error.

        Raises Refused while anything is missing (or too much), NotFound for an upload that was given up.
        """
        try:
            parts = self.parts(key, upload)
        except NotFound:
            if self.size(key) == size:
                return
            raise
        whole = [part.number for part in parts] == list(range(1, len(parts) + 1))
        if not parts or not whole or sum(part.size for part in parts) != size:
            raise Refused(N_("파일이 아직 다 올라오지 않았습니다. 같은 파일을 다시 골라 주세요."))
        with _answering():
            listed = [MinioPart(part.number, part.etag) for part in parts]
            self._client._complete_multipart_upload(self._bucket, key, upload, listed)
        if self.size(key) != size:
            raise Unavailable("파일 보관소가 올린 파일을 다 받지 못했습니다.")

    def abort_upload(self, key: str, upload: str) -> None:
        """Give an upload up and drop its parts; one that is over is no error."""
        try:
            with _answering():
                self._client._abort_multipart_upload(self._bucket, key, upload)
        except NotFound:
            return

    def abort_uploads(self, begun_before: datetime) -> int:
        """Give up what nobody finished, up to a thousand uploads; how many those were."""
        with _answering():
            found = self._client._list_multipart_uploads(self._bucket).uploads
        stale = [upload for upload in found if upload.initiated_time and upload.initiated_time < begun_before]
        for upload in stale:
            self.abort_upload(upload.object_name, upload.upload_id or "")
        return len(stale)

    def ready(self) -> bool:
        """Whether the store lets us in and has our bucket; knows within about a second."""
        try:
            with _answering():
                return self._impatient_client.bucket_exists(self._bucket)
        except Unavailable:
            return False

    @contextmanager
    def _opened(self, key: str, start: int = 0, length: int = 0) -> Iterator[BaseHTTPResponse]:
        """The file's bytes from `start` on, `length` of them or all."""
        with _answering():
            response = self._client.get_object(self._bucket, key, start, length)
            try:
                yield response
            finally:
                response.close()
                response.release_conn()

    def _each_part(self, key: str, upload: str) -> Iterator[MinioPart]:
        after: str | None = None
        while True:
            with _answering():
                page = self._client._list_parts(self._bucket, key, upload, part_number_marker=after)
            yield from page.parts
            if not page.is_truncated:
                return
            after = page.next_part_number_marker


def connect(s3: S3) -> Storage:
    """The store that the settings name; opens no connection yet."""
    return Storage(s3)


def _client(s3: S3, *, seconds: float) -> Minio:
    connections = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=seconds), retries=False, maxsize=4)
    return Minio(
        s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        secure=s3.secure,
        region=s3.region or None,
        http_client=connections,
    )


def _signer(s3: S3) -> Minio:
    """Signs addresses as browsers see the store, and asks the store nothing: its region is stated."""
    public = urlsplit(s3.public_url)
    return Minio(
        public.netloc or s3.endpoint,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
        secure=public.scheme == "https" if public.netloc else s3.secure,
        region=s3.region or "us-east-1",
    )


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except S3Error as problem:
        if problem.code in MISSING:
            raise NotFound("파일이 없습니다.") from problem
        raise Unavailable("파일 보관소가 답하지 않습니다.") from problem
    except (MinioException, urllib3.exceptions.HTTPError) as problem:
        raise Unavailable("파일 보관소가 답하지 않습니다.") from problem
