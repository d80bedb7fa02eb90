"""The one door to the object store (S3): files by key in one bucket."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from maru.config import S3
from maru.errors import NotFound, Unavailable

MISSING = {"NoSuchKey", "NoSuchObject"}


class Storage:
    """Files of one installation. Every method raises Unavailable when the store does not answer.

    Nothing is tried again here: a request that waits for a store which is down helps nobody.
    """

    def __init__(self, s3: S3) -> None:
        self._bucket = s3.bucket
        self._client = _client(s3, seconds=20)
        self._impatient_client = _client(s3, seconds=1)

    def ensure_bucket(self) -> None:
        """Make the bucket unless it is there."""
        with _answering():
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep `data` under `key`; what stood there before is replaced."""
        with _answering():
            self._client.put_object(self._bucket, key, io.BytesIO(data), len(data), content_type)

    def get(self, key: str) -> bytes:
        """The whole file; raises NotFound."""
        with _answering():
            response = self._client.get_object(self._bucket, key)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

    def exists(self, key: str) -> bool:
        try:
            with _answering():
                self._client.stat_object(self._bucket, key)
        except NotFound:
            return False
        return True

    def ready(self) -> bool:
        """Whether the store lets us in and has our bucket; knows within about a second."""
        try:
            with _answering():
                return self._impatient_client.bucket_exists(self._bucket)
        except Unavailable:
            return False


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
        http_client=connections,
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
