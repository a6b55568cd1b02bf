// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGuardedPause} from "./interfaces/IGuardedPause.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title GuardedPause
/// @dev For a contract under an AccessManager, in which `pause` is given to Roles.GUARDIAN. All its state is one number, which
/// says both whether there is a pause and when the next may be: a check costs one load, and the slot has room for more.
abstract contract GuardedPause is IGuardedPause, AccessManaged {
    uint64 public constant PAUSE_SECONDS = 3 days;
    uint64 public constant COOL_OFF_SECONDS = 7 days;

    /// @inheritdoc IGuardedPause
    uint64 public pausedUntil;

    /// @dev For ways in only, never for an exit: see IGuardedPause.
    modifier whenNotPaused() {
        _requireNotPaused();
        _;
    }

    /// @inheritdoc IGuardedPause
    function pause() external restricted {
        uint64 restsUntil = pausedUntil + COOL_OFF_SECONDS;
        if (block.timestamp < restsUntil) revert GuardedPauseCoolingOff(restsUntil);

        uint64 until = uint64(block.timestamp) + PAUSE_SECONDS;
        pausedUntil = until;
        emit Paused(until);
    }

    /// @inheritdoc IGuardedPause
    function unpause() external restricted {
        if (block.timestamp >= pausedUntil) revert GuardedPauseNotPaused();

        pausedUntil = uint64(block.timestamp);
        emit Unpaused();
    }

    function _requireNotPaused() private view {
        uint64 until = pausedUntil;
        if (block.timestamp < until) revert GuardedPausePaused(until);
    }
}
