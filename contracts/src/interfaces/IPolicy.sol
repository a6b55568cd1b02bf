// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IPolicy
/// @notice A rule that says whether money may move: risk control, settlement rules, or the prevention of money laundering. A
/// consortium plugs in its own.
/// @dev Called through PolicyGuard, which bounds what a policy can do: it has 150,000 gas, and must return exactly one word.
interface IPolicy {
    /// @dev Deposit: `subject` pays in, for the account `counterparty`. Order: `subject` reserves a task's budget;
    /// `counterparty` is whom it is for, if that is known. Payout: `subject` takes money out, to `counterparty`. So limits
    /// count against whoever acts: nobody uses up another's.
    enum Action {
        Deposit,
        Order,
        Payout
    }

    /// @notice Judges one movement, and counts it against whatever limits the policy keeps.
    /// @param counterparty The zero address when there is none.
    /// @param amount In units of the token.
    /// @return reason 0 permits; any other denies, and says why as an ASCII slug, left-aligned, such as "sanctioned".
    function check(Action action, address subject, address counterparty, uint256 amount)
        external
        returns (bytes32 reason);
}
