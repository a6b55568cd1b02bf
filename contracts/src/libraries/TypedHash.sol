// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../interfaces/IBatches.sol";
import {IEscrow} from "../interfaces/IEscrow.sol";
import {IResponsePlans} from "../interfaces/IResponsePlans.sol";

/// @title TypedHash
/// @notice EIP-712 `hashStruct` of what Entente's parties sign. A struct of static members encodes in place, so hashing the
/// whole struct after its type is what EIP-712 asks.
library TypedHash {
    bytes32 private constant TASK_ORDER = keccak256(
        "TaskOrder(address requester,bytes32 domainId,bytes32 specHash,bytes32 inputHash,bytes32 policyHash,address token,uint256 budget,uint64 deadline,uint256 nonce)"
    );
    bytes32 private constant PAYMENT = keccak256("Payment(uint256 agentId,uint256 amount)");
    bytes32 private constant PENALTY = keccak256("Penalty(uint256 agentId,uint256 amount,bytes32 evidence)");
    bytes32 private constant SETTLEMENT = keccak256(
        "Settlement(bytes32 taskId,bytes32 evidence,Payment[] payments,Penalty[] penalties,uint256 fee,uint256 refund)Payment(uint256 agentId,uint256 amount)Penalty(uint256 agentId,uint256 amount,bytes32 evidence)"
    );
    bytes32 private constant RECEIPT = keccak256(
        "Receipt(bytes32 taskId,string subtaskId,uint32 attempt,uint256 agentId,bytes32 inputHash,bytes32 outputHash,uint64 startedAtMs,uint64 finishedAtMs)"
    );
    bytes32 private constant COMMIT =
        keccak256("Commit(bytes32 taskId,string subtaskId,uint32 attempt,uint256 agentId,bytes32 commitment)");
    bytes32 private constant CHECKPOINT = keccak256("Checkpoint(uint64 size,bytes32 root)");
    bytes32 private constant FOREIGN_BLOCK =
        keccak256("ForeignBlock(uint256 sourceChain,uint64 number,bytes32 blockHash)");
    bytes32 private constant ATTESTATION = keccak256(
        "Attestation(bytes32 planId,bytes32 alertHash,bytes32 eventKind,uint8 severity,uint8 urgency,uint8 certainty,bytes32 area,uint64 validUntil,uint256 agentId)"
    );
    bytes32 private constant ALERT_CANCELLATION =
        keccak256("AlertCancellation(bytes32 planId,bytes32 alertHash,bytes32 cancelHash,uint256 agentId)");

    function taskOrder(IEscrow.TaskOrder calldata order) internal pure returns (bytes32) {
        return keccak256(abi.encode(TASK_ORDER, order));
    }

    function settlement(IEscrow.Settlement calldata s) internal pure returns (bytes32) {
        bytes32[] memory payments = new bytes32[](s.payments.length);
        for (uint256 i = 0; i < payments.length; ++i) {
            payments[i] = keccak256(abi.encode(PAYMENT, s.payments[i]));
        }
        bytes32[] memory penalties = new bytes32[](s.penalties.length);
        for (uint256 i = 0; i < penalties.length; ++i) {
            penalties[i] = keccak256(abi.encode(PENALTY, s.penalties[i]));
        }
        return keccak256(
            abi.encode(
                SETTLEMENT,
                s.taskId,
                s.evidence,
                keccak256(abi.encodePacked(payments)),
                keccak256(abi.encodePacked(penalties)),
                s.fee,
                s.refund
            )
        );
    }

    /// @dev Of a string only its hash is hashed, so a line carries that.
    function receipt(bytes32 taskId, IBatches.PaymentLine calldata line) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                RECEIPT,
                taskId,
                line.subtask,
                line.attempt,
                line.agentId,
                line.inputHash,
                line.outputHash,
                line.startedAtMs,
                line.finishedAtMs
            )
        );
    }

    function commit(bytes32 taskId, IBatches.PenaltyLine calldata line) internal pure returns (bytes32) {
        return keccak256(abi.encode(COMMIT, taskId, line.subtask, line.attempt, line.agentId, line.commitment));
    }

    function checkpoint(uint64 size, bytes32 root) internal pure returns (bytes32) {
        return keccak256(abi.encode(CHECKPOINT, size, root));
    }

    function foreignBlock(uint256 sourceChain, uint64 number, bytes32 blockHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(FOREIGN_BLOCK, sourceChain, number, blockHash));
    }

    function attestation(bytes32 planId, IResponsePlans.Alert calldata alert, uint256 agentId)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(ATTESTATION, planId, alert, agentId));
    }

    function alertCancellation(bytes32 planId, bytes32 alertHash, bytes32 cancelHash, uint256 agentId)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(ALERT_CANCELLATION, planId, alertHash, cancelHash, agentId));
    }
}
