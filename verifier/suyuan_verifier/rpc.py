"""The `online` trust basis: ask endpoints that the user named whether a block is final.

This is the only module that opens a socket, and it is imported only when `--rpc` is given. An
endpoint is asked three things: its chain id, its newest final block, and the block of a number. All
named endpoints have to say the same: one that is silent, on another chain, behind or of another
opinion leaves the answer `unknown`. Only when all of them agree that a final block has another hash
is the answer `fail`.

An endpoint is `https`, or `http` on this machine. Redirects are not followed, and answers are
bounded in time and size. What an endpoint says is its operator's word, not a proof
(docs/spec/anchor.md, section "Trust bases").
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import re
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from suyuan_verifier.canonical import check_nesting
from suyuan_verifier.errors import MalformedError, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ENDPOINTS = 8
MAX_RESPONSE_BYTES = 4_194_304
MAX_RESPONSE_DEPTH = 16
TIMEOUT = 10.0
"""Seconds for one request, from connecting to the last byte."""

_URL = re.compile(r"[\x21-\x7e]{1,2048}")
_QUANTITY = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,15})")
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the endpoints say together.

    Attributes:
        outcome: `pass`, `fail` or `unknown`.
        code: `rpc.final`, `rpc.block_hash`, or why it is unknown.
        detail: what was seen, and where; hosts only, since paths often hold access keys.
    """

    outcome: str
    code: str
    detail: str


class _UnknownError(Exception):
    """One endpoint gave no usable answer."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(code)


class OnlineChain:
    """Endpoints of one chain, asked at the moment of verification.

    Args:
        urls: 1 to 8 JSON-RPC addresses; several of different operators are better than one.
        timeout: seconds for one request.

    Raises:
        MalformedError: `rpc.endpoint` for an address that is neither https nor http on loopback.
    """

    def __init__(self, urls: Sequence[str], *, timeout: float = TIMEOUT) -> None:
        if not 1 <= len(urls) <= MAX_ENDPOINTS:
            raise MalformedError(
                "rpc.endpoint", expected=f"1 to {MAX_ENDPOINTS} endpoints", found=len(urls)
            )
        if len(set(urls)) != len(urls):
            raise MalformedError("rpc.endpoint", expected="each endpoint once")
        self._endpoints = tuple(_Endpoint(url, timeout) for url in urls)

    def confirm_block(self, chain_id: int, number: int, block_hash: bytes) -> Confirmation:
        """Tell whether the block of this number has this hash and is final."""
        expected = "0x" + block_hash.hex()
        seen: dict[str, list[str]] = {}
        for endpoint in self._endpoints:
            try:
                found = endpoint.final_block_hash(chain_id, number)
            except _UnknownError as error:
                return Confirmation("unknown", error.code, f"{endpoint.name}: {error.detail}")
            seen.setdefault(found, []).append(endpoint.name)
        detail = "; ".join(f"{', '.join(names)}: {found}" for found, names in seen.items())
        if len(seen) > 1:
            return Confirmation("unknown", "rpc.disagree", detail)
        if expected not in seen:
            return Confirmation("fail", "rpc.block_hash", detail)
        return Confirmation("pass", "rpc.final", detail)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead from https to anywhere; none is followed."""

    def redirect_request(self, *_arguments: object, **_named: object) -> None:
        return None


class _Endpoint:
    """One JSON-RPC address."""

    def __init__(self, url: str, timeout: float) -> None:
        parts = _split(url)
        self.name = parts.netloc
        self._url = url
        self._timeout = timeout
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if parts.scheme == "http":
            # Plain http stays on this machine: a proxy would carry it elsewhere.
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def final_block_hash(self, chain_id: int, number: int) -> str:
        """Return the hash of a block that this endpoint calls final.

        Raises:
            _UnknownError: `rpc.chain_id`, `rpc.no_finality`, `rpc.not_final`, `rpc.response`,
                `rpc.unreachable`.
        """
        own_id = _quantity(self._call("eth_chainId", []))
        if own_id != chain_id:
            raise _UnknownError("rpc.chain_id", f"chain {own_id}")
        final = self._block("finalized")
        if final is None:
            raise _UnknownError("rpc.no_finality", "the tag finalized does not resolve")
        height = _quantity(final.get("number"))
        if number > height:
            raise _UnknownError("rpc.not_final", f"block {height} is the newest final one")
        block = self._block(hex(number))
        if block is None or _quantity(block.get("number")) != number:
            raise _UnknownError("rpc.response", f"no block {number}")
        found = block.get("hash")
        if not isinstance(found, str) or not _HASH.fullmatch(found):
            raise _UnknownError("rpc.response", "a block without hash")
        return found.lower()

    def _block(self, block: str) -> dict[str, Any] | None:
        """Return a block, None for null or a JSON-RPC error (nodes differ on what is missing)."""
        try:
            answer = self._call("eth_getBlockByNumber", [block, False])
        except _RefusedError:
            return None
        if answer is not None and not isinstance(answer, dict):
            raise _UnknownError("rpc.response", "a block that is no object")
        return answer

    def _call(self, method: str, params: list[Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        request = urllib.request.Request(  # noqa: S310 - https, or http on loopback, checked above
            self._url, body.encode("ascii"), {"Content-Type": "application/json"}
        )
        try:
            data = self._read(request)
            check_nesting(data, "rpc", MAX_RESPONSE_DEPTH)
            answer = json.loads(data)
        except (OSError, http.client.HTTPException) as error:
            raise _UnknownError("rpc.unreachable", shorten(repr(error))) from None
        except (ValueError, MalformedError):
            raise _UnknownError("rpc.response", f"{method}: not JSON") from None
        if not isinstance(answer, dict) or answer.get("id") != 1:
            raise _UnknownError("rpc.response", f"{method}: not a JSON-RPC answer")
        if "error" in answer or "result" not in answer:
            raise _RefusedError("rpc.response", f"{method}: {shorten(ascii(answer.get('error')))}")
        return answer["result"]

    def _read(self, request: urllib.request.Request) -> bytes:
        """Read one bounded answer; the deadline also ends a server that drips."""
        deadline = time.monotonic() + self._timeout
        data = bytearray()
        with self._opener.open(request, timeout=self._timeout) as response:
            while chunk := response.read1(_CHUNK):
                data += chunk
                if len(data) > MAX_RESPONSE_BYTES:
                    raise _UnknownError("rpc.response", f"over {MAX_RESPONSE_BYTES} bytes")
                if time.monotonic() > deadline:
                    raise _UnknownError("rpc.unreachable", "too slow")
        return bytes(data)


class _RefusedError(_UnknownError):
    """The endpoint answered with a JSON-RPC error object."""


def _split(url: str) -> SplitResult:
    """Check an address: https, or http on this machine; no credentials before the host."""
    expected = "https, or http on a loopback address"
    if not _URL.fullmatch(url):
        raise MalformedError("rpc.endpoint", expected=expected, found=ascii(url))
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise MalformedError("rpc.endpoint", expected=expected, found=ascii(url)) from None
    plain = parts.scheme == "http" and host is not None and _is_loopback(host)
    if not host or "@" in parts.netloc or not (parts.scheme == "https" or plain):
        raise MalformedError(
            "rpc.endpoint", expected=expected, found=f"{parts.scheme}://{host or ''}"
        )
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _quantity(value: object) -> int:
    """Read a JSON-RPC quantity below 2^64."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise _UnknownError("rpc.response", "a number that is no quantity")
    return int(value, 16)
