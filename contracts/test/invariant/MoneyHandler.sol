// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {EscrowBase} from "../EscrowBase.sol";

/// @notice Moves money in every way there is, in any order, with any amounts that the rules allow.
contract MoneyHandler is EscrowBase {
    bytes32[] private tasks;
    uint256 private nonce;
    /// @dev All that ever came into the escrow and the stake, less all that left.
    uint256 public held;

    constructor() {
        setUp();
    }

    function deposit(uint256 who, uint256 amount) external {
        amount = bound(amount, 1, 1e15);
        giveBalance(accountOf(who), amount);
        held += amount;
    }

    function withdraw(uint256 who, uint256 amount) external {
        address account = accountOf(who);
        uint256 balance = escrow.balanceOf(account);
        if (balance == 0) return;
        amount = bound(amount, 1, balance);
        vm.prank(account);
        escrow.withdraw(amount);
        held -= amount;
    }

    function reserve(uint256 budget, uint256 seconds_) external {
        uint256 balance = escrow.balanceOf(weatherAdmin);
        if (balance == 0) return;
        IEscrow.TaskOrder memory order = orderOf(++nonce);
        order.budget = bound(budget, 1, balance);
        order.deadline = uint64(block.timestamp + bound(seconds_, 1, MAX_TASK));
        tasks.push(escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order)));
    }

    function settle(uint256 which, uint256 first, uint256 second, uint256 fee, uint256 penalty) external {
        if (tasks.length == 0) return;
        bytes32 taskId = tasks[which % tasks.length];
        IEscrow.Task memory task = escrow.taskOf(taskId);
        if (task.status != IEscrow.Status.Funded || block.timestamp > task.deadline + GRACE) return;
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.fee = bound(fee, 0, task.budget * MAX_FEE_BPS / 10_000);
        settlement.payments[0].amount = bound(first, 0, task.budget - settlement.fee);
        uint256 rest = task.budget - settlement.fee - settlement.payments[0].amount;
        settlement.payments[1].amount = bound(second, 0, rest);
        settlement.refund = rest - settlement.payments[1].amount;
        withPenalty(settlement, healthAgent, penalty);
        settle(settlement);
    }

    function reclaim(uint256 which) external {
        if (tasks.length == 0) return;
        bytes32 taskId = tasks[which % tasks.length];
        IEscrow.Task memory task = escrow.taskOf(taskId);
        if (task.status != IEscrow.Status.Funded || block.timestamp <= task.deadline + GRACE) return;
        escrow.reclaim(taskId);
    }

    function addStake(uint256 amount) external {
        amount = bound(amount, 1, 1e15);
        giveStake(healthAgent, amount);
        held += amount;
    }

    function requestUnbond(uint256 amount) external {
        uint256 bonded = stake.bondOf(healthAgent).bonded;
        if (bonded == 0) return;
        vm.prank(healthAdmin);
        stake.requestUnbond(healthAgent, bound(amount, 1, bonded));
    }

    function withdrawStake() external {
        IStake.Bond memory bond = stake.bondOf(healthAgent);
        if (bond.unbonding == 0 || block.timestamp < bond.releaseTime) return;
        vm.prank(healthAdmin);
        stake.withdraw(healthAgent);
        held -= bond.unbonding;
    }

    function toggleSuspension() external {
        bool suspended = !domains.isActive(healthAgent);
        if (suspended) domains.reinstate(HEALTH);
        else domains.suspend(HEALTH);
    }

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 20 days));
    }

    /// @return Free balances of everyone who can have one.
    function balances() public view returns (uint256) {
        return escrow.balanceOf(weatherAdmin) + escrow.balanceOf(healthAdmin) + escrow.balanceOf(weatherWallet)
            + escrow.balanceOf(healthWallet) + escrow.balanceOf(treasury);
    }

    /// @return reserved Budgets of the tasks that are not ended.
    function budgets() public view returns (uint256 reserved) {
        for (uint256 i = 0; i < tasks.length; ++i) {
            IEscrow.Task memory task = escrow.taskOf(tasks[i]);
            if (task.status == IEscrow.Status.Funded) reserved += task.budget;
        }
    }

    function inEscrow() external view returns (uint256) {
        return token.balanceOf(address(escrow));
    }

    function inStake() external view returns (uint256) {
        return token.balanceOf(address(stake));
    }

    function staked() external view returns (uint256) {
        IStake.Bond memory bond = stake.bondOf(healthAgent);
        return uint256(bond.bonded) + bond.unbonding;
    }

    function accountOf(uint256 who) private view returns (address) {
        address[5] memory accounts = [weatherAdmin, weatherAdmin, healthAdmin, weatherWallet, healthWallet];
        return accounts[who % accounts.length];
    }
}
