// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatchExecutor} from "./interfaces/IBatchExecutor.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title BatchExecutor
contract BatchExecutor is IBatchExecutor, IERC1271, ERC721Holder, ERC1155Holder {
    // As much of a revert's data as is kept: a custom error with a dozen words.
    uint256 private constant REASON_BYTES = 512;
    // For what follows a call: its cold access, the copy of its reason, its event.
    uint256 private constant GAS_AFTER = 15_000;
    // For a call that is skipped: its event.
    uint256 private constant GAS_SKIPPED = 3_000;

    modifier onlySelf() {
        if (msg.sender != address(this)) revert BatchExecutorNotSelf(msg.sender);
        _;
    }

    // Payments reach the account as before it had code.
    receive() external payable {}

    /// @inheritdoc IBatchExecutor
    function execute(Call[] calldata calls) external onlySelf {
        for (uint256 index; index < calls.length; ++index) {
            Call calldata call = calls[index];
            Outcome memory outcome = _make(call, calls.length - index);
            if (outcome.fate == Fate.Done) emit CallDone(call.id, outcome.gasUsed);
            else if (outcome.fate == Fate.Failed) emit CallFailed(call.id, outcome.gasUsed, outcome.reason);
            else emit CallSkipped(call.id);
        }
    }

    /// @inheritdoc IBatchExecutor
    function measure(Call[] calldata calls) external onlySelf {
        Outcome[] memory outcomes = new Outcome[](calls.length);
        for (uint256 index; index < calls.length; ++index) {
            outcomes[index] = _make(calls[index], calls.length - index);
        }
        revert BatchExecutorMeasured(outcomes);
    }

    /// @dev The account's key signs for it, as where signatures are checked without a look at code.
    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        bool valid = failure == ECDSA.RecoverError.NoError && recovered == address(this);
        return valid ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    /// @param left How many calls are not made yet, this one included.
    function _make(Call calldata call, uint256 left) private returns (Outcome memory outcome) {
        uint256 before = gasleft();
        // A call gets 63 of 64 parts of what is there at most (EIP-150).
        uint256 needed = ((uint256(call.gasLimit) + GAS_AFTER) * 64) / 63 + GAS_SKIPPED * left;
        if (before < needed) return outcome;
        (bool done, bytes memory reason) = _call(call.target, call.gasLimit, call.data);
        outcome.fate = done ? Fate.Done : Fate.Failed;
        outcome.gasUsed = uint64(before - gasleft());
        outcome.reason = reason;
    }

    /// @dev Solidity's own call would copy all that came back, and pay for it, however much a hostile contract sends.
    function _call(address target, uint256 gasLimit, bytes calldata data)
        private
        returns (bool done, bytes memory reason)
    {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // Beyond what is allocated, and given up at once: memory grows with the longest call, not with all of them.
            let input := mload(0x40)
            calldatacopy(input, data.offset, data.length)
            done := call(gasLimit, target, 0, input, data.length, 0, 0)
            if iszero(done) {
                let length := returndatasize()
                if gt(length, REASON_BYTES) { length := REASON_BYTES }
                reason := mload(0x40)
                mstore(reason, length)
                returndatacopy(add(reason, 0x20), 0, length)
                mstore(0x40, add(add(reason, 0x20), and(add(length, 31), not(31))))
            }
        }
    }
}
