// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {MerkleTree} from "./libraries/MerkleTree.sol";
import {Signer} from "./libraries/Signer.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title EvidenceLog
contract EvidenceLog is IEvidenceLog, AccessManaged {
    address public immutable registry;

    address public keeper;
    uint64 private _size;
    mapping(uint64 size => bytes32 root) public rootAt;
    mapping(uint64 size => mapping(address witness => bool)) public isCosigned;

    constructor(address authority, address registry_) AccessManaged(authority) {
        registry = registry_;
    }

    /// @inheritdoc IEvidenceLog
    function checkpoint(uint64 size, bytes32 root, bytes calldata signature) external {
        if (size <= _size) revert EvidenceLogNotGrown(_size, size);
        if (rootAt[size] != 0) revert EvidenceLogSizeTaken(size);
        if (root == 0) revert EvidenceLogRootEmpty();
        bytes32 digest = EntenteDomain.digest(registry, TypedHash.checkpoint(size, root));
        if (!Signer.signed(keeper, digest, signature)) revert EvidenceLogSignatureInvalid(keeper);

        _size = size;
        rootAt[size] = root;
        emit Checkpointed(size, root);
    }

    /// @inheritdoc IEvidenceLog
    function cosign(uint64 size) external {
        _cosign(size, _anchored(size), msg.sender);
    }

    /// @inheritdoc IEvidenceLog
    function cosign(uint64 size, bytes calldata signature) external {
        bytes32 root = _anchored(size);
        bytes32 digest = EntenteDomain.digest(registry, TypedHash.checkpoint(size, root));
        _cosign(size, root, Signer.recover(digest, signature));
    }

    /// @inheritdoc IEvidenceLog
    function appoint(address keeper_) external restricted {
        _appoint(keeper_);
    }

    /// @inheritdoc IEvidenceLog
    function resume(uint64 size, address keeper_) external restricted {
        bytes32 root = size == 0 ? MerkleTree.emptyRoot() : _anchored(size);

        _size = size;
        emit LogResumed(size, root);
        _appoint(keeper_);
    }

    /// @inheritdoc IEvidenceLog
    function latest() external view returns (uint64 size, bytes32 root) {
        return (_size, rootAt[_size]);
    }

    /// @inheritdoc IEvidenceLog
    function verifyInclusion(bytes32 leafHash, uint64 index, uint64 size, bytes32[] calldata proof)
        external
        view
        returns (bool)
    {
        bytes32 root = rootAt[size];
        return root != 0 && MerkleTree.rootFrom(leafHash, index, size, proof) == root;
    }

    /// @inheritdoc IEvidenceLog
    function verifyConsistency(uint64 oldSize, uint64 newSize, bytes32[] calldata proof) external view returns (bool) {
        (bytes32 oldRoot, bytes32 newRoot) = (rootAt[oldSize], rootAt[newSize]);
        return oldRoot != 0 && newRoot != 0 && MerkleTree.verifyConsistency(oldSize, oldRoot, newSize, newRoot, proof);
    }

    function _appoint(address keeper_) private {
        keeper = keeper_;
        emit KeeperAppointed(keeper_);
    }

    function _cosign(uint64 size, bytes32 root, address witness) private {
        if (isCosigned[size][witness]) revert EvidenceLogAlreadyCosigned(size, witness);

        isCosigned[size][witness] = true;
        emit Cosigned(size, root, witness);
    }

    /// @return root Never 0: a size without a checkpoint reverts.
    function _anchored(uint64 size) private view returns (bytes32 root) {
        root = rootAt[size];
        if (root == 0) revert EvidenceLogNotAnchored(size);
    }
}
