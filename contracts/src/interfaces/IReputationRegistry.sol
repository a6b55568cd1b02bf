// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IReputationRegistry
/// @notice The reputation registry of ERC-8004 (https://eips.ethereum.org/EIPS/eip-8004): any account says what it thinks
/// of an agent, takes it back, or responds to what another said.
/// @dev Selectors, events, revert strings and the order of the checks are those of the standard's reference contracts, so
/// that clients and tests written for those work here. **Anybody can write here, from as many accounts as they like**: an
/// average is worth what the list of clients that it is taken over is worth. Entente takes it over TaskFeedback alone.
///
/// A client's feedback on an agent is numbered from 1. A value is a decimal number: `value / 10**valueDecimals`.
interface IReputationRegistry {
    event NewFeedback(
        uint256 indexed agentId,
        address indexed clientAddress,
        uint64 feedbackIndex,
        int128 value,
        uint8 valueDecimals,
        string indexed indexedTag1,
        string tag1,
        string tag2,
        string endpoint,
        string feedbackURI,
        bytes32 feedbackHash
    );
    event FeedbackRevoked(uint256 indexed agentId, address indexed clientAddress, uint64 indexed feedbackIndex);
    event ResponseAppended(
        uint256 indexed agentId,
        address indexed clientAddress,
        uint64 feedbackIndex,
        address indexed responder,
        string responseURI,
        bytes32 responseHash
    );

    /// @notice Gives feedback on an agent. By anyone but those who may manage it.
    /// @dev Fails with "too many decimals", "value too large", with ERC721NonexistentToken if there is no such agent, or
    /// with "Self-feedback not allowed". Endpoint, URI and hash are in the event only.
    /// @param value Between -1e38 and 1e38.
    /// @param valueDecimals At most 18.
    /// @param feedbackHash Of what `feedbackURI` leads to; may be 0 where the URI holds its own hash.
    function giveFeedback(
        uint256 agentId,
        int128 value,
        uint8 valueDecimals,
        string calldata tag1,
        string calldata tag2,
        string calldata endpoint,
        string calldata feedbackURI,
        bytes32 feedbackHash
    ) external;

    /// @notice Takes one's own feedback back: it stays readable, and counts no more.
    /// @dev Fails with "index must be > 0", "index out of bounds" or "Already revoked".
    function revokeFeedback(uint256 agentId, uint64 feedbackIndex) external;

    /// @notice Responds to a feedback, revoked ones included. By anyone, any number of times.
    /// @dev Fails with "index must be > 0", "Empty URI" or "index out of bounds".
    function appendResponse(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        string calldata responseURI,
        bytes32 responseHash
    ) external;

    /// @notice The average of what `clientAddresses` gave and did not revoke. A client listed twice counts twice.
    /// @dev For reading off chain: it loops over all that those clients ever gave. Its last conversion wraps, as the
    /// reference's does: a value beyond 1.7e20 (in whole units), averaged where most have 18 decimals, comes out as another
    /// number. Bound the values of the clients you list.
    /// @param clientAddresses At least one ("clientAddresses required").
    /// @param tag1 Only what has this tag; empty for any.
    /// @param tag2 Only what has this tag; empty for any.
    /// @return count How many were averaged.
    /// @return summaryValue The average, rounded to 18 decimals and then to `summaryValueDecimals`, each time toward zero.
    /// @return summaryValueDecimals What most of them have; of several, the fewest.
    function getSummary(uint256 agentId, address[] calldata clientAddresses, string calldata tag1, string calldata tag2)
        external
        view
        returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals);

    /// @return value As given.
    /// @return valueDecimals As given.
    /// @return tag1 As given.
    /// @return tag2 As given.
    /// @return isRevoked Whether its client took it back.
    /// @dev Fails with "index must be > 0" or "index out of bounds".
    function readFeedback(uint256 agentId, address clientAddress, uint64 feedbackIndex)
        external
        view
        returns (int128 value, uint8 valueDecimals, string memory tag1, string memory tag2, bool isRevoked);

    /// @notice All feedback on an agent, client by client in the order asked, oldest first; one entry a place in each list.
    /// @dev For reading off chain: it loops over all that those clients ever gave.
    /// @param clientAddresses Whose; empty for every client.
    /// @param tag1 Only what has this tag; empty for any.
    /// @param tag2 Only what has this tag; empty for any.
    function readAllFeedback(
        uint256 agentId,
        address[] calldata clientAddresses,
        string calldata tag1,
        string calldata tag2,
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
        );

    /// @dev For reading off chain where one client or index is not named: it loops over all there are.
    /// @param clientAddress To whose feedback; the zero address for every client's, whatever the index.
    /// @param feedbackIndex To which one; 0 for all.
    /// @param responders By whom; empty for anyone. One listed twice counts twice.
    /// @return count How many responses there are; 0 for feedback that does not exist.
    function getResponseCount(
        uint256 agentId,
        address clientAddress,
        uint64 feedbackIndex,
        address[] calldata responders
    ) external view returns (uint64 count);

    /// @dev For reading off chain: the list has no bound.
    /// @return Every account that ever gave feedback on the agent, once each, in the order of their first.
    function getClients(uint256 agentId) external view returns (address[] memory);

    /// @return The index of the client's latest feedback on the agent, which is also how many it gave.
    function getLastIndex(uint256 agentId, address clientAddress) external view returns (uint64);

    /// @return The registry whose agents this is about.
    function getIdentityRegistry() external view returns (address);

    /// @return The version of the reference contracts whose behaviour this registry has.
    function getVersion() external pure returns (string memory);
}
