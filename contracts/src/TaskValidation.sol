// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "./interfaces/IEscrow.sol";
import {ITaskValidation} from "./interfaces/ITaskValidation.sol";
import {IValidationRegistry} from "./interfaces/IValidationRegistry.sol";

/// @title TaskValidation
contract TaskValidation is ITaskValidation {
    uint256 public constant MAX_ATTEMPTS = 8;
    /// @dev What the registry says of a hash that is taken.
    bytes32 private constant EXISTS = keccak256("exists");

    IEscrow public immutable escrow;
    IValidationRegistry public immutable validations;

    mapping(bytes32 subject => bytes32 requestHash) private _requests;

    constructor(IEscrow escrow_, IValidationRegistry validations_) {
        escrow = escrow_;
        validations = validations_;
    }

    /// @inheritdoc ITaskValidation
    function open(
        bytes32 taskId,
        bytes32 subtaskId,
        uint256 agentId,
        address validator,
        string calldata requestURI,
        bytes32 salt
    ) external returns (bytes32 requestHash) {
        if (escrow.taskOf(taskId).requester != msg.sender) {
            revert TaskValidationNotRequester(taskId, msg.sender);
        }
        bytes32 subject = _subjectHash(Subject(msg.sender, taskId, subtaskId, agentId, validator));
        if (_requests[subject] != 0) revert TaskValidationIsOpen(_requests[subject]);

        // The registry calls nobody but the identity registry, so nothing reenters before the hash is known and kept.
        requestHash = _ask(subject, agentId, validator, requestURI, salt);
        _requests[subject] = requestHash;
        emit TaskValidationOpened(requestHash, taskId, agentId, subtaskId, validator, msg.sender);
    }

    /// @inheritdoc ITaskValidation
    function requestHashOf(Subject calldata subject) external view returns (bytes32) {
        return _requests[_subjectHash(subject)];
    }

    /// @inheritdoc ITaskValidation
    function responseTo(Subject calldata subject)
        external
        view
        returns (uint8 response, bytes32 responseHash, string memory tag, uint256 lastUpdate)
    {
        bytes32 requestHash = _requests[_subjectHash(subject)];
        if (requestHash == 0) revert TaskValidationNotOpened();
        (,, response, responseHash, tag, lastUpdate) = validations.getValidationStatus(requestHash);
    }

    /// @inheritdoc ITaskValidation
    function hashFor(Subject calldata subject, bytes32 salt, uint256 attempt) external view returns (bytes32) {
        return _hashFor(_subjectHash(subject), salt, attempt);
    }

    /// @dev Asks rather than looks whether a hash is free: a squatter could make its request dear to look at, by a long
    /// tag. Any failure but "exists" is passed on.
    function _ask(bytes32 subject, uint256 agentId, address validator, string calldata requestURI, bytes32 salt)
        private
        returns (bytes32 requestHash)
    {
        for (uint256 attempt = 0; attempt < MAX_ATTEMPTS; ++attempt) {
            requestHash = _hashFor(subject, salt, attempt);
            try validations.validationRequest(validator, agentId, requestURI, requestHash) {
                return requestHash;
            } catch Error(string memory reason) {
                require(keccak256(bytes(reason)) == EXISTS, reason);
            }
        }
        revert TaskValidationSaltSpent(salt);
    }

    function _subjectHash(Subject memory subject) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), subject));
    }

    function _hashFor(bytes32 subject, bytes32 salt, uint256 attempt) private pure returns (bytes32) {
        return keccak256(abi.encode(subject, salt, attempt));
    }
}
