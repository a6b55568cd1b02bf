// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IDomains
/// @notice Which departments belong to the consortium, which agents speak for each, and with which wallets.
/// @dev A domainId is a short ASCII slug, left-aligned in 32 bytes, such as "weather-noaa". Governance admits, suspends and
/// reinstates; an attestor says which real-name credential stands behind a domain; a domain's admin enrols its agents.
interface IDomains {
    /// @dev Uncredentialed: admitted, but without a live credential while credentials are required.
    enum Status {
        Unknown,
        Admitted,
        Suspended,
        Uncredentialed
    }

    event DomainAdmitted(bytes32 indexed domainId, address indexed admin, string name);
    event DomainSuspended(bytes32 indexed domainId);
    event DomainReinstated(bytes32 indexed domainId);
    event DomainAdminReplaced(bytes32 indexed domainId, address indexed previousAdmin, address indexed newAdmin);
    event CredentialAttested(bytes32 indexed domainId, bytes32 credentialHash, uint64 expiresAt);
    event CredentialRevoked(bytes32 indexed domainId, bytes32 credentialHash, bytes32 reasonHash);
    event CredentialsRequired();
    event CredentialsWaived();
    event AgentEnrolled(bytes32 indexed domainId, uint256 indexed agentId);
    event AgentWithdrawn(bytes32 indexed domainId, uint256 indexed agentId);
    event WalletNoted(uint256 indexed agentId, address indexed wallet);

    error DomainsIdEmpty();
    error DomainsAdminZero();
    error DomainsAlreadyAdmitted(bytes32 domainId);
    error DomainsNotAdmitted(bytes32 domainId);
    error DomainsNotSuspended(bytes32 domainId);
    error DomainsNotAdmin(bytes32 domainId, address caller);
    error DomainsNotAgentOfCaller(uint256 agentId, address caller);
    error DomainsAgentEnrolled(uint256 agentId, bytes32 domainId);
    error DomainsAgentNotEnrolled(uint256 agentId);
    error DomainsAgentInactive(uint256 agentId);
    error DomainsCredentialEmpty();
    error DomainsCredentialExpired(uint64 expiresAt);
    error DomainsCredentialMissing(bytes32 domainId);

    /// @notice Admits a domain for the first time. By governance.
    /// @param admin The key that enrols the domain's agents and signs its task orders.
    /// @param name For people: the department's name. Only the event keeps it.
    function admit(bytes32 domainId, address admin, string calldata name) external;

    /// @notice Stops a domain and, at once, all its agents. By governance.
    function suspend(bytes32 domainId) external;

    /// @notice Ends a suspension; the domain's agents are active again as they were. By governance.
    function reinstate(bytes32 domainId) external;

    /// @notice Gives a domain another admin key, for when one is lost or stolen. By governance.
    /// @dev The domain's credential stays: it names the department, not who holds the key.
    function replaceAdmin(bytes32 domainId, address newAdmin) external;

    /// @notice Records that a real-name credential stands behind a domain, in place of any before. By the attestor.
    /// @param credentialHash Hash of the credential together with a secret salt: the names in it are few enough to be
    /// guessed from a hash without one.
    /// @param expiresAt Unix time in seconds from which it counts no more.
    function attestCredential(bytes32 domainId, bytes32 credentialHash, uint64 expiresAt) external;

    /// @notice Ends a domain's credential before its time. By the attestor.
    /// @param reasonHash Hash of the document that says why.
    function revokeCredential(bytes32 domainId, bytes32 reasonHash) external;

    /// @notice From now on a domain without a live credential stands still, with all its agents, as if suspended; also one
    /// whose credential expires later, by time alone. By governance.
    function requireCredentials() external;

    /// @notice Ends the requirement; domains that stood still for want of a credential are active again. By governance.
    function waiveCredentials() external;

    /// @notice Makes an agent one of the domain's. By the domain's admin, which must own the agent or be its wallet, or be
    /// approved for it by its owner: nobody's agent is enrolled without them.
    /// @dev The enrolment holds for the owner of this moment. It lapses when the agent changes hands, so that a domain's
    /// good name cannot be sold with a token. The agent's wallet is noted, see `noteWallet`.
    function enrol(bytes32 domainId, uint256 agentId) external;

    /// @notice Ends an enrolment. By the domain's admin, or by the agent's owner.
    function withdraw(uint256 agentId) external;

    /// @notice Puts on record for good that the wallet which the agent has now speaks for it. By anyone, while the agent is
    /// active; a wallet that is noted already stays as it was.
    /// @dev A signature is judged after the work, when the wallet may have been replaced or unset. Whoever is going to rely
    /// on one notes the wallet first: what no call noted while it held leaves no trace.
    function noteWallet(uint256 agentId) external;

    /// @return The domain that enrolled the agent, or 0. Says nothing of whether either is active.
    function domainOf(uint256 agentId) external view returns (bytes32);

    /// @return The domain's admin, or the zero address for an unknown domain.
    function adminOf(bytes32 domainId) external view returns (address);

    /// @return What holds at this moment. Only under Admitted does a domain act: enrol, order tasks, sponsor plans.
    function statusOf(bytes32 domainId) external view returns (Status);

    /// @return credentialHash Of the credential attested last, expired ones too; 0 if there is none or it was revoked.
    /// @return expiresAt Unix time in seconds from which it counts no more.
    function credentialOf(bytes32 domainId) external view returns (bytes32 credentialHash, uint64 expiresAt);

    /// @return Whether a domain needs a live credential to be active.
    function credentialsRequired() external view returns (bool);

    /// @return Unix time in seconds when `wallet` was first noted as speaking for the agent, enrolled and active at that
    /// moment; 0 if it never was. Says nothing of whether it still does, nor under which owner or domain it did.
    function walletSince(uint256 agentId, address wallet) external view returns (uint64);

    /// @return Whether the agent is enrolled by a domain in status Admitted, still has the owner it was enrolled under, and has a
    /// wallet. Nothing an inactive agent signs is acted on.
    function isActive(uint256 agentId) external view returns (bool);

    /// @return The agent's wallet if the agent is active, else the zero address.
    function activeWalletOf(uint256 agentId) external view returns (address);
}
