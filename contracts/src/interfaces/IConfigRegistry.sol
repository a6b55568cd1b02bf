// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IConfigRegistry
/// @notice The consortium's parameters, each with all values it ever had and since when: an old settlement is judged by the
/// rules of its day.
/// @dev A key is ASCII, left-aligned in 32 bytes, with its unit last, such as "challenge-window-seconds". A value is one word:
/// an amount, a time, an address or a hash. Only governance writes. No contract reads a parameter here unless its own
/// interface says so. What a change says of a time that has passed is never rewritten.
interface IConfigRegistry {
    /// @param effectiveAt Unix time in seconds from which the value holds.
    /// @param version 1 for the key's first change, then one more each time. A withdrawn change keeps its number, so that a
    /// version names one value for ever.
    struct Change {
        uint64 effectiveAt;
        uint32 version;
        uint256 value;
    }

    event ConfigSet(bytes32 indexed key, uint32 indexed version, uint256 value, uint64 effectiveAt);
    event ConfigWithdrawn(bytes32 indexed key, uint32 indexed version);

    error ConfigRegistryKeyEmpty();
    error ConfigRegistryNoticeTooShort(uint64 effectiveAt, uint256 earliest);
    error ConfigRegistryChangePending(bytes32 key, uint64 effectiveAt);
    error ConfigRegistryNothingPending(bytes32 key);
    error ConfigRegistryNoValue(bytes32 key, uint64 time);
    error ConfigRegistryTimeAhead(uint64 time);

    /// @notice Gives `key` another value from `effectiveAt` on, at least `minNoticeSeconds` ahead. By governance.
    /// @dev One change of a key waits at a time: the next one can be set when it has taken effect, from the second after.
    function set(bytes32 key, uint256 value, uint64 effectiveAt) external returns (uint32 version);

    /// @notice Takes back the change of `key` that has not taken effect yet. By governance.
    function withdraw(bytes32 key) external;

    /// @return The value in force; fails for a key that has none yet.
    function valueOf(bytes32 key) external view returns (uint256);

    /// @return The version in force; fails for a key that has none yet.
    function versionOf(bytes32 key) external view returns (uint32);

    /// @param time Unix time in seconds, not in the future: what is only announced can still be withdrawn.
    /// @return The value that was in force at `time`; fails when there was none.
    function valueAt(bytes32 key, uint64 time) external view returns (uint256);

    /// @return The change that was in force at `time`, on the terms of `valueAt`.
    function changeAt(bytes32 key, uint64 time) external view returns (Change memory);

    /// @return The change that is announced and not in force; all zero if there is none.
    function pendingOf(bytes32 key) external view returns (Change memory);

    /// @return How many times anything was set or withdrawn: a reader with a copy of all knows by it whether to look again.
    /// Time alone, which puts an announced change in force, does not count.
    function revision() external view returns (uint64);

    /// @return The least time between a change and its effect, in seconds. With 0, a value read in this very second can
    /// still change within it.
    function minNoticeSeconds() external view returns (uint64);

    /// @return Every key ever set, oldest first. Governance alone adds to it, so it stays short.
    function keys() external view returns (bytes32[] memory);
}
