// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReceiptProof} from "../src/libraries/ReceiptProof.sol";
import {RelayBase} from "./RelayBase.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {TrieProof} from "@openzeppelin/contracts/utils/cryptography/TrieProof.sol";

/// @custom:as-shipped
contract ReceiptProofTest is RelayBase {
    function someTopics(uint256 count) private pure returns (bytes32[] memory topics) {
        topics = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            topics[i] = keccak256(abi.encode(i));
        }
    }

    function testFuzz_OpensALogAsItWasEmitted(address emitter, uint8 topicCount, bytes memory data, uint8 kind) public {
        bytes32[] memory topics = someTopics(topicCount % 5);
        bytes[] memory logs = new bytes[](3);
        logs[0] = logOf(stranger, someTopics(1), "other");
        logs[1] = logOf(emitter, topics, data);
        logs[2] = logOf(stranger, someTopics(2), "other");
        // Legacy, and types 1 to 127.
        bytes memory typed = kind % 128 == 0 ? bytes("") : abi.encodePacked(uint8(kind % 128));
        ReceiptProof.Proof memory proof =
            acceptBlock(1, receiptOf(logOf(stranger, someTopics(1), "")), receiptOf(typed, 1, logs));
        proof.logIndex = 1;
        ReceiptProof.Log memory log = chains.open(SOURCE, proof);
        vm.assertEq(log.emitter, emitter, "emitter");
        vm.assertEq(abi.encode(log.topics), abi.encode(topics), "topics");
        vm.assertEq(log.data, data, "data");
    }

    function testFuzz_OpensALogInADepositOfAnOpStack(uint64 nonce) public {
        bytes[] memory logs = new bytes[](1);
        logs[0] = logOf(foreignLog, someTopics(2), "data");
        bytes[] memory fields = new bytes[](6);
        fields[0] = RLP.encode(uint256(1));
        fields[1] = RLP.encode(uint256(46_913));
        fields[2] = RLP.encode(new bytes(256));
        fields[3] = RLP.encode(logs);
        fields[4] = RLP.encode(uint256(nonce));
        fields[5] = RLP.encode(uint256(1));
        ReceiptProof.Proof memory proof = acceptBlock(1, abi.encodePacked(hex"7e", RLP.encode(fields)));
        vm.assertEq(chains.open(SOURCE, proof).emitter, foreignLog, "emitter");
    }

    function testFuzz_Attack_AFlippedByteOfAProofProvesNothing(uint256 node, uint256 place, uint8 flip) public {
        vm.assume(flip != 0);
        bytes memory receipt = receiptOf(logOf(foreignLog, someTopics(2), "data"));
        ReceiptProof.Proof memory proof = acceptBlock(1, receipt, receipt);
        node = bound(node, 0, 1);
        place = bound(place, 0, proof.nodes[node].length - 1);
        proof.nodes[node][place] = bytes1(uint8(proof.nodes[node][place]) ^ flip);
        (bool opened,) = address(chains).staticcall(abi.encodeCall(chains.open, (SOURCE, proof)));
        vm.assertFalse(opened, "opened");
    }

    function testFuzz_Attack_ArbitraryNodesProveNothing(bytes[] memory nodes, uint64 txIndex) public {
        ReceiptProof.Proof memory proof = acceptBlock(1, receiptOf(logOf(foreignLog, someTopics(2), "data")));
        proof.nodes = nodes;
        proof.txIndex = txIndex;
        (bool opened,) = address(chains).staticcall(abi.encodeCall(chains.open, (SOURCE, proof)));
        vm.assertFalse(opened, "opened");
    }

    function test_Attack_AProofThatIsShortOrLongOrOfAnotherTransaction() public {
        bytes memory receipt = receiptOf(logOf(foreignLog, someTopics(2), "data"));
        ReceiptProof.Proof memory proof = acceptBlock(1, receipt, receipt);
        bytes[] memory nodes = proof.nodes;
        proof.nodes = new bytes[](1);
        proof.nodes[0] = nodes[0];
        refuses(proof, TrieProof.ProofError.INVALID_PROOF);
        proof.nodes = new bytes[](0);
        refuses(proof, TrieProof.ProofError.INVALID_PROOF);
        proof.nodes = new bytes[](3);
        (proof.nodes[0], proof.nodes[1], proof.nodes[2]) = (nodes[0], nodes[1], nodes[1]);
        refuses(proof, TrieProof.ProofError.INVALID_EXTRA_PROOF_ELEMENT);
        proof.nodes = nodes;
        proof.txIndex = 0;
        refuses(proof, TrieProof.ProofError.INVALID_LARGE_NODE);
        proof.txIndex = 1;
        proof.nodes[0] = nodes[1];
        refuses(proof, TrieProof.ProofError.INVALID_ROOT);
    }

    function test_Attack_ALogThatIsNotThere() public {
        ReceiptProof.Proof memory proof = acceptBlock(1, receiptOf(logOf(foreignLog, someTopics(2), "data")));
        proof.logIndex = 1;
        vm.expectRevert(abi.encodeWithSelector(ReceiptProof.ReceiptProofLogMissing.selector, 1, 1));
        chains.open(SOURCE, proof);
    }

    function test_Attack_AFailedTransactionAndAStateRootOfOld() public {
        bytes[] memory logs = new bytes[](1);
        logs[0] = logOf(foreignLog, someTopics(2), "data");
        ReceiptProof.Proof memory failed = acceptBlock(1, receiptOf("", 0, logs));
        ReceiptProof.Proof memory old = acceptBlock(2, receiptOf("", uint256(keccak256("state")), logs));
        vm.expectRevert(ReceiptProof.ReceiptProofFailedTransaction.selector);
        chains.open(SOURCE, failed);
        vm.expectRevert(ReceiptProof.ReceiptProofFailedTransaction.selector);
        chains.open(SOURCE, old);
    }

    function test_Attack_WhatIsNoReceiptOrNoLog() public {
        bytes[] memory three = new bytes[](3);
        for (uint256 i = 0; i < 3; ++i) {
            three[i] = RLP.encode(uint256(1));
        }
        malformed(1, RLP.encode(three));
        bytes[] memory logs = new bytes[](1);
        logs[0] = RLP.encode(new bytes[](0));
        malformed(2, receiptOf("", 1, logs));
        logs[0] = logOf(foreignLog, someTopics(5), "");
        malformed(3, receiptOf("", 1, logs));
        three[0] = RLP.encode(uint256(1));
        logs[0] = RLP.encode(three);
        malformed(4, receiptOf("", 1, logs));
        bytes[] memory shortTopic = new bytes[](1);
        shortTopic[0] = RLP.encode(uint256(1));
        (three[0], three[1]) = (RLP.encode(foreignLog), RLP.encode(shortTopic));
        logs[0] = RLP.encode(three);
        malformed(5, receiptOf("", 1, logs));
        ReceiptProof.Proof memory proof = acceptBlock(6, hex"02");
        vm.expectRevert(RLP.RLPInvalidEncoding.selector);
        chains.open(SOURCE, proof);
        proof = acceptBlock(7, hex"f8");
        vm.expectRevert(RLP.RLPInvalidEncoding.selector);
        chains.open(SOURCE, proof);
    }

    function malformed(uint64 number, bytes memory receipt) private {
        ReceiptProof.Proof memory proof = acceptBlock(number, receipt);
        vm.expectRevert(ReceiptProof.ReceiptProofMalformed.selector);
        chains.open(SOURCE, proof);
    }

    function refuses(ReceiptProof.Proof memory proof, TrieProof.ProofError why) private {
        vm.expectRevert(abi.encodeWithSelector(ReceiptProof.ReceiptProofInvalid.selector, why));
        chains.open(SOURCE, proof);
    }
}
