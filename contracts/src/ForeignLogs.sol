// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {IForeignChains} from "./interfaces/IForeignChains.sol";
import {IForeignLogs} from "./interfaces/IForeignLogs.sol";
import {MerkleTree} from "./libraries/MerkleTree.sol";
import {ReceiptProof} from "./libraries/ReceiptProof.sol";

/// @title ForeignLogs
contract ForeignLogs is IForeignLogs {
    struct Head {
        uint64 size;
        /// @dev Block, transaction and log of 64, 64 and 32 bits.
        uint160 position;
    }

    IForeignChains public immutable chains;

    mapping(uint256 sourceChain => Head) private _heads;
    /// @inheritdoc IForeignLogs
    mapping(uint256 sourceChain => mapping(uint64 size => bytes32 root)) public rootAt;

    constructor(IForeignChains chains_) {
        chains = chains_;
    }

    /// @inheritdoc IForeignLogs
    function anchor(uint256 sourceChain, ReceiptProof.Proof calldata proof) external {
        Head storage head = _heads[sourceChain];
        uint160 position = _positionOf(proof);
        // Before the first there is nothing to be later than: block 0 has no transactions.
        if (position <= head.position) revert ForeignLogsNotLater(sourceChain, position, head.position);
        (bool resumed, uint64 size, bytes32 root) = _prove(sourceChain, proof);
        if (!resumed && size <= head.size) revert ForeignLogsNotGrown(head.size, size);

        head.size = size;
        head.position = position;
        rootAt[sourceChain][size] = root;
        if (resumed) emit ForeignLogResumed(sourceChain, size, root);
        else emit ForeignCheckpointed(sourceChain, size, root);
    }

    /// @inheritdoc IForeignLogs
    function latest(uint256 sourceChain) external view returns (uint64 size, bytes32 root, uint256 position) {
        Head storage head = _heads[sourceChain];
        return (head.size, rootAt[sourceChain][head.size], head.position);
    }

    /// @inheritdoc IForeignLogs
    function verifyInclusion(uint256 sourceChain, bytes32 leafHash, uint64 index, uint64 size, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        bytes32 root = rootAt[sourceChain][size];
        return root != 0 && MerkleTree.rootFrom(leafHash, index, size, proof) == root;
    }

    function _prove(uint256 sourceChain, ReceiptProof.Proof calldata proof)
        private
        view
        returns (bool resumed, uint64 size, bytes32 root)
    {
        ReceiptProof.Log memory log = chains.open(sourceChain, proof);
        address evidenceLog = chains.sourceOf(sourceChain).evidenceLog;
        if (log.emitter != evidenceLog) revert ForeignLogsEmitterWrong(log.emitter, evidenceLog);
        // The size is indexed in both, the root is all of the data.
        if (log.topics.length != 2 || log.data.length != 32) revert ForeignLogsEventWrong();
        resumed = log.topics[0] == IEvidenceLog.LogResumed.selector;
        if (!resumed && log.topics[0] != IEvidenceLog.Checkpointed.selector) revert ForeignLogsEventWrong();
        // That contract emitted it, so it is a size.
        size = uint64(uint256(log.topics[1]));
        root = abi.decode(log.data, (bytes32));
    }

    function _positionOf(ReceiptProof.Proof calldata proof) private pure returns (uint160) {
        return uint160(proof.blockNumber) << 96 | uint160(proof.txIndex) << 32 | proof.logIndex;
    }
}
