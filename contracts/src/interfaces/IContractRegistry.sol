// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IContractRegistry
/// @notice Where everyone finds Entente's contracts on a chain: name → address, version, code hash and status. Its own
/// address identifies the deployment, and is the `verifyingContract` of every signature (see EntenteDomain).
/// @dev A name is ASCII, left-aligned in 32 bytes, such as "Escrow". Only governance writes. The registry records what
/// governance says of a contract; it cannot itself stop one.
interface IContractRegistry {
    /// @dev Unknown: never recorded. Frozen: do not use until it is active again. Retired: do not use again.
    enum Status {
        Unknown,
        Active,
        Frozen,
        Retired
    }

    /// @param account The contract's address.
    /// @param version 1 when first recorded, then one more each time another address takes the name.
    /// @param codeHash EXTCODEHASH of the account when recorded: a reader compares, and so notices other code.
    struct Entry {
        address account;
        uint32 version;
        Status status;
        bytes32 codeHash;
    }

    event ContractRecorded(bytes32 indexed name, address indexed account, uint32 version, bytes32 codeHash);
    event ContractStatusChanged(bytes32 indexed name, Status status);

    error ContractRegistryNameEmpty();
    error ContractRegistryNameUnknown(bytes32 name);
    error ContractRegistryVersionUnknown(bytes32 name, uint32 version);
    error ContractRegistryNoCode(address account);
    error ContractRegistryStatusFinal(bytes32 name);
    error ContractRegistryStatusUnknown();

    /// @notice Gives `name` to `account`, active, under the next version.
    /// @dev By governance. Fails for an account without code.
    function record(bytes32 name, address account) external;

    /// @notice Freezes, thaws or retires the contract under `name`.
    /// @dev By governance. What is retired stays so until another address is recorded under the name.
    function setStatus(bytes32 name, Status status) external;

    /// @return The entry under `name`; fails for a name never recorded.
    function get(bytes32 name) external view returns (Entry memory);

    /// @return The entry that `name` had at `version`, so that what an old contract did can be looked up later; for one that
    /// another has superseded, with the status it had at that moment. Fails for a version never recorded.
    function getAt(bytes32 name, uint32 version) external view returns (Entry memory);

    /// @return The block this registry was created in: no contract recorded here has an event of interest before it.
    function deploymentBlock() external view returns (uint256);

    /// @return Every name ever recorded, oldest first. Governance alone adds to it, so it stays short.
    function names() external view returns (bytes32[] memory);
}
