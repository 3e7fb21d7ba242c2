"""Nodes and gateways that are down, refuse, or answer in ways of their own."""

from __future__ import annotations

import threading

import pytest
from anchor_setting import dev_key, kinds, refused
from chain_gateway import Drop, Gateway, error, result
from growing_log import GrowingLog
from suyuan_ledger.anchor.anvil import AnvilOptions
from suyuan_ledger.anchor.client import ChainClient, ChainConfig
from suyuan_ledger.errors import ChainError
from suyuan_ledger.store.tables import AnchorTx

pytestmark = pytest.mark.anvil


@pytest.fixture
def gateway(setting):
    with Gateway(setting.anvil.url) as found:
        yield found


def through(gateway, **members):
    return ChainClient(ChainConfig(gateway.url, 31337, **members))


def test_a_node_that_is_down_is_named_and_nothing_is_lost(setting, gateway):
    setting.log.grow(3)
    gateway.down = True
    with refused("chain.unreachable") as caught:
        setting.anchorer(client=through(gateway)).run_once()
    assert caught.value.pointer == gateway.url
    gateway.down = False
    sender = setting.anchorer(client=through(gateway))
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert setting.entries() == setting.roots(3)


def test_waiting_outlasts_a_node_that_comes_back(setting, gateway):
    setting.log.grow(3)
    gateway.down = True
    back = threading.Timer(0.5, setattr, (gateway, "down", False))
    back.start()
    sender = setting.anchorer(client=through(gateway))
    assert sender.run_until_final(timeout=20, poll=0.05).settled
    back.join()
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))


def test_a_node_that_restarts_with_its_state_is_gone_on_with(own_chain):
    setting = own_chain(AnvilOptions())
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    setting.log.grow(4)
    setting.anvil.stop()
    setting.anvil.start()
    client = ChainClient(ChainConfig(setting.anvil.url, 31337))
    assert setting.anchorer(client=client).run_until_final(timeout=10, poll=0.01).settled
    assert [row.size for row in setting.anchors()] == [3, 7]
    assert client.nonce(setting.hot.address) == 2


def test_an_answer_lost_after_the_broadcast_does_not_double_the_anchor(setting, gateway):
    lost = []

    def rule(method, params, forward):
        answer = forward()
        if method == "eth_sendRawTransaction" and not lost:
            lost.append(params)
            raise Drop
        return answer

    gateway.rule = rule
    setting.log.grow(3)
    sender = setting.anchorer(client=through(gateway))
    with refused("chain.unreachable"):
        sender.run_once()
    assert [row.state for row in setting.journal()] == ["signed"]
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), len(setting.journal())) == (1, 1)
    assert setting.entries() == setting.roots(3)


def test_a_transaction_is_on_the_disk_before_any_node_has_it(setting, gateway):
    stored = []

    def rule(method, params, forward):
        if method == "eth_sendRawTransaction":
            other = GrowingLog(setting.log.path)
            stored.extend("0x" + row.raw.hex() == params[0] for row in other.rows(AnchorTx))
            other.close()
        return forward()

    gateway.rule = rule
    setting.log.grow(3)
    setting.anchorer(client=through(gateway)).run_once()
    assert stored == [True]


@pytest.mark.parametrize("moment", ["eth_getTransactionCount", "eth_call", "eth_getCode"])
def test_a_block_that_comes_in_the_middle_of_a_pass_costs_no_second_transaction(
    setting, gateway, moment
):
    """Whatever is read before the block, and whatever after it, one transaction is enough."""
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    setting.anchorer().run_once()
    done = []

    def rule(method, _params, forward):
        answer = forward()
        if method == moment and not done:
            done.append(method)
            setting.anvil.mine()
            setting.anvil.rpc("evm_setAutomine", *[True])
        return answer

    gateway.rule = rule
    sender = setting.anchorer(client=through(gateway))
    assert "sent" not in kinds(sender.run_once())
    assert done
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), len(setting.journal())) == (1, 1)
    assert setting.entries() == setting.roots(3)


def test_a_gateways_headers_are_sent_with_every_request(setting, gateway):
    gateway.api_key = "open sesame"
    setting.log.grow(3)
    with refused("chain.gateway") as caught:
        setting.anchorer(client=through(gateway)).run_once()
    assert caught.value.found == "HTTP 401"
    client = through(gateway, headers={"x-api-key": "open sesame"})
    assert setting.anchorer(client=client).run_until_final(timeout=10, poll=0.01).settled


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_gateway_is_waited_for(gateway, status):
    gateway.status = status
    with refused("chain.unreachable") as caught:
        through(gateway).check_chain()
    assert caught.value.found == f"HTTP {status}"


def test_a_redirect_is_not_followed(gateway):
    gateway.status = 307
    with refused("chain.unreachable"):
        through(gateway, headers={"x-api-key": "secret"}).check_chain()


def test_an_address_credential_never_reaches_a_message(gateway):
    gateway.close()
    url = gateway.url.replace("http://", "http://user:hunter2@") + "/v3/project-secret?key=abc"
    with refused("chain.unreachable") as caught:
        ChainClient(ChainConfig(url, 31337, timeout=1)).check_chain()
    shown = [str(caught.value), repr(caught.value), caught.value.text("zh"), caught.value.found]
    assert not any(word in text for text in shown for word in ("hunter2", "secret", "abc"))
    assert caught.value.__cause__ is None


def test_a_json_rpc_error_sent_with_an_http_error_is_read(gateway):
    gateway.status = 400
    gateway.page = b'{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"too many"}}'
    with refused("chain.rpc") as caught:
        through(gateway).check_chain()
    assert (caught.value.rpc_code, caught.value.message) == (-32005, "too many")


@pytest.mark.parametrize("content", ["0x", "nonsense", None, {}, 5, "0x1_0", "0x" + "f" * 65])
def test_a_chain_id_that_is_no_number_is_refused(gateway, content):
    gateway.rule = lambda *_: result(content)
    with refused("chain.answer"):
        through(gateway).check_chain()


def test_an_answer_that_is_no_json_rpc_is_refused(gateway):
    gateway.rule = lambda *_: {"hello": "world"}
    with refused("chain.answer"):
        through(gateway).check_chain()


def test_a_broadcast_answered_with_the_hash_of_a_reverted_transaction_is_settled(setting, gateway):
    """FISCO BCOS answers a revert as an error although the transaction is in the chain."""
    stranger = dev_key(setting.anvil, 2)

    def rule(method, _params, forward):
        if method == "eth_estimateGas":
            return result("0x30000")
        answer = forward()
        if method == "eth_sendRawTransaction":
            return error(-32000, "execution reverted", {"txHash": answer["result"]})
        return answer

    gateway.rule = rule
    setting.log.grow(3)
    sender = setting.anchorer(client=through(gateway), key=stranger)
    assert kinds(sender.run_once()) == ["sent"]
    gateway.rule = None
    with refused("chain.not_anchorer"):
        sender.run_once()
    assert [row.state for row in setting.journal()] == ["dropped"]
    assert setting.entries() == []


def test_a_broadcast_answered_with_an_error_and_its_own_hash_may_also_have_worked(setting, gateway):
    def rule(method, _params, forward):
        answer = forward()
        if method == "eth_sendRawTransaction":
            return error(-32000, "timed out waiting for the receipt", {"txHash": answer["result"]})
        return answer

    gateway.rule = rule
    setting.log.grow(3)
    sender = setting.anchorer(client=through(gateway))
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))


@pytest.mark.parametrize(
    "message",
    ["already known", "ALREADY_EXISTS: already known", "AlreadyKnown", "known transaction"],
)
def test_a_transaction_that_the_node_has_already_counts_as_sent(setting, gateway, message):
    def rule(method, _params, forward):
        answer = forward()
        return error(-32000, message) if method == "eth_sendRawTransaction" else answer

    gateway.rule = rule
    setting.log.grow(3)
    sender = setting.anchorer(client=through(gateway))
    assert kinds(sender.run_once()) == ["sent"]
    assert sender.run_once().settled


def test_a_node_that_estimates_without_a_block_is_asked_again(setting, gateway):
    def rule(method, params, forward):
        if method == "eth_estimateGas" and len(params) > 1:
            return error(-32602, "too many arguments, want at most 1")
        return forward()

    gateway.rule = rule
    setting.log.grow(3)
    assert setting.anchorer(client=through(gateway)).run_until_final(timeout=10, poll=0.01).settled


def test_a_spent_nonce_is_looked_up_on_the_chain(setting, gateway):
    def rule(method, _params, forward):
        answer = forward()
        return error(-32000, "nonce too low") if method == "eth_sendRawTransaction" else answer

    gateway.rule = rule
    setting.log.grow(3)
    sender = setting.anchorer(client=through(gateway))
    assert kinds(sender.run_once()) == ["nonce_spent"]
    assert sender.run_once().settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))


def test_a_refusal_in_the_nodes_own_words_is_passed_on(setting, gateway):
    def rule(method, _params, forward):
        if method == "eth_sendRawTransaction":
            return error(-32000, "this node takes no transactions on Sundays")
        return forward()

    gateway.rule = rule
    setting.log.grow(3)
    sender = setting.anchorer(client=through(gateway))
    with refused("chain.rejected") as caught:
        sender.run_once()
    assert "Sundays" in caught.value.found
    assert [row.state for row in setting.journal()] == ["signed"]
    gateway.rule = None
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert len(setting.journal()) == 1


def test_a_node_that_returns_another_hash_is_not_believed(setting, gateway):
    def rule(method, _params, forward):
        answer = forward()
        return result("0x" + "ab" * 32) if method == "eth_sendRawTransaction" else answer

    gateway.rule = rule
    setting.log.grow(3)
    sender = setting.anchorer(client=through(gateway))
    with refused("chain.answer"):
        sender.run_once()
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))


def test_only_errors_of_ours_leave_the_sender_whatever_one_method_answers(setting, gateway):
    """Each method in turn answers with junk; the sender must say so, never crash."""
    setting.log.grow(3)
    junk = ["", [], {}, 7, "0xzz", True, None, "0x" + "00" * 31, {"hash": 5, "number": "x"}]
    seen = set()
    for method in (
        "eth_chainId",
        "eth_getCode",
        "eth_getTransactionCount",
        "eth_call",
        "eth_gasPrice",
        "eth_getBlockByNumber",
        "eth_maxPriorityFeePerGas",
        "eth_estimateGas",
        "eth_getTransactionReceipt",
    ):
        for value in junk:

            def rule(called, _params, forward, method=method, value=value):
                return result(value) if called == method else forward()

            gateway.rule = rule
            try:
                setting.anchorer(client=through(gateway)).run_once()
            except ChainError as problem:
                seen.add(problem.code)
    assert seen <= {"chain.answer", "chain.code", "chain.chain_id"}
    gateway.rule = None
    assert setting.anchorer().run_until_final(timeout=10, poll=0.01).settled
    assert setting.entries() == setting.roots(3)
