// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPenalties} from "../../src/interfaces/IPenalties.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {MoneyLedger} from "./MoneyLedger.sol";

/// @notice Stakes in and out, and penalties to whatever end they come.
abstract contract MoneyStakes is MoneyLedger {
    function addStake(uint256 which, uint256 amount) external {
        amount = bound(amount, 1, 1e15);
        giveStake(agentAt(which), amount);
        stakeIn[agentAt(which)] += amount;
        inside += amount;
    }

    function requestUnbond(uint256 which, uint256 amount) external {
        uint256 bonded = stake.bondOf(agentAt(which)).bonded;
        if (bonded == 0) return;
        vm.prank(ownerAt(which));
        stake.requestUnbond(agentAt(which), bound(amount, 1, bonded));
    }

    /// @dev Waits for it: at random, hardly ever was enough time gone with nothing else asked for meanwhile.
    function withdrawStake(uint256 which) external {
        IStake.Bond memory bond = stake.bondOf(agentAt(which));
        if (bond.unbonding == 0) return;
        if (block.timestamp < bond.releaseTime) vm.warp(bond.releaseTime);
        vm.prank(ownerAt(which));
        stake.withdraw(agentAt(which));
        stakeOut[agentAt(which)] += bond.unbonding;
        inside -= bond.unbonding;
    }

    function appeal(uint256 which) external {
        (Imposed memory subject, IPenalties.Penalty memory penalty) = penaltyOf(which);
        if (penalty.status != IPenalties.Status.Imposed || block.timestamp > penalty.until) return;
        address owner = identity.ownerOf(subject.agentId);
        if (escrow.balanceOf(owner) < APPEAL_BOND) return;
        vm.prank(owner);
        penalties.appeal(subject.taskId, subject.agentId);
    }

    function rule(uint256 which, uint256 ruling) external {
        (Imposed memory subject, IPenalties.Penalty memory penalty) = penaltyOf(which);
        if (penalty.status != IPenalties.Status.Appealed || block.timestamp > penalty.until) return;
        vm.prank(arbiter);
        if (ruling % 2 == 0) return penalties.drop(subject.taskId, subject.agentId);
        penalties.uphold(subject.taskId, subject.agentId);
        slashed[subject.agentId] += penalty.amount;
    }

    /// @dev Whatever the time that has passed allows.
    function timeOut(uint256 which) external {
        (Imposed memory subject, IPenalties.Penalty memory penalty) = penaltyOf(which);
        if (penalty.status == IPenalties.Status.None || block.timestamp <= penalty.until) return;
        if (penalty.status == IPenalties.Status.Appealed) return penalties.lapse(subject.taskId, subject.agentId);
        if (penalty.status != IPenalties.Status.Imposed) return;
        penalties.enforce(subject.taskId, subject.agentId);
        slashed[subject.agentId] += penalty.amount;
    }

    /// @return subject All zero, with a penalty of no status, while there is none.
    function penaltyOf(uint256 which) private view returns (Imposed memory subject, IPenalties.Penalty memory penalty) {
        if (imposed.length == 0) return (subject, penalty);
        uint256 index = which % imposed.length;
        return (imposed[index], penaltyAt(index));
    }
}
