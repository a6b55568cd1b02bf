// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "./IEscrow.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title IResponsePlans
/// @notice Responses agreed in peace time: when enough authorised agents, each of another domain, attest the very same
/// alert and it meets a plan's thresholds, the contract itself opens the task, with money set aside before.
/// @dev Severity, urgency and certainty are the ordinals of CAP 1.2, 0 for Unknown. Severity: 1 Minor, 2 Moderate, 3 Severe,
/// 4 Extreme. Urgency: 1 Past, 2 Future, 3 Expected, 4 Immediate. Certainty: 1 Unlikely, 2 Possible, 3 Likely, 4 Observed.
///
/// The escrow knows this contract as the requester of every plan's task. Where it needs the requester's signature, to settle
/// together, `isValidSignature` (ERC-1271) gives it to whatever the plan's sponsor consented to, so plans need no
/// DIRECT_SETTLER. The bytes that come with the digest do not matter, and can be empty.
interface IResponsePlans is IERC1271 {
    /// @param specHash Hash of the task's specification, which the coordinator runs when the plan fires.
    /// @param eventKind The one kind of event it answers; 0 answers any.
    /// @param area The one area it covers; 0 covers any.
    /// @param quorum How many domains must attest.
    /// @param cooldownSeconds The least time between two tasks of this plan.
    /// @param expires Unix time in seconds from which the plan opens nothing.
    /// @param budget Set aside for each task, in units of the token.
    /// @param taskSeconds From opening to the task's deadline.
    /// @param approver Who must approve the response before it goes out, as the specification says; may be nobody (zero).
    struct Plan {
        bytes32 planId;
        bytes32 specHash;
        bytes32 eventKind;
        uint8 minSeverity;
        uint8 minUrgency;
        uint8 minCertainty;
        bytes32 area;
        uint8 quorum;
        uint64 cooldownSeconds;
        uint64 expires;
        uint256 budget;
        uint64 taskSeconds;
        address approver;
    }

    /// @param alertHash Hash of the alert's document.
    /// @param validUntil Unix time in seconds until which the alert holds.
    struct Alert {
        bytes32 alertHash;
        bytes32 eventKind;
        uint8 severity;
        uint8 urgency;
        uint8 certainty;
        bytes32 area;
        uint64 validUntil;
    }

    event PlanCreated(bytes32 indexed planId, address indexed sponsor, Plan plan, uint256[] attestors);
    event PlanFunded(bytes32 indexed planId, address indexed from, uint256 amount);
    event SettlementConsented(bytes32 indexed planId, bytes32 indexed taskId, bytes32 digest);
    event PlanCollected(bytes32 indexed planId, bytes32 indexed taskId, uint256 amount);
    event PlanClosed(bytes32 indexed planId, address indexed sponsor, uint256 released);
    /// @dev `count` is how many domains have attested these facts by now.
    event Attested(
        bytes32 indexed planId, bytes32 indexed alertHash, uint256 indexed agentId, uint8 count, uint8 quorum
    );
    event TaskOpened(
        bytes32 indexed taskId,
        bytes32 indexed planId,
        bytes32 alertHash,
        bytes32 specHash,
        uint256 budget,
        uint64 deadline,
        address approver
    );

    /// @dev `count` is how many domains have attested this cancellation by now.
    event CancellationAttested(
        bytes32 indexed planId,
        bytes32 indexed alertHash,
        uint256 indexed agentId,
        bytes32 cancelHash,
        uint8 count,
        uint8 quorum
    );
    /// @dev `taskId` is the task that the alert had opened by then, or 0 if it had opened none, and now never will.
    event AlertCancelled(bytes32 indexed planId, bytes32 indexed alertHash, bytes32 indexed cancelHash, bytes32 taskId);

    error PlansNotAdmin(bytes32 domainId, address caller);
    error PlansPlanInvalid();
    error PlansPlanExists(bytes32 planId);
    error PlansPlanUnknown(bytes32 planId);
    error PlansPlanExpired(bytes32 planId, uint64 expires);
    error PlansNotSponsor(bytes32 planId, address caller);
    error PlansNotAttestor(bytes32 planId, uint256 agentId);
    error PlansAgentInactive(uint256 agentId);
    error PlansAlertExpired(uint64 validUntil);
    error PlansOrdinalUnknown();
    error PlansEventKindForeign(bytes32 eventKind, bytes32 planned);
    error PlansAreaForeign(bytes32 area, bytes32 planned);
    error PlansSeverityBelowThreshold(uint8 severity, uint8 threshold);
    error PlansUrgencyBelowThreshold(uint8 urgency, uint8 threshold);
    error PlansCertaintyBelowThreshold(uint8 certainty, uint8 threshold);
    error PlansSignatureInvalid(uint256 agentId);
    error PlansDomainAttested(bytes32 domainId);
    error PlansAlertCancelled(bytes32 planId, bytes32 alertHash);
    error PlansCoolingDown(bytes32 planId, uint256 until);
    error PlansFundsInsufficient(bytes32 planId, uint256 funds, uint256 budget);
    error PlansTaskNotOurs(bytes32 taskId);
    error PlansTaskNotEnded(bytes32 taskId);
    error PlansNothingToCollect(bytes32 taskId);

    /// @notice Adds a plan, for good: it can be closed, not changed. By governance with `domainId` 0, else by the admin of
    /// that domain, which must not be suspended. The caller becomes the plan's sponsor.
    /// @param attestors The agents whose attestations count, at most 64, in strictly ascending order.
    function create(bytes32 domainId, Plan calldata plan, uint256[] calldata attestors) external;

    /// @notice Sets money aside for a plan. By anyone; the caller must have approved this contract for the token.
    function fund(bytes32 planId, uint256 amount) external;

    /// @notice Reports an alert on behalf of an agent, on its wallet's signature over EIP-712
    /// `Attestation(bytes32 planId,bytes32 alertHash,bytes32 eventKind,uint8 severity,uint8 urgency,uint8 certainty,
    /// bytes32 area,uint64 validUntil,uint256 agentId)` (without the line break) in the domain of EntenteDomain.
    /// @dev A domain counts once for the same facts. The attestation that completes the quorum opens the task, or fails
    /// while the plan cools down or lacks money, and can then be sent again. One alert opens at most one task of a plan, and
    /// none once it is cancelled.
    function attest(bytes32 planId, Alert calldata alert, uint256 agentId, bytes calldata signature) external;

    /// @notice Reports, on behalf of an agent, that an alert was cancelled, on its wallet's signature over EIP-712
    /// `AlertCancellation(bytes32 planId,bytes32 alertHash,bytes32 cancelHash,uint256 agentId)` in the domain of
    /// EntenteDomain. When as many domains as the plan's quorum have attested the same cancellation, the alert opens nothing
    /// under this plan any more, for good; whoever issued it issues another.
    /// @dev A domain counts once for the same cancellation, and its attestation of the alert does not count against it. It
    /// may come before the alert does. A task that is open by then stays open, since the chain does not know whether its
    /// work has begun: `AlertCancelled` names it, and a settlement that refunds everything ends it at once.
    /// @param cancelHash Hash of the document that cancels, such as a CAP message of type Cancel.
    function cancel(bytes32 planId, bytes32 alertHash, bytes32 cancelHash, uint256 agentId, bytes calldata signature)
        external;

    /// @notice Signs a settlement of a plan's task as its requester. By the plan's sponsor, for tasks of that plan alone.
    /// @dev Like any signature that was handed out, it cannot be taken back, and counts until the task has ended.
    function consent(IEscrow.Settlement calldata settlement) external;

    /// @notice Puts what came back from an ended task into its plan's funds again. By anyone; once more when a penalty was
    /// enforced since.
    function collect(bytes32 taskId) external;

    /// @notice Ends a plan, and moves what it holds to its sponsor's free balance in the escrow. By the sponsor at any time,
    /// by anyone once the plan has expired. Can be repeated after a late `collect`.
    function close(bytes32 planId) external;

    /// @return The plan; fails for an unknown one.
    function planOf(bytes32 planId) external view returns (Plan memory);

    /// @return What is set aside for the plan and not in a task, in units of the token.
    function fundsOf(bytes32 planId) external view returns (uint256);

    /// @return Whether the agent's attestations count for the plan.
    function isAttestor(bytes32 planId, uint256 agentId) external view returns (bool);

    /// @return How many domains have attested exactly this alert.
    function countOf(bytes32 planId, Alert calldata alert) external view returns (uint8);

    /// @return How many domains have attested exactly this cancellation.
    function cancellationsOf(bytes32 planId, bytes32 alertHash, bytes32 cancelHash) external view returns (uint8);

    /// @return Whether a quorum cancelled the alert for this plan, before or after it opened a task.
    function isCancelled(bytes32 planId, bytes32 alertHash) external view returns (bool);

    /// @return The id of the task that this alert opens, or opened, under the plan.
    function taskIdOf(bytes32 planId, bytes32 alertHash) external view returns (bytes32);
}
