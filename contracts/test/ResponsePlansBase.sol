// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @notice A plan that answers hurricanes over the gulf, and the attestations of its three attestors in two domains.
abstract contract ResponsePlansBase is EscrowBase {
    bytes32 internal constant PLAN = "hurricane";
    uint256 internal constant HEALTH_SECOND_KEY = 0xB3;

    uint256 internal healthSecond;
    /// @dev The plan that `attest` and its kin speak of.
    bytes32 internal current = PLAN;

    function setUp() public virtual override {
        super.setUp();
        healthSecond = enrolAgent(HEALTH, healthAdmin, HEALTH_SECOND_KEY);
        plans.create(0, planOf(), attestorsOf());
        fund(3 * BUDGET);
    }

    /// @dev Severe, Expected, Likely or more, by two domains.
    function planOf() internal view returns (IResponsePlans.Plan memory) {
        return IResponsePlans.Plan({
            planId: PLAN,
            specHash: "spec",
            eventKind: "hurricane",
            minSeverity: 3,
            minUrgency: 3,
            minCertainty: 3,
            area: "gulf",
            quorum: 2,
            cooldownSeconds: 6 hours,
            expires: uint64(block.timestamp) + 365 days,
            budget: BUDGET,
            taskSeconds: 1 hours,
            approver: governor
        });
    }

    function attestorsOf() internal view returns (uint256[] memory attestors) {
        attestors = new uint256[](3);
        (attestors[0], attestors[1], attestors[2]) = (weatherAgent, healthAgent, healthSecond);
    }

    function alertOf(bytes32 alertHash) internal view returns (IResponsePlans.Alert memory) {
        return IResponsePlans.Alert({
            alertHash: alertHash,
            eventKind: "hurricane",
            severity: 4,
            urgency: 3,
            certainty: 3,
            area: "gulf",
            validUntil: uint64(block.timestamp) + 1 days
        });
    }

    function fund(uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(plans), amount);
        plans.fund(current, amount);
    }

    function signAlert(uint256 key, IResponsePlans.Alert memory alert, uint256 agentId)
        internal
        view
        returns (bytes memory)
    {
        bytes memory head = abi.encode(
            keccak256(
                "Attestation(bytes32 planId,bytes32 alertHash,bytes32 eventKind,uint8 severity,uint8 urgency,uint8 certainty,bytes32 area,uint64 validUntil,uint256 agentId)"
            ),
            current,
            alert.alertHash,
            alert.eventKind,
            alert.severity,
            alert.urgency
        );
        return
            sign(key, keccak256(bytes.concat(head, abi.encode(alert.certainty, alert.area, alert.validUntil, agentId))));
    }

    function attest(uint256 key, IResponsePlans.Alert memory alert, uint256 agentId) internal {
        bytes memory signature = signAlert(key, alert, agentId);
        vm.prank(stranger);
        plans.attest(current, alert, agentId, signature);
    }

    function expectRefusal(uint256 key, IResponsePlans.Alert memory alert, uint256 agentId, bytes memory refusal)
        internal
    {
        bytes memory signature = signAlert(key, alert, agentId);
        vm.expectRevert(refusal);
        plans.attest(current, alert, agentId, signature);
    }

    /// @dev Both domains attest.
    function fire(bytes32 alertHash) internal returns (bytes32 taskId) {
        attest(WEATHER_WALLET_KEY, alertOf(alertHash), weatherAgent);
        attest(HEALTH_WALLET_KEY, alertOf(alertHash), healthAgent);
        return plans.taskIdOf(PLAN, alertHash);
    }

    function enrolPolice() internal returns (uint256) {
        domains.admit("police", stranger, "Police");
        return enrolAgent("police", stranger, 0xB4);
    }
}
