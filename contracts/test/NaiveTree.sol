// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice RFC 6962 trees as its text has them, by recursion: slow, and plain enough to trust in tests.
library NaiveTree {
    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        return leaves.length == 0 ? sha256("") : root(leaves, 0, leaves.length);
    }

    /// @dev Of the leaves from `from` to before `to`.
    function root(bytes32[] memory leaves, uint256 from, uint256 to) internal pure returns (bytes32) {
        if (to - from == 1) return leaves[from];
        uint256 middle = from + split(to - from);
        return sha256(abi.encodePacked(hex"01", root(leaves, from, middle), root(leaves, middle, to)));
    }

    function path(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory) {
        return path(leaves, index, 0, leaves.length);
    }

    function path(bytes32[] memory leaves, uint256 index, uint256 from, uint256 to)
        internal
        pure
        returns (bytes32[] memory nodes)
    {
        if (to - from == 1) return new bytes32[](0);
        uint256 middle = from + split(to - from);
        bool isLeft = index < middle;
        bytes32[] memory below = isLeft ? path(leaves, index, from, middle) : path(leaves, index, middle, to);
        nodes = new bytes32[](below.length + 1);
        for (uint256 i = 0; i < below.length; ++i) {
            nodes[i] = below[i];
        }
        nodes[below.length] = isLeft ? root(leaves, middle, to) : root(leaves, from, middle);
    }

    /// @dev The largest power of two below `width`.
    function split(uint256 width) internal pure returns (uint256 half) {
        half = 1;
        while (half * 2 < width) {
            half *= 2;
        }
    }
}
