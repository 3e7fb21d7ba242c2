"""The online trust basis: what endpoints may say, and what each doubt is called."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from local_chain import local_chain
from suyuan_verifier import rpc
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.rpc import OnlineChain

HASH = bytes(range(32))
OTHER = bytes(32)
CHAIN, NUMBER = 31337, 90


def block(number: int, block_hash: bytes = HASH) -> dict:
    return {"number": hex(number), "hash": "0x" + block_hash.hex(), "transactions": []}


def node(**overrides):
    """An honest endpoint, as a function from the request to the result; overrides by method."""
    results = {
        "eth_chainId": hex(CHAIN),
        "finalized": block(100),
        hex(NUMBER): block(NUMBER),
    } | overrides

    def answer(request: dict) -> bytes:
        method, params = request["method"], request["params"]
        result = results[params[0] if method == "eth_getBlockByNumber" else method]
        if isinstance(result, bytes):
            return result
        if isinstance(result, Exception):
            return json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32000}}).encode()
        return json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()

    return answer


@contextlib.contextmanager
def serve(answer, *, status: int = 200, headers: dict | None = None):
    """Serve one endpoint on loopback; `answer` may also write to the socket by itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            with contextlib.suppress(OSError):
                data = answer(request)
                if isinstance(data, bytes):
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                else:
                    self.end_headers()
                    data(self.wfile)

        def do_GET(self):
            answer({"method": "GET", "params": []})

        def log_message(self, *_arguments):
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(*urls: str, number: int = NUMBER, block_hash: bytes = HASH, timeout: float = 5.0):
    answer = OnlineChain(urls, timeout=timeout).confirm_block(CHAIN, number, block_hash)
    return answer.outcome, answer.code


# --- what endpoints say together ------------------------------------------------------------------


def test_agreement_on_a_final_block_passes():
    with serve(node()) as one, serve(node()) as two:
        assert ask(one, two) == ("pass", "rpc.final")


def test_agreement_on_another_block_fails():
    with serve(node()) as one, serve(node()) as two:
        assert ask(one, two, block_hash=OTHER) == ("fail", "rpc.block_hash")


def test_disagreement_is_unknown():
    liar = node(**{hex(NUMBER): block(NUMBER, OTHER)})
    with serve(node()) as one, serve(liar) as two:
        assert ask(one, two) == ("unknown", "rpc.disagree")
        assert ask(two, one, block_hash=OTHER) == ("unknown", "rpc.disagree")


def test_a_silent_endpoint_beside_an_honest_one_is_unknown():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        silent = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with serve(node()) as honest:
            assert ask(honest, silent) == ("unknown", "rpc.unreachable")
            assert ask(silent, honest) == ("unknown", "rpc.unreachable")


def test_another_chain_is_unknown():
    with serve(node(eth_chainId="0x1")) as url:
        assert ask(url) == ("unknown", "rpc.chain_id")


def test_a_block_that_is_not_final_is_unknown():
    with serve(node(finalized=block(NUMBER - 1))) as url:
        assert ask(url) == ("unknown", "rpc.not_final")
    with serve(node(finalized=block(NUMBER))) as url:
        assert ask(url) == ("pass", "rpc.final")


@pytest.mark.parametrize("answer", [None, ValueError()])
def test_a_tag_that_does_not_resolve_is_unknown(answer):
    """Nodes without finality answer null (reth, Nethermind) or an error (geth, Besu)."""
    with serve(node(finalized=answer)) as url:
        assert ask(url) == ("unknown", "rpc.no_finality")


@pytest.mark.parametrize(
    "overrides",
    [
        {"eth_chainId": 31337},
        {"eth_chainId": "0x07a69"},
        {"eth_chainId": "7a69"},
        {"eth_chainId": ValueError()},
        {"eth_chainId": "0x" + "f" * 17},
        {"finalized": []},
        {"finalized": {"number": None}},
        {hex(NUMBER): None},
        {hex(NUMBER): block(NUMBER + 1)},
        {hex(NUMBER): {"number": hex(NUMBER)}},
        {hex(NUMBER): {"number": hex(NUMBER), "hash": "0x12"}},
        {hex(NUMBER): b"not json"},
        {hex(NUMBER): b"\xff\xfe"},
        {hex(NUMBER): b"[" * 100_000},
        {hex(NUMBER): b"[]"},
        {hex(NUMBER): b'{"id":2,"result":null}'},
        {hex(NUMBER): b'{"id":1}'},
    ],
)
def test_an_answer_that_cannot_be_used_is_unknown(overrides):
    with serve(node(**overrides)) as url:
        outcome, code = ask(url)
        assert (outcome, code) in {("unknown", "rpc.response"), ("unknown", "rpc.unreachable")}
        if overrides.get(hex(NUMBER)) != b'{"id":1}':
            assert code == "rpc.response"


def test_an_answer_without_end_is_cut(monkeypatch):
    monkeypatch.setattr(rpc, "MAX_RESPONSE_BYTES", 100_000)

    def flood(_request):
        return lambda out: [out.write(b" " * 10_000) for _ in range(100)]

    with serve(flood) as url:
        assert ask(url) == ("unknown", "rpc.response")


def test_a_server_that_drips_is_left():
    """Who waited for the end would read every byte of half a minute's dripping."""
    written = []

    def drip(_request):
        def write(out):
            for number in range(600):
                out.write(b" ")
                out.flush()
                written.append(number)
                time.sleep(0.05)

        return write

    with serve(drip) as url:
        assert ask(url, timeout=0.3) == ("unknown", "rpc.unreachable")
        assert len(written) < 600


def test_a_server_that_says_nothing_is_left():
    """The server is silent until the client has left."""
    left = threading.Event()
    with serve(lambda _request: lambda _out: left.wait(60)) as url:
        try:
            assert ask(url, timeout=0.2) == ("unknown", "rpc.unreachable")
        finally:
            left.set()


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_an_http_error_is_unknown(status):
    with serve(node(), status=status) as url:
        assert ask(url) == ("unknown", "rpc.unreachable")


def test_redirects_are_not_followed():
    followed = []
    with (
        serve(followed.append) as target,
        serve(node(), status=302, headers={"Location": target}) as url,
    ):
        assert ask(url) == ("unknown", "rpc.unreachable")
    assert followed == []


def test_loopback_never_goes_through_a_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with serve(node()) as url:
        assert ask(url) == ("pass", "rpc.final")


def test_details_name_hosts_and_no_access_keys():
    with serve(node()) as url:
        answer = OnlineChain([url + "/v3/secret-key"]).confirm_block(CHAIN, NUMBER, OTHER)
        assert answer.code == "rpc.block_hash"
        assert "secret" not in answer.detail
        assert url.removeprefix("http://") in answer.detail


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://node.example",
        "http://10.0.0.1:8545",
        "http://127.0.0.1.node.example",
        "http://localhost.node.example",
        "http://127.0.0.1@node.example",
        "https://user:secret@node.example",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "ws://127.0.0.1",
        "127.0.0.1:8545",
        "https://",
        "https://node.example:port",
        "http://[::1",
        "https://node.example/a b",
        "https://node.example/\r\nX: y",
        "https://节点.example",
        "",
        "https://" + "n" * 3000,
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(MalformedError) as caught:
        OnlineChain([url])
    assert caught.value.code == "rpc.endpoint"
    assert "secret" not in str(caught.value)


def test_good_addresses_are_taken():
    for url in ("https://node.example/key", "http://127.0.0.9:1", "http://[::1]:1"):
        assert OnlineChain([url])
    assert OnlineChain(["http://localhost:8545"])


def test_the_number_of_endpoints_is_bounded():
    for urls in ([], ["https://a.example"] * 2, [f"https://{n}.example" for n in range(9)]):
        with pytest.raises(MalformedError) as caught:
            OnlineChain(urls)
        assert caught.value.code == "rpc.endpoint"


# --- a real node, and no node ---------------------------------------------------------------------


@pytest.mark.anvil
def test_a_real_chain(tmp_path):
    with local_chain(tmp_path, "--slots-in-an-epoch", "1") as chain:
        chain.mine(6)
        _, named, number = chain.header("0x3")
        block_hash = bytes.fromhex(named[2:])
        assert ask(chain.url, number=number, block_hash=block_hash) == ("pass", "rpc.final")
        assert ask(chain.url, number=number, block_hash=OTHER) == ("fail", "rpc.block_hash")
        assert ask(chain.url, number=6, block_hash=OTHER) == ("unknown", "rpc.not_final")
        online = OnlineChain([chain.url])
        assert online.confirm_block(1, number, block_hash).code == "rpc.chain_id"


def test_importing_the_verifier_opens_the_way_to_no_network():
    code = (
        "import sys, suyuan_verifier, suyuan_verifier.evm.anchor, suyuan_verifier.checkpoint;"
        "print([n for n in ('socket', 'ssl', 'urllib.request', 'web3') if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout.strip() == "[]"
