// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../../src/interfaces/IBatches.sol";
import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IPenalties} from "../../src/interfaces/IPenalties.sol";
import {BatchesLife} from "./BatchesLife.sol";

/// @notice What comes before and after a batch: accounts, reservations, earnings, penalties.
abstract contract BatchesMoney is BatchesLife {
    /// @dev Nonces that no batch here has.
    uint256 private nonce = 1_000_000;

    function deposit(uint256 who, uint256 amount) external {
        giveBalance(accountAt(who), bound(amount, 1, 1e15));
    }

    function announceWithdrawal(uint256 who, uint256 amount) external {
        uint256 balance = escrow.balanceOf(accountAt(who));
        if (balance == 0) return;
        vm.prank(accountAt(who));
        escrow.announceWithdrawal(bound(amount, 1, balance));
    }

    function withdraw(uint256 who) external {
        IEscrow.Account memory account = escrow.accountOf(accountAt(who));
        if (account.leaving == 0 || block.timestamp < account.leavesAt) return;
        vm.prank(accountAt(who));
        escrow.withdraw();
    }

    function reserve(uint256 budget, uint256 seconds_) external {
        uint256 balance = escrow.balanceOf(weatherAdmin);
        if (balance == 0) return;
        IEscrow.TaskOrder memory order = IEscrow.TaskOrder({
            requester: weatherAdmin,
            domainId: WEATHER,
            specHash: "spec",
            inputHash: "input",
            policyHash: "policy",
            token: address(token),
            budget: bound(budget, 1, balance),
            deadline: uint64(block.timestamp + bound(seconds_, 1, MAX_TASK)),
            nonce: ++nonce
        });
        tasks.push(escrow.reserve(order, signWith(WEATHER_ADMIN_KEY, escrow.taskIdOf(order))));
    }

    function reclaim(uint256 which) external {
        if (tasks.length == 0) return;
        bytes32 taskId = tasks[which % tasks.length];
        IEscrow.Task memory task = escrow.taskOf(taskId);
        if (task.status != IEscrow.Status.Funded || block.timestamp <= task.deadline + GRACE) return;
        vm.prank(stranger);
        escrow.reclaim(taskId);
    }

    /// @dev Of any batch, but only the last final one's earnings can be claimed, and only once.
    function claim(uint256 which, uint256 agentId) external {
        if (posted.length == 0) return;
        uint256 id = which % 2 == 0 ? batches.head() : 1 + which % posted.length;
        if (id == 0) return;
        agentId = bound(agentId, 0, 1);
        Lines memory lines = linesOf(id);
        IBatches.OpenEarning memory earning = openEarning(lines, agentId);
        bytes memory data =
            abi.encodeCall(escrow.claim, (agentId, earning.line, uint64(lines.earnings.length), earning.path));
        // Not by id: a batch that failed can have had the very earnings that another one then made final.
        if (earningsOf(lines) != escrow.earnings()) {
            return expectFailure(address(escrow), data, 0, "claimed what is not due");
        }
        if (earning.line.cumulative <= escrow.purseOf(agentId).claimed) {
            return expectFailure(address(escrow), data, IEscrow.EscrowNothingToClaim.selector, "claimed twice");
        }
        vm.prank(stranger);
        escrow.claim(agentId, earning.line, uint64(lines.earnings.length), earning.path);
    }

    function drawEarnings(uint256 agentId, uint256 amount) external {
        agentId = bound(agentId, 0, 1);
        uint256 balance = escrow.purseOf(agentId).balance;
        if (balance == 0) return;
        amount = bound(amount, 1, balance);
        vm.prank(agentId == 0 ? weatherWallet : healthWallet);
        escrow.draw(agentId, amount);
        drawn[agentId] += amount;
    }

    function addStake(uint256 amount) external {
        amount = bound(amount, 1, 1_000);
        giveStake(idleAgent, amount);
        stakeIn += amount;
    }

    function impose(uint256 which) external {
        uint256 id = pick(which, IBatches.Status.Final);
        if (id == 0) return;
        Lines memory lines = linesOf(id);
        IBatches.Batch memory batch = batchOf(lines);
        IBatches.OpenTask memory task = openTask(lines, 2);
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        if (isImposed[id]) {
            bytes memory data = abi.encodeCall(batches.impose, (id, batch, task, penalty));
            return
                expectFailure(
                    address(batches), data, IBatches.BatchesPenaltyImposed.selector, "one penalty imposed twice"
                );
        }
        vm.prank(stranger);
        batches.impose(id, batch, task, penalty);
        isImposed[id] = true;
        imposed.push(id);
        taskOf[id] = escrow.taskIdOf(task.line.order);
    }

    function appeal(uint256 which) external {
        (uint256 id, IPenalties.Penalty memory penalty) = penaltyAt(which);
        if (penalty.status != IPenalties.Status.Imposed || block.timestamp > penalty.until) return;
        afford(healthAdmin, APPEAL_BOND);
        vm.prank(healthAdmin);
        penalties.appeal(taskOf[id], idleAgent);
    }

    function rule(uint256 which, bool drop) external {
        (uint256 id, IPenalties.Penalty memory penalty) = penaltyAt(which);
        if (penalty.status != IPenalties.Status.Appealed || block.timestamp > penalty.until) return;
        vm.prank(arbiter);
        if (drop) return penalties.drop(taskOf[id], idleAgent);
        penalties.uphold(taskOf[id], idleAgent);
        slashed += penalty.amount;
    }

    function timeOut(uint256 which) public {
        (uint256 id, IPenalties.Penalty memory penalty) = penaltyAt(which);
        if (penalty.status == IPenalties.Status.None || block.timestamp <= penalty.until) return;
        vm.startPrank(stranger);
        if (penalty.status == IPenalties.Status.Appealed) penalties.lapse(taskOf[id], idleAgent);
        if (penalty.status == IPenalties.Status.Imposed) {
            penalties.enforce(taskOf[id], idleAgent);
            slashed += penalty.amount;
        }
        vm.stopPrank();
    }

    /// @return id 0, with a penalty of no status, while there is none.
    function penaltyAt(uint256 which) private view returns (uint256 id, IPenalties.Penalty memory penalty) {
        if (imposed.length == 0) return (id, penalty);
        id = imposed[which % imposed.length];
        penalty = penaltyOf(id);
    }
}
