// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {Signer} from "./libraries/Signer.sol";
import {TypedHash} from "./libraries/TypedHash.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title EvidenceLog
contract EvidenceLog is IEvidenceLog, AccessManaged {
    address public immutable registry;

    address public keeper;
    uint64 private _size;
    mapping(uint64 size => bytes32 root) public rootAt;

    constructor(address authority, address registry_) AccessManaged(authority) {
        registry = registry_;
    }

    /// @inheritdoc IEvidenceLog
    function checkpoint(uint64 size, bytes32 root, bytes calldata signature) external {
        if (size <= _size) revert EvidenceLogNotGrown(_size, size);
        if (root == 0) revert EvidenceLogRootEmpty();
        bytes32 digest = EntenteDomain.digest(registry, TypedHash.checkpoint(size, root));
        if (!Signer.signed(keeper, digest, signature)) revert EvidenceLogSignatureInvalid(keeper);

        _size = size;
        rootAt[size] = root;
        emit Checkpointed(size, root);
    }

    /// @inheritdoc IEvidenceLog
    function appoint(address keeper_) external restricted {
        keeper = keeper_;
        emit KeeperAppointed(keeper_);
    }

    /// @inheritdoc IEvidenceLog
    function latest() external view returns (uint64 size, bytes32 root) {
        return (_size, rootAt[_size]);
    }
}
