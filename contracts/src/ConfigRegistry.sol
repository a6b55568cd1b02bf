// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConfigRegistry} from "./interfaces/IConfigRegistry.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title ConfigRegistry
contract ConfigRegistry is IConfigRegistry, AccessManaged {
    /// @param versions How many were given out, withdrawn ones included.
    /// @param history In strictly ascending order of effectiveAt; only the last can lie ahead.
    struct Parameter {
        uint32 versions;
        Change[] history;
    }

    /// @inheritdoc IConfigRegistry
    uint64 public immutable minNoticeSeconds;

    /// @inheritdoc IConfigRegistry
    uint64 public revision;
    mapping(bytes32 key => Parameter) private _parameters;
    bytes32[] private _keys;

    constructor(address authority, uint64 minNoticeSeconds_) AccessManaged(authority) {
        minNoticeSeconds = minNoticeSeconds_;
    }

    /// @inheritdoc IConfigRegistry
    function set(bytes32 key, uint256 value, uint64 effectiveAt) external restricted returns (uint32 version) {
        if (key == 0) revert ConfigRegistryKeyEmpty();
        uint256 earliest = block.timestamp + minNoticeSeconds;
        if (effectiveAt < earliest) revert ConfigRegistryNoticeTooShort(effectiveAt, earliest);
        Parameter storage parameter = _parameters[key];
        uint64 lastChange = _last(parameter).effectiveAt;
        // One of this very second counts too: two values from the same time on would leave open which one held.
        if (lastChange >= block.timestamp) revert ConfigRegistryChangePending(key, lastChange);

        if (parameter.versions == 0) _keys.push(key);
        version = ++parameter.versions;
        parameter.history.push(Change(effectiveAt, version, value));
        ++revision;
        emit ConfigSet(key, version, value, effectiveAt);
    }

    /// @inheritdoc IConfigRegistry
    function withdraw(bytes32 key) external restricted {
        Change memory last = _last(_parameters[key]);
        if (last.effectiveAt <= block.timestamp) revert ConfigRegistryNothingPending(key);

        _parameters[key].history.pop();
        ++revision;
        emit ConfigWithdrawn(key, last.version);
    }

    /// @inheritdoc IConfigRegistry
    function valueOf(bytes32 key) external view returns (uint256) {
        return changeAt(key, uint64(block.timestamp)).value;
    }

    /// @inheritdoc IConfigRegistry
    function versionOf(bytes32 key) external view returns (uint32) {
        return changeAt(key, uint64(block.timestamp)).version;
    }

    /// @inheritdoc IConfigRegistry
    function valueAt(bytes32 key, uint64 time) external view returns (uint256) {
        return changeAt(key, time).value;
    }

    /// @inheritdoc IConfigRegistry
    function pendingOf(bytes32 key) external view returns (Change memory pending) {
        Change memory last = _last(_parameters[key]);
        if (last.effectiveAt > block.timestamp) pending = last;
    }

    /// @inheritdoc IConfigRegistry
    function keys() external view returns (bytes32[] memory) {
        return _keys;
    }

    /// @inheritdoc IConfigRegistry
    function changeAt(bytes32 key, uint64 time) public view returns (Change memory) {
        if (time > block.timestamp) revert ConfigRegistryTimeAhead(time);
        Change[] storage history = _parameters[key].history;
        // Halves what is left at each step: 20 steps for a million changes.
        uint256 low = 0;
        uint256 high = history.length;
        while (low < high) {
            uint256 middle = Math.average(low, high);
            if (history[middle].effectiveAt > time) high = middle;
            else low = middle + 1;
        }
        // Now `low` counts the changes in force by `time`.
        if (low == 0) revert ConfigRegistryNoValue(key, time);
        return history[low - 1];
    }

    /// @return last All zero when nothing was set.
    function _last(Parameter storage parameter) private view returns (Change memory last) {
        uint256 length = parameter.history.length;
        if (length > 0) last = parameter.history[length - 1];
    }
}
