// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IStake
/// @notice What agents have to lose. A stake belongs to an agent, and so to whoever owns the agent's token; it leaves only
/// after a delay, during which it can still be slashed.
/// @dev Assumes of the token: it moves exactly the amount asked, and calls nobody back. The escrow sees to it that the
/// delay is longer than any task may take, so an agent that deviates cannot be gone before the settlement.
interface IStake {
    /// @param bonded Counts as the agent's stake.
    /// @param unbonding On its way out; can still be slashed.
    /// @param held Waits for a penalty to be enforced, or to lapse.
    /// @param releaseTime Unix time in seconds from which `unbonding` can be withdrawn.
    /// @param jailedUntil Unix time in seconds until which the agent is jailed.
    /// @param faults Penalties enforced since the agent was last jailed.
    struct Bond {
        uint128 bonded;
        uint128 unbonding;
        uint128 held;
        uint48 releaseTime;
        uint48 jailedUntil;
        uint16 faults;
    }

    event StakeDeposited(uint256 indexed agentId, address indexed from, uint256 amount);
    event UnbondRequested(uint256 indexed agentId, uint256 amount, uint64 releaseTime);
    event StakeWithdrawn(uint256 indexed agentId, address indexed to, uint256 amount);
    event StakeHeld(uint256 indexed agentId, uint256 amount);
    event StakeReturned(uint256 indexed agentId, uint256 amount);
    event StakeSlashed(uint256 indexed agentId, uint256 amount);
    event AgentJailed(uint256 indexed agentId, uint64 until);

    error StakeAmountZero();
    error StakeInsufficient(uint256 agentId, uint256 bonded, uint256 amount);
    error StakeNothingUnbonding(uint256 agentId);
    error StakeStillBonded(uint256 agentId, uint64 releaseTime);
    error StakeNotOwner(uint256 agentId, address caller);
    error StakeNotPenalties(address caller);

    /// @notice Adds to an agent's stake. By anyone; the caller must have approved the token.
    function deposit(uint256 agentId, uint256 amount) external;

    /// @notice Starts taking stake out. By the agent's owner.
    /// @dev A further request joins the first, and the delay starts again for both.
    function requestUnbond(uint256 agentId, uint256 amount) external;

    /// @notice Pays what has unbonded to the agent's owner, who must call.
    function withdraw(uint256 agentId) external;

    /// @notice Holds up to `amount` of an agent's stake, what is bonded first, for a penalty. By Penalties.
    /// @return taken The lesser of `amount` and all that the agent has, bonded and unbonding.
    function hold(uint256 agentId, uint256 amount) external returns (uint256 taken);

    /// @notice Puts what was held back to what is bonded. By Penalties.
    function unhold(uint256 agentId, uint256 amount) external;

    /// @notice Pays what was held to the escrow, which credits it; counts the fault, and jails an agent with too many of
    /// them. By Penalties.
    function slash(uint256 agentId, uint256 amount) external;

    /// @return The agent's stake.
    function bondOf(uint256 agentId) external view returns (Bond memory);

    /// @return Whether the agent is in jail: nobody should give it work, and its attestations do not count.
    function isJailed(uint256 agentId) external view returns (bool);
}
