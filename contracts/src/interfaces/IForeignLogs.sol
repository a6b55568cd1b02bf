// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReceiptProof} from "../libraries/ReceiptProof.sol";

/// @title IForeignLogs
/// @notice Checkpoints of the evidence logs of other chains, each proven by a receipt of the chain that anchored it. What
/// another consortium's log held can so be shown here, to contracts too.
/// @dev One size of one chain never has two roots, as in EvidenceLog itself.
interface IForeignLogs {
    event ForeignCheckpointed(uint256 indexed sourceChain, uint64 indexed size, bytes32 root);
    event ForeignLogResumed(uint256 indexed sourceChain, uint64 indexed size, bytes32 root);

    error ForeignLogsEmitterWrong(address emitter, address evidenceLog);
    error ForeignLogsEventWrong();
    error ForeignLogsNotLater(uint256 sourceChain, uint256 position, uint256 lastPosition);
    error ForeignLogsNotGrown(uint64 latestSize, uint64 size);

    /// @notice Takes over a checkpoint (`Checkpointed`) of another chain's EvidenceLog, or the step back to one that
    /// governance there made (`LogResumed`). By anyone who proves it.
    /// @dev Later on that chain than the last one taken over. One may be left out: the next holds all that it held.
    function anchor(uint256 sourceChain, ReceiptProof.Proof calldata proof) external;

    /// @return size Leaves at the newest checkpoint taken over, 0 before the first.
    /// @return root The root of them.
    /// @return position Where on that chain it is: block number, index of the transaction, index of the log in its receipt,
    /// as `blockNumber << 96 | txIndex << 32 | logIndex`.
    function latest(uint256 sourceChain) external view returns (uint64 size, bytes32 root, uint256 position);

    /// @return The root taken over for exactly `size` leaves, or 0.
    function rootAt(uint256 sourceChain, uint64 size) external view returns (bytes32);

    /// @param leafHash RFC 6962 hash of the leaf.
    /// @param proof Siblings, nearest first.
    /// @return Whether that leaf has that position in the other chain's log. False for a size that is not known here.
    function verifyInclusion(uint256 sourceChain, bytes32 leafHash, uint64 index, uint64 size, bytes32[] calldata proof)
        external
        view
        returns (bool);
}
