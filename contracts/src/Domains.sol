// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "./interfaces/IDomains.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Domains
contract Domains is IDomains, AccessManaged {
    struct Domain {
        address admin;
        Status status;
    }

    struct Enrolment {
        bytes32 domainId;
        address owner;
    }

    IIdentityRegistry public immutable identity;

    mapping(bytes32 domainId => Domain) private _domains;
    mapping(uint256 agentId => Enrolment) private _enrolments;

    constructor(address authority, IIdentityRegistry identity_) AccessManaged(authority) {
        identity = identity_;
    }

    /// @inheritdoc IDomains
    function admit(bytes32 domainId, address admin, string calldata name) external restricted {
        if (domainId == 0) revert DomainsIdEmpty();
        if (admin == address(0)) revert DomainsAdminZero();
        if (_domains[domainId].status != Status.Unknown) revert DomainsAlreadyAdmitted(domainId);

        _domains[domainId] = Domain(admin, Status.Admitted);
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
    function enrol(bytes32 domainId, uint256 agentId) external {
        Domain storage domain = _domains[domainId];
        if (domain.status != Status.Admitted) revert DomainsNotAdmitted(domainId);
        if (domain.admin != msg.sender) revert DomainsNotAdmin(domainId, msg.sender);

        address owner = identity.ownerOf(agentId);
        Enrolment storage enrolment = _enrolments[agentId];
        // An enrolment under a former owner has lapsed, and does not stand in the way of the new one.
        if (enrolment.owner == owner) revert DomainsAgentEnrolled(agentId, enrolment.domainId);
        bool consents =
            identity.getAgentWallet(agentId) == msg.sender || identity.isAuthorizedOrOwner(msg.sender, agentId);
        if (!consents) revert DomainsNotAgentOfCaller(agentId, msg.sender);

        _enrolments[agentId] = Enrolment(domainId, owner);
        emit AgentEnrolled(domainId, agentId);
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
    function domainOf(uint256 agentId) external view returns (bytes32) {
        return _enrolments[agentId].domainId;
    }

    /// @inheritdoc IDomains
    function adminOf(bytes32 domainId) external view returns (address) {
        return _domains[domainId].admin;
    }

    /// @inheritdoc IDomains
    function statusOf(bytes32 domainId) external view returns (Status) {
        return _domains[domainId].status;
    }

    /// @inheritdoc IDomains
    function isActive(uint256 agentId) external view returns (bool) {
        return activeWalletOf(agentId) != address(0);
    }

    /// @inheritdoc IDomains
    function activeWalletOf(uint256 agentId) public view returns (address) {
        Enrolment storage enrolment = _enrolments[agentId];
        if (_domains[enrolment.domainId].status != Status.Admitted) return address(0);
        // Agents are never burnt, so an enrolled one has an owner and ownerOf does not revert.
        if (identity.ownerOf(agentId) != enrolment.owner) return address(0);
        return identity.getAgentWallet(agentId);
    }
}
