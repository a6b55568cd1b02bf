// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IValidationRegistry
/// @notice The validation registry of ERC-8004 (https://eips.ethereum.org/EIPS/eip-8004): an agent's manager asks a
/// validator to check the agent's work, and the validator answers with 0 to 100.
/// @dev Selectors, events, revert strings and the order of the checks are those of the standard's reference contracts. This
/// part of the standard is still moving, so nothing else here depends on it but TaskValidation. **A request's hash is the
/// caller's choice, and the first to use one has it**: who knows it beforehand can take it. TaskValidation is the way
/// around that.
interface IValidationRegistry {
    event ValidationRequest(
        address indexed validatorAddress, uint256 indexed agentId, string requestURI, bytes32 indexed requestHash
    );
    event ValidationResponse(
        address indexed validatorAddress,
        uint256 indexed agentId,
        bytes32 indexed requestHash,
        uint8 response,
        string responseURI,
        bytes32 responseHash,
        string tag
    );

    /// @notice Asks for a validation. By the agent's owner, its operator, or the account approved for it.
    /// @dev Fails with "bad validator", "exists", with ERC721NonexistentToken if there is no such agent, or with
    /// "Not authorized".
    /// @param requestHash Names the request from now on: any hash that was not used before.
    function validationRequest(
        address validatorAddress,
        uint256 agentId,
        string calldata requestURI,
        bytes32 requestHash
    ) external;

    /// @notice Answers a request, or answers it again: the latest answer replaces the one before. By its validator.
    /// @dev Fails with "unknown", "not validator" or "resp>100".
    /// @param response 0 for failed to 100 for passed.
    function validationResponse(
        bytes32 requestHash,
        uint8 response,
        string calldata responseURI,
        bytes32 responseHash,
        string calldata tag
    ) external;

    /// @dev Fails with "unknown". An answer of 0 without hash and tag reads as one that is not there yet: the event tells.
    /// @return validatorAddress Who is asked.
    /// @return agentId Whose work it is about.
    /// @return response The latest answer; 0 before the first.
    /// @return responseHash Of the latest answer.
    /// @return tag Of the latest answer.
    /// @return lastUpdate Unix time in seconds of the latest answer; before the first, of the request.
    function getValidationStatus(bytes32 requestHash)
        external
        view
        returns (
            address validatorAddress,
            uint256 agentId,
            uint8 response,
            bytes32 responseHash,
            string memory tag,
            uint256 lastUpdate
        );

    /// @notice The average of an agent's answered validations.
    /// @dev For reading off chain: it loops over every request ever made about the agent, and the list for each.
    /// @param validatorAddresses Whose answers; empty for everyone's. One listed twice counts once.
    /// @param tag Only answers with this tag; empty for any.
    /// @return count How many were averaged.
    /// @return avgResponse The average, rounded down.
    function getSummary(uint256 agentId, address[] calldata validatorAddresses, string calldata tag)
        external
        view
        returns (uint64 count, uint8 avgResponse);

    /// @dev For reading off chain: the list has no bound.
    /// @return The hashes of all requests about the agent, oldest first.
    function getAgentValidations(uint256 agentId) external view returns (bytes32[] memory);

    /// @dev For reading off chain: the list has no bound.
    /// @return The hashes of all requests to the validator, oldest first.
    function getValidatorRequests(address validatorAddress) external view returns (bytes32[] memory);

    /// @return The registry whose agents this is about.
    function getIdentityRegistry() external view returns (address);

    /// @return The version of the reference contracts whose behaviour this registry has.
    function getVersion() external pure returns (string memory);
}
