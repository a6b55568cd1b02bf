// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IPenalties} from "../../src/interfaces/IPenalties.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {EscrowBase} from "../EscrowBase.sol";

/// @notice What the handler knows of the money it moves, beside what the contracts say of it.
abstract contract MoneyLedger is EscrowBase {
    struct Imposed {
        bytes32 taskId;
        uint256 agentId;
    }

    bytes32[] internal tasks;
    Imposed[] internal imposed;
    /// @dev All that ever came into the escrow and the stake, less all that left.
    uint256 public inside;
    /// @dev Payments of all settlements, and what of them was drawn.
    uint256 public paid;
    uint256 public drawn;
    /// @notice Whether a task that had ended could be ended once more.
    bool public endedTwice;
    mapping(uint256 agentId => uint256) public stakeIn;
    mapping(uint256 agentId => uint256) public stakeOut;
    mapping(uint256 agentId => uint256) public slashed;

    constructor() {
        setUp();
    }

    /// @return sum Of the accounts of everyone who can have one, what is leaving included.
    function accounts() external view returns (uint256 sum) {
        address[5] memory all = [weatherAdmin, healthAdmin, weatherWallet, healthWallet, treasury];
        for (uint256 i = 0; i < all.length; ++i) {
            IEscrow.Account memory account = escrow.accountOf(all[i]);
            sum += uint256(account.balance) + account.leaving;
        }
    }

    /// @return sum Of the budgets of the tasks that are not ended.
    function budgets() external view returns (uint256 sum) {
        for (uint256 i = 0; i < tasks.length; ++i) {
            IEscrow.Task memory task = escrow.taskOf(tasks[i]);
            if (task.status == IEscrow.Status.Funded) sum += task.budget;
        }
    }

    function purses() external view returns (uint256) {
        return inPurse(weatherAgent) + inPurse(healthAgent);
    }

    function pool() external view returns (uint256) {
        return escrow.pool();
    }

    function held() external view returns (uint256) {
        return escrow.held();
    }

    /// @return sum Of the bonds of the appeals on which nobody ruled yet.
    function appealBonds() external view returns (uint256 sum) {
        for (uint256 i = 0; i < imposed.length; ++i) {
            if (penaltyAt(i).status == IPenalties.Status.Appealed) sum += APPEAL_BOND;
        }
    }

    /// @return sum Of the agent's penalties that are neither enforced nor lapsed.
    function pending(uint256 agentId) external view returns (uint256 sum) {
        for (uint256 i = 0; i < imposed.length; ++i) {
            if (imposed[i].agentId != agentId) continue;
            IPenalties.Penalty memory penalty = penaltyAt(i);
            bool open = penalty.status == IPenalties.Status.Imposed || penalty.status == IPenalties.Status.Appealed;
            if (open) sum += penalty.amount;
        }
    }

    function agents() external view returns (uint256[2] memory) {
        return [weatherAgent, healthAgent];
    }

    function heldOf(uint256 agentId) external view returns (uint256) {
        return stake.bondOf(agentId).held;
    }

    function stakeOf(uint256 agentId) external view returns (uint256) {
        IStake.Bond memory bond = stake.bondOf(agentId);
        return uint256(bond.bonded) + bond.unbonding + bond.held;
    }

    function inEscrow() external view returns (uint256) {
        return token.balanceOf(address(escrow));
    }

    function inStake() external view returns (uint256) {
        return token.balanceOf(address(stake));
    }

    function penaltyAt(uint256 index) internal view returns (IPenalties.Penalty memory) {
        return penalties.penaltyOf(imposed[index].taskId, imposed[index].agentId);
    }

    function agentAt(uint256 which) internal view returns (uint256) {
        return which % 2 == 0 ? weatherAgent : healthAgent;
    }

    function ownerAt(uint256 which) internal view returns (address) {
        return which % 2 == 0 ? weatherAdmin : healthAdmin;
    }
}
