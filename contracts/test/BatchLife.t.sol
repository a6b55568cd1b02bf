// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Batches} from "../src/Batches.sol";
import {IBatches} from "../src/interfaces/IBatches.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IGuardedPause} from "../src/interfaces/IGuardedPause.sol";
import {IPenalties} from "../src/interfaces/IPenalties.sol";
import {BatchBase} from "./BatchBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract BatchLifeTest is BatchBase {
    function condemn(uint256 id) private {
        vm.prank(address(taskDisputes));
        batches.condemn(id, IBatches.Rule.SumWrong, stranger);
    }

    function test_ABatchIsPostedMadeFinalClaimedAndDrawn() public {
        Lines memory lines = rightLines();
        uint40 finalAfter = uint40(block.timestamp) + WINDOW;
        vm.expectEmit(address(batches));
        emit IBatches.BatchPosted(1, settler, BOND, finalAfter, batchOf(lines));
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        vm.assertEq(escrow.balanceOf(vm.addr(firstKey)), 1_000_000 - 1_541, "first requester's debit");
        vm.assertEq(escrow.balanceOf(vm.addr(secondKey)), 1_000_000 - 1_021, "second requester's debit");
        vm.assertEq(escrow.balanceOf(settler), 9 * uint256(BOND), "bond");
        vm.assertEq(escrow.held(), 1_541 + 1_021 + uint256(BOND), "held");

        vm.warp(finalAfter);
        vm.expectEmit(address(batches));
        emit IBatches.BatchFinalised(id, 1_541 + 1_021 - 3 * FEE, 3 * FEE, BOND);
        batches.finalise(id, batch);
        vm.assertEq(escrow.held(), 0, "nothing held");
        vm.assertEq(escrow.balanceOf(settler), 10 * uint256(BOND), "bond back");
        vm.assertEq(escrow.balanceOf(treasury), 3 * FEE, "fees");
        vm.assertEq(batches.head(), id, "head");

        vm.prank(stranger);
        escrow.claim(0, lines.earnings[0], uint64(lines.earnings.length), openEarning(lines, 0).path);
        escrow.claim(1, lines.earnings[1], uint64(lines.earnings.length), openEarning(lines, 1).path);
        vm.assertEq(escrow.purseOf(0).balance, 1_602, "purse");
        vm.prank(weatherWallet);
        escrow.draw(0, 1_602);
        vm.prank(healthWallet);
        escrow.draw(1, 900);
        vm.assertEq(token.balanceOf(weatherWallet), 1_602, "drawn");
        vm.assertEq(escrow.pool(), 0, "all that was earned is drawn");
    }

    function test_EarningsAreClaimedOnceAndGoOn() public {
        Lines memory lines = rightLines();
        (uint256 first, IBatches.Batch memory one) = post(lines);
        Lines memory more = nextLines(first, 1);
        (uint256 second, IBatches.Batch memory two) = post(more);
        makeFinal(first, one);
        bytes32[] memory path = openEarning(lines, 0).path;
        escrow.claim(0, lines.earnings[0], one.earningCount, path);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNothingToClaim.selector, 0, 1_602));
        escrow.claim(0, lines.earnings[0], one.earningCount, path);

        makeFinal(second, two);
        vm.expectRevert(IEscrow.EscrowProofInvalid.selector);
        escrow.claim(0, lines.earnings[0], one.earningCount, path);
        escrow.claim(0, more.earnings[0], two.earningCount, openEarning(more, 0).path);
        vm.assertEq(escrow.purseOf(0).balance, 3_204, "both");
    }

    function test_NoBatchPaysMoreThanItsRequestersHave() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        batch.debits[1].amount = 1_000_001;
        vm.prank(settler);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, vm.addr(secondKey), 1_000_000, 1_000_001)
        );
        batches.post(batch);
    }

    function test_WhatIsAboutToLeaveStillPaysForWhatWasOrdered() public {
        vm.prank(vm.addr(firstKey));
        escrow.announceWithdrawal(1_000_000);
        post(rightLines());
        vm.assertEq(escrow.accountOf(vm.addr(firstKey)).leaving, 1_000_000 - 1_541, "the rest can leave");
    }

    function test_OnlyASettlerWithItsBondPosts() public {
        IBatches.Batch memory batch = batchOf(rightLines());
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        batches.post(batch);
        vm.prank(settler);
        escrow.announceWithdrawal(10 * uint256(BOND));
        vm.prank(settler);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, settler, 0, uint256(BOND)));
        batches.post(batch);
    }

    function test_ABatchIsShapedAsItsDebitsSay() public {
        Lines memory lines = rightLines();
        IBatches.Batch memory batch = batchOf(lines);
        batch.debits[0].requester = address(type(uint160).max);
        expectInvalid(batch);
        batch = batchOf(lines);
        batch.debits[0].endTask = 3;
        expectInvalid(batch);
        batch = batchOf(lines);
        batch.debits[1].endTask = 2;
        expectInvalid(batch);
        batch = batchOf(lines);
        batch.taskCount = 4;
        expectInvalid(batch);
        batch = batchOf(lines);
        batch.fees = 2_563;
        expectInvalid(batch);
        batch = batchOf(lines);
        batch.debits = new IBatches.Debit[](0);
        expectInvalid(batch);
        batch.debits = new IBatches.Debit[](257);
        expectInvalid(batch);
        batch.debits = new IBatches.Debit[](1);
        expectInvalid(batch);
    }

    function expectInvalid(IBatches.Batch memory batch) private {
        vm.prank(settler);
        vm.expectRevert(IBatches.BatchesBatchInvalid.selector);
        batches.post(batch);
    }

    function test_OfTwoSettlersWhoPostAtOnceTheSecondBuildsAnew() public {
        post(rightLines());
        IBatches.Batch memory batch = batchOf(rightLines());
        vm.prank(settler);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesParentStale.selector, 0, 1));
        batches.post(batch);
    }

    function test_FinalityWaitsForTheWindowAndTheParent() public {
        Lines memory lines = rightLines();
        (uint256 first, IBatches.Batch memory one) = post(lines);
        (uint256 second, IBatches.Batch memory two) = post(nextLines(first, 1));
        uint256 end = block.timestamp + WINDOW;
        vm.warp(end - 1);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesWindowOpen.selector, first, end));
        batches.finalise(first, one);
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesNotNext.selector, second, 0));
        batches.finalise(second, two);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesBatchForeign.selector, first));
        batches.finalise(first, two);
        vm.prank(stranger);
        batches.finalise(first, one);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesNotPosted.selector, first, IBatches.Status.Final));
        batches.finalise(first, one);
    }

    function test_ACondemnedBatchFallsWithAllThatStandOnIt() public {
        (uint256 first,) = post(rightLines());
        (uint256 second, IBatches.Batch memory two) = post(nextLines(first, 1));
        (uint256 third, IBatches.Batch memory three) = post(nextLines(second, 2));
        vm.expectEmit(address(batches));
        emit IBatches.BatchCondemned(second, IBatches.Rule.SumWrong, stranger, BOND / 2, BOND / 2);
        condemn(second);
        vm.assertTrue(batches.stateOf(first).status == IBatches.Status.Posted, "its parent stands");
        vm.assertTrue(batches.stateOf(third).status == IBatches.Status.Orphaned, "its child falls");
        vm.assertEq(batches.tip(), first, "tip");
        vm.assertEq(escrow.balanceOf(stranger), uint256(BOND) / 2, "the challenger's part");
        vm.assertEq(escrow.balanceOf(treasury), uint256(BOND) / 2, "the treasury's");

        vm.expectEmit(address(batches));
        emit IBatches.BatchUnwound(second, 1_541 + 1_021, 0);
        batches.unwind(second, two);
        vm.expectEmit(address(batches));
        emit IBatches.BatchUnwound(third, 1_541 + 1_021, BOND);
        batches.unwind(third, three);
        vm.assertEq(escrow.balanceOf(settler), 8 * uint256(BOND), "only the orphan's bond comes back");
        vm.assertEq(escrow.balanceOf(vm.addr(firstKey)), 1_000_000 - 1_541, "and the debits of both");
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesBatchForeign.selector, third));
        batches.unwind(third, three);
    }

    function test_TheTasksOfACondemnedBatchAreFreeForARightOne() public {
        (uint256 wrong, IBatches.Batch memory batch) = post(rightLines());
        condemn(wrong);
        batches.unwind(wrong, batch);
        (uint256 again, IBatches.Batch memory right) = post(rightLines());
        makeFinal(again, right);
        vm.assertEq(batches.head(), again, "final");
    }

    function test_OnlyJudgesCondemnAndOnlyWhatIsPending() public {
        (uint256 id, IBatches.Batch memory batch) = post(rightLines());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        batches.condemn(id, IBatches.Rule.SumWrong, stranger);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesNotFailed.selector, id, IBatches.Status.Posted));
        batches.unwind(id, batch);
        makeFinal(id, batch);
        vm.prank(address(taskDisputes));
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesNotPosted.selector, id, IBatches.Status.Final));
        batches.condemn(id, IBatches.Rule.SumWrong, stranger);
    }

    function test_OnlySoManyBatchesWait() public {
        uint256 parent = 0;
        giveBalance(settler, 100 * uint256(BOND));
        for (uint256 i = 0; i < batches.MAX_PENDING(); ++i) {
            (parent,) = post(nextLines(parent, i));
        }
        IBatches.Batch memory batch = batchOf(nextLines(parent, 64));
        vm.prank(settler);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesTooManyPending.selector, 64));
        batches.post(batch);
        uint256 before = gasleft();
        condemn(1);
        vm.assertLe(before - gasleft(), 2_000_000, "all fall within a block's gas");
    }

    function test_Attack_BatchesThatFellDoNotBlockThoseToCome() public {
        giveBalance(settler, 100 * uint256(BOND));
        uint256 parent = 0;
        for (uint256 i = 0; i < batches.MAX_PENDING(); ++i) {
            (parent,) = post(nextLines(parent, i));
        }
        condemn(1);
        vm.assertEq(batches.pending(), 0, "none waits");
        (uint256 id, IBatches.Batch memory batch) = post(rightLines());
        vm.assertEq(batches.pending(), 1, "one waits");
        makeFinal(id, batch);
        vm.assertEq(batches.head(), id, "final");
    }

    function test_APauseStopsPostingAndNoExit() public {
        (uint256 id, IBatches.Batch memory batch) = post(rightLines());
        vm.prank(guardian);
        batches.pause();
        IBatches.Batch memory next = batchOf(nextLines(id, 1));
        vm.prank(settler);
        vm.expectRevert(
            abi.encodeWithSelector(IGuardedPause.GuardedPausePaused.selector, uint64(block.timestamp) + 3 days)
        );
        batches.post(next);
        makeFinal(id, batch);
    }

    function test_APenaltyOfAFinalBatchIsImposedOnceAndEnforcedAfterTheAppeal() public {
        Lines memory lines = rightLines();
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 2);
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesNotFinal.selector, id, IBatches.Status.Posted));
        batches.impose(id, batch, task, penalty);
        makeFinal(id, batch);
        IBatches.OpenTask memory other = openTask(lines, 1);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesLineForeign.selector, IBatches.Tree.Penalties, 0));
        batches.impose(id, batch, other, penalty);
        bytes32 taskId = escrow.taskIdOf(task.line.order);
        vm.expectEmit(address(batches));
        emit IBatches.PenaltyImposed(id, 0, taskId, idleAgent);
        batches.impose(id, batch, task, penalty);
        vm.expectRevert(abi.encodeWithSelector(IBatches.BatchesPenaltyImposed.selector, id, 0));
        batches.impose(id, batch, task, penalty);

        vm.assertEq(stake.bondOf(idleAgent).held, PENALTY, "held");
        uint256 before = escrow.balanceOf(vm.addr(secondKey));
        vm.warp(block.timestamp + APPEAL + 1);
        penalties.enforce(taskId, idleAgent);
        vm.assertEq(escrow.balanceOf(vm.addr(secondKey)) - before, PENALTY * 3 / 4, "to the harmed requester");
        vm.assertTrue(penalties.penaltyOf(taskId, idleAgent).status == IPenalties.Status.Enforced, "enforced");
    }

    function test_ADeploymentWithoutWindowOrWithAFreeSelfChallengeIsNotMade() public {
        vm.expectRevert(IBatches.BatchesConfigInvalid.selector);
        new Batches(address(manager), escrow, penalties, Batches.Config(0, BOND, 5_000));
        vm.expectRevert(IBatches.BatchesConfigInvalid.selector);
        new Batches(address(manager), escrow, penalties, Batches.Config(1, BOND, 10_000));
    }
}
