// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IPenalties} from "../src/interfaces/IPenalties.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @notice Health's agent has a stake of 1,000 and was penalised with 400 of it, on a task of weather's. Its owner has the
/// money for two appeals.
abstract contract PenaltiesBase is EscrowBase {
    uint256 internal constant STAKED = 1_000;
    uint256 internal constant FINE = 400;
    uint256 internal constant TO_TREASURY = 100;

    bytes32 internal taskId;

    function setUp() public virtual override {
        super.setUp();
        giveStake(healthAgent, STAKED);
        giveBalance(healthAdmin, 2 * APPEAL_BOND);
        taskId = penaliseOn(1, FINE);
    }

    /// @dev All of the budget is refunded and given away, so that the requester's and the treasury's accounts are empty.
    function penaliseOn(uint256 nonce, uint256 amount) internal returns (bytes32 id) {
        id = openTask(nonce);
        IEscrow.Settlement memory settlement = settlementOf(id);
        settlement.payments[0].amount = BUDGET;
        settlement.payments[1].amount = 0;
        (settlement.fee, settlement.refund) = (0, 0);
        withPenalty(settlement, healthAgent, amount);
        settle(settlement);
    }

    function appeal(bytes32 id) internal {
        vm.prank(healthAdmin);
        penalties.appeal(id, healthAgent);
    }

    function uphold(bytes32 id) internal {
        vm.prank(arbiter);
        penalties.uphold(id, healthAgent);
    }

    function drop(bytes32 id) internal {
        vm.prank(arbiter);
        penalties.drop(id, healthAgent);
    }

    function enforce(bytes32 id) internal {
        vm.prank(stranger);
        penalties.enforce(id, healthAgent);
    }

    function lapse(bytes32 id) internal {
        vm.prank(stranger);
        penalties.lapse(id, healthAgent);
    }

    /// @dev Past the last moment that the penalty's present state has.
    function outwait(bytes32 id) internal {
        vm.warp(uint256(penalties.penaltyOf(id, healthAgent).until) + 1);
    }

    function expectStatus(IPenalties.Status status) internal view {
        vm.assertTrue(penalties.penaltyOf(taskId, healthAgent).status == status, "status");
    }

    function expectStake(uint256 bonded, uint256 held) internal view {
        vm.assertEq(stake.bondOf(healthAgent).bonded, bonded, "bonded");
        vm.assertEq(stake.bondOf(healthAgent).held, held, "held");
    }

    /// @dev All that the money of a fine and of an appeal can go to.
    function expectAccounts(uint256 requester, uint256 treasury_, uint256 appellant) internal view {
        vm.assertEq(escrow.balanceOf(weatherAdmin), requester, "requester");
        vm.assertEq(escrow.balanceOf(treasury), treasury_, "treasury");
        vm.assertEq(escrow.balanceOf(healthAdmin), appellant, "appellant");
    }
}
