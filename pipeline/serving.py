"""How the service is run: where it listens, what it lets in, how long it keeps things."""

from pydantic import Field, SecretStr

from pipeline.transcript import Value

GIGABYTE = 1024**3


class Oidc(Value):
    """Logging in with an OpenID provider.

    Attributes:
        issuer: Its address, such as ``https://login.example.org/realms/main``.
        client_id: As registered there.
        client_secret: As registered there.
        role: Of somebody who logs in for the first time.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr
    role: str = Field(default="editor", pattern="^(viewer|editor|admin)$")


class Serving(Value):
    """Settings of ``lihui serve`` and ``lihui worker``.

    Attributes:
        host: Bound address. Anything but this machine's own needs accounts.
        port: Bound port.
        public_url: The address people know, behind a proxy that speaks TLS; cookies are then sent over TLS
            alone, and links in mails begin with it.
        trusted_proxies: Addresses of proxies whose word is taken for who is asking.
        session_hours: A log-in ends after so many hours without a request.
        login_tries: Wrong passwords from one address, or for one account, in a quarter of an hour.
        requests_per_minute: Of one user or token.
        upload_bytes: The largest file.
        free_bytes: Room that must be left on the disk beside an upload.
        upload_days: An unfinished upload is thrown away after so many days.
        keep_days: Meetings are deleted so many days after they were held; None keeps them.
        audit_days: The audit log is kept so long.
        listen_at_once: Recordings that one worker listens to side by side.
        minute_at_once: Meetings that one worker reads side by side.
        tries: Starts of a stage that end with the worker before the meeting is given up.
        worker_seconds: A worker that was silent for so long is taken for dead.
        remind_days: Owners are reminded so many days before an item is due; None reminds nobody.
        private_hooks: Whether webhooks may go to addresses of the own network.
        oidc: Logging in with an OpenID provider; None for passwords alone.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65535)
    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    session_hours: float = Field(default=12.0, gt=0)
    login_tries: int = Field(default=10, ge=1)
    requests_per_minute: int = Field(default=1200, ge=1)
    upload_bytes: int = Field(default=8 * GIGABYTE, ge=1)
    free_bytes: int = Field(default=GIGABYTE, ge=0)
    upload_days: float = Field(default=7.0, gt=0)
    keep_days: int | None = Field(default=None, ge=1)
    audit_days: int = Field(default=365, ge=1)
    listen_at_once: int = Field(default=1, ge=1)
    minute_at_once: int = Field(default=2, ge=1)
    tries: int = Field(default=4, ge=1)
    worker_seconds: float = Field(default=30.0, gt=0)
    remind_days: int | None = Field(default=1, ge=0)
    private_hooks: bool = False
    oidc: Oidc | None = None
