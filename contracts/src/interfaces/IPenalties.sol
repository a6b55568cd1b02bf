// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStake} from "./IStake.sol";

/// @title IPenalties
/// @notice From a final settlement's penalty to the stake that pays it, with an appeal between. What is imposed is held in
/// the agent's stake at once, so that it cannot leave meanwhile.
///
/// Imposed → Enforced when the time to appeal is over; or Imposed → Appealed → Upheld, which is Enforced at once, or Lapsed:
/// when the arbiter says so, or says nothing in time. Nobody's silence holds anything.
///
/// What is slashed goes to the requester who was harmed and to the treasury. Neither the settler who asked for the penalty,
/// nor whoever posted, enforces or judges it, gains by it.
interface IPenalties {
    enum Status {
        None,
        Imposed,
        Appealed,
        Enforced,
        Lapsed
    }

    /// @param unbondSeconds How long stake stays slashable after its owner asks for it.
    /// @param appealSeconds How long an agent's owner can appeal.
    /// @param rulingSeconds How long the arbiter can take; after that the penalty lapses.
    /// @param appealBond What an appeal costs whose penalty is upheld, in units of the token: it goes to the treasury.
    /// @param treasuryBps The treasury's part of what is slashed, in hundredths of a percent; the rest is the requester's.
    /// @param jailAfter Penalties enforced until an agent is jailed, and again as many after each release.
    /// @param jailSeconds How long.
    struct Config {
        uint64 unbondSeconds;
        uint64 appealSeconds;
        uint64 rulingSeconds;
        uint128 appealBond;
        uint16 treasuryBps;
        uint16 jailAfter;
        uint64 jailSeconds;
    }

    /// @param amount What is held in the stake: what was asked for, or all that the agent had.
    /// @param until Unix time in seconds: of the last moment to appeal, or to rule once there is an appeal.
    /// @param evidence The hash of the fact that shows the fault.
    struct Penalty {
        address requester;
        uint64 until;
        Status status;
        uint128 amount;
        address appellant;
        bytes32 evidence;
    }

    /// @dev `amount` is what was asked for, `taken` what is held, `until` the last moment to appeal.
    event PenaltyImposed(
        bytes32 indexed taskId,
        uint256 indexed agentId,
        address indexed requester,
        uint256 amount,
        uint256 taken,
        uint64 until,
        bytes32 evidence
    );
    /// @dev `bond` is held of the appellant's account, `until` is the last moment to rule.
    event PenaltyAppealed(
        bytes32 indexed taskId, uint256 indexed agentId, address indexed appellant, uint256 bond, uint64 until
    );
    /// @dev `bond` went to the treasury: nothing without an appeal.
    event PenaltyEnforced(bytes32 indexed taskId, uint256 indexed agentId, uint256 amount, uint256 bond);
    /// @dev `bond` went back to the appellant.
    event PenaltyLapsed(bytes32 indexed taskId, uint256 indexed agentId, uint256 amount, uint256 bond);

    error PenaltiesExists(bytes32 taskId, uint256 agentId);
    error PenaltiesNotImposed(bytes32 taskId, uint256 agentId, Status status);
    error PenaltiesNotAppealed(bytes32 taskId, uint256 agentId, Status status);
    error PenaltiesNotOwner(uint256 agentId, address caller);
    error PenaltiesAppealOver(uint64 until);
    error PenaltiesAppealOpen(uint64 until);
    error PenaltiesRulingOver(uint64 until);
    error PenaltiesRulingOpen(uint64 until);
    error PenaltiesConfigInvalid();

    /// @notice Holds what a final settlement takes from an agent. By Escrow and Batches; once for a task and agent.
    /// @return taken What is held: never more than the agent has.
    function impose(bytes32 taskId, uint256 agentId, uint256 amount, bytes32 evidence, address requester)
        external
        returns (uint256 taken);

    /// @notice Appeals against a penalty. By the agent's owner, whose account in the escrow must have the bond.
    function appeal(bytes32 taskId, uint256 agentId) external;

    /// @notice Upholds a penalty against an appeal: it is enforced, and the appeal's bond goes to the treasury. By an ARBITER.
    function uphold(bytes32 taskId, uint256 agentId) external;

    /// @notice Drops a penalty on an appeal, and returns the bond to the appellant's account. By an ARBITER.
    function drop(bytes32 taskId, uint256 agentId) external;

    /// @notice Takes what is held once nobody can appeal any more. By anyone.
    function enforce(bytes32 taskId, uint256 agentId) external;

    /// @notice Gives up a penalty on whose appeal nobody ruled in time, and returns the bond. By anyone.
    function lapse(bytes32 taskId, uint256 agentId) external;

    /// @return The penalty; all zero if there is none.
    function penaltyOf(bytes32 taskId, uint256 agentId) external view returns (Penalty memory);

    /// @return The stake that penalties come out of.
    function stake() external view returns (IStake);
}
