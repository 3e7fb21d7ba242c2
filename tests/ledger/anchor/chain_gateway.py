"""A gateway in front of a node that can ask for a header, fail, and answer as other nodes do."""

from __future__ import annotations

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Drop(Exception):  # noqa: N818 (an instruction, not an error)
    """Close the connection without an answer."""


class Gateway:
    """Forward JSON-RPC to `upstream`, through an optional rule.

    `rule(method, params, forward)` returns the whole answer, or raises `Drop`; `forward()` asks the
    node. `status` other than 200 is answered without asking anybody.
    """

    def __init__(self, upstream: str, rule: Any = None, *, api_key: str = "") -> None:
        self.upstream = upstream
        self.rule = rule
        self.api_key = api_key
        self.status = 200
        self.page = b"<html>busy</html>"
        self.down = False
        self.calls: list[str] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if gateway.down:
                    self.close_connection = True
                    return
                gateway.calls.append(body["method"])
                if gateway.api_key and self.headers.get("x-api-key") != gateway.api_key:
                    self.answer(401, b'{"message":"who are you"}')
                elif gateway.status != 200:
                    self.answer(gateway.status, gateway.page)
                else:
                    self.apply(body)

            def apply(self, body: dict[str, Any]) -> None:
                def forward() -> dict[str, Any]:
                    return gateway.forward(body)

                try:
                    if gateway.rule is None:
                        answer = forward()
                    else:
                        answer = gateway.rule(body["method"], body["params"], forward)
                except Drop:
                    self.close_connection = True
                    return
                self.answer(200, json.dumps({**answer, "id": body["id"]}).encode())

            def answer(self, status: int, content: bytes) -> None:
                self.send_response(status)
                if status in {301, 307}:
                    self.send_header("Location", gateway.upstream)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def forward(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask the node."""
        request = urllib.request.Request(  # noqa: S310 (http on 127.0.0.1)
            self.upstream, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
            return json.load(response)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def error(code: int, message: str, data: Any = None) -> dict[str, Any]:
    body: dict[str, Any] = {"code": code, "message": message}
    if data is not None:
        body["data"] = data
    return {"jsonrpc": "2.0", "error": body}


def result(value: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "result": value}
