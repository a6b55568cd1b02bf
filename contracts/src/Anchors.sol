// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAnchors} from "./interfaces/IAnchors.sol";

/// @title Anchors
contract Anchors is IAnchors {
    /// @inheritdoc IAnchors
    function anchor(bytes32 root, uint64 size) external {
        if (size == 0) revert AnchorsTreeEmpty();
        emit Anchored(msg.sender, root, size);
    }
}
