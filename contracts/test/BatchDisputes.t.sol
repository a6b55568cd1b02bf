// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {DisputesBase} from "./DisputesBase.sol";
import {NaiveTree} from "./NaiveTree.sol";

/// @notice Sums, splits and repeats of task lines: each way to be wrong is shown and condemned, and a right line never is.
contract BatchDisputesTest is DisputesBase {
    function test_ARightBatchCannotBeDisputed() public {
        Lines memory lines = rightLines();
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        for (uint64 i = 0; i < 3; ++i) {
            IBatches.OpenTask memory task = openTask(lines, i);
            IBatches.OpenTask memory before = openTask(lines, i == 0 ? 0 : i - 1);
            IBatches.OpenPayment[] memory payments = paymentsOf(lines, i);
            IBatches.OpenNumber memory nobody = openNumber(values(i == 1 ? 1 : 2), 0);
            expectUnfounded();
            taskDisputes.disputeOrder(id, batch, task);
            expectUnfounded();
            taskDisputes.disputeBudget(id, batch, task);
            expectUnfounded();
            taskDisputes.disputeTotals(id, batch, before, task, i / 2);
            expectUnfounded();
            taskDisputes.disputeSplit(id, batch, task, payments);
            expectUnfounded();
            taskDisputes.disputeEmptyCoalition(id, batch, task, nobody);
        }
        IBatches.OpenTask memory one = openTask(lines, 0);
        IBatches.OpenTask memory two = openTask(lines, 1);
        expectUnfounded();
        taskDisputes.disputeRepeat(id, batch, one, id, batch, two);
    }

    function disputeTotals(Lines memory lines, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, index);
        IBatches.OpenTask memory before = openTask(lines, index == 0 ? 0 : index - 1);
        vm.prank(stranger);
        taskDisputes.disputeTotals(id, batch, before, task, index / 2);
    }

    /// @dev Each of these makes one total of the line wrong.
    function test_EveryWrongTotalIsShown() public {
        for (uint256 which = 0; which < 16; ++which) {
            uint256 snapshot = vm.snapshotState();
            Lines memory lines = rightLines();
            uint64 index = spoilTotal(lines, which);
            expectCondemned(disputeTotals(lines, index));
            vm.revertToState(snapshot);
        }
    }

    function spoilTotal(Lines memory lines, uint256 which) private view returns (uint64 index) {
        index = which < 8 ? 1 : 2;
        IBatches.TaskLine memory line = lines.tasks[index];
        if (which == 0) line.order.requester = vm.addr(secondKey);
        if (which == 1) line.firstPayment = 1;
        if (which == 2) line.firstPenalty = 1;
        if (which == 3) line.endPayment = 1;
        if (which == 4) line.debited += 1;
        if (which == 5) line.feesSoFar += 1;
        if (which == 6) line.pool = type(uint256).max;
        if (which == 7) line.endPayment = 6;
        if (which == 8) line.endPenalty = 2;
        if (which == 9) line.endPenalty = 0;
        if (which == 10) line.endPayment = 4;
        if (which == 11) line.fee = type(uint128).max;
        if (which == 12) line.debited = type(uint256).max;
        if (which == 13) line.endPayment = 20;
        if (which == 14) (line.pool, line.debited) = (line.pool - 1, line.debited - 1);
        if (which == 15) (line.fee, line.debited, line.feesSoFar) = (FEE - 1, line.debited - 1, line.feesSoFar - 1);
    }

    function test_AFirstLineStartsAtNothing() public {
        Lines memory lines = rightLines();
        lines.tasks[0].firstPayment = 1;
        expectCondemned(disputeTotals(lines, 0));
    }

    function test_LinesThatDoNotBelongTogetherProveNothing() public {
        Lines memory lines = rightLines();
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory first = openTask(lines, 0);
        IBatches.OpenTask memory last = openTask(lines, 2);
        IBatches.OpenPayment[] memory others = paymentsOf(lines, 2);
        expectMismatch();
        taskDisputes.disputeTotals(id, batch, first, last, 1);
        expectMismatch();
        taskDisputes.disputeTotals(id, batch, first, first, 1);
        expectMismatch();
        taskDisputes.disputeTotals(id, batch, first, first, 2);
        expectMismatch();
        taskDisputes.disputeSplit(id, batch, first, others);
        expectMismatch();
        taskDisputes.disputeSplit(id, batch, first, new IBatches.OpenPayment[](0));
        expectMismatch();
        taskDisputes.disputeRepeat(id, batch, first, id, batch, first);
        first.index = 1;
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesLineForeign.selector, IBatches.Tree.Tasks, 1));
        taskDisputes.disputeOrder(id, batch, first);
    }

    function disputeSplit(Lines memory lines, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, index);
        IBatches.OpenPayment[] memory payments = paymentsOf(lines, index);
        vm.prank(stranger);
        taskDisputes.disputeSplit(id, batch, task, payments);
    }

    function test_EveryWrongSplitIsShown() public {
        for (uint256 which = 0; which < 9; ++which) {
            uint256 snapshot = vm.snapshotState();
            Lines memory lines = rightLines();
            spoilSplit(lines, which);
            expectCondemned(disputeSplit(lines, 0));
            vm.revertToState(snapshot);
        }
    }

    function spoilSplit(Lines memory lines, uint256 which) private pure {
        IBatches.PaymentLine memory one = lines.payments[0];
        IBatches.PaymentLine memory two = lines.payments[1];
        if (which == 0) one.amount += 1;
        if (which == 1) (one.amount, two.amount) = (550, 451);
        if (which == 2) (one.amount, two.amount) = (1_001, 0);
        if (which == 3) two.agentId = 0;
        if (which == 4) one.task = 1;
        if (which == 5) one.share = type(uint256).max;
        if (which == 6) one.amount = type(uint256).max;
        if (which == 7) (one.share, two.share) = (0, 0);
        if (which == 8) one.share += 1_000;
    }

    function test_WhereNobodyContributedNothingIsSplit() public {
        Lines memory lines = rightLines();
        (lines.payments[0].share, lines.payments[1].share) = (0, 0);
        (lines.payments[0].amount, lines.payments[1].amount) = (0, 0);
        lines.tasks[0].pool = 0;
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenPayment[] memory payments = paymentsOf(lines, 0);
        expectUnfounded();
        taskDisputes.disputeSplit(id, batch, task, payments);
    }

    function test_AValueOfNobodyIsShown() public {
        Lines memory lines = rightLines();
        uint256[] memory numbers = values(2);
        numbers[0] = 1;
        lines.tasks[0].coalitions = NaiveTree.root(numberLeaves(numbers));
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenNumber memory nobody = openNumber(numbers, 0);
        vm.prank(stranger);
        taskDisputes.disputeEmptyCoalition(id, batch, task, nobody);
        expectCondemned(id);
    }

    /// @dev Its sums are wrong already: see disputeSums.
    function test_ATaskOfImpossiblyManyPaymentsHasNoCoalitions() public {
        for (uint256 which = 0; which < 2; ++which) {
            uint256 snapshot = vm.snapshotState();
            Lines memory lines = rightLines();
            IBatches.TaskLine memory line = lines.tasks[1];
            line.endPayment = which == 0 ? line.firstPayment - 1 : line.firstPayment + 17;
            uint256[] memory numbers = values(2);
            line.coalitions = NaiveTree.root(numberLeaves(numbers));
            (uint256 id, IBatches.Batch memory batch) = post(lines);
            IBatches.OpenTask memory task = openTask(lines, 1);
            IBatches.OpenNumber memory nobody = openNumber(numbers, 0);
            vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesLineForeign.selector, IBatches.Tree.Coalitions, 0));
            taskDisputes.disputeEmptyCoalition(id, batch, task, nobody);
            vm.revertToState(snapshot);
        }
    }

    function test_ATaskTwiceInABatchIsShown() public {
        Lines memory lines = rightLines();
        lines.tasks[1].order = lines.tasks[0].order;
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory one = openTask(lines, 0);
        IBatches.OpenTask memory two = openTask(lines, 1);
        vm.prank(stranger);
        taskDisputes.disputeRepeat(id, batch, two, id, batch, one);
        expectCondemned(id);
    }

    function test_ATaskOfAnEarlierBatchIsShownWhetherThatIsFinalOrNot() public {
        for (uint256 round = 0; round < 2; ++round) {
            uint256 snapshot = vm.snapshotState();
            Lines memory lines = rightLines();
            (uint256 first, IBatches.Batch memory one) = post(lines);
            if (round == 1) makeFinal(first, one);
            Lines memory again = lines;
            IBatches.OpenTask memory before = openTask(lines, 0);
            again.parent = first;
            (uint256 second, IBatches.Batch memory two) = post(again);
            IBatches.OpenTask memory task = openTask(again, 0);
            expectMismatch();
            taskDisputes.disputeRepeat(first, one, before, second, two, task);
            vm.prank(stranger);
            taskDisputes.disputeRepeat(second, two, task, first, one, before);
            expectCondemned(second);
            vm.revertToState(snapshot);
        }
    }

    function test_ATaskOfACondemnedBatchMaySettleAgain() public {
        Lines memory lines = rightLines();
        (uint256 wrong, IBatches.Batch memory one) = post(lines);
        vm.prank(address(taskDisputes));
        batches.condemn(wrong, IBatches.Rule.SumWrong, stranger);
        (uint256 id, IBatches.Batch memory two) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        expectMismatch();
        taskDisputes.disputeRepeat(id, two, task, wrong, one, task);
    }
}
