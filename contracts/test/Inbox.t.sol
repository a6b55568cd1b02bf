// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Inbox} from "../src/Inbox.sol";
import {Outbox} from "../src/Outbox.sol";
import {IInbox} from "../src/interfaces/IInbox.sol";
import {IOutbox} from "../src/interfaces/IOutbox.sol";
import {ReceiptProof} from "../src/libraries/ReceiptProof.sol";
import {ReceiverHarness} from "./ReceiverHarness.sol";
import {RelayBase} from "./RelayBase.sol";
import {Vm} from "./Vm.sol";

contract InboxTest is RelayBase {
    Inbox private inbox;
    Outbox private outbox;
    ReceiverHarness private receiver;

    function setUp() public override {
        super.setUp();
        inbox = new Inbox(chains);
        outbox = new Outbox();
        receiver = new ReceiverHarness(inbox);
    }

    function logFrom(address emitter, uint256 destination, uint256 nonce, address to, bytes memory payload)
        private
        view
        returns (bytes memory)
    {
        bytes32[] memory topics = new bytes32[](4);
        (topics[0], topics[1]) = (IOutbox.MessageSent.selector, bytes32(destination));
        (topics[2], topics[3]) = (bytes32(nonce), bytes32(uint256(uint160(weatherAdmin))));
        return receiptOf(logOf(emitter, topics, abi.encode(to, payload)));
    }

    function sent(uint64 number, uint256 nonce, bytes memory payload) private returns (ReceiptProof.Proof memory) {
        return acceptBlock(number, logFrom(foreignOutbox, block.chainid, nonce, address(receiver), payload));
    }

    function status(uint256 nonce) private view returns (uint256) {
        return uint256(inbox.statusOf(SOURCE, nonce));
    }

    function message(uint256 nonce, bytes memory payload) private view returns (IInbox.Message memory) {
        return IInbox.Message(SOURCE, nonce, weatherAdmin, address(receiver), payload);
    }

    function testFuzz_AMessageComesOnceAsItWasSent(uint256 nonce, bytes memory payload) public {
        ReceiptProof.Proof memory proof = sent(1, nonce, payload);
        vm.prank(stranger);
        inbox.deliver(SOURCE, proof);
        vm.assertEq(receiver.taken(), 1, "taken");
        vm.assertEq(receiver.last(), abi.encode(SOURCE, weatherAdmin, nonce, payload), "as sent");
        vm.assertEq(status(nonce), uint256(IInbox.Status.Delivered), "delivered");
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxAlreadyProven.selector, SOURCE, nonce));
        inbox.deliver(SOURCE, proof);
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxNotRefused.selector, SOURCE, nonce));
        inbox.retry(message(nonce, payload));
    }

    function test_WhatTheOutboxEmitsIsWhatTheInboxReads() public {
        vm.recordLogs();
        vm.prank(weatherAdmin);
        uint256 nonce = outbox.send(SOURCE, address(receiver), "hello");
        Vm.Log memory log = vm.getRecordedLogs()[0];
        // This chain as seen from the other.
        log.topics[1] = bytes32(block.chainid);
        inbox.deliver(SOURCE, acceptBlock(1, receiptOf(logOf(foreignOutbox, log.topics, log.data))));
        vm.assertEq(receiver.last(), abi.encode(SOURCE, weatherAdmin, nonce, bytes("hello")), "as sent");
    }

    function test_AReceiverThatFailsStandsInNobodysWay() public {
        for (uint8 manner = 1; manner <= 4; ++manner) {
            receiver.behave(ReceiverHarness.Manner(manner), "");
            inbox.deliver(SOURCE, sent(manner, manner, "hello"));
            vm.assertEq(status(manner), uint256(IInbox.Status.Refused), "refused");
        }
        receiver.behave(ReceiverHarness.Manner.Take, "");
        inbox.deliver(SOURCE, sent(9, 9, "another"));
        vm.assertEq(receiver.taken(), 1, "the other came");
        vm.prank(stranger);
        inbox.retry(message(1, "hello"));
        vm.assertEq(status(1), uint256(IInbox.Status.Delivered), "delivered");
        vm.assertEq(receiver.taken(), 2, "taken later");
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxNotRefused.selector, SOURCE, 1));
        inbox.retry(message(1, "hello"));
    }

    function test_WhatIsRefusedAgainCanBeTriedAgain() public {
        receiver.behave(ReceiverHarness.Manner.Revert, "");
        inbox.deliver(SOURCE, sent(1, 1, "hello"));
        inbox.retry(message(1, "hello"));
        vm.assertEq(status(1), uint256(IInbox.Status.Refused), "refused");
    }

    function test_Attack_AnotherMessageUnderARefusedNumber() public {
        receiver.behave(ReceiverHarness.Manner.Revert, "");
        ReceiptProof.Proof memory proof = sent(1, 1, "hello");
        inbox.deliver(SOURCE, proof);
        receiver.behave(ReceiverHarness.Manner.Take, "");
        bytes memory refusal = abi.encodeWithSelector(IInbox.InboxMessageWrong.selector, SOURCE, 1);
        vm.expectRevert(refusal);
        inbox.retry(message(1, "hullo"));
        IInbox.Message memory fromAnother = message(1, "hello");
        fromAnother.sender = stranger;
        vm.expectRevert(refusal);
        inbox.retry(fromAnother);
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxAlreadyProven.selector, SOURCE, 1));
        inbox.deliver(SOURCE, proof);
    }

    function test_Attack_AReceiverCannotHaveItComeTwice() public {
        ReceiptProof.Proof memory proof = sent(1, 1, "hello");
        receiver.behave(ReceiverHarness.Manner.Reenter, abi.encodeCall(inbox.deliver, (SOURCE, proof)));
        inbox.deliver(SOURCE, proof);
        vm.assertEq(receiver.taken(), 1, "once");
        receiver.behave(ReceiverHarness.Manner.Revert, "");
        inbox.deliver(SOURCE, sent(2, 2, "hello"));
        receiver.behave(ReceiverHarness.Manner.Reenter, abi.encodeCall(inbox.retry, (message(2, "hello"))));
        inbox.retry(message(2, "hello"));
        vm.assertEq(receiver.taken(), 2, "once more");
    }

    function testFuzz_Attack_LittleGasMakesNobodyRefuse(uint256 gasGiven) public {
        bytes memory payload = new bytes(4_096);
        ReceiptProof.Proof memory proof = sent(1, 1, payload);
        bytes memory call = abi.encodeCall(inbox.deliver, (SOURCE, proof));
        (bool done,) = address(inbox).call{gas: bound(gasGiven, 30_000, 1_500_000)}(call);
        vm.assertEq(status(1), uint256(done ? IInbox.Status.Delivered : IInbox.Status.Unknown), "all or nothing");
    }

    function test_AnAccountWithoutCodeTakesNothing() public {
        bytes memory receipt = logFrom(foreignOutbox, block.chainid, 1, stranger, "hello");
        inbox.deliver(SOURCE, acceptBlock(1, receipt));
        vm.assertEq(status(1), uint256(IInbox.Status.Refused), "refused");
    }

    function test_Attack_AnotherEmitterEventOrDestination() public {
        ReceiptProof.Proof memory proof =
            acceptBlock(1, logFrom(stranger, block.chainid, 1, address(receiver), "hello"));
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxEmitterWrong.selector, stranger, foreignOutbox));
        inbox.deliver(SOURCE, proof);
        uint256 elsewhere = block.chainid + 1;
        proof = acceptBlock(2, logFrom(foreignOutbox, elsewhere, 1, address(receiver), "hello"));
        vm.expectRevert(abi.encodeWithSelector(IInbox.InboxDestinationWrong.selector, elsewhere));
        inbox.deliver(SOURCE, proof);
        proof = acceptBlock(3, receiptOf(logOf(foreignOutbox, new bytes32[](4), "")));
        vm.expectRevert(IInbox.InboxEventWrong.selector);
        inbox.deliver(SOURCE, proof);
        proof = acceptBlock(4, receiptOf(logOf(foreignOutbox, new bytes32[](0), "")));
        vm.expectRevert(IInbox.InboxEventWrong.selector);
        inbox.deliver(SOURCE, proof);
    }

    function test_TheOutboxCountsForEachChain() public {
        vm.assertEq(outbox.send(SOURCE, stranger, ""), 0, "first");
        vm.assertEq(outbox.send(SOURCE, stranger, new bytes(4_096)), 1, "second");
        vm.assertEq(outbox.send(SOURCE + 1, stranger, ""), 0, "first elsewhere");
        vm.assertEq(outbox.sentTo(SOURCE), 2, "sent");
        vm.expectRevert(IOutbox.OutboxDestinationHere.selector);
        outbox.send(block.chainid, stranger, "");
        vm.expectRevert(IOutbox.OutboxReceiverZero.selector);
        outbox.send(SOURCE, address(0), "");
        vm.expectRevert(abi.encodeWithSelector(IOutbox.OutboxPayloadTooLong.selector, 4_097));
        outbox.send(SOURCE, stranger, new bytes(4_097));
    }
}
