// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "./IPolicy.sol";

/// @title IRiskPolicy
/// @notice The policy that comes with Entente: whom not to deal with, and how much an account moves in a period. Its reasons:
/// "sanctioned", "denied" and "not-allowed", each also with "counterparty-" before it; "deposit-limit", "order-limit" and
/// "payout-limit".
/// @dev The lists stop new business; they never keep in what a member owns. Two things can: a sanction, which is meant to,
/// and the payout limit, which lets a further part go in each period.
interface IRiskPolicy is IPolicy {
    /// @dev None: unknown to the officers. Allowed: on the allow list. Denied: no new business, its money may leave.
    /// Sanctioned: nothing moves, payouts included.
    enum Standing {
        None,
        Allowed,
        Denied,
        Sanctioned
    }

    /// @dev Open: whoever is not denied may deposit and order. AllowListed: only accounts of standing Allowed may,
    /// and only with one another.
    enum Mode {
        Open,
        AllowListed
    }

    /// @param amount The most that moves in one period, in units of the token.
    /// @param periodSeconds The length of a period: periods follow one another from the Unix epoch on. 0: no limit.
    struct Limit {
        uint128 amount;
        uint32 periodSeconds;
    }

    event StandingChanged(address indexed account, Standing standing);
    event ModeChanged(Mode mode);
    event LimitChanged(Action indexed action, uint128 amount, uint32 periodSeconds);
    event SubjectLimitChanged(address indexed subject, Action indexed action, uint128 amount, uint32 periodSeconds);
    event CallerAdmitted(address indexed caller);
    event CallerRemoved(address indexed caller);

    error RiskPolicyAccountZero();
    error RiskPolicyNotCaller(address caller);
    error RiskPolicyPeriodTooLong(uint32 periodSeconds);
    error RiskPolicyPayoutLimitZero();

    /// @notice Puts `account` on one of the lists, or with None on none. By an officer of compliance.
    function setStanding(address account, Standing standing) external;

    /// @notice Says whether new business needs a place on the allow list. By governance.
    function setMode(Mode mode) external;

    /// @notice Limits what each subject moves by `action` in a period. By governance.
    /// @dev Another length of period starts the count again. No period is longer than `MAX_PERIOD_SECONDS`, and no payout
    /// limit is 0: it slows down what leaves, it does not keep it.
    function setLimit(Action action, Limit calldata limit) external;

    /// @notice Gives `subject` a limit of its own instead; a period of 0 takes it back. By governance.
    function setSubjectLimit(address subject, Action action, Limit calldata limit) external;

    /// @notice Lets `caller`, an escrow, ask by `check`, and so use up limits. By governance.
    function admitCaller(address caller) external;

    /// @notice Ends that. By governance. To an escrow that still asks, this policy no longer answers.
    function removeCaller(address caller) external;

    /// @return What `check` would answer now, without counting anything.
    function reasonFor(Action action, address subject, address counterparty, uint256 amount)
        external
        view
        returns (bytes32);

    /// @return The limit that holds for `subject`: its own, else everyone's.
    function limitOf(address subject, Action action) external view returns (Limit memory);

    /// @return What `subject` has moved by `action` in the present period.
    function usedBy(address subject, Action action) external view returns (uint128);

    /// @return The account's standing.
    function standingOf(address account) external view returns (Standing);

    /// @return Whether `caller` may ask by `check`.
    function isCaller(address caller) external view returns (bool);

    /// @return Open or AllowListed.
    function mode() external view returns (Mode);
}
