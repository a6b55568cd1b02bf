// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Penalties} from "../src/Penalties.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IPenalties} from "../src/interfaces/IPenalties.sol";
import {IStake} from "../src/interfaces/IStake.sol";
import {PenaltiesBase} from "./PenaltiesBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @notice Every way from an imposed penalty to its end, and who may go it when.
contract PenaltiesLifeTest is PenaltiesBase {
    function notImposed(IPenalties.Status status) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPenalties.PenaltiesNotImposed.selector, taskId, healthAgent, status);
    }

    function notAppealed(IPenalties.Status status) private view returns (bytes memory) {
        return abi.encodeWithSelector(IPenalties.PenaltiesNotAppealed.selector, taskId, healthAgent, status);
    }

    /// @dev From a state in which a penalty is not, nothing goes on.
    function expectEnd(IPenalties.Status status) private {
        expectStatus(status);
        vm.prank(healthAdmin);
        vm.expectRevert(notImposed(status));
        penalties.appeal(taskId, healthAgent);
        vm.expectRevert(notImposed(status));
        penalties.enforce(taskId, healthAgent);
        vm.expectRevert(notAppealed(status));
        penalties.lapse(taskId, healthAgent);
        vm.startPrank(arbiter);
        vm.expectRevert(notAppealed(status));
        penalties.uphold(taskId, healthAgent);
        vm.expectRevert(notAppealed(status));
        penalties.drop(taskId, healthAgent);
        vm.stopPrank();
    }

    function test_AnImposedPenaltyIsHeldAtOnceAndTakenLater() public {
        bytes32 other = openTask(2);
        IEscrow.Settlement memory settlement = settlementOf(other);
        withPenalty(settlement, healthAgent, 50);
        vm.expectEmit(address(stake));
        emit IStake.StakeHeld(healthAgent, 50);
        vm.expectEmit(address(penalties));
        uint64 until = uint64(block.timestamp) + APPEAL;
        emit IPenalties.PenaltyImposed(other, healthAgent, weatherAdmin, 50, 50, until, "deviation");
        settle(settlement);

        IPenalties.Penalty memory penalty = penalties.penaltyOf(other, healthAgent);
        vm.assertEq(penalty.requester, weatherAdmin, "requester");
        vm.assertEq(penalty.until, block.timestamp + APPEAL, "until");
        vm.assertEq(penalty.amount, 50, "amount");
        vm.assertEq(penalty.evidence, "deviation", "evidence");
        expectStatus(IPenalties.Status.Imposed);
        expectStake(STAKED - FINE - 50, FINE + 50);
        vm.assertEq(escrow.balanceOf(treasury), 50_000, "only the fee so far");
    }

    function test_WithoutAnAppealAnyoneEnforces() public {
        uint64 until = uint64(block.timestamp) + APPEAL;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesAppealOpen.selector, until));
        penalties.enforce(taskId, healthAgent);
        vm.warp(until + 1);
        vm.expectEmit(address(penalties));
        emit IPenalties.PenaltyEnforced(taskId, healthAgent, FINE, 0);
        vm.expectEmit(address(escrow));
        emit IEscrow.PenaltyCredited(taskId, weatherAdmin, FINE - TO_TREASURY, TO_TREASURY);
        enforce(taskId);
        expectStake(STAKED - FINE, 0);
        expectAccounts(FINE - TO_TREASURY, TO_TREASURY, 2 * APPEAL_BOND);
        vm.assertEq(escrow.taskOf(taskId).returned, FINE - TO_TREASURY, "returned");
        expectEnd(IPenalties.Status.Enforced);
    }

    function test_AnAppealHoldsItsBondAndStartsTheTimeToRule() public {
        vm.warp(block.timestamp + APPEAL);
        vm.expectEmit(address(penalties));
        uint64 ruled = uint64(block.timestamp) + RULING;
        emit IPenalties.PenaltyAppealed(taskId, healthAgent, healthAdmin, APPEAL_BOND, ruled);
        appeal(taskId);
        expectStatus(IPenalties.Status.Appealed);
        IPenalties.Penalty memory penalty = penalties.penaltyOf(taskId, healthAgent);
        vm.assertEq(penalty.appellant, healthAdmin, "appellant");
        vm.assertEq(penalty.until, block.timestamp + RULING, "until");
        vm.assertEq(escrow.held(), APPEAL_BOND, "bond");
        expectAccounts(0, 0, APPEAL_BOND);
        vm.prank(healthAdmin);
        vm.expectRevert(notImposed(IPenalties.Status.Appealed));
        penalties.appeal(taskId, healthAgent);
        outwait(taskId);
        vm.expectRevert(notImposed(IPenalties.Status.Appealed));
        penalties.enforce(taskId, healthAgent);
    }

    function test_AnAppealIsInTimeOrItIsNone() public {
        uint64 until = uint64(block.timestamp) + APPEAL;
        vm.warp(until + 1);
        vm.prank(healthAdmin);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesAppealOver.selector, until));
        penalties.appeal(taskId, healthAgent);
    }

    function test_AnUpheldPenaltyIsEnforcedAndItsBondGoesToTheTreasury() public {
        appeal(taskId);
        vm.warp(block.timestamp + RULING);
        vm.expectEmit(address(penalties));
        emit IPenalties.PenaltyEnforced(taskId, healthAgent, FINE, APPEAL_BOND);
        uphold(taskId);
        expectStake(STAKED - FINE, 0);
        expectAccounts(FINE - TO_TREASURY, TO_TREASURY + APPEAL_BOND, APPEAL_BOND);
        vm.assertEq(escrow.held(), 0, "nothing is held");
        expectEnd(IPenalties.Status.Enforced);
    }

    function test_ADroppedPenaltyReturnsStakeAndBond() public {
        appeal(taskId);
        vm.expectEmit(address(penalties));
        emit IPenalties.PenaltyLapsed(taskId, healthAgent, FINE, APPEAL_BOND);
        drop(taskId);
        expectStake(STAKED, 0);
        expectAccounts(0, 0, 2 * APPEAL_BOND);
        vm.assertEq(stake.bondOf(healthAgent).faults, 0, "no fault");
        expectEnd(IPenalties.Status.Lapsed);
    }

    function test_AnAppealOnWhichNobodyRuledIsWonWhoeverSaysSo() public {
        appeal(taskId);
        uint64 until = uint64(block.timestamp) + RULING;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesRulingOpen.selector, until));
        penalties.lapse(taskId, healthAgent);
        vm.warp(until + 1);
        vm.prank(arbiter);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesRulingOver.selector, until));
        penalties.uphold(taskId, healthAgent);
        lapse(taskId);
        expectStake(STAKED, 0);
        expectAccounts(0, 0, 2 * APPEAL_BOND);
        expectEnd(IPenalties.Status.Lapsed);
    }

    /// @dev Late, the arbiter can still say what time says anyway.
    function test_AnArbiterDropsLateToo() public {
        appeal(taskId);
        outwait(taskId);
        drop(taskId);
        expectEnd(IPenalties.Status.Lapsed);
    }

    function test_WhatWasNotImposedHasNoLife() public {
        taskId = "never";
        expectEnd(IPenalties.Status.None);
    }

    function test_OnlyTheAgentsOwnerAppeals() public {
        giveBalance(weatherAdmin, APPEAL_BOND);
        giveBalance(healthWallet, APPEAL_BOND);
        address[3] memory others = [weatherAdmin, healthWallet, arbiter];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesNotOwner.selector, healthAgent, others[i]));
            penalties.appeal(taskId, healthAgent);
        }
    }

    function test_AnAppealCostsABond() public {
        takeOut(healthAdmin, APPEAL_BOND + 1);
        vm.prank(healthAdmin);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEscrow.EscrowBalanceInsufficient.selector, healthAdmin, APPEAL_BOND - 1, APPEAL_BOND
            )
        );
        penalties.appeal(taskId, healthAgent);
        expectStatus(IPenalties.Status.Imposed);
    }

    /// @dev The bond is the appellant's, the stake the agent's.
    function test_TheBondGoesBackToWhoeverAppealed() public {
        appeal(taskId);
        vm.prank(healthAdmin);
        identity.transferFrom(healthAdmin, stranger, healthAgent);
        drop(taskId);
        expectAccounts(0, 0, 2 * APPEAL_BOND);
        vm.assertEq(escrow.balanceOf(stranger), 0, "not to the new owner");
    }

    function test_OnlyAnArbiterRules() public {
        appeal(taskId);
        address[4] memory others = [healthAdmin, weatherAdmin, settler, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]);
            vm.startPrank(others[i]);
            vm.expectRevert(refusal);
            penalties.uphold(taskId, healthAgent);
            vm.expectRevert(refusal);
            penalties.drop(taskId, healthAgent);
            vm.stopPrank();
        }
    }

    function test_OnlyTheEscrowAndHoldersImposeAndOnceForATaskAndAgent() public {
        vm.prank(settler);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, settler));
        penalties.impose("task", healthAgent, 1, "evidence", weatherAdmin);

        vm.startPrank(address(batches));
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltiesExists.selector, taskId, healthAgent));
        penalties.impose(taskId, healthAgent, 1, "evidence", weatherAdmin);
        vm.assertEq(penalties.impose("task", healthAgent, 1, "evidence", weatherAdmin), 1, "taken");
        vm.stopPrank();
    }

    /// @dev A task of a batch has no record in the escrow that could say what came back.
    function test_APenaltyOnATaskOfABatchIsCreditedToo() public {
        vm.prank(address(batches));
        penalties.impose("task", healthAgent, 4, "evidence", weatherAdmin);
        vm.warp(block.timestamp + APPEAL + 1);
        enforce("task");
        expectAccounts(3, 1, 2 * APPEAL_BOND);
        vm.assertEq(escrow.taskOf("task").returned, 0, "no record");
    }

    function test_WithoutTimesNoPenaltiesAreMade() public {
        IPenalties.Config[3] memory unsound = [penaltiesConfig(), penaltiesConfig(), penaltiesConfig()];
        unsound[0].treasuryBps = 10_001;
        unsound[1].appealSeconds = 0;
        unsound[2].rulingSeconds = 0;
        for (uint256 i = 0; i < unsound.length; ++i) {
            vm.expectRevert(IPenalties.PenaltiesConfigInvalid.selector);
            new Penalties(address(manager), escrow, token, identity, unsound[i]);
        }
    }
}
