// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../interfaces/IPolicy.sol";

/// @title PolicyGuard
/// @notice Asks a policy without being at its mercy: one that reverts, burns its gas, or returns too much or nonsense has not
/// answered. Without an answer nothing comes in, by which nobody loses anything, and what is owed goes out all the same: no
/// policy locks funds by being broken.
/// @dev It calls foreign code: use it as a check, before any effect, behind a reentrancy guard. Each question can burn 153,000
/// gas, so ask where one account takes out its own, not in a loop over many.
library PolicyGuard {
    /// @notice `reason` is the policy's, or "policy-unavailable".
    error PolicyDenied(IPolicy.Action action, address subject, bytes32 reason);
    error PolicyGasInsufficient(uint256 available, uint256 needed);

    /// @notice A payout passed because the policy did not answer: somebody should repair it.
    event PolicyUnanswered(address indexed policy, IPolicy.Action action, address indexed subject);

    bytes32 internal constant UNAVAILABLE = "policy-unavailable";
    uint256 internal constant POLICY_GAS = 150_000;
    /// @dev A call passes on at most 63/64 of the gas left once its own cost is taken (EIP-150). With less than this, a caller
    /// could starve a policy that denies: it gives up, does not answer, and the payout passes. 64/63 of the policy's gas, then
    /// 6,000 for the call: 2,600 for an account touched the first time (EIP-2929), as much for one it delegates to
    /// (EIP-7702), the rest to get there.
    uint256 internal constant NEEDED_GAS = POLICY_GAS * 64 / 63 + 1 + 6_000;

    /// @notice Reverts with `PolicyDenied` unless `policy` permits the action. The zero address permits all.
    function enforce(IPolicy policy, IPolicy.Action action, address subject, address counterparty, uint256 amount)
        internal
    {
        if (address(policy) == address(0)) return;
        bytes memory question = abi.encodeCall(IPolicy.check, (action, subject, counterparty, amount));
        (bool answered, bytes32 reason) = _ask(address(policy), question);
        if (!answered && action == IPolicy.Action.Payout) {
            emit PolicyUnanswered(address(policy), action, subject);
            return;
        }
        if (!answered) reason = UNAVAILABLE;
        if (reason != 0) revert PolicyDenied(action, subject, reason);
    }

    /// @return answered Whether the policy returned one word, which is `reason`. An account without code returns none.
    function _ask(address policy, bytes memory question) private returns (bool answered, bytes32 reason) {
        uint256 available = gasleft();
        if (available < NEEDED_GAS) revert PolicyGasInsufficient(available, NEEDED_GAS);
        uint256 gasLimit = POLICY_GAS;
        assembly ("memory-safe") {
            // At most one word is copied, into scratch space, however much the policy returns.
            let done := call(gasLimit, policy, 0, add(question, 32), mload(question), 0, 32)
            answered := and(done, eq(returndatasize(), 32))
            if answered { reason := mload(0) }
        }
    }
}
