// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {DisputesBase} from "./DisputesBase.sol";

/// @notice What agents earn goes on from payment to payment and from batch to batch: each way to break that is shown.
contract BatchEarningsTest is DisputesBase {
    uint256 private parentId;

    function setUp() public override {
        super.setUp();
        parentId = postAs(batchOf(rightLines()));
    }

    function test_RightEarningsCannotBeDisputed() public {
        Lines memory before = rightLines();
        IBatches.Batch memory parent = batchOf(before);
        Lines memory lines = nextLines(parentId, 1);
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        expectRightPayments(id, batch, lines, parent, before);
        for (uint256 agentId = 0; agentId < 2; ++agentId) {
            IBatches.OpenEarning memory earning = openEarning(lines, agentId);
            IBatches.OpenPayment memory last = openPayment(lines, agentId == 0 ? 3 : 4);
            expectUnfounded();
            paymentDisputes.disputeLast(id, batch, agentId, earning, last);
        }
        IBatches.OpenEarning memory unpaid = openEarning(lines, 2);
        IBatches.OpenEarning memory was = openEarning(before, 2);
        expectUnfounded();
        paymentDisputes.disputeUnpaid(id, batch, 2, unpaid, parent, was);
    }

    function expectRightPayments(
        uint256 id,
        IBatches.Batch memory batch,
        Lines memory lines,
        IBatches.Batch memory parent,
        Lines memory before
    ) private {
        for (uint64 i = 0; i < 5; ++i) {
            IBatches.OpenPayment memory payment = openPayment(lines, i);
            uint256 agentId = payment.line.agentId;
            IBatches.OpenEarning memory earning = openEarning(lines, agentId);
            IBatches.OpenEarning memory was = openEarning(before, agentId);
            IBatches.OpenPayment memory other = openPayment(lines, (i + 1) % 5);
            expectUnfounded();
            paymentDisputes.disputeLater(id, batch, earning, payment);
            expectUnfounded();
            paymentDisputes.disputeFork(id, batch, payment, other);
            expectUnfounded();
            paymentDisputes.disputeFork(id, batch, payment, payment);
            if (payment.line.previous == 0) {
                expectUnfounded();
                paymentDisputes.disputeFirstEarned(id, batch, payment, parent, was);
            } else {
                IBatches.OpenPayment memory previous = openPayment(lines, payment.line.previous - 1);
                expectUnfounded();
                paymentDisputes.disputeEarned(id, batch, payment, previous);
            }
        }
    }

    function disputeEarned(Lines memory lines, uint64 index, uint64 previous) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenPayment memory payment = openPayment(lines, index);
        IBatches.OpenPayment memory before = openPayment(lines, previous);
        vm.prank(stranger);
        paymentDisputes.disputeEarned(id, batch, payment, before);
    }

    function test_APaymentThatDoesNotAddUpIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[2].earned += 1;
        expectCondemned(disputeEarned(lines, 2, 0));
    }

    function test_APaymentOnAnotherAgentsEarningsIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[2].previous = 2;
        lines.payments[2].earned = lines.payments[1].earned + 500;
        expectCondemned(disputeEarned(lines, 2, 1));
    }

    function test_APaymentThatNamesALaterOneIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[2].previous = 4;
        expectCondemned(disputeEarned(lines, 2, 3));
    }

    function test_ASumBeyondAWordIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[0].earned = type(uint256).max;
        lines.payments[2].earned = 499;
        expectCondemned(disputeEarned(lines, 2, 0));
    }

    function disputeFirst(Lines memory lines, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        Lines memory before = rightLines();
        IBatches.Batch memory parent = batchOf(before);
        IBatches.OpenPayment memory payment = openPayment(lines, index);
        IBatches.OpenEarning memory was = openEarning(before, payment.line.agentId % 3);
        vm.prank(stranger);
        paymentDisputes.disputeFirstEarned(id, batch, payment, parent, was);
    }

    function test_AFirstPaymentThatForgetsTheParentIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[0].earned = 551;
        expectCondemned(disputeFirst(lines, 0));
    }

    function test_ANewcomerStartsAtNothing() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[4].agentId = 7;
        lines.payments[4].previous = 0;
        lines.payments[4].earned = 451;
        expectCondemned(disputeFirst(lines, 4));
    }

    function test_AFirstBatchStartsAtNothing() public {
        vm.prank(address(taskDisputes));
        batches.condemn(parentId, IBatches.Rule.SumWrong, address(1));
        Lines memory lines = rightLines();
        lines.payments[0].earned = 552;
        expectCondemned(disputeFirst(lines, 0));
    }

    function test_APaymentLeftOutByAForkIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[3].previous = 1;
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenPayment memory one = openPayment(lines, 2);
        IBatches.OpenPayment memory other = openPayment(lines, 3);
        vm.prank(stranger);
        paymentDisputes.disputeFork(id, batch, one, other);
        expectCondemned(id);
    }

    function disputeLast(Lines memory lines, uint256 agentId, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenEarning memory earning = openEarning(lines, agentId);
        IBatches.OpenPayment memory payment = openPayment(lines, index);
        vm.prank(stranger);
        paymentDisputes.disputeLast(id, batch, agentId, earning, payment);
    }

    function test_EarningsThatTheLastPaymentDoesNotSayAreShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.earnings[0].cumulative += 1;
        expectCondemned(disputeLast(lines, 0, 3));
    }

    function test_EarningsFromAnothersPaymentAreShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.earnings[2] = IBatches.Earning(lines.payments[4].earned, 5);
        expectCondemned(disputeLast(lines, 2, 4));
    }

    function test_EarningsFromAPaymentThatIsNotThereAreShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.earnings[0].last = 6;
        expectCondemned(disputeLast(lines, 0, 3));
    }

    function disputeLater(Lines memory lines, uint256 agentId, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenEarning memory earning = openEarning(lines, agentId);
        IBatches.OpenPayment memory payment = openPayment(lines, index);
        vm.prank(stranger);
        paymentDisputes.disputeLater(id, batch, earning, payment);
    }

    function test_APaymentAfterTheLastIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.earnings[0] = IBatches.Earning(lines.payments[2].earned, 3);
        expectCondemned(disputeLater(lines, 0, 3));
    }

    function test_APaymentOfAnAgentThatSaysItHasNoneIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.earnings[0] = IBatches.Earning(1_602, 0);
        expectCondemned(disputeLater(lines, 0, 0));
    }

    function test_APaymentOfAnAgentWithoutALineIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.payments[4].agentId = 7;
        expectCondemned(disputeLater(lines, 0, 4));
    }

    function disputeUnpaid(Lines memory lines, uint256 agentId) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        Lines memory before = rightLines();
        IBatches.Batch memory parent = batchOf(before);
        IBatches.OpenEarning memory earning = openEarning(lines, agentId);
        IBatches.OpenEarning memory was = openEarning(before, agentId);
        vm.prank(stranger);
        paymentDisputes.disputeUnpaid(id, batch, agentId, earning, parent, was);
    }

    function test_EarningsOutOfNothingAreShown() public {
        Lines memory lines = nextLines(parentId, 1);
        lines.earnings[2].cumulative = 1;
        expectCondemned(disputeUnpaid(lines, 2));
    }

    function test_ABatchThatForgetsAgentsIsShown() public {
        Lines memory lines = nextLines(parentId, 1);
        IBatches.Earning[] memory fewer = new IBatches.Earning[](2);
        (fewer[0], fewer[1]) = (lines.earnings[0], lines.earnings[1]);
        lines.earnings = fewer;
        expectCondemned(disputeUnpaid(lines, 0));
    }

    function test_LinesThatDoNotBelongTogetherProveNothing() public {
        Lines memory before = rightLines();
        IBatches.Batch memory parent = batchOf(before);
        Lines memory lines = nextLines(parentId, 1);
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenPayment memory first = openPayment(lines, 0);
        IBatches.OpenPayment memory third = openPayment(lines, 2);
        IBatches.OpenPayment memory last = openPayment(lines, 4);
        IBatches.OpenEarning memory paid = openEarning(lines, 0);
        IBatches.OpenEarning memory unpaid = openEarning(lines, 2);
        expectMismatch();
        paymentDisputes.disputeEarned(id, batch, first, last);
        expectMismatch();
        paymentDisputes.disputeEarned(id, batch, third, last);
        expectMismatch();
        paymentDisputes.disputeFirstEarned(id, batch, third, parent, paid);
        expectMismatch();
        paymentDisputes.disputeLast(id, batch, 0, paid, last);
        expectMismatch();
        paymentDisputes.disputeLast(id, batch, 2, unpaid, last);
        expectMismatch();
        paymentDisputes.disputeUnpaid(id, batch, 0, paid, parent, unpaid);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesBatchForeign.selector, parentId));
        paymentDisputes.disputeUnpaid(id, batch, 2, unpaid, batch, unpaid);
    }
}
