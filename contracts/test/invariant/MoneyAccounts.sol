// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {MoneyLedger} from "./MoneyLedger.sol";

/// @notice Money into accounts, out of them with notice, and out of purses.
abstract contract MoneyAccounts is MoneyLedger {
    function deposit(uint256 who, uint256 amount) external {
        amount = bound(amount, 1, 1e15);
        giveBalance(accountAt(who), amount);
        inside += amount;
    }

    function announceWithdrawal(uint256 who, uint256 amount) external {
        address account = accountAt(who);
        uint256 balance = escrow.balanceOf(account);
        if (balance == 0) return;
        vm.prank(account);
        escrow.announceWithdrawal(bound(amount, 1, balance));
    }

    function withdraw(uint256 who) external {
        address who_ = accountAt(who);
        IEscrow.Account memory account = escrow.accountOf(who_);
        if (account.leaving == 0 || block.timestamp < account.leavesAt) return;
        vm.prank(who_);
        escrow.withdraw();
        inside -= account.leaving;
    }

    function drawEarnings(uint256 which, uint256 amount) external {
        uint256 agentId = agentAt(which);
        address wallet = domains.activeWalletOf(agentId);
        uint256 balance = inPurse(agentId);
        if (balance == 0 || wallet == address(0)) return;
        amount = bound(amount, 1, balance);
        draw(wallet, agentId, amount);
        drawn += amount;
        inside -= amount;
    }

    function accountAt(uint256 who) private view returns (address) {
        address[5] memory accounts = [weatherAdmin, weatherAdmin, healthAdmin, weatherWallet, treasury];
        return accounts[who % accounts.length];
    }
}
