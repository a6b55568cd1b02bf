// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Memory} from "@openzeppelin/contracts/utils/Memory.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {TrieProof} from "@openzeppelin/contracts/utils/cryptography/TrieProof.sol";

/// @title ReceiptProof
/// @notice Opens a log of a transaction's receipt, proven against the receipts root of a block's header: a Merkle-Patricia
/// trie from RLP(transaction index) to the receipt (Ethereum Yellow Paper, 4.3.1).
library ReceiptProof {
    /// @param blockNumber Block of the foreign chain.
    /// @param txIndex Of the transaction in its block.
    /// @param logIndex Of the log in the receipt of that transaction, not in the block.
    /// @param nodes Of the trie, from the root to the leaf.
    struct Proof {
        uint64 blockNumber;
        uint64 txIndex;
        uint32 logIndex;
        bytes[] nodes;
    }

    struct Log {
        address emitter;
        bytes32[] topics;
        bytes data;
    }

    error ReceiptProofInvalid(TrieProof.ProofError why);
    error ReceiptProofMalformed();
    error ReceiptProofFailedTransaction();
    error ReceiptProofLogMissing(uint256 logIndex, uint256 logs);

    uint256 private constant RECEIPT_FIELDS = 4;
    uint256 private constant STATUS = 0;
    uint256 private constant LOGS = 3;
    uint256 private constant LOG_FIELDS = 3;
    uint256 private constant MAX_TOPICS = 4;
    /// @dev An RLP item of 20 bytes, and one of 32, with the byte of the length.
    uint256 private constant ADDRESS_ITEM = 21;
    uint256 private constant WORD_ITEM = 33;
    /// @dev EIP-2718: a first byte up to this is a type, and the receipt follows it; any other begins the receipt's list.
    bytes1 private constant LAST_TYPE = 0x7f;

    /// @notice The log that a proof is about.
    /// @dev Reverts with one of the errors above, or OpenZeppelin's RLPInvalidEncoding for bytes that are no RLP.
    function open(bytes32 receiptsRoot, Proof calldata proof) internal pure returns (Log memory) {
        (bytes memory receipt, TrieProof.ProofError why) =
            TrieProof.tryTraverse(receiptsRoot, RLP.encode(proof.txIndex), proof.nodes);
        if (why != TrieProof.ProofError.NO_ERROR) revert ReceiptProofInvalid(why);

        Memory.Slice[] memory fields = RLP.readList(_withoutType(receipt));
        // Receipts of an OP stack's deposits have more, behind these.
        if (fields.length < RECEIPT_FIELDS) revert ReceiptProofMalformed();
        // Before EIP-658 this was the root of a state, which is never 1.
        if (RLP.readUint256(fields[STATUS]) != 1) revert ReceiptProofFailedTransaction();
        Memory.Slice[] memory logs = RLP.readList(fields[LOGS]);
        if (proof.logIndex >= logs.length) revert ReceiptProofLogMissing(proof.logIndex, logs.length);
        return _readLog(logs[proof.logIndex]);
    }

    function _withoutType(bytes memory receipt) private pure returns (Memory.Slice) {
        Memory.Slice whole = Memory.asSlice(receipt);
        // The trie has no empty values.
        return receipt[0] <= LAST_TYPE ? Memory.slice(whole, 1) : whole;
    }

    function _readLog(Memory.Slice item) private pure returns (Log memory log) {
        Memory.Slice[] memory fields = RLP.readList(item);
        if (fields.length != LOG_FIELDS || Memory.length(fields[0]) != ADDRESS_ITEM) revert ReceiptProofMalformed();
        log.emitter = RLP.readAddress(fields[0]);
        Memory.Slice[] memory topics = RLP.readList(fields[1]);
        if (topics.length > MAX_TOPICS) revert ReceiptProofMalformed();
        log.topics = new bytes32[](topics.length);
        for (uint256 i = 0; i < topics.length; ++i) {
            if (Memory.length(topics[i]) != WORD_ITEM) revert ReceiptProofMalformed();
            log.topics[i] = RLP.readBytes32(topics[i]);
        }
        log.data = RLP.readBytes(fields[2]);
    }
}
