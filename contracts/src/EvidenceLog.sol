// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {Roles} from "./libraries/Roles.sol";
import {Signer} from "./libraries/Signer.sol";
import {TypedHash} from "./libraries/TypedHash.sol";

/// @title EvidenceLog
contract EvidenceLog is IEvidenceLog {
    address public immutable authority;
    address public immutable registry;

    uint64 private _size;
    mapping(uint64 size => bytes32 root) public rootAt;

    constructor(address authority_, address registry_) {
        authority = authority_;
        registry = registry_;
    }

    /// @inheritdoc IEvidenceLog
    function checkpoint(uint64 size, bytes32 root, bytes calldata signature) external {
        if (size <= _size) revert EvidenceLogNotGrown(_size, size);
        if (root == 0) revert EvidenceLogRootEmpty();
        address signer = Signer.recover(EntenteDomain.digest(registry, TypedHash.checkpoint(size, root)), signature);
        if (!Roles.holds(authority, Roles.LOG_KEEPER, signer)) revert EvidenceLogNotKeeper(signer);

        _size = size;
        rootAt[size] = root;
        emit Checkpointed(size, root);
    }

    /// @inheritdoc IEvidenceLog
    function latest() external view returns (uint64 size, bytes32 root) {
        return (_size, rootAt[_size]);
    }
}
