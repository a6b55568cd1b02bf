// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./IIdentityRegistry.sol";

/// @title IRecovery
/// @notice How the agents of an owner who lost its key come back: guardians whom the owner named ask for it, a delay runs in
/// which the owner can veto, then anyone moves the agent to its new owner. Nobody governs this contract.
///
/// An owner opts in by two calls with the key it still has: `configure` here, and `setApprovalForAll(this contract, true)`
/// in the identity registry (or `approve`, for one agent). It opts out by taking that approval back, at once.
///
/// What a recovered agent loses: ERC-8004 clears its wallet, and its enrolment lapses, for both were of the former owner.
/// The new owner sets a wallet, and the domain enrols the agent again. Stake, reputation and agentId stay.
///
/// What it does not do: it answers a lost key, not a stolen one. Whoever holds the owner's key can veto without end, and no
/// majority of guardians goes over a veto: a thief with that key could as well withdraw the approval or move the agent
/// away, so an override would not stop it, and it would take from an honest owner the one defence against guardians that
/// conspire. What is left against a thief is the domain, which withdraws the agent at once (`IDomains.withdraw`): the thief
/// then holds a token that speaks for nobody.
///
/// What it assumes: an owner that does not answer for the whole delay gives its guardians power over its agents. The delay
/// is the owner's to choose within the bounds; it watches `RecoveryRequested`.
interface IRecovery {
    /// @param guardians In strictly ascending order, so that none counts twice: keys or contracts (ERC-1271), the owner not
    /// among them. At most MAX_GUARDIANS.
    /// @param threshold How many must approve: more than half, so that any two quorums share a guardian and cannot be played
    /// against each other; at most all.
    /// @param delaySeconds From a request to its execution, and from a change of guardians to its effect.
    struct Config {
        address[] guardians;
        uint8 threshold;
        uint64 delaySeconds;
    }

    /// @param owner Who owned the agent at the request. Under another the request is void.
    /// @param executableFrom Unix time in seconds; 0 for no request.
    /// @param executableUntil Unix time in seconds, the last at which it can be executed.
    struct Request {
        address owner;
        address newOwner;
        uint64 executableFrom;
        uint64 executableUntil;
    }

    /// @param signature By `guardian`, ECDSA or ERC-1271, in the domain of EntenteDomain, over EIP-712
    /// `RecoveryApproval(address guardian,address recovery,uint256 agentId,address owner,uint64 version,uint256 nonce,address newOwner,uint64 expiresAt)`:
    /// the guardian itself, so that two contracts of one signer need two signatures; this contract; the agent and its owner
    /// of now; `versionOf(owner)`; `nonceOf(agentId)`; and until when the approval may be used.
    struct Approval {
        address guardian;
        bytes signature;
    }

    event GuardiansConfigured(address indexed owner, uint64 indexed version, Config config, uint64 effectiveFrom);
    event RecoveryRequested(
        uint256 indexed agentId,
        address indexed owner,
        address indexed newOwner,
        uint256 nonce,
        uint64 executableFrom,
        uint64 executableUntil
    );
    event RecoveryVetoed(uint256 indexed agentId, address indexed owner);
    event AgentRecovered(uint256 indexed agentId, address indexed previousOwner, address indexed newOwner);

    error RecoveryBoundsInvalid();
    error RecoveryGuardiansInvalid();
    error RecoveryThresholdInvalid(uint8 threshold, uint256 guardians);
    error RecoveryDelayOutOfBounds(uint64 delaySeconds);
    error RecoveryNotConfigured(address owner);
    error RecoveryNotApprovedByOwner(uint256 agentId, address owner);
    error RecoveryNewOwnerInvalid(address newOwner);
    error RecoveryApprovalsExpired(uint64 expiresAt);
    error RecoveryApprovalsTooLong(uint64 expiresAt);
    error RecoveryNotGuardian(address account);
    error RecoveryApprovalInvalid(address guardian);
    error RecoveryBelowThreshold(uint256 approvals, uint8 threshold);
    error RecoveryNotRequested(uint256 agentId);
    error RecoveryNotOwner(uint256 agentId, address caller);
    error RecoveryOwnerChanged(uint256 agentId);
    error RecoveryTooEarly(uint64 executableFrom);
    error RecoveryLapsed(uint64 executableUntil);

    /// @notice Names the caller's guardians, for all agents that it owns or will own. The first configuration holds at once;
    /// each later one after the delay of the one that rules, which a still later one replaces meanwhile: so whoever gets
    /// hold of the owner's key does not swap the guardians before they can act.
    function configure(Config calldata config) external;

    /// @notice Starts the recovery of an agent on the approvals of enough guardians; anyone may send them. In place of an
    /// earlier request for the agent, whose delay it starts again: that is how guardians correct themselves.
    /// @dev One call with signatures, not a call by each guardian: guardians are people who hold no coins, an approval that
    /// never joins a quorum leaves no trace, and requests below the threshold cannot be spammed. The request uses up the
    /// agent's nonce, so the same approvals never start another, also when this one is vetoed.
    /// @param newOwner Who gets the agent. If it is a contract it is not asked (ERC-721's `transferFrom`), so that it can
    /// neither refuse nor reenter; one that cannot handle tokens would hold the agent for ever.
    /// @param expiresAt Unix time in seconds, the last at which the approvals may be used: at most MAX_APPROVAL_SECONDS
    /// ahead, so that none lies about for years.
    /// @param approvals In the order of the guardians. One that is not of a guardian, or not valid, fails the call.
    function request(uint256 agentId, address newOwner, uint64 expiresAt, Approval[] calldata approvals) external;

    /// @notice Ends a request. By the agent's owner, at any time before execution.
    function veto(uint256 agentId) external;

    /// @notice Moves the agent to its new owner. By anyone, after the delay and within the window that follows; a request
    /// that nobody executed in it is void, and can be made anew.
    /// @dev A change of guardians meanwhile does not end the request: those who ruled when they approved approved. Fails
    /// when the owner took back its approval in the identity registry.
    function execute(uint256 agentId) external;

    /// @return Number of the configuration that rules now, 0 for none.
    function versionOf(address owner) external view returns (uint64);

    /// @return The configuration that rules now; fails if there is none.
    function configOf(address owner) external view returns (Config memory);

    /// @return config The configuration made last, whether it rules yet or not; fails if there is none.
    /// @return effectiveFrom Unix time in seconds from which it rules.
    function latestConfigOf(address owner) external view returns (Config memory config, uint64 effectiveFrom);

    /// @return The agent's request, which may be void by now; all zero if there is none.
    function requestOf(uint256 agentId) external view returns (Request memory);

    /// @return The nonce that the next approvals for the agent must name.
    function nonceOf(uint256 agentId) external view returns (uint256);

    function identity() external view returns (IIdentityRegistry);

    /// @return The ContractRegistry, whose address is in the signing domain.
    function registry() external view returns (address);

    /// @return The shortest delay that an owner may choose, in seconds: as long as an owner may be out of reach.
    function minDelaySeconds() external view returns (uint64);

    /// @return The longest delay that an owner may choose, in seconds: nobody is locked out for an age.
    function maxDelaySeconds() external view returns (uint64);

    /// @return How long after its delay a request can be executed, in seconds.
    function windowSeconds() external view returns (uint64);
}
