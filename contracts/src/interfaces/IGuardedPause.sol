// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IGuardedPause
/// @notice An emergency brake that whoever pulls it cannot hold: a guardian stops new business for a bounded time, and can
/// stop it again only after a longer time of rest.
/// @dev Danger: an exit (a withdrawal, reclaim, claim or challenge, and whatever else lets somebody take out what is theirs or
/// object in time) must never carry `whenNotPaused`. A pause may keep money from coming in; it must not keep any in. A wait
/// that runs out meanwhile runs out all the same.
interface IGuardedPause {
    event Paused(uint64 until);
    event Unpaused();

    error GuardedPausePaused(uint64 until);
    error GuardedPauseCoolingOff(uint64 until);
    error GuardedPauseNotPaused();

    /// @notice Stops new business for `PAUSE_SECONDS`. By a guardian, which can do nothing else.
    /// @dev Not before `COOL_OFF_SECONDS` after the last pause ended, whichever guardian called it and however it ended: all
    /// guardians together pause for at most 3 days in 10.
    function pause() external;

    /// @notice Ends a pause at once. By governance.
    function unpause() external;

    /// @return Unix time in seconds at which the last pause ended or will end; 0 if there was none.
    function pausedUntil() external view returns (uint64);
}
