// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDomains} from "../src/interfaces/IDomains.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {ResponsePlansBase} from "./ResponsePlansBase.sol";

/// @notice A domain that is suspended, or lacks its credential, stands still everywhere at once: no contract acts on what
/// it or any of its agents signs.
contract DomainsStandstillTest is ResponsePlansBase {
    function test_SuspensionStopsADomainEverywhereAtOnce() public {
        domains.suspend(HEALTH);
        expectNoAttestation(HEALTH_WALLET_KEY, healthAgent);
        expectNoAttestation(HEALTH_SECOND_KEY, healthSecond);

        bytes32 taskId = openTask(1);
        domains.suspend(WEATHER);
        expectStandstill(taskId, IDomains.DomainsNotAdmitted.selector);
    }

    function test_AnExpiredCredentialStopsADomainEverywhereAtOnce() public {
        bytes32 taskId = openTask(1);
        domains.attestCredential(WEATHER, "credential", uint64(block.timestamp) + 10 minutes);
        domains.attestCredential(HEALTH, "credential", uint64(block.timestamp) + 365 days);
        domains.requireCredentials();
        vm.warp(block.timestamp + 10 minutes);
        expectStandstill(taskId, IDomains.DomainsCredentialMissing.selector);
        attest(HEALTH_WALLET_KEY, alertOf("alert"), healthAgent);
    }

    /// @dev Of weather: its agent neither attests nor is paid, its admin neither orders, nor plans, nor enrols.
    function expectStandstill(bytes32 taskId, bytes4 enrolRefusal) private {
        expectNoAttestation(WEATHER_WALLET_KEY, weatherAgent);

        giveBalance(weatherAdmin, BUDGET);
        IEscrow.TaskOrder memory order = orderOf(2);
        bytes memory signature = signOrder(WEATHER_ADMIN_KEY, order);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowDomainInactive.selector, WEATHER));
        escrow.reserve(order, signature);

        vm.startPrank(weatherAdmin);
        uint256 agentId = identity.register("ipfs://card");
        vm.expectRevert(abi.encodeWithSelector(enrolRefusal, WEATHER));
        domains.enrol(WEATHER, agentId);
        IResponsePlans.Plan memory plan = planOf();
        plan.planId = "another";
        uint256[] memory attestors = attestorsOf();
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNotAdmin.selector, WEATHER, weatherAdmin));
        plans.create(WEATHER, plan, attestors);
        vm.stopPrank();

        settle(settlementOf(taskId));
        vm.assertEq(escrow.balanceOf(weatherWallet), 0, "unpaid");
    }

    function expectNoAttestation(uint256 key, uint256 agentId) private {
        bytes memory refusal = abi.encodeWithSelector(IResponsePlans.PlansAgentInactive.selector, agentId);
        expectRefusal(key, alertOf("alert"), agentId, refusal);
    }
}
