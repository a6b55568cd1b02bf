// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {AgentRecord} from "./libraries/AgentRecord.sol";
import {Signer} from "./libraries/Signer.sol";
import {
    AccessManagedUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import {EIP712Upgradeable} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import {IERC165} from "@openzeppelin/contracts/interfaces/IERC165.sol";
import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {ERC721Utils} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Utils.sol";

/// @title IdentityRegistry
/// @dev Runs behind an ERC-1967 proxy; governance upgrades it. Name, symbol and signing domain are code, not storage:
/// that saves every reader their loads.
contract IdentityRegistry is
    IIdentityRegistry,
    IERC4906,
    ERC721Upgradeable,
    EIP712Upgradeable,
    AccessManagedUpgradeable,
    UUPSUpgradeable
{
    using AgentRecord for AgentRecord.Agent;

    /// @custom:storage-location erc7201:entente.storage.IdentityRegistry
    struct Layout {
        uint256 agentCount;
        mapping(uint256 agentId => AgentRecord.Agent) agents;
    }

    // keccak256(abi.encode(uint256(keccak256("entente.storage.IdentityRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LAYOUT_SLOT = 0x115587be06b085d3406bdba46a683f6b048ba275e1708b78afbfc8f4793a9500;

    bytes32 private constant AGENT_WALLET_SET_TYPEHASH =
        keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)");
    uint256 private constant MAX_CONSENT = 5 minutes;
    string private constant WALLET_KEY = "agentWallet";
    bytes32 private constant WALLET_KEY_HASH = keccak256(bytes(WALLET_KEY));

    modifier onlyManagerOf(uint256 agentId) {
        require(isAuthorizedOrOwner(msg.sender, agentId), "Not authorized");
        _;
    }

    constructor() {
        _disableInitializers();
    }

    /// @notice Called once, by the proxy's constructor.
    function initialize(address authority) external initializer {
        __AccessManaged_init(authority);
    }

    /// @inheritdoc IIdentityRegistry
    function register() external returns (uint256 agentId) {
        agentId = _mintAgent();
        _announce(agentId, "");
        _askReceiver(agentId);
    }

    /// @inheritdoc IIdentityRegistry
    function register(string calldata agentURI) external returns (uint256 agentId) {
        agentId = _mintAgent();
        _setURI(agentId, agentURI);
        _announce(agentId, agentURI);
        _askReceiver(agentId);
    }

    /// @inheritdoc IIdentityRegistry
    function register(string calldata agentURI, MetadataEntry[] calldata metadata) external returns (uint256 agentId) {
        agentId = _mintAgent();
        _setURI(agentId, agentURI);
        _announce(agentId, agentURI);
        for (uint256 i = 0; i < metadata.length; ++i) {
            _setMetadata(agentId, metadata[i].metadataKey, metadata[i].metadataValue);
        }
        _askReceiver(agentId);
    }

    /// @inheritdoc IIdentityRegistry
    function setAgentURI(uint256 agentId, string calldata newURI) external onlyManagerOf(agentId) {
        _setURI(agentId, newURI);
        emit URIUpdated(agentId, newURI, msg.sender);
    }

    /// @inheritdoc IIdentityRegistry
    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue)
        external
        onlyManagerOf(agentId)
    {
        _setMetadata(agentId, metadataKey, metadataValue);
    }

    /// @inheritdoc IIdentityRegistry
    function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes calldata signature)
        external
        onlyManagerOf(agentId)
    {
        require(newWallet != address(0), "bad wallet");
        require(block.timestamp <= deadline, "expired");
        require(deadline <= block.timestamp + MAX_CONSENT, "deadline too far");
        bytes32 consent = _hashTypedDataV4(
            keccak256(abi.encode(AGENT_WALLET_SET_TYPEHASH, agentId, newWallet, _ownerOf(agentId), deadline))
        );
        require(Signer.signed(newWallet, consent, signature), "invalid wallet sig");

        _setWallet(agentId, newWallet);
    }

    /// @inheritdoc IIdentityRegistry
    function unsetAgentWallet(uint256 agentId) external onlyManagerOf(agentId) {
        _setWallet(agentId, address(0));
    }

    /// @inheritdoc IIdentityRegistry
    function getAgentWallet(uint256 agentId) external view returns (address) {
        return _layout().agents[agentId].wallet;
    }

    /// @inheritdoc IIdentityRegistry
    function getMetadata(uint256 agentId, string calldata metadataKey) external view returns (bytes memory) {
        AgentRecord.Agent storage agent = _layout().agents[agentId];
        if (keccak256(bytes(metadataKey)) == WALLET_KEY_HASH) return _packed(agent.wallet);
        return agent.metadata[metadataKey];
    }

    /// @inheritdoc IIdentityRegistry
    function isAuthorizedOrOwner(address spender, uint256 agentId) public view returns (bool) {
        return _isAuthorized(ownerOf(agentId), spender, agentId);
    }

    /// @inheritdoc IIdentityRegistry
    function getVersion() external pure returns (string memory) {
        return "2.0.0";
    }

    /// @inheritdoc IERC721Metadata
    function name() public pure override(ERC721Upgradeable, IERC721Metadata) returns (string memory) {
        return "AgentIdentity";
    }

    /// @inheritdoc IERC721Metadata
    function symbol() public pure override(ERC721Upgradeable, IERC721Metadata) returns (string memory) {
        return "AGENT";
    }

    /// @inheritdoc IERC721Metadata
    function tokenURI(uint256 agentId)
        public
        view
        override(ERC721Upgradeable, IERC721Metadata)
        returns (string memory)
    {
        _requireOwned(agentId);
        return _layout().agents[agentId].getUri();
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721Upgradeable, IERC165) returns (bool) {
        // ERC-4906 has events only; the standard fixes this id for it.
        return interfaceId == bytes4(0x49064906) || super.supportsInterface(interfaceId);
    }

    /// @dev Mints without asking the receiver: that call comes last, when nothing it could reenter is half-done.
    function _mintAgent() private returns (uint256 agentId) {
        agentId = _layout().agentCount++;
        _layout().agents[agentId].wallet = msg.sender;
        _mint(msg.sender, agentId);
    }

    function _announce(uint256 agentId, string memory agentURI) private {
        emit Registered(agentId, agentURI, msg.sender);
        emit MetadataSet(agentId, WALLET_KEY, WALLET_KEY, abi.encodePacked(msg.sender));
    }

    function _askReceiver(uint256 agentId) private {
        ERC721Utils.checkOnERC721Received(msg.sender, address(0), msg.sender, agentId, "");
    }

    function _setURI(uint256 agentId, string calldata agentURI) private {
        _layout().agents[agentId].setUri(bytes(agentURI));
        emit MetadataUpdate(agentId);
    }

    function _setMetadata(uint256 agentId, string calldata key, bytes calldata value) private {
        require(keccak256(bytes(key)) != WALLET_KEY_HASH, "reserved key");
        _layout().agents[agentId].metadata[key] = value;
        emit MetadataSet(agentId, key, key, value);
    }

    function _setWallet(uint256 agentId, address wallet) private {
        _layout().agents[agentId].wallet = wallet;
        emit MetadataSet(agentId, WALLET_KEY, WALLET_KEY, _packed(wallet));
    }

    /// @dev A wallet speaks for the agent by its owner's choice, so it goes when the owner does.
    function _update(address to, uint256 agentId, address auth) internal override returns (address) {
        if (_ownerOf(agentId) != address(0)) _setWallet(agentId, address(0));
        return super._update(to, agentId, auth);
    }

    function _packed(address wallet) private pure returns (bytes memory) {
        return wallet == address(0) ? bytes("") : abi.encodePacked(wallet);
    }

    // `restricted` judges the selector the call came in by, and this is reached by upgradeToAndCall alone.
    function _authorizeUpgrade(address) internal override restricted {}

    function _EIP712Name() internal pure override returns (string memory) {
        return "ERC8004IdentityRegistry";
    }

    function _EIP712Version() internal pure override returns (string memory) {
        return "1";
    }

    function _layout() private pure returns (Layout storage self) {
        assembly ("memory-safe") {
            self.slot := LAYOUT_SLOT
        }
    }
}
