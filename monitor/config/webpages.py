"""The keys of ``web``: where the review pages listen and who may see them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator

from monitor.config.fields import FilePath, Flag, OneOrMany, Part, Text

_HASH = re.compile(r"\$argon2(id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
LEAST_TOKEN = 16  # characters


class Web(Part):
    """The review in the browser, and its JSON API."""

    host: Text = Field(
        default="127.0.0.1",
        description="Where to listen: 127.0.0.1 for this machine only, 0.0.0.0 for all addresses, "
        "which needs a password or a token.",
    )
    port: int = Field(default=8001, ge=0, le=65535, description="The port; 0 takes any free one.")
    allow_hosts: Annotated[tuple[Text, ...], OneOrMany()] = Field(
        default=(),
        description="Names by which browsers may ask for the pages beside localhost and IP "
        "addresses: [monitor.example.org].",
    )
    read_only: Flag = Field(default=False, description="true: nothing can be changed.")
    secure: Flag = Field(
        default=False, description="true: cookies go over https only; behind a proxy with TLS."
    )
    password_hash: SecretStr | None = Field(
        default=None,
        description="Asks people for this password; `monitor web password` makes the hash.",
    )
    password_hash_file: FilePath | None = Field(
        default=None, description="A file whose content is the hash, in place of password_hash."
    )
    token: SecretStr | None = Field(
        default=None,
        description='Asks programs for it: "Authorization: Bearer TOKEN". Kept secret.',
    )
    token_file: FilePath | None = Field(
        default=None, description="A file whose content is the token, in place of token."
    )

    @field_validator("password_hash")
    @classmethod
    def _is_hash(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _HASH.fullmatch(value.get_secret_value()):
            raise ValueError("is no argon2 hash; `monitor web password` makes one")
        return value

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < LEAST_TOKEN:
            raise ValueError(f"is shorter than {LEAST_TOKEN} characters")
        return value

    @model_validator(mode="after")
    def _guarded(self) -> Web:
        guarded = self.password_hash or self.token or self.password_hash_file or self.token_file
        if not guarded and not is_loopback(self.host):
            raise ValueError(
                f"host {self.host} is open to others and needs password_hash or token "
                "(`monitor web password`)"
            )
        return self


def is_loopback(host: str) -> bool:
    """True if only this machine can reach what listens there."""
    import ipaddress

    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
