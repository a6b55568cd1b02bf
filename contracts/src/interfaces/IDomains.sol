// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IDomains
/// @notice Which departments belong to the consortium, and which agents speak for each.
/// @dev A domainId is a short ASCII slug, left-aligned in 32 bytes, such as "weather-noaa". Governance admits, suspends and
/// reinstates; a domain's admin enrols its agents.
interface IDomains {
    enum Status {
        Unknown,
        Admitted,
        Suspended
    }

    event DomainAdmitted(bytes32 indexed domainId, address indexed admin, string name);
    event DomainSuspended(bytes32 indexed domainId);
    event DomainReinstated(bytes32 indexed domainId);
    event DomainAdminReplaced(bytes32 indexed domainId, address indexed previousAdmin, address indexed newAdmin);
    event AgentEnrolled(bytes32 indexed domainId, uint256 indexed agentId);
    event AgentWithdrawn(bytes32 indexed domainId, uint256 indexed agentId);

    error DomainsIdEmpty();
    error DomainsAdminZero();
    error DomainsAlreadyAdmitted(bytes32 domainId);
    error DomainsNotAdmitted(bytes32 domainId);
    error DomainsNotSuspended(bytes32 domainId);
    error DomainsNotAdmin(bytes32 domainId, address caller);
    error DomainsNotAgentOfCaller(uint256 agentId, address caller);
    error DomainsAgentEnrolled(uint256 agentId, bytes32 domainId);
    error DomainsAgentNotEnrolled(uint256 agentId);

    /// @notice Admits a domain for the first time. By governance.
    /// @param admin The key that enrols the domain's agents and signs its task orders.
    /// @param name For people: the department's name. Only the event keeps it.
    function admit(bytes32 domainId, address admin, string calldata name) external;

    /// @notice Stops a domain and, at once, all its agents. By governance.
    function suspend(bytes32 domainId) external;

    /// @notice Ends a suspension; the domain's agents are active again as they were. By governance.
    function reinstate(bytes32 domainId) external;

    /// @notice Gives a domain another admin key, for when one is lost or stolen. By governance.
    function replaceAdmin(bytes32 domainId, address newAdmin) external;

    /// @notice Makes an agent one of the domain's. By the domain's admin, which must own the agent or be its wallet, or be
    /// approved for it by its owner: nobody's agent is enrolled without them.
    /// @dev The enrolment holds for the owner of this moment. It lapses when the agent changes hands, so that a domain's
    /// good name cannot be sold with a token.
    function enrol(bytes32 domainId, uint256 agentId) external;

    /// @notice Ends an enrolment. By the domain's admin, or by the agent's owner.
    function withdraw(uint256 agentId) external;

    /// @return The domain that enrolled the agent, or 0. Says nothing of whether either is active.
    function domainOf(uint256 agentId) external view returns (bytes32);

    /// @return The domain's admin, or the zero address for an unknown domain.
    function adminOf(bytes32 domainId) external view returns (address);

    /// @return Unknown, Admitted or Suspended.
    function statusOf(bytes32 domainId) external view returns (Status);

    /// @return Whether the agent is enrolled by an admitted domain, still has the owner it was enrolled under, and has a
    /// wallet. Nothing an inactive agent signs is acted on.
    function isActive(uint256 agentId) external view returns (bool);

    /// @return The agent's wallet if the agent is active, else the zero address.
    function activeWalletOf(uint256 agentId) external view returns (address);
}
