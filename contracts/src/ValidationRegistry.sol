// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IIdentityRegistry} from "./interfaces/IIdentityRegistry.sol";
import {IValidationRegistry} from "./interfaces/IValidationRegistry.sol";
import {
    AccessManagedUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title ValidationRegistry
/// @dev Runs behind an ERC-1967 proxy; governance upgrades it. Which identity registry it is about is code, as in
/// ReputationRegistry.
contract ValidationRegistry is IValidationRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;

    /// @dev The first five members fill one slot, where the reference takes three. An agentId of 40 bits is enough:
    /// agents are counted from 0, and at 100,000 gas each no chain registers 2^40.
    /// @param lastUpdate Unix time in seconds.
    struct Validation {
        address validator;
        uint40 agentId;
        uint40 lastUpdate;
        uint8 response;
        bool hasResponse;
        bytes32 responseHash;
        string tag;
    }

    /// @custom:storage-location erc7201:entente.storage.ValidationRegistry
    struct Layout {
        mapping(bytes32 requestHash => Validation) validations;
        mapping(uint256 agentId => bytes32[]) requestsAbout;
        mapping(address validator => bytes32[]) requestsTo;
    }

    // keccak256(abi.encode(uint256(keccak256("entente.storage.ValidationRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LAYOUT_SLOT = 0x70c24d3b3ad406253f8ee3751f9d2be33587823e416f97fd0ffbf564f5da9e00;

    uint8 private constant MAX_RESPONSE = 100;

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

    /// @inheritdoc IValidationRegistry
    function validationRequest(
        address validatorAddress,
        uint256 agentId,
        string calldata requestURI,
        bytes32 requestHash
    ) external {
        require(validatorAddress != address(0), "bad validator");
        Validation storage validation = _layout().validations[requestHash];
        require(validation.validator == address(0), "exists");
        require(identity.isAuthorizedOrOwner(msg.sender, agentId), "Not authorized");

        validation.validator = validatorAddress;
        validation.agentId = agentId.toUint40();
        validation.lastUpdate = block.timestamp.toUint40();
        _layout().requestsAbout[agentId].push(requestHash);
        _layout().requestsTo[validatorAddress].push(requestHash);
        emit ValidationRequest(validatorAddress, agentId, requestURI, requestHash);
    }

    /// @inheritdoc IValidationRegistry
    function validationResponse(
        bytes32 requestHash,
        uint8 response,
        string calldata responseURI,
        bytes32 responseHash,
        string calldata tag
    ) external {
        Validation storage validation = _existing(requestHash);
        require(msg.sender == validation.validator, "not validator");
        require(response <= MAX_RESPONSE, "resp>100");

        validation.response = response;
        validation.hasResponse = true;
        validation.lastUpdate = block.timestamp.toUint40();
        validation.responseHash = responseHash;
        validation.tag = tag;
        emit ValidationResponse(msg.sender, validation.agentId, requestHash, response, responseURI, responseHash, tag);
    }

    /// @inheritdoc IValidationRegistry
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
        )
    {
        Validation storage validation = _existing(requestHash);
        return (
            validation.validator,
            validation.agentId,
            validation.response,
            validation.responseHash,
            validation.tag,
            validation.lastUpdate
        );
    }

    /// @inheritdoc IValidationRegistry
    function getSummary(uint256 agentId, address[] calldata validatorAddresses, string calldata tag)
        external
        view
        returns (uint64 count, uint8 avgResponse)
    {
        bytes32 tagHash = bytes(tag).length == 0 ? bytes32(0) : keccak256(bytes(tag));
        bytes32[] storage requests = _layout().requestsAbout[agentId];
        uint256 sum = 0;
        for (uint256 i = 0; i < requests.length; ++i) {
            Validation storage validation = _layout().validations[requests[i]];
            if (!validation.hasResponse || !_isAmong(validation.validator, validatorAddresses)) continue;
            if (tagHash != 0 && tagHash != keccak256(bytes(validation.tag))) continue;
            sum += validation.response;
            ++count;
        }
        // An average of numbers up to 100 is at most 100.
        if (count > 0) avgResponse = uint8(sum / count);
    }

    /// @inheritdoc IValidationRegistry
    function getAgentValidations(uint256 agentId) external view returns (bytes32[] memory) {
        return _layout().requestsAbout[agentId];
    }

    /// @inheritdoc IValidationRegistry
    function getValidatorRequests(address validatorAddress) external view returns (bytes32[] memory) {
        return _layout().requestsTo[validatorAddress];
    }

    /// @inheritdoc IValidationRegistry
    function getIdentityRegistry() external view returns (address) {
        return address(identity);
    }

    /// @inheritdoc IValidationRegistry
    function getVersion() external pure returns (string memory) {
        return "2.0.0";
    }

    function _existing(bytes32 requestHash) private view returns (Validation storage validation) {
        validation = _layout().validations[requestHash];
        require(validation.validator != address(0), "unknown");
    }

    function _isAmong(address validator, address[] calldata asked) private pure returns (bool) {
        for (uint256 i = 0; i < asked.length; ++i) {
            if (asked[i] == validator) return true;
        }
        return asked.length == 0;
    }

    // `restricted` judges the selector the call came in by, and this is reached by upgradeToAndCall alone.
    function _authorizeUpgrade(address) internal override restricted {}

    function _layout() private pure returns (Layout storage self) {
        assembly ("memory-safe") {
            self.slot := LAYOUT_SLOT
        }
    }
}
