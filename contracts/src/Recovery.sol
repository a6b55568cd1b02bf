// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IRecovery} from "./interfaces/IRecovery.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {Signer} from "./libraries/Signer.sol";

/// @title Recovery
/// @dev Holds nothing. Its one power is the approval that owners give it in the identity registry.
contract Recovery is IRecovery {
    /// @param latest Number of the configuration made last.
    /// @param latestFrom Unix time in seconds from which it rules. Until then `ruling` does.
    struct Versions {
        uint64 ruling;
        uint64 latest;
        uint64 latestFrom;
    }

    /// @dev What a guardian signs, field by field: a struct of static members encodes in place, as EIP-712 asks.
    struct Terms {
        address guardian;
        address recovery;
        uint256 agentId;
        address owner;
        uint64 version;
        uint256 nonce;
        address newOwner;
        uint64 expiresAt;
    }

    uint256 public constant MAX_GUARDIANS = 16;
    uint64 public constant MAX_APPROVAL_SECONDS = 30 days;

    bytes32 private constant APPROVAL_TYPEHASH = keccak256(
        "RecoveryApproval(address guardian,address recovery,uint256 agentId,address owner,uint64 version,uint256 nonce,address newOwner,uint64 expiresAt)"
    );

    /// @inheritdoc IRecovery
    IIdentityRegistry public immutable identity;
    /// @inheritdoc IRecovery
    address public immutable registry;
    /// @inheritdoc IRecovery
    uint64 public immutable minDelaySeconds;
    /// @inheritdoc IRecovery
    uint64 public immutable maxDelaySeconds;
    /// @inheritdoc IRecovery
    uint64 public immutable windowSeconds;

    mapping(address owner => Versions) private _versions;
    mapping(address owner => mapping(uint64 version => Config)) private _configs;
    mapping(uint256 agentId => Request) private _requests;
    /// @inheritdoc IRecovery
    mapping(uint256 agentId => uint256) public nonceOf;

    constructor(
        IIdentityRegistry identity_,
        address registry_,
        uint64 minDelaySeconds_,
        uint64 maxDelaySeconds_,
        uint64 windowSeconds_
    ) {
        bool sound =
            minDelaySeconds_ > 0 && minDelaySeconds_ <= maxDelaySeconds_ && windowSeconds_ > 0;
        if (!sound) revert RecoveryBoundsInvalid();
        identity = identity_;
        registry = registry_;
        minDelaySeconds = minDelaySeconds_;
        maxDelaySeconds = maxDelaySeconds_;
        windowSeconds = windowSeconds_;
    }

    /// @inheritdoc IRecovery
    function configure(Config calldata config) external {
        _check(config);
        uint64 ruling = versionOf(msg.sender);
        uint64 effectiveFrom = uint64(block.timestamp);
        if (ruling != 0) effectiveFrom += _configs[msg.sender][ruling].delaySeconds;

        uint64 version = _versions[msg.sender].latest + 1;
        _versions[msg.sender] = Versions(ruling, version, effectiveFrom);
        _configs[msg.sender][version] = config;
        emit GuardiansConfigured(msg.sender, version, config, effectiveFrom);
    }

    /// @inheritdoc IRecovery
    function request(uint256 agentId, address newOwner, uint64 expiresAt, Approval[] calldata approvals) external {
        if (block.timestamp > expiresAt) revert RecoveryApprovalsExpired(expiresAt);
        if (expiresAt > block.timestamp + MAX_APPROVAL_SECONDS) revert RecoveryApprovalsTooLong(expiresAt);
        address owner = identity.ownerOf(agentId);
        bool sound = newOwner != address(0) && newOwner != owner && newOwner != address(this);
        if (!sound) revert RecoveryNewOwnerInvalid(newOwner);
        if (!identity.isAuthorizedOrOwner(address(this), agentId)) revert RecoveryNotApprovedByOwner(agentId, owner);
        uint64 version = _rulingOf(owner);
        Config storage config = _configs[owner][version];
        uint256 nonce = nonceOf[agentId];
        _checkApprovals(
            config, approvals, Terms(address(0), address(this), agentId, owner, version, nonce, newOwner, expiresAt)
        );

        uint64 executableFrom = uint64(block.timestamp) + config.delaySeconds;
        nonceOf[agentId] = nonce + 1;
        _requests[agentId] = Request(owner, newOwner, executableFrom, executableFrom + windowSeconds);
        emit RecoveryRequested(agentId, owner, newOwner, nonce, executableFrom, executableFrom + windowSeconds);
    }

    /// @inheritdoc IRecovery
    function veto(uint256 agentId) external {
        if (_requests[agentId].executableFrom == 0) revert RecoveryNotRequested(agentId);
        if (identity.ownerOf(agentId) != msg.sender) revert RecoveryNotOwner(agentId, msg.sender);

        delete _requests[agentId];
        emit RecoveryVetoed(agentId, msg.sender);
    }

    /// @inheritdoc IRecovery
    function execute(uint256 agentId) external {
        Request memory asked = _requests[agentId];
        if (asked.executableFrom == 0) revert RecoveryNotRequested(agentId);
        if (block.timestamp < asked.executableFrom) revert RecoveryTooEarly(asked.executableFrom);
        if (block.timestamp > asked.executableUntil) revert RecoveryLapsed(asked.executableUntil);
        if (identity.ownerOf(agentId) != asked.owner) revert RecoveryOwnerChanged(agentId);

        delete _requests[agentId];
        emit AgentRecovered(agentId, asked.owner, asked.newOwner);
        identity.transferFrom(asked.owner, asked.newOwner, agentId);
    }

    /// @inheritdoc IRecovery
    function versionOf(address owner) public view returns (uint64) {
        Versions storage versions = _versions[owner];
        return block.timestamp < versions.latestFrom ? versions.ruling : versions.latest;
    }

    /// @inheritdoc IRecovery
    function configOf(address owner) external view returns (Config memory) {
        return _configs[owner][_rulingOf(owner)];
    }

    /// @inheritdoc IRecovery
    function latestConfigOf(address owner) external view returns (Config memory config, uint64 effectiveFrom) {
        // Fails for an owner who has none.
        _rulingOf(owner);
        Versions storage versions = _versions[owner];
        return (_configs[owner][versions.latest], versions.latestFrom);
    }

    /// @inheritdoc IRecovery
    function requestOf(uint256 agentId) external view returns (Request memory) {
        return _requests[agentId];
    }

    function _rulingOf(address owner) private view returns (uint64 version) {
        version = versionOf(owner);
        if (version == 0) revert RecoveryNotConfigured(owner);
    }

    function _check(Config calldata config) private view {
        uint256 count = config.guardians.length;
        if (count == 0 || count > MAX_GUARDIANS) revert RecoveryGuardiansInvalid();
        address previous = address(0);
        for (uint256 i = 0; i < count; ++i) {
            address guardian = config.guardians[i];
            if (guardian <= previous || guardian == msg.sender) revert RecoveryGuardiansInvalid();
            previous = guardian;
        }
        if (config.threshold > count || 2 * uint256(config.threshold) <= count) {
            revert RecoveryThresholdInvalid(config.threshold, count);
        }
        if (config.delaySeconds < minDelaySeconds || config.delaySeconds > maxDelaySeconds) {
            revert RecoveryDelayOutOfBounds(config.delaySeconds);
        }
    }

    /// @dev Walks the guardians once, so that one that approves twice, or out of order, is not found a second time.
    function _checkApprovals(Config storage config, Approval[] calldata approvals, Terms memory terms) private view {
        if (approvals.length < config.threshold) revert RecoveryBelowThreshold(approvals.length, config.threshold);
        uint256 count = config.guardians.length;
        uint256 next = 0;
        for (uint256 i = 0; i < approvals.length; ++i) {
            terms.guardian = approvals[i].guardian;
            while (next < count && config.guardians[next] != terms.guardian) ++next;
            if (next == count) revert RecoveryNotGuardian(terms.guardian);
            ++next;
            bytes32 digest = EntenteDomain.digest(registry, keccak256(abi.encode(APPROVAL_TYPEHASH, terms)));
            if (!Signer.signed(terms.guardian, digest, approvals[i].signature)) {
                revert RecoveryApprovalInvalid(terms.guardian);
            }
        }
    }
}
