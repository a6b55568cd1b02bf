// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "./interfaces/IDomains.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Domains
contract Domains is IDomains, AccessManaged {
    /// @param status Never Uncredentialed, which `_standing` finds out.
    /// @param credentialExpiresAt In the slot that every check of an agent reads anyway.
    struct Domain {
        address admin;
        Status status;
        uint64 credentialExpiresAt;
        bytes32 credentialHash;
    }

    struct Enrolment {
        bytes32 domainId;
        address owner;
    }

    IIdentityRegistry public immutable identity;

    /// @inheritdoc IDomains
    bool public credentialsRequired;
    mapping(bytes32 domainId => Domain) private _domains;
    mapping(uint256 agentId => Enrolment) private _enrolments;
    /// @inheritdoc IDomains
    mapping(uint256 agentId => mapping(address wallet => uint64)) public walletSince;

    constructor(address authority, IIdentityRegistry identity_) AccessManaged(authority) {
        identity = identity_;
    }

    /// @inheritdoc IDomains
    function admit(bytes32 domainId, address admin, string calldata name) external restricted {
        if (domainId == 0) revert DomainsIdEmpty();
        if (admin == address(0)) revert DomainsAdminZero();
        if (_domains[domainId].status != Status.Unknown) revert DomainsAlreadyAdmitted(domainId);

        _domains[domainId].admin = admin;
        _domains[domainId].status = Status.Admitted;
        emit DomainAdmitted(domainId, admin, name);
    }

    /// @inheritdoc IDomains
    function suspend(bytes32 domainId) external restricted {
        if (_domains[domainId].status != Status.Admitted) revert DomainsNotAdmitted(domainId);

        _domains[domainId].status = Status.Suspended;
        emit DomainSuspended(domainId);
    }

    /// @inheritdoc IDomains
    function reinstate(bytes32 domainId) external restricted {
        if (_domains[domainId].status != Status.Suspended) revert DomainsNotSuspended(domainId);

        _domains[domainId].status = Status.Admitted;
        emit DomainReinstated(domainId);
    }

    /// @inheritdoc IDomains
    function replaceAdmin(bytes32 domainId, address newAdmin) external restricted {
        if (newAdmin == address(0)) revert DomainsAdminZero();
        Domain storage domain = _domains[domainId];
        if (domain.status == Status.Unknown) revert DomainsNotAdmitted(domainId);

        address previousAdmin = domain.admin;
        domain.admin = newAdmin;
        emit DomainAdminReplaced(domainId, previousAdmin, newAdmin);
    }

    /// @inheritdoc IDomains
    function attestCredential(bytes32 domainId, bytes32 credentialHash, uint64 expiresAt) external restricted {
        if (credentialHash == 0) revert DomainsCredentialEmpty();
        if (expiresAt <= block.timestamp) revert DomainsCredentialExpired(expiresAt);
        Domain storage domain = _domains[domainId];
        if (domain.status == Status.Unknown) revert DomainsNotAdmitted(domainId);

        domain.credentialHash = credentialHash;
        domain.credentialExpiresAt = expiresAt;
        emit CredentialAttested(domainId, credentialHash, expiresAt);
    }

    /// @inheritdoc IDomains
    function revokeCredential(bytes32 domainId, bytes32 reasonHash) external restricted {
        Domain storage domain = _domains[domainId];
        bytes32 credentialHash = domain.credentialHash;
        if (credentialHash == 0) revert DomainsCredentialMissing(domainId);

        domain.credentialHash = 0;
        domain.credentialExpiresAt = 0;
        emit CredentialRevoked(domainId, credentialHash, reasonHash);
    }

    /// @inheritdoc IDomains
    function requireCredentials() external restricted {
        credentialsRequired = true;
        emit CredentialsRequired();
    }

    /// @inheritdoc IDomains
    function waiveCredentials() external restricted {
        credentialsRequired = false;
        emit CredentialsWaived();
    }

    /// @inheritdoc IDomains
    function enrol(bytes32 domainId, uint256 agentId) external {
        Domain storage domain = _domains[domainId];
        Status standing = _standing(domain);
        if (standing == Status.Uncredentialed) revert DomainsCredentialMissing(domainId);
        if (standing != Status.Admitted) revert DomainsNotAdmitted(domainId);
        if (domain.admin != msg.sender) revert DomainsNotAdmin(domainId, msg.sender);

        address owner = identity.ownerOf(agentId);
        Enrolment storage enrolment = _enrolments[agentId];
        // An enrolment under a former owner has lapsed, and does not stand in the way of the new one.
        if (enrolment.owner == owner) revert DomainsAgentEnrolled(agentId, enrolment.domainId);
        address wallet = identity.getAgentWallet(agentId);
        bool consents = wallet == msg.sender || identity.isAuthorizedOrOwner(msg.sender, agentId);
        if (!consents) revert DomainsNotAgentOfCaller(agentId, msg.sender);

        _enrolments[agentId] = Enrolment(domainId, owner);
        emit AgentEnrolled(domainId, agentId);
        if (wallet != address(0)) _note(agentId, wallet);
    }

    /// @inheritdoc IDomains
    function withdraw(uint256 agentId) external {
        bytes32 domainId = _enrolments[agentId].domainId;
        if (domainId == 0) revert DomainsAgentNotEnrolled(agentId);
        if (msg.sender != _domains[domainId].admin && msg.sender != identity.ownerOf(agentId)) {
            revert DomainsNotAdmin(domainId, msg.sender);
        }

        delete _enrolments[agentId];
        emit AgentWithdrawn(domainId, agentId);
    }

    /// @inheritdoc IDomains
    function noteWallet(uint256 agentId) external {
        address wallet = activeWalletOf(agentId);
        if (wallet == address(0)) revert DomainsAgentInactive(agentId);

        _note(agentId, wallet);
    }

    /// @inheritdoc IDomains
    function domainOf(uint256 agentId) external view returns (bytes32) {
        return _enrolments[agentId].domainId;
    }

    /// @inheritdoc IDomains
    function adminOf(bytes32 domainId) external view returns (address) {
        return _domains[domainId].admin;
    }

    /// @inheritdoc IDomains
    function statusOf(bytes32 domainId) external view returns (Status) {
        return _standing(_domains[domainId]);
    }

    /// @inheritdoc IDomains
    function credentialOf(bytes32 domainId) external view returns (bytes32 credentialHash, uint64 expiresAt) {
        Domain storage domain = _domains[domainId];
        return (domain.credentialHash, domain.credentialExpiresAt);
    }

    /// @inheritdoc IDomains
    function isActive(uint256 agentId) external view returns (bool) {
        return activeWalletOf(agentId) != address(0);
    }

    /// @inheritdoc IDomains
    function activeWalletOf(uint256 agentId) public view returns (address) {
        Enrolment storage enrolment = _enrolments[agentId];
        if (_standing(_domains[enrolment.domainId]) != Status.Admitted) return address(0);
        // Agents are never burnt, so an enrolled one has an owner and ownerOf does not revert.
        if (identity.ownerOf(agentId) != enrolment.owner) return address(0);
        return identity.getAgentWallet(agentId);
    }

    /// @dev Whether credentials are required is asked last: it lies in a slot that nothing else here reads, 2,100 gas that
    /// a domain with a live credential never costs.
    function _standing(Domain storage domain) private view returns (Status status) {
        status = domain.status;
        if (status == Status.Admitted && block.timestamp >= domain.credentialExpiresAt && credentialsRequired) {
            return Status.Uncredentialed;
        }
    }

    function _note(uint256 agentId, address wallet) private {
        if (walletSince[agentId][wallet] != 0) return;
        walletSince[agentId][wallet] = uint64(block.timestamp);
        emit WalletNoted(agentId, wallet);
    }
}
