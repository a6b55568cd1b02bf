// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IResponsePlans} from "../interfaces/IResponsePlans.sol";

/// @title Threshold
/// @notice Whether an alert is one that a plan answers. Each refusal has its own error, which says what was asked.
library Threshold {
    /// @dev The highest ordinal of each CAP scale: Extreme, Immediate, Observed.
    uint8 internal constant HIGHEST = 4;

    function check(IResponsePlans.Plan storage plan, IResponsePlans.Alert calldata alert) internal view {
        if (block.timestamp > alert.validUntil) revert IResponsePlans.PlansAlertExpired(alert.validUntil);
        if (alert.severity > HIGHEST || alert.urgency > HIGHEST || alert.certainty > HIGHEST) {
            revert IResponsePlans.PlansOrdinalUnknown();
        }
        if (plan.eventKind != 0 && plan.eventKind != alert.eventKind) {
            revert IResponsePlans.PlansEventKindForeign(alert.eventKind, plan.eventKind);
        }
        if (plan.area != 0 && plan.area != alert.area) {
            revert IResponsePlans.PlansAreaForeign(alert.area, plan.area);
        }
        if (alert.severity < plan.minSeverity) {
            revert IResponsePlans.PlansSeverityBelowThreshold(alert.severity, plan.minSeverity);
        }
        if (alert.urgency < plan.minUrgency) {
            revert IResponsePlans.PlansUrgencyBelowThreshold(alert.urgency, plan.minUrgency);
        }
        if (alert.certainty < plan.minCertainty) {
            revert IResponsePlans.PlansCertaintyBelowThreshold(alert.certainty, plan.minCertainty);
        }
    }
}
