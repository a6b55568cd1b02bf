// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MoneyAccounts} from "./MoneyAccounts.sol";
import {MoneyStakes} from "./MoneyStakes.sol";
import {MoneyTasks} from "./MoneyTasks.sol";

/// @notice Moves money in every way there is but batches, in any order, with any amounts that the rules allow.
contract MoneyHandler is MoneyAccounts, MoneyTasks, MoneyStakes {
    function toggleSuspension() external {
        bool suspended = !domains.isActive(healthAgent);
        if (suspended) domains.reinstate(HEALTH);
        else domains.suspend(HEALTH);
    }

    function wait(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 20 days));
    }

    /// @dev Long enough for an appeal, and for a ruling, to be in time now and late after.
    function waitALittle(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 2 days));
    }
}
