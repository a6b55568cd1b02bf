// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReceiptProof} from "../libraries/ReceiptProof.sol";

/// @title IInbox
/// @notice Delivers what an Outbox of another chain sent here, each message once, in any order, by whoever proves it.
/// @dev It has no role and holds nothing: all that a message can do is what its receiver makes of it.
interface IInbox {
    /// @dev Refused: proven, but its receiver did not take it yet.
    enum Status {
        Unknown,
        Delivered,
        Refused
    }

    /// @param nonce Of the Outbox there, for this chain.
    struct Message {
        uint256 sourceChain;
        uint256 nonce;
        address sender;
        address receiver;
        bytes payload;
    }

    event MessageDelivered(uint256 indexed sourceChain, uint256 indexed nonce, address indexed receiver);
    event MessageRefused(uint256 indexed sourceChain, uint256 indexed nonce, address indexed receiver);

    error InboxEmitterWrong(address emitter, address outbox);
    error InboxEventWrong();
    error InboxDestinationWrong(uint256 destinationChain);
    error InboxAlreadyProven(uint256 sourceChain, uint256 nonce);
    error InboxNotRefused(uint256 sourceChain, uint256 nonce);
    error InboxMessageWrong(uint256 sourceChain, uint256 nonce);
    error InboxGasShort(uint256 gasLeft);

    /// @notice Proves a message and has its receiver take it. By anyone. What the receiver does never stands in the way: a
    /// refusal is noted, and `retry` tries again.
    /// @dev Reverts when there is not enough gas to give the receiver all that it may use: nobody can make it refuse so.
    function deliver(uint256 sourceChain, ReceiptProof.Proof calldata proof) external;

    /// @notice Has the receiver of a refused message take it now. By anyone, with the message as it was proven.
    function retry(Message calldata message) external;

    /// @return What became of a message.
    function statusOf(uint256 sourceChain, uint256 nonce) external view returns (Status);
}
