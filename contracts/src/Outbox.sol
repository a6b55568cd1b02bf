// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IOutbox} from "./interfaces/IOutbox.sol";

/// @title Outbox
contract Outbox is IOutbox {
    /// @dev A proof carries the whole receipt through the calldata of the other chain.
    uint256 private constant MAX_PAYLOAD = 4_096;

    /// @inheritdoc IOutbox
    mapping(uint256 destinationChain => uint256 count) public sentTo;

    /// @inheritdoc IOutbox
    function send(uint256 destinationChain, address receiver, bytes calldata payload) external returns (uint256 nonce) {
        if (destinationChain == block.chainid) revert OutboxDestinationHere();
        if (receiver == address(0)) revert OutboxReceiverZero();
        if (payload.length > MAX_PAYLOAD) revert OutboxPayloadTooLong(payload.length);

        nonce = sentTo[destinationChain]++;
        emit MessageSent(destinationChain, nonce, msg.sender, receiver, payload);
    }
}
