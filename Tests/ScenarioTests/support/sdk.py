"""The real SDKs at our base URL."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)

from support.graph import Graph


class Token(AccessTokenProvider):
    def __init__(self, token: str):
        self.token = token

    async def get_authorization_token(self, uri: str, additional_authentication_context: dict | None = None) -> str:
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


def run(caller: Graph, version: str, adapter_type: type, body: Callable[[Any], Awaitable[Any]]) -> Any:
    """Runs calls of one person; an adapter belongs to the event loop that made it."""

    async def run() -> Any:
        adapter = adapter_type(BaseBearerTokenAuthenticationProvider(Token(caller.token)))
        adapter.base_url = f"{caller.server.url}/{version}"
        return await body(adapter)

    return asyncio.run(run())


def walk(raw: Any, parsed: Any, path: str = "") -> None:
    """No null where the wire has a value."""
    if raw is None:
        return
    assert parsed is not None, f"the SDK lost {path}"
    if isinstance(raw, list):
        for index, (one, other) in enumerate(zip(raw, parsed, strict=True)):
            walk(one, other, f"{path}[{index}]")
    elif isinstance(raw, dict):
        for name, value in raw.items():
            if isinstance(parsed, dict):
                walk(value, parsed.get(name), f"{path}/{name}")
                continue
            attribute = re.sub(r"([A-Z])", r"_\1", name.removeprefix("@odata.type") or "odataType").lower()
            known = attribute in parsed.__dict__
            walk(value, getattr(parsed, attribute) if known else parsed.additional_data.get(name), f"{path}/{name}")
