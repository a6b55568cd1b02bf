// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";

/// @title IIdentityRegistry
/// @notice The identity registry of ERC-8004 (https://eips.ethereum.org/EIPS/eip-8004): an agent is an ERC-721 token whose
/// URI leads to its agent card, and which has a wallet that signs for it.
/// @dev Selectors, events and revert strings are those of the standard's reference contracts, so that clients and tests
/// written for those work here. The first agentId is 0. "May manage" below means the token's owner, its operator, or the
/// account approved for it.
interface IIdentityRegistry is IERC721Metadata {
    struct MetadataEntry {
        string metadataKey;
        bytes metadataValue;
    }

    event Registered(uint256 indexed agentId, string agentURI, address indexed owner);
    event MetadataSet(
        uint256 indexed agentId, string indexed indexedMetadataKey, string metadataKey, bytes metadataValue
    );
    event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy);

    /// @notice Registers an agent for the caller, with no URI yet. The caller owns it and is its first wallet.
    /// @dev Emits `Registered`, then `MetadataSet` for each entry, the reserved key "agentWallet" first.
    function register() external returns (uint256 agentId);

    /// @notice Registers an agent for the caller, its card at `agentURI`.
    function register(string calldata agentURI) external returns (uint256 agentId);

    /// @notice Registers an agent for the caller, with metadata.
    /// @dev Fails with "reserved key" for the key "agentWallet".
    function register(string calldata agentURI, MetadataEntry[] calldata metadata) external returns (uint256 agentId);

    /// @notice Moves the agent's card. By whoever may manage the agent.
    function setAgentURI(uint256 agentId, string calldata newURI) external;

    /// @notice Sets one metadata value. By whoever may manage the agent.
    /// @dev Fails with "reserved key" for the key "agentWallet".
    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue) external;

    /// @return The value, empty if never set. Under "agentWallet": the wallet's 20 bytes, empty if there is none.
    function getMetadata(uint256 agentId, string calldata metadataKey) external view returns (bytes memory);

    /// @notice Gives the agent another wallet. By whoever may manage the agent, with the new wallet's consent.
    /// @param deadline Unix time in seconds until which the consent holds: at most 5 minutes ahead ("deadline too far").
    /// @param signature By `newWallet`, ECDSA or ERC-1271, over EIP-712
    /// `AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)` in the domain
    /// `{name: "ERC8004IdentityRegistry", version: "1", chainId, verifyingContract: this registry}`.
    function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes calldata signature) external;

    /// @notice Leaves the agent without a wallet: it can sign nothing. By whoever may manage the agent.
    function unsetAgentWallet(uint256 agentId) external;

    /// @return The wallet that signs for the agent. The zero address if it has none: it was unset, the agent changed hands
    /// since, or there is no such agent.
    function getAgentWallet(uint256 agentId) external view returns (address);

    /// @return Whether `spender` may manage the agent; fails for an agent that does not exist.
    function isAuthorizedOrOwner(address spender, uint256 agentId) external view returns (bool);

    /// @return The version of the reference contracts whose behaviour this registry has.
    function getVersion() external pure returns (string memory);
}
