// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReputationRegistry} from "./interfaces/IReputationRegistry.sol";
import {FeedbackAverage} from "./libraries/FeedbackAverage.sol";

/// @title FeedbackReading
/// @notice Where feedback lies, and everything that can be asked of it.
abstract contract FeedbackReading is IReputationRegistry {
    using FeedbackAverage for FeedbackAverage.Tally;

    /// @dev Its first five members fill one slot, so a client's first feedback takes one, where the reference takes three.
    /// @param responseCount Of everyone together: nothing ever asks who they were, so no list of them is kept.
    /// @param lastIndex Kept in the client's first entry only, where it shares a slot.
    struct Entry {
        int128 value;
        uint8 valueDecimals;
        bool isRevoked;
        uint48 responseCount;
        uint64 lastIndex;
        string tag1;
        string tag2;
        mapping(address responder => uint64) responsesBy;
    }

    /// @custom:storage-location erc7201:entente.storage.ReputationRegistry
    struct Layout {
        mapping(uint256 agentId => mapping(address client => mapping(uint64 index => Entry))) entries;
        mapping(uint256 agentId => address[]) clients;
    }

    /// @dev Hashes of the tags; 0 for any.
    struct Filter {
        bytes32 tag1;
        bytes32 tag2;
        bool includesRevoked;
    }

    struct Page {
        address[] clients;
        uint64[] indexes;
        int128[] values;
        uint8[] decimals;
        string[] tag1s;
        string[] tag2s;
        bool[] revoked;
    }

    // keccak256(abi.encode(uint256(keccak256("entente.storage.ReputationRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LAYOUT_SLOT = 0xb2f5e0cdf838a093b8c6371f9c98579b2f18dd0d735dbbfaad03b6dc6d7e5b00;

    /// @inheritdoc IReputationRegistry
    function getSummary(uint256 agentId, address[] calldata clientAddresses, string calldata tag1, string calldata tag2)
        external
        view
        returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals)
    {
        require(clientAddresses.length > 0, "clientAddresses required");
        Filter memory filter = Filter(_tagHash(tag1), _tagHash(tag2), false);
        FeedbackAverage.Tally memory tally;
        for (uint256 i = 0; i < clientAddresses.length; ++i) {
            mapping(uint64 => Entry) storage entries = _layout().entries[agentId][clientAddresses[i]];
            uint64 lastIndex = entries[1].lastIndex;
            for (uint64 index = 1; index <= lastIndex; ++index) {
                Entry storage entry = entries[index];
                if (_passes(entry, filter)) tally.add(entry.value, entry.valueDecimals);
            }
        }
        count = tally.count;
        (summaryValue, summaryValueDecimals) = tally.average();
    }

    /// @inheritdoc IReputationRegistry
    function readFeedback(uint256 agentId, address clientAddress, uint64 feedbackIndex)
        external
        view
        returns (int128 value, uint8 valueDecimals, string memory tag1, string memory tag2, bool isRevoked)
    {
        Entry storage entry = _existing(agentId, clientAddress, feedbackIndex);
        return (entry.value, entry.valueDecimals, entry.tag1, entry.tag2, entry.isRevoked);
    }

    /// @inheritdoc IReputationRegistry
    function readAllFeedback(
        uint256 agentId,
        address[] memory clientAddresses,
        string memory tag1,
        string memory tag2,
        bool includeRevoked
    )
        external
        view
        returns (
            address[] memory clients,
            uint64[] memory feedbackIndexes,
            int128[] memory values,
            uint8[] memory valueDecimals,
            string[] memory tag1s,
            string[] memory tag2s,
            bool[] memory revokedStatuses
        )
    {
        Page memory page = _pageOf(agentId, clientAddresses, tag1, tag2, includeRevoked);
        clients = page.clients;
        feedbackIndexes = page.indexes;
        values = page.values;
        valueDecimals = page.decimals;
        tag1s = page.tag1s;
        tag2s = page.tag2s;
        revokedStatuses = page.revoked;
    }

    /// @inheritdoc IReputationRegistry
    function getResponseCount(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        address[] calldata responders
    ) external view returns (uint64 count) {
        if (clientAddress == address(0)) {
            address[] storage clients = _layout().clients[agentId];
            for (uint256 i = 0; i < clients.length; ++i) {
                count += _responsesToAll(agentId, clients[i], responders);
            }
            return count;
        }
        if (feedbackIndex == 0) return _responsesToAll(agentId, clientAddress, responders);
        return _responsesTo(_layout().entries[agentId][clientAddress][feedbackIndex], responders);
    }

    /// @inheritdoc IReputationRegistry
    function getClients(uint256 agentId) external view returns (address[] memory) {
        return _layout().clients[agentId];
    }

    /// @inheritdoc IReputationRegistry
    function getLastIndex(uint256 agentId, address clientAddress) external view returns (uint64) {
        return _layout().entries[agentId][clientAddress][1].lastIndex;
    }

    function _existing(uint256 agentId, address client, uint64 index) internal view returns (Entry storage) {
        require(index > 0, "index must be > 0");
        mapping(uint64 => Entry) storage entries = _layout().entries[agentId][client];
        require(index <= entries[1].lastIndex, "index out of bounds");
        return entries[index];
    }

    function _layout() internal pure returns (Layout storage self) {
        assembly ("memory-safe") {
            self.slot := LAYOUT_SLOT
        }
    }

    function _pageOf(
        uint256 agentId,
        address[] memory clients,
        string memory tag1,
        string memory tag2,
        bool includesRevoked
    ) private view returns (Page memory page) {
        if (clients.length == 0) clients = _layout().clients[agentId];
        Filter memory filter = Filter(_tagHash(tag1), _tagHash(tag2), includesRevoked);
        uint256 size = 0;
        for (uint256 i = 0; i < clients.length; ++i) {
            size += _countOf(agentId, clients[i], filter);
        }
        page = Page(
            new address[](size),
            new uint64[](size),
            new int128[](size),
            new uint8[](size),
            new string[](size),
            new string[](size),
            new bool[](size)
        );
        uint256 place = 0;
        for (uint256 i = 0; i < clients.length; ++i) {
            place = _fill(page, place, agentId, clients[i], filter);
        }
    }

    function _countOf(uint256 agentId, address client, Filter memory filter) private view returns (uint256 count) {
        mapping(uint64 => Entry) storage entries = _layout().entries[agentId][client];
        uint64 lastIndex = entries[1].lastIndex;
        for (uint64 index = 1; index <= lastIndex; ++index) {
            if (_passes(entries[index], filter)) ++count;
        }
    }

    /// @return The first place that is still free.
    function _fill(Page memory page, uint256 place, uint256 agentId, address client, Filter memory filter)
        private
        view
        returns (uint256)
    {
        mapping(uint64 => Entry) storage entries = _layout().entries[agentId][client];
        uint64 lastIndex = entries[1].lastIndex;
        for (uint64 index = 1; index <= lastIndex; ++index) {
            Entry storage entry = entries[index];
            if (!_passes(entry, filter)) continue;
            page.clients[place] = client;
            page.indexes[place] = index;
            page.values[place] = entry.value;
            page.decimals[place] = entry.valueDecimals;
            page.tag1s[place] = entry.tag1;
            page.tag2s[place] = entry.tag2;
            page.revoked[place] = entry.isRevoked;
            ++place;
        }
        return place;
    }

    function _passes(Entry storage entry, Filter memory filter) private view returns (bool) {
        if (entry.isRevoked && !filter.includesRevoked) return false;
        if (filter.tag1 != 0 && filter.tag1 != keccak256(bytes(entry.tag1))) return false;
        return filter.tag2 == 0 || filter.tag2 == keccak256(bytes(entry.tag2));
    }

    function _tagHash(string memory tag) private pure returns (bytes32) {
        return bytes(tag).length == 0 ? bytes32(0) : keccak256(bytes(tag));
    }

    function _responsesToAll(uint256 agentId, address client, address[] calldata responders)
        private
        view
        returns (uint64 count)
    {
        mapping(uint64 => Entry) storage entries = _layout().entries[agentId][client];
        uint64 lastIndex = entries[1].lastIndex;
        for (uint64 index = 1; index <= lastIndex; ++index) {
            count += _responsesTo(entries[index], responders);
        }
    }

    function _responsesTo(Entry storage entry, address[] calldata responders) private view returns (uint64 count) {
        if (responders.length == 0) return entry.responseCount;
        for (uint256 i = 0; i < responders.length; ++i) {
            count += entry.responsesBy[responders[i]];
        }
    }
}
