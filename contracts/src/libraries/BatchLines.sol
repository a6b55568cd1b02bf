// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../interfaces/IBatches.sol";
import {MerkleTree} from "./MerkleTree.sol";

/// @title BatchLines
/// @notice Whether a line that somebody shows is a batch's line at its place. A line's leaf is its ABI encoding.
library BatchLines {
    function hash(IBatches.Batch calldata batch) internal pure returns (bytes32) {
        return keccak256(abi.encode(batch));
    }

    function check(IBatches.Batch calldata batch, IBatches.OpenTask calldata open) internal pure {
        bytes32 leaf = MerkleTree.hashLeaf(abi.encode(open.line));
        _check(IBatches.Tree.Tasks, leaf, open.index, batch.taskCount, open.path, batch.tasks);
    }

    function check(IBatches.Batch calldata batch, IBatches.OpenPayment calldata open) internal pure {
        bytes32 leaf = MerkleTree.hashLeaf(abi.encode(open.line));
        _check(IBatches.Tree.Payments, leaf, open.index, batch.paymentCount, open.path, batch.payments);
    }

    function check(IBatches.Batch calldata batch, IBatches.OpenPenalty calldata open) internal pure {
        bytes32 leaf = MerkleTree.hashLeaf(abi.encode(open.line));
        _check(IBatches.Tree.Penalties, leaf, open.index, batch.penaltyCount, open.path, batch.penalties);
    }

    function check(IBatches.Batch calldata batch, uint256 agentId, IBatches.OpenEarning calldata open) internal pure {
        bytes32 leaf = MerkleTree.hashLeaf(abi.encode(open.line));
        _check(IBatches.Tree.Earnings, leaf, agentId, batch.earningCount, open.path, batch.earnings);
    }

    /// @param size Of the tree: 2^n coalitions, or 2^(n-1) running sums.
    function check(IBatches.Tree tree, bytes32 root, uint256 index, uint256 size, IBatches.OpenNumber calldata open)
        internal
        pure
    {
        _check(tree, MerkleTree.hashLeaf(abi.encode(open.value)), index, size, open.path, root);
    }

    /// @return The root that an agent's line of earnings leads to.
    function earningsRoot(IBatches.Earning calldata line, uint256 agentId, uint256 count, bytes32[] calldata path)
        internal
        pure
        returns (bytes32)
    {
        return MerkleTree.rootFrom(MerkleTree.hashLeaf(abi.encode(line)), agentId, count, path);
    }

    function _check(
        IBatches.Tree tree,
        bytes32 leaf,
        uint256 index,
        uint256 size,
        bytes32[] calldata path,
        bytes32 root
    ) private pure {
        if (index >= size || MerkleTree.rootFrom(leaf, index, size, path) != root) {
            revert IBatches.BatchesLineForeign(tree, index);
        }
    }
}
