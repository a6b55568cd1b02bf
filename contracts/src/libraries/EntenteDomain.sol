// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

/// @title EntenteDomain
/// @notice The one EIP-712 domain under which everything in Entente is signed:
/// `{name: "Entente", version: "1", chainId, verifyingContract: the ContractRegistry}`.
/// @dev One domain lets a signer show one name and one address to its user, whichever contract reads the signature. Types
/// alone tell messages apart, so no two contracts may define the same type. The separator is computed at each use: that
/// costs a few hundred gas, and stays right when a chain forks and takes another id.
library EntenteDomain {
    string internal constant NAME = "Entente";
    string internal constant VERSION = "1";

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant NAME_HASH = keccak256(bytes(NAME));
    bytes32 private constant VERSION_HASH = keccak256(bytes(VERSION));

    /// @param registry The ContractRegistry of this deployment.
    /// @return The domain separator on the chain that executes the call.
    function separator(address registry) internal view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, registry));
    }

    /// @param registry The ContractRegistry of this deployment.
    /// @param structHash `hashStruct` of the message, as EIP-712 defines it.
    /// @return What the signer signs.
    function digest(address registry, bytes32 structHash) internal view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(separator(registry), structHash);
    }
}
