"""JSON-RPC to one node, and the two checks that come before anything else.

Requests are made one by one through web3's HTTP provider and answered with the node's own JSON:
web3's formatters would rename `extraData` on every chain once they are told of proof-of-authority,
refuse blocks of such chains until they are, and hide the members of an error that some chains put
the transaction's hash in. web3's automatic retries are off: the sender decides what is sent again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from suyuan_ledger.anchor.artifact import load_artifact
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests
    from web3 import HTTPProvider

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
DATA = re.compile(r"0x([0-9a-fA-F]{2})*")
BLOCK_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
METHOD_NOT_FOUND = -32601
METHOD_NOT_SUPPORTED = -32004  # EIP-1474


class RpcError(ChainError):
    """The node answered a request with an error; its answer is kept for whoever understands it.

    Attributes:
        method: the JSON-RPC method.
        rpc_code: the error's number.
        message: the error's text.
        data: the error's data, of whatever shape.
    """

    def __init__(self, method: str, error: Any) -> None:
        body = error if isinstance(error, dict) else {"message": str(error)}
        number = body.get("code")
        self.method = method
        self.rpc_code = number if isinstance(number, int) else 0
        self.message = str(body.get("message", ""))
        self.data: Any = body.get("data")
        super().__init__("chain.rpc", pointer=method, found=f"{self.rpc_code} {self.message}")

    @property
    def unsupported(self) -> bool:
        """Whether the node does not know the method at all."""
        return self.rpc_code in {METHOD_NOT_FOUND, METHOD_NOT_SUPPORTED}


@dataclass(frozen=True, slots=True)
class ChainConfig:
    """Where the chain is and how it is recognised.

    Attributes:
        url: JSON-RPC address; never printed whole, gateways put their credentials into it.
        chain_id: EIP-155 chain id that the node has to state.
        headers: HTTP headers that a gateway asks for.
        timeout: seconds per request.
        code_hash: keccak-256 that the contract's runtime code has to have.
    """

    url: str
    chain_id: int
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 20.0
    code_hash: str = field(default_factory=lambda: load_artifact().code_hash)

    @property
    def place(self) -> str:
        """The address without path, query and credentials."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


class ChainClient:
    """One node.

    Attributes:
        config: where it is and how it is recognised.
    """

    def __init__(self, config: ChainConfig) -> None:
        self.config = config
        self._provider: HTTPProvider | None = None
        self._session: requests.Session | None = None

    def _connect(self) -> HTTPProvider:
        if self._provider is None:
            import requests  # noqa: PLC0415 (slow imports, see the package docstring)
            from eth_typing import URI  # noqa: PLC0415
            from web3 import HTTPProvider  # noqa: PLC0415

            session = requests.Session()
            # A redirect would carry a gateway's secret headers to another host.
            session.max_redirects = 0
            # An HTTP proxy from the environment must never see the loopback.
            session.trust_env = urlsplit(self.config.url).hostname not in LOOPBACK
            headers = {"Content-Type": "application/json", **self.config.headers}
            self._session = session
            self._provider = HTTPProvider(
                URI(self.config.url),
                request_kwargs={"headers": headers, "timeout": self.config.timeout},
                session=session,
                exception_retry_configuration=None,
            )
        return self._provider

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._session is not None:
            self._session.close()
        self._provider = self._session = None

    def request(self, method: str, *params: object) -> Any:
        """Make one JSON-RPC request and return its `result`.

        Raises:
            RpcError: `chain.rpc`, the node answered with an error.
            ChainError: `chain.unreachable`, no answer; `chain.gateway`, the gateway refused;
                `chain.answer`, the answer is no JSON-RPC.
        """
        provider = self._connect()
        import requests  # noqa: PLC0415 (loaded by now)
        from web3.types import RPCEndpoint  # noqa: PLC0415

        place = self.config.place
        try:
            answer: Any = provider.make_request(RPCEndpoint(method), list(params))
        except requests.HTTPError as error:
            answer = _http_error(error, place)
        except (requests.RequestException, OSError) as error:
            # requests' messages hold the whole address, credentials included.
            raise ChainError("chain.unreachable", pointer=place, found=_reason(error)) from None
        except ValueError as error:
            raise ChainError("chain.answer", pointer=method, found=type(error).__name__) from error
        if isinstance(answer, dict) and answer.get("error") is not None:
            raise RpcError(method, answer["error"])
        if not isinstance(answer, dict) or "result" not in answer:
            raise ChainError("chain.answer", pointer=method, expected="a result")
        return answer["result"]

    def check_chain(self) -> None:
        """Refuse a node of another chain.

        Raises:
            ChainError: `chain.chain_id`.
        """
        found = self.quantity("eth_chainId")
        if found != self.config.chain_id:
            raise ChainError("chain.chain_id", expected=self.config.chain_id, found=found)

    def check_code(self, address: str) -> None:
        """Refuse an address that does not hold exactly the anchor contract's code.

        Raises:
            ChainError: `chain.code`.
        """
        from eth_utils.crypto import keccak  # noqa: PLC0415

        code = from_hex(self.request("eth_getCode", address, "latest"))
        found = "0x" + keccak(code).hex() if code else "no code"
        if found != self.config.code_hash:
            raise ChainError(
                "chain.code", pointer=address, expected=self.config.code_hash, found=found
            )

    def quantity(self, method: str, *params: object) -> int:
        """Make a request whose result is a number.

        Raises:
            ChainError: as `request`; `chain.answer` for anything but a number.
        """
        return from_quantity(self.request(method, *params), method)

    def block_number(self) -> int:
        """Return the height of the newest block."""
        return self.quantity("eth_blockNumber")

    def block(self, which: int | str) -> dict[str, Any] | None:
        """Return a block's header as the node writes it, None if there is no such block.

        Args:
            which: a number, a tag, or a block hash (0x and 64 digits).
        """
        if isinstance(which, str) and len(which) == 66:
            found = self.request("eth_getBlockByHash", which, False)  # noqa: FBT003
        else:
            name = hex(which) if isinstance(which, int) else which
            found = self.request("eth_getBlockByNumber", name, False)  # noqa: FBT003
        if found is not None and not isinstance(found, dict):
            raise ChainError("chain.answer", pointer="eth_getBlockByNumber", expected="a block")
        return found

    def nonce(self, address: str) -> int:
        """Return the number of the address's transactions in the chain (not in the pool)."""
        return self.quantity("eth_getTransactionCount", address, "latest")

    def receipt(self, tx_hash: str) -> dict[str, Any] | None:
        """Return a transaction's receipt, None unless it is in a block of the present chain."""
        found = self.request("eth_getTransactionReceipt", tx_hash)
        if not isinstance(found, dict) or found.get("blockNumber") is None:
            return None
        return found


def from_hex(text: object) -> bytes:
    """Decode 0x-prefixed data.

    Raises:
        ChainError: `chain.answer`.
    """
    if isinstance(text, str) and DATA.fullmatch(text):
        return bytes.fromhex(text[2:])
    raise ChainError("chain.answer", expected="0x and hex digits", found=text)


def from_quantity(text: object, where: str = "") -> int:
    """Decode a 0x-prefixed number below 2^256.

    Raises:
        ChainError: `chain.answer`.
    """
    if isinstance(text, str) and QUANTITY.fullmatch(text):
        return int(text, 16)
    raise ChainError("chain.answer", pointer=where, expected="0x and a number", found=text)


def _http_error(error: requests.HTTPError, place: str) -> Any:
    """Return the JSON-RPC error that some nodes send with an HTTP error, or say what it was."""
    response = error.response
    if response is None:
        raise ChainError("chain.unreachable", pointer=place, found="HTTP") from None
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if isinstance(answer, dict) and "error" in answer and "jsonrpc" in answer:
        return answer
    status = response.status_code
    busy = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
    code = "chain.unreachable" if busy else "chain.gateway"
    raise ChainError(code, pointer=place, found=f"HTTP {status}") from None


def _reason(error: Exception) -> str:
    """Name the innermost cause of a failed connection, without its text."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    return type(cause).__name__
