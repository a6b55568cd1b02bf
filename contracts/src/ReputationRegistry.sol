// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {FeedbackReading} from "./FeedbackReading.sol";
import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IReputationRegistry} from "./interfaces/IReputationRegistry.sol";
import {FeedbackAverage} from "./libraries/FeedbackAverage.sol";
import {
    AccessManagedUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";

/// @title ReputationRegistry
/// @dev Runs behind an ERC-1967 proxy; governance upgrades it. Which identity registry it is about is code, not storage:
/// that saves every writer a load, and an upgrade that points elsewhere shows in the implementation's bytecode.
contract ReputationRegistry is FeedbackReading, AccessManagedUpgradeable, UUPSUpgradeable {
    int128 private constant MAX_ABS_VALUE = 1e38;

    IIdentityRegistry private immutable identity;

    constructor(IIdentityRegistry identity_) {
        require(address(identity_) != address(0), "bad identity");
        identity = identity_;
        _disableInitializers();
    }

    /// @notice Called once, by the proxy's constructor.
    function initialize(address authority) external initializer {
        __AccessManaged_init(authority);
    }

    /// @inheritdoc IReputationRegistry
    /// @dev Strings come in memory: in calldata each takes two places of a stack that is too short for them.
    function giveFeedback(
        uint256 agentId,
        int128 value,
        uint8 valueDecimals,
        string memory tag1,
        string memory tag2,
        string memory endpoint,
        string memory feedbackURI,
        bytes32 feedbackHash
    ) external {
        require(valueDecimals <= FeedbackAverage.MAX_DECIMALS, "too many decimals");
        require(value >= -MAX_ABS_VALUE && value <= MAX_ABS_VALUE, "value too large");
        require(!identity.isAuthorizedOrOwner(msg.sender, agentId), "Self-feedback not allowed");

        uint64 index = _addEntry(agentId, value, valueDecimals, tag1, tag2);
        emit NewFeedback(
            agentId, msg.sender, index, value, valueDecimals, tag1, tag1, tag2, endpoint, feedbackURI, feedbackHash
        );
    }

    /// @inheritdoc IReputationRegistry
    function revokeFeedback(uint256 agentId, uint64 feedbackIndex) external {
        Entry storage entry = _existing(agentId, msg.sender, feedbackIndex);
        require(!entry.isRevoked, "Already revoked");

        entry.isRevoked = true;
        emit FeedbackRevoked(agentId, msg.sender, feedbackIndex);
    }

    /// @inheritdoc IReputationRegistry
    function appendResponse(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        string calldata responseURI,
        bytes32 responseHash
    ) external {
        require(feedbackIndex > 0, "index must be > 0");
        require(bytes(responseURI).length > 0, "Empty URI");
        Entry storage entry = _existing(agentId, clientAddress, feedbackIndex);

        ++entry.responseCount;
        ++entry.responsesBy[msg.sender];
        emit ResponseAppended(agentId, clientAddress, feedbackIndex, msg.sender, responseURI, responseHash);
    }

    /// @inheritdoc IReputationRegistry
    function getIdentityRegistry() external view returns (address) {
        return address(identity);
    }

    /// @inheritdoc IReputationRegistry
    function getVersion() external pure returns (string memory) {
        return "2.0.0";
    }

    function _addEntry(uint256 agentId, int128 value, uint8 valueDecimals, string memory tag1, string memory tag2)
        private
        returns (uint64 index)
    {
        mapping(uint64 => Entry) storage entries = _layout().entries[agentId][msg.sender];
        index = ++entries[1].lastIndex;
        if (index == 1) _layout().clients[agentId].push(msg.sender);
        Entry storage entry = entries[index];
        entry.value = value;
        entry.valueDecimals = valueDecimals;
        // A new entry's tags are empty already; to write that again would cost a load each.
        if (bytes(tag1).length > 0) entry.tag1 = tag1;
        if (bytes(tag2).length > 0) entry.tag2 = tag2;
    }

    // `restricted` judges the selector the call came in by, and this is reached by upgradeToAndCall alone.
    function _authorizeUpgrade(address) internal override restricted {}
}
