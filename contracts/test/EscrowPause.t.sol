// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IGuardedPause} from "../src/interfaces/IGuardedPause.sol";
import {IPenalties} from "../src/interfaces/IPenalties.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @notice A pause closes the ways in, and not one of the ways out.
contract EscrowPauseTest is EscrowBase {
    bytes32 private settled;
    bytes32 private open;

    function setUp() public override {
        super.setUp();
        settled = openTask(1);
        open = openTask(2);
        giveStake(healthAgent, 100);
        giveBalance(healthAdmin, APPEAL_BOND);
        giveBalance(weatherAdmin, BUDGET);
        giveBalance(address(plans), BUDGET);
        vm.prank(guardian);
        escrow.pause();
    }

    function test_NothingComesIn() public {
        bytes memory refusal = abi.encodeWithSelector(IGuardedPause.GuardedPausePaused.selector, escrow.pausedUntil());
        vm.expectRevert(refusal);
        escrow.deposit(stranger, 1);
        IEscrow.TaskOrder memory order = orderOf(3);
        bytes memory signature = signOrder(WEATHER_ADMIN_KEY, order);
        vm.expectRevert(refusal);
        escrow.reserve(order, signature);
        vm.prank(address(plans));
        vm.expectRevert(refusal);
        escrow.reserveFor("task", BUDGET, uint64(block.timestamp) + 1 hours);

        vm.warp(escrow.pausedUntil());
        order.deadline += 3 days;
        escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order));
        giveBalance(stranger, 1);
    }

    function test_AccountsAreEmptied() public {
        vm.prank(weatherAdmin);
        escrow.cancel(3);
        takeOut(weatherAdmin, BUDGET);
        expectPaused();
        vm.assertEq(token.balanceOf(weatherAdmin), BUDGET, "withdrawn");
        vm.prank(address(plans));
        escrow.release(stranger, BUDGET);
        vm.assertEq(escrow.balanceOf(stranger), BUDGET, "released");
    }

    function test_TasksAreSettledAndEarningsDrawn() public {
        settle(settlementOf(settled));
        draw(weatherWallet, weatherAgent, 600_000);
        IEscrow.Settlement memory together = settlementOf(open);
        escrow.settleTogether(together, signSettlement(WEATHER_ADMIN_KEY, together), bothSign(together));
        draw(healthWallet, healthAgent, 600_000);
        expectPaused();
    }

    function test_TasksAreReclaimed() public {
        vm.warp(escrow.taskOf(open).deadline + GRACE + 1);
        expectPaused();
        escrow.reclaim(open);
        vm.assertEq(escrow.balanceOf(weatherAdmin), 2 * BUDGET, "reclaimed");
    }

    function test_BatchesEnd() public {
        IBatches.Debit[] memory debits = new IBatches.Debit[](1);
        debits[0] = IBatches.Debit(weatherAdmin, 1, BUDGET);
        vm.startPrank(address(batches));
        escrow.hold(debits, settler, 0);
        escrow.unhold(weatherAdmin, 1);
        escrow.conclude("root", 1, BUDGET - 1, 0);
        vm.stopPrank();
        expectPaused();
    }

    function test_PenaltiesAreAppealedAgainstAndComeToTheirEnd() public {
        bytes32[2] memory ids = [settled, open];
        for (uint256 i = 0; i < 2; ++i) {
            IEscrow.Settlement memory settlement = settlementOf(ids[i]);
            withPenalty(settlement, healthAgent, 40);
            settle(settlement);
        }
        vm.prank(healthAdmin);
        penalties.appeal(settled, healthAgent);
        vm.prank(arbiter);
        penalties.drop(settled, healthAgent);
        vm.warp(block.timestamp + APPEAL - 1);
        expectPaused();
        // A pause is no longer than the time to appeal, so that the rest is in the next one.
        vm.warp(block.timestamp + 7 days + 1);
        vm.prank(guardian);
        escrow.pause();
        penalties.enforce(open, healthAgent);
        expectPaused();
        vm.assertTrue(penalties.penaltyOf(open, healthAgent).status == IPenalties.Status.Enforced, "enforced");
    }

    function expectPaused() private view {
        vm.assertTrue(block.timestamp < escrow.pausedUntil(), "still paused");
    }
}
