// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IOutbox
/// @notice What contracts and people here say to receivers on other chains. It only says so in an event: whoever proves that
/// event to the Inbox of the other chain has it delivered.
interface IOutbox {
    event MessageSent(
        uint256 indexed destinationChain, uint256 indexed nonce, address indexed sender, address receiver, bytes payload
    );

    error OutboxDestinationHere();
    error OutboxReceiverZero();
    error OutboxPayloadTooLong(uint256 length);

    /// @notice Sends a message to a contract on another chain. By anyone: the receiver is told who sent it.
    /// @param destinationChain Chain id (EIP-155) of the chain whose Inbox may deliver it, and no other.
    /// @param receiver An IMessageReceiver there.
    /// @param payload Up to 4,096 bytes, public for ever: hashes rather than content.
    /// @return nonce From 0, one for each message to that chain, without gaps.
    function send(uint256 destinationChain, address receiver, bytes calldata payload) external returns (uint256 nonce);

    /// @return How many messages went to that chain.
    function sentTo(uint256 destinationChain) external view returns (uint256);
}
