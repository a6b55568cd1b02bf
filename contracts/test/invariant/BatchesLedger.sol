// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../../src/interfaces/IBatches.sol";
import {IDemands} from "../../src/interfaces/IDemands.sol";
import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IPenalties} from "../../src/interfaces/IPenalties.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {BatchBase} from "../BatchBase.sol";

/// @notice What the handler knows of the batches it posts, beside what the contracts say of them. Of a batch it keeps only
/// what its lines follow from.
abstract contract BatchesLedger is BatchBase {
    /// @param round How many batches it stands on.
    /// @param spoilt What is wrong with it: see BatchesSpoilt; 0 if it is right.
    struct Record {
        uint256 parent;
        uint256 round;
        uint256 spoilt;
        uint256 postedAt;
    }

    struct Asked {
        uint256 id;
        IDemands.Place place;
    }

    /// @dev What all batches here take from their requesters, and give to their two agents.
    uint256 internal constant DEBITS = 1_541 + 1_021;
    uint256 internal constant FIRST_EARNS = 1_602;
    uint256 internal constant SECOND_EARNS = 900;
    uint256 internal constant STAKED = 1_000;

    Record[] internal posted;
    Asked[] internal asked;
    /// @dev The batches whose penalty was imposed.
    uint256[] internal imposed;
    mapping(uint256 id => bool) internal isImposed;
    /// @dev The task of each of them that the penalty is for.
    mapping(uint256 id => bytes32) internal taskOf;
    bytes32[] internal tasks;
    /// @notice What the rules forbid, and a call did all the same; empty as long as all is well.
    string public broken;
    uint256 public stakeIn = STAKED;
    uint256 public slashed;
    uint256 public anchored = EVIDENCE_SIZE;
    mapping(uint256 agentId => uint256) public drawn;

    constructor() {
        setUp();
    }

    /// @return sum Of the accounts of everyone who can have one, what is leaving included.
    function accounts() external view returns (uint256 sum) {
        for (uint256 i = 0; i < 5; ++i) {
            IEscrow.Account memory account = escrow.accountOf(accountAt(i));
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

    function pool() external view returns (uint256) {
        return escrow.pool();
    }

    function held() external view returns (uint256) {
        return escrow.held();
    }

    function inEscrow() external view returns (uint256) {
        return token.balanceOf(address(escrow));
    }

    function inStake() external view returns (uint256) {
        return token.balanceOf(address(stake));
    }

    /// @return sum Of the debits and bonds of batches that are neither final nor unwound, but of a condemned one the debits.
    function heldByBatches() external view returns (uint256 sum) {
        for (uint256 id = 1; id <= posted.length; ++id) {
            IBatches.State memory state = batches.stateOf(id);
            if (state.status == IBatches.Status.Final || state.hash == 0) continue;
            sum += DEBITS + (state.status == IBatches.Status.Condemned ? 0 : BOND);
        }
    }

    /// @return sum Of the stakes of the lines asked for and neither shown, nor expired, nor withdrawn.
    function heldByDemands() external view returns (uint256 sum) {
        for (uint256 i = 0; i < asked.length; ++i) {
            if (isOpen(asked[i])) sum += DEMAND_STAKE;
        }
    }

    /// @return sum Of the bonds of the appeals on which nobody ruled yet.
    function heldByAppeals() external view returns (uint256 sum) {
        for (uint256 i = 0; i < imposed.length; ++i) {
            if (penaltyOf(imposed[i]).status == IPenalties.Status.Appealed) sum += APPEAL_BOND;
        }
    }

    /// @return sum Of the penalties that are neither enforced nor lapsed.
    function pending() external view returns (uint256 sum) {
        for (uint256 i = 0; i < imposed.length; ++i) {
            IPenalties.Penalty memory penalty = penaltyOf(imposed[i]);
            bool open = penalty.status == IPenalties.Status.Imposed || penalty.status == IPenalties.Status.Appealed;
            if (open) sum += penalty.amount;
        }
    }

    function bondOf() external view returns (IStake.Bond memory) {
        return stake.bondOf(idleAgent);
    }

    function purseOf(uint256 agentId) external view returns (IEscrow.Purse memory) {
        return escrow.purseOf(agentId);
    }

    /// @return sum What the agent's payments in final batches sum to.
    function earned(uint256 agentId) external view returns (uint256 sum) {
        for (uint256 id = 1; id <= posted.length; ++id) {
            if (batches.stateOf(id).status == IBatches.Status.Final) sum += agentId == 0 ? FIRST_EARNS : SECOND_EARNS;
        }
    }

    /// @return Whether a batch with a wrong line became final.
    function isWrongFinal() external view returns (bool) {
        for (uint256 id = 1; id <= posted.length; ++id) {
            if (posted[id - 1].spoilt != 0 && batches.stateOf(id).status == IBatches.Status.Final) return true;
        }
        return false;
    }

    function logSize() external view returns (uint256 size) {
        (size,) = evidence.latest();
    }

    function earnings() external view returns (bytes32) {
        return escrow.earnings();
    }

    /// @return id One of the batches with this status, 0 if there is none.
    function pick(uint256 which, IBatches.Status status) internal view returns (uint256 id) {
        for (uint256 i = 0; i < posted.length; ++i) {
            id = 1 + (which % posted.length + i) % posted.length;
            if (batches.stateOf(id).status == status) return id;
        }
        return 0;
    }

    function isOpen(Asked memory line) internal view returns (bool) {
        return demands.demandOf(line.id, line.place).demander != address(0);
    }

    /// @return The penalty of a batch's one penalty line.
    function penaltyOf(uint256 id) internal view returns (IPenalties.Penalty memory) {
        return penalties.penaltyOf(taskOf[id], idleAgent);
    }

    function accountAt(uint256 who) internal view returns (address) {
        address[5] memory all = [weatherAdmin, healthAdmin, settler, treasury, stranger];
        return all[who % 5];
    }

    /// @dev Tops an account up to `amount`.
    function afford(address account, uint256 amount) internal {
        uint256 balance = escrow.balanceOf(account);
        if (balance < amount) giveBalance(account, amount - balance);
    }
}
