// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../../src/interfaces/IBatches.sol";
import {IPaymentDisputes} from "../../src/interfaces/IPaymentDisputes.sol";
import {ITaskDisputes} from "../../src/interfaces/ITaskDisputes.sol";
import {NaiveTree} from "../NaiveTree.sol";
import {BatchesLedger} from "./BatchesLedger.sol";

/// @notice The ways in which a batch here is wrong, from 1 on, each with the dispute that shows it.
abstract contract BatchesSpoilt is BatchesLedger {
    uint256 internal constant WAYS = 11;

    /// @dev The lines of a batch as they were posted: their deadlines follow from when that was.
    function linesOf(uint256 id) internal returns (Lines memory lines) {
        Record memory record = posted[id - 1];
        uint256 time = block.timestamp;
        vm.warp(record.postedAt);
        lines = nextLines(record.parent, record.round);
        vm.warp(time);
        spoil(lines, record.spoilt);
    }

    function spoil(Lines memory lines, uint256 way) private view {
        if (way == 1) lines.tasks[1].signature = split(SETTLER_KEY, escrow.taskIdOf(lines.tasks[1].order));
        if (way == 2) lines.tasks[0].order.budget = 1_020;
        if (way == 3) lines.tasks[1].feesSoFar += 1;
        if (way == 4) lines.payments[0].amount += 1;
        if (way == 5) lines.tasks[1].order = lines.tasks[0].order;
        if (way == 6) lines.payments[0].outputHash = "another output";
        if (way == 7) lines.payments[0].share = 111;
        if (way == 8) lines.earnings[0].cumulative += 1_000_000;
        // Another number on each parent: a child that repeats its parent's wrong number is right beside it.
        if (way == 9) lines.earnings[2].cumulative = lines.parent + 1;
        if (way == 10) lines.penalties[0].commitment = "another commitment";
        if (way == 11) lines.penalties[0].evidenceIndex = EVIDENCE_INDEX - 1;
    }

    /// @return The call that shows, of a batch that is wrong in this way, that it is.
    function disputeOf(uint256 id, uint256 way) internal returns (address, bytes memory) {
        Lines memory lines = linesOf(id);
        IBatches.Batch memory batch = batchOf(lines);
        if (way <= 5) return (address(taskDisputes), taskDispute(id, way, lines, batch));
        return (address(paymentDisputes), paymentDispute(id, way, lines, batch));
    }

    function taskDispute(uint256 id, uint256 way, Lines memory lines, IBatches.Batch memory batch)
        private
        pure
        returns (bytes memory)
    {
        IBatches.OpenTask memory first = openTask(lines, 0);
        IBatches.OpenTask memory second = openTask(lines, 1);
        if (way == 1) return abi.encodeCall(ITaskDisputes.disputeOrder, (id, batch, second));
        if (way == 2) return abi.encodeCall(ITaskDisputes.disputeBudget, (id, batch, first));
        if (way == 3) return abi.encodeCall(ITaskDisputes.disputeTotals, (id, batch, first, second, 0));
        if (way == 4) return abi.encodeCall(ITaskDisputes.disputeSplit, (id, batch, first, paymentsOf(lines, 0)));
        return abi.encodeCall(ITaskDisputes.disputeRepeat, (id, batch, second, id, batch, first));
    }

    function paymentDispute(uint256 id, uint256 way, Lines memory lines, IBatches.Batch memory batch)
        private
        returns (bytes memory)
    {
        if (way == 9) return unpaidDispute(id, lines, batch);
        if (way == 8) {
            IBatches.OpenPayment memory last = openPayment(lines, 3);
            return abi.encodeCall(IPaymentDisputes.disputeLast, (id, batch, 0, openEarning(lines, 0), last));
        }
        if (way > 9) return penaltyDispute(id, way, lines, batch);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenPayment memory payment = openPayment(lines, 0);
        if (way == 6) return abi.encodeCall(IPaymentDisputes.disputeReceipt, (id, batch, task, payment));
        return abi.encodeCall(IPaymentDisputes.disputeContribution, (id, batch, task, payment, lastStep()));
    }

    function penaltyDispute(uint256 id, uint256 way, Lines memory lines, IBatches.Batch memory batch)
        private
        pure
        returns (bytes memory)
    {
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        if (way == 10) {
            return abi.encodeCall(IPaymentDisputes.disputePenalty, (id, batch, openTask(lines, 2), penalty));
        }
        bytes32[] memory leaves = evidenceLeaves();
        uint64 index = penalty.line.evidenceIndex;
        bytes32[] memory path = NaiveTree.path(leaves, index);
        return abi.encodeCall(IPaymentDisputes.disputeEvidence, (id, batch, penalty, leaves[index], path));
    }

    /// @dev Of the idle agent.
    function unpaidDispute(uint256 id, Lines memory lines, IBatches.Batch memory batch) private returns (bytes memory) {
        Lines memory before = batch.parent == 0 ? lines : linesOf(batch.parent);
        IBatches.OpenEarning memory now_ = openEarning(lines, idleAgent);
        IBatches.OpenEarning memory was = openEarning(before, idleAgent);
        return abi.encodeCall(IPaymentDisputes.disputeUnpaid, (id, batch, idleAgent, now_, batchOf(before), was));
    }

    /// @dev The second and last step of the first agent's value in the first task.
    function lastStep() private pure returns (IPaymentDisputes.Step memory step) {
        step.step = 1;
        step.before = openNumber(trace(2, 0), 0);
        step.sum = openNumber(trace(2, 0), 1);
        step.without = openNumber(values(2), 2);
        step.with_ = openNumber(values(2), 3);
    }
}
