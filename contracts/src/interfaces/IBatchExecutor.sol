// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IBatchExecutor
/// @notice Code that a key's account delegates to (EIP-7702), so that one transaction of that key makes many calls, each from
/// the account itself. One that reverts, or burns all its gas, takes none of the others along.
/// @dev It has no storage, no owner and no way to change: what it may do is what the account's key signs. Everything else that
/// meets the account (signature checks, tokens, plain payments) finds what it found before there was code.
interface IBatchExecutor {
    /// @param id Names the call in the events; whoever signs chooses it.
    /// @param gasLimit The most that the call may use.
    struct Call {
        bytes8 id;
        address target;
        uint64 gasLimit;
        bytes data;
    }

    enum Fate {
        Skipped,
        Done,
        Failed
    }

    /// @param gasUsed By the call, its opcode and cold accesses included; the transaction's share is not.
    /// @param reason What a failed call reverted with, its first bytes.
    struct Outcome {
        Fate fate;
        uint64 gasUsed;
        bytes reason;
    }

    /// @dev Every call of a batch has exactly one of these three, after all that the call itself logged.
    event CallDone(bytes8 id, uint64 gasUsed);
    event CallFailed(bytes8 id, uint64 gasUsed, bytes reason);
    /// @dev The call was not made: too little gas was left to give it all that it may use.
    event CallSkipped(bytes8 id);

    error BatchExecutorNotSelf(address caller);
    /// @dev How `measure` answers.
    error BatchExecutorMeasured(Outcome[] outcomes);

    /// @notice Makes the calls in their order. Only the account may call it, and so only its own key.
    function execute(Call[] calldata calls) external;

    /// @notice Says what `execute` would come to, and has no effect: it always reverts, with `BatchExecutorMeasured`.
    function measure(Call[] calldata calls) external;
}
