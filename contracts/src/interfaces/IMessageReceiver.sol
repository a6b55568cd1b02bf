// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IMessageReceiver
/// @notice A contract that takes messages from other chains.
interface IMessageReceiver {
    /// @notice Takes a message. Must check that the caller is the Inbox that it trusts, and that it expects this sender.
    /// @dev Has half a million gas. To revert is to refuse for now: anyone may try again. Messages may come in any order.
    /// @param sourceChain Chain id on which it was sent.
    /// @param sender Who called the Outbox there.
    /// @param nonce As the Outbox counted; each comes once at most.
    /// @return This function's selector; anything else counts as a refusal.
    function receiveMessage(uint256 sourceChain, address sender, uint256 nonce, bytes calldata payload)
        external
        returns (bytes4);
}
