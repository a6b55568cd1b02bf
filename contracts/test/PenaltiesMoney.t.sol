// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPenalties} from "../src/interfaces/IPenalties.sol";
import {IStake} from "../src/interfaces/IStake.sol";
import {PenaltiesBase} from "./PenaltiesBase.sol";

/// @notice Where the money of penalties goes, and where it cannot.
contract PenaltiesMoneyTest is PenaltiesBase {
    function testFuzz_WhatIsTakenIsSharedToTheUnitAndNeverMoreThanTheStake(uint120 staked, uint256 amount) public {
        outwait(taskId);
        enforce(taskId);
        uint256 before = escrow.balanceOf(weatherAdmin);
        if (staked > 0) giveStake(healthAgent, staked);
        uint256 all = STAKED - FINE + staked;
        uint256 taken = amount < all ? amount : all;
        bytes32 second = penaliseOn(2, amount);
        vm.assertEq(penalties.penaltyOf(second, healthAgent).amount, taken, "held");
        outwait(second);
        enforce(second);

        uint256 share = taken * TREASURY_BPS / 10_000;
        expectAccounts(before + taken - share, TO_TREASURY + share, 2 * APPEAL_BOND);
        expectStake(all - taken, 0);
        vm.assertEq(escrow.balanceOf(settler), 0, "not the settler");
        vm.assertEq(escrow.balanceOf(stranger), 0, "not whoever enforces");
        vm.assertEq(token.balanceOf(address(stake)), all - taken, "the stake");
        uint256 accounts = before + taken + TO_TREASURY + 2 * APPEAL_BOND;
        vm.assertEq(token.balanceOf(address(escrow)), accounts + escrow.pool(), "the money is here");
    }

    /// @dev The task's record counts what came back in a uint96; a stake can be more.
    function test_APenaltyBeyondAllBudgetsIsEnforcedAllTheSame() public {
        uint256 huge = uint256(type(uint96).max) * 2;
        giveStake(healthAgent, huge);
        bytes32 second = penaliseOn(2, huge);
        outwait(second);
        enforce(second);
        vm.assertEq(escrow.balanceOf(weatherAdmin), huge - huge * TREASURY_BPS / 10_000, "credited");
        vm.assertEq(escrow.taskOf(second).returned, type(uint96).max, "as much as there is room for");
    }

    function test_AStakeThatIsHeldIsNotTakenOutNorHeldTwice() public {
        bytes32 second = penaliseOn(2, 10 * STAKED);
        vm.assertEq(penalties.penaltyOf(second, healthAgent).amount, STAKED - FINE, "what is left");
        bytes32 third = penaliseOn(3, 1);
        vm.assertEq(penalties.penaltyOf(third, healthAgent).amount, 0, "nothing");
        vm.startPrank(healthAdmin);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeInsufficient.selector, healthAgent, 0, 1));
        stake.requestUnbond(healthAgent, 1);
        vm.warp(block.timestamp + UNBOND);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNothingUnbonding.selector, healthAgent));
        stake.withdraw(healthAgent);
        vm.stopPrank();
        enforce(taskId);
        enforce(second);
        enforce(third);
        expectStake(0, 0);
        expectAccounts(STAKED - STAKED / 4, STAKED / 4, 2 * APPEAL_BOND);
    }

    function test_ThreeFaultsAreJailUntilTimeIsUp() public {
        bytes32[3] memory ids = [taskId, penaliseOn(2, 1), penaliseOn(3, 1)];
        vm.warp(block.timestamp + APPEAL + 1);
        enforce(ids[0]);
        enforce(ids[1]);
        vm.assertFalse(stake.isJailed(healthAgent), "not for two");
        uint64 until = uint64(block.timestamp) + JAIL;
        vm.expectEmit(address(stake));
        emit IStake.AgentJailed(healthAgent, until);
        enforce(ids[2]);
        vm.assertTrue(stake.isJailed(healthAgent), "jailed");
        vm.warp(until);
        vm.assertFalse(stake.isJailed(healthAgent), "released");
        bytes32 fourth = penaliseOn(4, 1);
        outwait(fourth);
        enforce(fourth);
        vm.assertFalse(stake.isJailed(healthAgent), "the count started again");
    }

    function test_APenaltyThatLapsesIsNoFault() public {
        bytes32[3] memory ids = [taskId, penaliseOn(2, 1), penaliseOn(3, 1)];
        appeal(ids[2]);
        drop(ids[2]);
        vm.warp(block.timestamp + APPEAL + 1);
        enforce(ids[0]);
        enforce(ids[1]);
        vm.assertFalse(stake.isJailed(healthAgent), "two faults");
        vm.assertEq(stake.bondOf(healthAgent).faults, 2, "faults");
    }

    /// @dev Whoever asks for a penalty, judges it or sends it on would slash for profit if there were any.
    function test_Attack_SlashingThatProfitsTheSlasher() public {
        appeal(taskId);
        uphold(taskId);
        bytes32 second = penaliseOn(2, FINE);
        outwait(second);
        vm.prank(settler);
        penalties.enforce(second, healthAgent);
        address[3] memory slashers = [settler, arbiter, stranger];
        for (uint256 i = 0; i < slashers.length; ++i) {
            vm.assertEq(escrow.balanceOf(slashers[i]) + token.balanceOf(slashers[i]), 0, "gains nothing");
        }
        expectAccounts(2 * (FINE - TO_TREASURY), 2 * TO_TREASURY + APPEAL_BOND, APPEAL_BOND);
    }

    /// @dev Once a bond is slashed, its owner tries to have it back, or to be rewarded for it, in every way.
    function test_Attack_RewardOnABondAlreadySlashed() public {
        bytes32 second = penaliseOn(2, STAKED);
        appeal(taskId);
        uphold(taskId);
        vm.prank(arbiter);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPenalties.PenaltiesNotAppealed.selector, taskId, healthAgent, IPenalties.Status.Enforced
            )
        );
        penalties.drop(taskId, healthAgent);
        outwait(second);
        enforce(second);
        vm.startPrank(healthAdmin);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeInsufficient.selector, healthAgent, 0, 1));
        stake.requestUnbond(healthAgent, 1);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNothingUnbonding.selector, healthAgent));
        stake.withdraw(healthAgent);
        vm.stopPrank();
        bytes32 third = penaliseOn(3, STAKED);
        outwait(third);
        enforce(third);
        expectAccounts(STAKED - STAKED / 4, STAKED / 4 + APPEAL_BOND, APPEAL_BOND);
        vm.assertEq(token.balanceOf(address(stake)), 0, "slashed once");
    }

    /// @dev Held at once, it can neither unbond nor go with a sale: the new owner bought what was left.
    function test_Attack_AgentSlipsOutBetweenPenaltyAndEnforcement() public {
        vm.startPrank(healthAdmin);
        stake.requestUnbond(healthAgent, STAKED - FINE);
        penalties.appeal(taskId, healthAgent);
        identity.transferFrom(healthAdmin, stranger, healthAgent);
        vm.stopPrank();
        uphold(taskId);
        vm.warp(block.timestamp + UNBOND);
        vm.prank(stranger);
        stake.withdraw(healthAgent);
        vm.assertEq(token.balanceOf(stranger), STAKED - FINE, "the rest");
        expectAccounts(FINE - TO_TREASURY, TO_TREASURY + APPEAL_BOND, APPEAL_BOND);
    }
}
