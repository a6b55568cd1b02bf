// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IContractRegistry} from "./interfaces/IContractRegistry.sol";
import {EntenteDomain} from "./libraries/EntenteDomain.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

/// @title ContractRegistry
contract ContractRegistry is IContractRegistry, IERC5267, AccessManaged, Multicall {
    /// @inheritdoc IContractRegistry
    uint256 public immutable deploymentBlock;

    mapping(bytes32 name => Entry) private _entries;
    mapping(bytes32 name => mapping(uint32 version => Entry)) private _superseded;
    bytes32[] private _names;

    constructor(address authority) AccessManaged(authority) {
        deploymentBlock = block.number;
    }

    /// @inheritdoc IContractRegistry
    function record(bytes32 name, address account) external restricted {
        if (name == 0) revert ContractRegistryNameEmpty();
        if (account.code.length == 0) revert ContractRegistryNoCode(account);

        Entry storage entry = _entries[name];
        if (entry.status == Status.Unknown) _names.push(name);
        else _superseded[name][entry.version] = entry;
        uint32 version = entry.version + 1;
        _entries[name] = Entry(account, version, Status.Active, account.codehash);
        emit ContractRecorded(name, account, version, account.codehash);
    }

    /// @inheritdoc IContractRegistry
    function setStatus(bytes32 name, Status status) external restricted {
        if (status == Status.Unknown) revert ContractRegistryStatusUnknown();
        Entry storage entry = _entries[name];
        if (entry.status == Status.Unknown) revert ContractRegistryNameUnknown(name);
        if (entry.status == Status.Retired) revert ContractRegistryStatusFinal(name);

        entry.status = status;
        emit ContractStatusChanged(name, status);
    }

    /// @inheritdoc IContractRegistry
    function get(bytes32 name) external view returns (Entry memory entry) {
        entry = _entries[name];
        if (entry.status == Status.Unknown) revert ContractRegistryNameUnknown(name);
    }

    /// @inheritdoc IContractRegistry
    function getAt(bytes32 name, uint32 version) external view returns (Entry memory entry) {
        entry = _entries[name];
        if (entry.version != version) entry = _superseded[name][version];
        if (entry.status == Status.Unknown) revert ContractRegistryVersionUnknown(name, version);
    }

    /// @inheritdoc IContractRegistry
    function names() external view returns (bytes32[] memory) {
        return _names;
    }

    /// @notice The EIP-712 domain of all Entente signatures, in the form of ERC-5267.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        // 0x0f: name, version, chainId and verifyingContract are present, salt is not.
        return (
            hex"0f",
            EntenteDomain.NAME,
            EntenteDomain.VERSION,
            block.chainid,
            address(this),
            bytes32(0),
            new uint256[](0)
        );
    }
}
