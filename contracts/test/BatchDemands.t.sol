// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Demands} from "../src/Demands.sol";
import {IBatches} from "../src/interfaces/IBatches.sol";
import {IDemands} from "../src/interfaces/IDemands.sol";
import {BatchBase} from "./BatchBase.sol";

contract BatchDemandsTest is BatchBase {
    uint256 private id;
    address private immutable asker = address(0xA5);

    function setUp() public override {
        super.setUp();
        (id,) = post(rightLines());
        giveBalance(asker, 10 * uint256(DEMAND_STAKE));
    }

    function place(IBatches.Tree tree, uint64 index, uint64 sub) private pure returns (IDemands.Place memory) {
        return IDemands.Place(tree, index, sub);
    }

    function ask(IDemands.Place memory where) private {
        IBatches.Batch memory batch = batchOf(rightLines());
        vm.prank(asker);
        demands.demand(id, batch, where);
    }

    function expectShown(IDemands.Place memory where) private view {
        vm.assertEq(demands.demandOf(id, where).demander, address(0), "answered");
        vm.assertEq(batches.stateOf(id).demands, 0, "finality may come");
    }

    function test_WhoeverShowsALineGetsTheStake() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        IDemands.Place memory where = place(IBatches.Tree.Tasks, 1, 0);
        vm.expectEmit(address(demands));
        emit IDemands.LineDemanded(id, where, asker, uint40(block.timestamp) + SHOW, DEMAND_STAKE);
        ask(where);
        vm.assertEq(escrow.balanceOf(asker), 9 * uint256(DEMAND_STAKE), "at risk");
        IBatches.OpenTask memory task = openTask(lines, 1);
        vm.expectEmit(address(demands));
        emit IDemands.LineShown(id, where, stranger, DEMAND_STAKE);
        vm.prank(stranger);
        demands.showTask(id, batch, task);
        vm.assertEq(escrow.balanceOf(stranger), DEMAND_STAKE, "stake");
        expectShown(place(IBatches.Tree.Tasks, 1, 0));
    }

    function test_EveryKindOfLineCanBeAskedForAndShown() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        ask(place(IBatches.Tree.Payments, 3, 0));
        demands.showPayment(id, batch, openPayment(lines, 3));
        ask(place(IBatches.Tree.Penalties, 0, 0));
        demands.showPenalty(id, batch, openPenalty(lines, 0));
        ask(place(IBatches.Tree.Earnings, 1, 0));
        demands.showEarning(id, batch, 1, openEarning(lines, 1));
        ask(place(IBatches.Tree.Coalitions, 0, 3));
        demands.showCoalition(id, batch, openTask(lines, 0), 3, openNumber(values(2), 3));
        ask(place(IBatches.Tree.Traces, 4, 1));
        demands.showTrace(id, batch, openTask(lines, 2), openPayment(lines, 4), 1, openNumber(trace(2, 1), 1));
        expectShown(place(IBatches.Tree.Traces, 4, 1));
    }

    function test_ALineThatNobodyShowsCondemnsTheBatch() public {
        IDemands.Place memory where = place(IBatches.Tree.Payments, 0, 0);
        ask(where);
        uint256 dueAt = block.timestamp + SHOW;
        vm.warp(dueAt);
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandsNotDue.selector, dueAt));
        demands.expire(id, where);
        vm.warp(dueAt + 1);
        vm.expectEmit(address(demands));
        emit IDemands.DemandExpired(id, where, DEMAND_STAKE);
        vm.prank(stranger);
        demands.expire(id, where);
        vm.assertTrue(batches.stateOf(id).status == IBatches.Status.Condemned, "condemned");
        vm.assertEq(escrow.balanceOf(asker), 10 * uint256(DEMAND_STAKE) + uint256(BOND) / 2, "the demander's reward");
    }

    function test_ALineThatIsShownTooLateIsNotShown() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        IBatches.OpenPayment memory payment = openPayment(lines, 0);
        ask(place(IBatches.Tree.Payments, 0, 0));
        uint256 dueAt = block.timestamp + SHOW;
        vm.warp(dueAt + 1);
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandsOverdue.selector, dueAt));
        demands.showPayment(id, batch, payment);
    }

    function test_FinalityWaitsForOpenDemandsAndForTheTimeToDisputeTheAnswer() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        uint256 end = block.timestamp + WINDOW;
        vm.warp(end - 1);
        vm.prank(asker);
        demands.demand(id, batch, place(IBatches.Tree.Tasks, 0, 0));
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesDemandsOpen.selector, id, 1));
        batches.finalise(id, batch);
        vm.expectEmit(address(batches));
        emit IBatches.BatchPostponed(id, uint40(end) + SHOW);
        demands.showTask(id, batch, task);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesWindowOpen.selector, id, end + SHOW));
        batches.finalise(id, batch);
        vm.prank(asker);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesWindowOver.selector, id));
        demands.demand(id, batch, place(IBatches.Tree.Tasks, 1, 0));
        vm.warp(end + SHOW);
        batches.finalise(id, batch);
    }

    function test_ADemandForWhatATaskIsTooSmallToHaveIsRefuted() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        IDemands.Place memory coalition = place(IBatches.Tree.Coalitions, 0, 4);
        ask(coalition);
        demands.refute(id, batch, openTask(lines, 0), openPayment(lines, 0), coalition);
        IDemands.Place memory step = place(IBatches.Tree.Traces, 2, 1);
        ask(step);
        demands.refute(id, batch, openTask(lines, 1), openPayment(lines, 2), step);
        expectShown(step);
    }

    function test_WhatATaskHasIsNotRefuted() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        expectNotRefuted(batch, openTask(lines, 0), openPayment(lines, 0), place(IBatches.Tree.Coalitions, 0, 3));
        expectNotRefuted(batch, openTask(lines, 1), openPayment(lines, 0), place(IBatches.Tree.Coalitions, 0, 4));
        expectNotRefuted(batch, openTask(lines, 0), openPayment(lines, 0), place(IBatches.Tree.Tasks, 0, 0));
        expectNotRefuted(batch, openTask(lines, 0), openPayment(lines, 1), place(IBatches.Tree.Traces, 0, 2));
        expectNotRefuted(batch, openTask(lines, 1), openPayment(lines, 0), place(IBatches.Tree.Traces, 0, 2));
    }

    function expectNotRefuted(
        IBatches.Batch memory batch,
        IBatches.OpenTask memory task,
        IBatches.OpenPayment memory payment,
        IDemands.Place memory where
    ) private {
        vm.expectRevert(IDemands.DemandsNoSuchLine.selector);
        demands.refute(id, batch, task, payment, where);
    }

    function test_ATraceIsOfThePaymentsOwnTask() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        IBatches.OpenTask memory other = openTask(lines, 0);
        IBatches.OpenPayment memory payment = openPayment(lines, 4);
        IBatches.OpenNumber memory sum = openNumber(trace(2, 1), 1);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesLineForeign.selector, IBatches.Tree.Payments, 4));
        demands.showTrace(id, batch, other, payment, 1, sum);
    }

    function test_OnlyWhatABatchHasCanBeAskedFor() public {
        expectNoSuchLine(place(IBatches.Tree.Tasks, 3, 0));
        expectNoSuchLine(place(IBatches.Tree.Tasks, 0, 1));
        expectNoSuchLine(place(IBatches.Tree.Payments, 5, 0));
        expectNoSuchLine(place(IBatches.Tree.Penalties, 1, 0));
        expectNoSuchLine(place(IBatches.Tree.Earnings, 3, 0));
        expectNoSuchLine(place(IBatches.Tree.Coalitions, 0, 1 << 16));
        expectNoSuchLine(place(IBatches.Tree.Traces, 5, 0));
    }

    function expectNoSuchLine(IDemands.Place memory where) private {
        IBatches.Batch memory batch = batchOf(rightLines());
        vm.prank(asker);
        vm.expectRevert(IDemands.DemandsNoSuchLine.selector);
        demands.demand(id, batch, where);
    }

    function test_ALineIsAskedForOnceAndAnsweredOnce() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        IDemands.Place memory where = place(IBatches.Tree.Tasks, 0, 0);
        ask(where);
        vm.prank(asker);
        vm.expectRevert(IDemands.DemandsExists.selector);
        demands.demand(id, batch, where);
        IBatches.OpenTask memory task = openTask(lines, 0);
        demands.showTask(id, batch, task);
        vm.expectRevert(IDemands.DemandsUnknown.selector);
        demands.showTask(id, batch, task);
        vm.expectRevert(IDemands.DemandsUnknown.selector);
        demands.expire(id, where);
    }

    function test_ADemandWhoseBatchFellOtherwiseGivesItsStakeBack() public {
        IDemands.Place memory where = place(IBatches.Tree.Tasks, 0, 0);
        ask(where);
        vm.expectRevert(abi.encodeWithSelector(IDemands.DemandsStillPending.selector, id));
        demands.withdraw(id, where);
        vm.prank(address(taskDisputes));
        batches.condemn(id, IBatches.Rule.SumWrong, stranger);
        vm.expectEmit(address(demands));
        emit IDemands.DemandWithdrawn(id, where, DEMAND_STAKE);
        demands.withdraw(id, where);
        vm.assertEq(escrow.balanceOf(asker), 10 * uint256(DEMAND_STAKE), "back");
    }

    function test_ABatchThatFellIsNotPutOffByALineShownOfIt() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        uint40 end = batches.stateOf(id).finalAfter;
        vm.warp(end - 1);
        vm.prank(asker);
        demands.demand(id, batch, place(IBatches.Tree.Tasks, 0, 0));
        vm.prank(address(taskDisputes));
        batches.condemn(id, IBatches.Rule.SumWrong, stranger);
        demands.showTask(id, batch, task);
        expectShown(place(IBatches.Tree.Tasks, 0, 0));
        vm.assertEq(batches.stateOf(id).finalAfter, end, "no later");
    }

    function test_DemandsOnOneBatchAreBounded() public {
        giveBalance(asker, 300 * uint256(DEMAND_STAKE));
        IBatches.Batch memory batch = batchOf(rightLines());
        for (uint64 mask = 0; mask < 255; ++mask) {
            vm.prank(asker);
            demands.demand(id, batch, place(IBatches.Tree.Coalitions, 0, mask));
        }
        vm.prank(asker);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesTooManyDemands.selector, id));
        demands.demand(id, batch, place(IBatches.Tree.Coalitions, 0, 255));
    }

    function test_ThereIsAlwaysTimeToShow() public {
        vm.expectRevert(IDemands.DemandsConfigInvalid.selector);
        new Demands(batches, escrow, 0, DEMAND_STAKE);
    }
}
