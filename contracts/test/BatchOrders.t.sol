// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {DisputesBase} from "./DisputesBase.sol";

/// @notice Orders and budgets of task lines: each way to be wrong is shown and condemned, and a right one never is.
contract BatchOrdersTest is DisputesBase {
    function disputeOrder(Lines memory lines, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, index);
        vm.prank(stranger);
        taskDisputes.disputeOrder(id, batch, task);
    }

    function test_AnOrderThatNobodySignedIsShown() public {
        Lines memory lines = rightLines();
        lines.tasks[1].signature = split(SETTLER_KEY, escrow.taskIdOf(lines.tasks[1].order));
        expectCondemned(disputeOrder(lines, 1));
    }

    function test_AnOrderWithAMalformedSignatureIsShown() public {
        Lines memory lines = rightLines();
        lines.tasks[1].signature = IBatches.Signature(0, 0, 0);
        expectCondemned(disputeOrder(lines, 1));
    }

    function test_AnOrderForAnotherTokenIsShown() public {
        Lines memory lines = rightLines();
        lines.tasks[0].order.token = stranger;
        signOrder(lines.tasks[0]);
        expectCondemned(disputeOrder(lines, 0));
    }

    function test_AnOrderThatLapsedBeforeItWasPostedIsShown() public {
        Lines memory lines = rightLines();
        vm.warp(lines.tasks[0].order.deadline + GRACE + 1);
        expectCondemned(disputeOrder(lines, 0));
    }

    function test_ACancelledOrderIsShownOnceItsNoticeWasOver() public {
        Lines memory lines = rightLines();
        lines.tasks[2].order.deadline += 10 days;
        signOrder(lines.tasks[2]);
        vm.prank(vm.addr(secondKey));
        escrow.cancel(3);
        vm.warp(block.timestamp + NOTICE);
        lines.tasks[0].order.deadline += 10 days;
        lines.tasks[1].order.deadline += 10 days;
        expectCondemned(disputeOrder(lines, 2));
    }

    function test_WorkDoneBeforeACancellationIsStillPaidWithinItsNotice() public {
        Lines memory lines = rightLines();
        vm.prank(vm.addr(secondKey));
        escrow.cancel(3);
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 2);
        expectUnfounded();
        taskDisputes.disputeOrder(id, batch, task);
        vm.warp(block.timestamp + NOTICE);
        expectUnfounded();
        taskDisputes.disputeOrder(id, batch, task);
    }

    function test_AnOrderThatReservedABudgetAlreadyIsShown() public {
        Lines memory lines = rightLines();
        uint256 task = firstKey == WEATHER_ADMIN_KEY ? 0 : 2;
        lines.tasks[task].order.domainId = WEATHER;
        lines.tasks[task].order.deadline += 10 days;
        signOrder(lines.tasks[task]);
        IBatches.Signature memory s = lines.tasks[task].signature;
        escrow.reserve(lines.tasks[task].order, abi.encodePacked(s.r, s.s, s.v));
        vm.warp(block.timestamp + NOTICE);
        expectCondemned(disputeOrder(lines, uint64(task)));
    }

    function test_Attack_AReservationJustBeforeABatchDoesNotMakeItWrong() public {
        Lines memory lines = rightLines();
        uint64 index = firstKey == WEATHER_ADMIN_KEY ? 0 : 2;
        lines.tasks[index].order.domainId = WEATHER;
        signOrder(lines.tasks[index]);
        IBatches.Signature memory s = lines.tasks[index].signature;
        vm.prank(stranger);
        escrow.reserve(lines.tasks[index].order, abi.encodePacked(s.r, s.s, s.v));
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, index);
        expectUnfounded();
        taskDisputes.disputeOrder(id, batch, task);
    }

    function disputeBudget(Lines memory lines, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, index);
        vm.prank(stranger);
        taskDisputes.disputeBudget(id, batch, task);
    }

    function test_ATaskThatCostsMoreThanItsOrderAllowsIsShown() public {
        Lines memory lines = rightLines();
        lines.tasks[0].order.budget = 1_020;
        expectCondemned(disputeBudget(lines, 0));
    }

    function test_AFeeAboveTheConsortiumsIsShown() public {
        Lines memory lines = rightLines();
        lines.tasks[0].fee = BUDGET * MAX_FEE_BPS / 10_000 + 1;
        expectCondemned(disputeBudget(lines, 0));
    }

    function test_AmountsThatNoTokensAreAreShown() public {
        Lines memory lines = rightLines();
        lines.tasks[0].pool = type(uint256).max;
        expectCondemned(disputeBudget(lines, 0));
    }
}
