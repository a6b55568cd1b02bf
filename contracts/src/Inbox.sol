// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IForeignChains} from "./interfaces/IForeignChains.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IMessageReceiver} from "./interfaces/IMessageReceiver.sol";
import {IOutbox} from "./interfaces/IOutbox.sol";
import {ReceiptProof} from "./libraries/ReceiptProof.sol";

/// @title Inbox
contract Inbox is IInbox {
    /// @dev What a receiver may use.
    uint256 private constant RECEIVER_GAS = 500_000;
    /// @dev What is needed around that, generously: to call, and to note a refusal. Were it too little, all would revert.
    uint256 private constant AROUND_GAS = 60_000;
    bytes32 private constant DELIVERED = bytes32(uint256(1));

    IForeignChains public immutable chains;

    /// @dev 0 unknown, DELIVERED, or of a refused message its hash.
    mapping(uint256 sourceChain => mapping(uint256 nonce => bytes32 outcome)) private _outcomes;

    constructor(IForeignChains chains_) {
        chains = chains_;
    }

    /// @inheritdoc IInbox
    function deliver(uint256 sourceChain, ReceiptProof.Proof calldata proof) external {
        Message memory message = _prove(sourceChain, proof);
        if (_outcomes[sourceChain][message.nonce] != 0) revert InboxAlreadyProven(sourceChain, message.nonce);

        _handOver(message);
    }

    /// @inheritdoc IInbox
    function retry(Message calldata message) external {
        bytes32 outcome = _outcomes[message.sourceChain][message.nonce];
        if (outcome == 0 || outcome == DELIVERED) revert InboxNotRefused(message.sourceChain, message.nonce);
        if (outcome != keccak256(abi.encode(message))) revert InboxMessageWrong(message.sourceChain, message.nonce);

        _handOver(message);
    }

    /// @inheritdoc IInbox
    function statusOf(uint256 sourceChain, uint256 nonce) external view returns (Status) {
        bytes32 outcome = _outcomes[sourceChain][nonce];
        if (outcome == 0) return Status.Unknown;
        return outcome == DELIVERED ? Status.Delivered : Status.Refused;
    }

    /// @dev Delivered before the receiver is called, so that nothing it does can have it come again.
    function _handOver(Message memory message) private {
        (uint256 sourceChain, uint256 nonce) = (message.sourceChain, message.nonce);
        _outcomes[sourceChain][nonce] = DELIVERED;
        if (_take(message)) {
            emit MessageDelivered(sourceChain, nonce, message.receiver);
        } else {
            _outcomes[sourceChain][nonce] = keccak256(abi.encode(message));
            emit MessageRefused(sourceChain, nonce, message.receiver);
        }
    }

    /// @return taken Whether the receiver said so.
    function _take(Message memory message) private returns (bool taken) {
        bytes4 selector = IMessageReceiver.receiveMessage.selector;
        bytes memory data =
            abi.encodeWithSelector(selector, message.sourceChain, message.sender, message.nonce, message.payload);
        address receiver = message.receiver;
        // A call hands on at most 63/64 of what is left (EIP-150).
        uint256 gasNeeded = RECEIVER_GAS + RECEIVER_GAS / 63 + AROUND_GAS;
        if (gasleft() < gasNeeded) revert InboxGasShort(gasleft());
        // In assembly because Solidity copies all that the receiver returns, at the cost of whoever carries the message.
        assembly ("memory-safe") {
            mstore(0, 0)
            let done := call(RECEIVER_GAS, receiver, 0, add(data, 0x20), mload(data), 0, 0x20)
            // An account without code returns nothing; the selector is left-aligned, and all of the word counts.
            taken := and(and(done, gt(returndatasize(), 0x1f)), eq(mload(0), selector))
        }
    }

    function _prove(uint256 sourceChain, ReceiptProof.Proof calldata proof) private view returns (Message memory) {
        ReceiptProof.Log memory log = chains.open(sourceChain, proof);
        address outbox = chains.sourceOf(sourceChain).outbox;
        if (log.emitter != outbox) revert InboxEmitterWrong(log.emitter, outbox);
        if (log.topics.length != 4 || log.topics[0] != IOutbox.MessageSent.selector) revert InboxEventWrong();
        uint256 destinationChain = uint256(log.topics[1]);
        if (destinationChain != block.chainid) revert InboxDestinationWrong(destinationChain);
        (address receiver, bytes memory payload) = abi.decode(log.data, (address, bytes));
        address sender = address(uint160(uint256(log.topics[3])));
        return Message(sourceChain, uint256(log.topics[2]), sender, receiver, payload);
    }
}
