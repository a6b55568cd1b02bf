// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {MoneyLedger} from "./MoneyLedger.sol";

/// @notice Budgets into tasks, and out again in every way there is.
abstract contract MoneyTasks is MoneyLedger {
    uint256 private nonce;

    function reserve(uint256 budget, uint256 seconds_) external {
        uint256 balance = escrow.balanceOf(weatherAdmin);
        if (balance == 0) return;
        IEscrow.TaskOrder memory order = orderOf(++nonce);
        order.budget = bound(budget, 1, balance);
        order.deadline = uint64(block.timestamp + bound(seconds_, 1, MAX_TASK));
        tasks.push(escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order)));
    }

    function settleTask(uint256 which, uint256[3] calldata parts, uint256 who, uint256 penalty) external {
        (bytes32 taskId, IEscrow.Task memory task) = taskAt(which);
        if (task.status != IEscrow.Status.Funded || block.timestamp > task.deadline + GRACE) return;
        IEscrow.Settlement memory settlement = settlementOf(taskId, task.budget, parts);
        withPenalty(settlement, agentAt(who), bound(penalty, 0, 2e15));
        settle(settlement);
        imposed.push(Imposed(taskId, agentAt(who)));
        count(settlement);
    }

    function settleTogether(uint256 which, uint256[3] calldata parts, uint256 penalty) external {
        (bytes32 taskId, IEscrow.Task memory task) = taskAt(which);
        if (task.status != IEscrow.Status.Funded || block.timestamp > task.deadline + GRACE) return;
        if (!domains.isActive(healthAgent)) return;
        IEscrow.Settlement memory settlement = settlementOf(taskId, task.budget, parts);
        withPenalty(settlement, healthAgent, bound(penalty, 0, 2e15));
        together(settlement);
        imposed.push(Imposed(taskId, healthAgent));
        count(settlement);
    }

    function reclaim(uint256 which) external {
        (bytes32 taskId, IEscrow.Task memory task) = taskAt(which);
        if (task.status != IEscrow.Status.Funded || block.timestamp <= task.deadline + GRACE) return;
        escrow.reclaim(taskId);
    }

    /// @dev Tries to end once more, in each way, a task that has ended.
    function endAgain(uint256 which, uint256[3] calldata parts) external {
        (bytes32 taskId, IEscrow.Task memory task) = taskAt(which);
        if (task.status == IEscrow.Status.None || task.status == IEscrow.Status.Funded) return;
        IEscrow.Settlement memory settlement = settlementOf(taskId, task.budget, parts);
        try escrow.settle(settlement, signSettlement(SETTLER_KEY, settlement)) {
            endedTwice = true;
        } catch {}
        try escrow.reclaim(taskId) {
            endedTwice = true;
        } catch {}
        bytes memory byRequester = signSettlement(WEATHER_ADMIN_KEY, settlement);
        try escrow.settleTogether(settlement, byRequester, bothSign(settlement)) {
            endedTwice = true;
        } catch {}
    }

    function together(IEscrow.Settlement memory settlement) private {
        bytes[] memory signatures = new bytes[](3);
        (signatures[0], signatures[1]) = (bothSign(settlement)[0], bothSign(settlement)[1]);
        signatures[2] = signatures[1];
        escrow.settleTogether(settlement, signSettlement(WEATHER_ADMIN_KEY, settlement), signatures);
    }

    function count(IEscrow.Settlement memory settlement) private {
        paid += settlement.payments[0].amount + settlement.payments[1].amount;
    }

    /// @dev The parts are the fee, then the payments.
    function settlementOf(bytes32 taskId, uint256 budget, uint256[3] calldata parts)
        private
        view
        returns (IEscrow.Settlement memory settlement)
    {
        settlement = settlementOf(taskId);
        settlement.fee = bound(parts[0], 0, budget * MAX_FEE_BPS / 10_000);
        settlement.payments[0].amount = bound(parts[1], 0, budget - settlement.fee);
        uint256 rest = budget - settlement.fee - settlement.payments[0].amount;
        settlement.payments[1].amount = bound(parts[2], 0, rest);
        settlement.refund = rest - settlement.payments[1].amount;
    }

    /// @return taskId 0, and a task of no status, while there is none.
    function taskAt(uint256 which) private view returns (bytes32 taskId, IEscrow.Task memory task) {
        if (tasks.length == 0) return (0, task);
        taskId = tasks[which % tasks.length];
        task = escrow.taskOf(taskId);
    }
}
