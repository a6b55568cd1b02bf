// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {IResponsePlans} from "../src/interfaces/IResponsePlans.sol";
import {EntenteDomain} from "../src/libraries/EntenteDomain.sol";
import {ResponsePlansBase} from "./ResponsePlansBase.sol";

/// @notice A plan's task is settled by those whom it concerns; for its requester, the plan, its sponsor speaks.
contract ResponsePlansConsentTest is ResponsePlansBase {
    bytes32 private taskId;

    function setUp() public override {
        super.setUp();
        taskId = fire("alert");
    }

    function digestOf(IEscrow.Settlement memory settlement) private view returns (bytes32) {
        return EntenteDomain.digest(address(registry), hashSettlement(settlement));
    }

    function expectNotSigned(IEscrow.Settlement memory settlement) private {
        bytes[] memory signatures = bothSign(settlement);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowSignatureInvalid.selector, address(plans)));
        escrow.settleTogether(settlement, "", signatures);
    }

    function test_APlansTaskIsSettledByItsSponsorAndItsAgents() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        expectNotSigned(settlement);
        vm.expectEmit(address(plans));
        emit IResponsePlans.SettlementConsented(PLAN, taskId, digestOf(settlement));
        plans.consent(settlement);
        bytes[] memory signatures = bothSign(settlement);
        vm.prank(stranger);
        escrow.settleTogether(settlement, "", signatures);
        vm.assertEq(inPurse(weatherAgent), 600_000, "weather");
        plans.collect(taskId);
        vm.assertEq(plans.fundsOf(PLAN), 2 * BUDGET + 50_000, "the refund is the plan's");
    }

    function test_Attack_SponsorConsentsForAnotherPlansTask() public {
        IResponsePlans.Plan memory own = planOf();
        own.planId = "own";
        vm.prank(weatherAdmin);
        plans.create(WEATHER, own, attestorsOf());
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansNotSponsor.selector, PLAN, weatherAdmin));
        plans.consent(settlement);
        settlement.taskId = "never";
        vm.expectRevert(abi.encodeWithSelector(IResponsePlans.PlansTaskNotOurs.selector, bytes32("never")));
        plans.consent(settlement);
    }

    function test_Attack_ConsentToOneSettlementIsUsedForAnother() public {
        plans.consent(settlementOf(taskId));
        IEscrow.Settlement memory other = settlementOf(taskId);
        (other.fee, other.refund) = (0, 100_000);
        expectNotSigned(other);
        vm.warp(block.timestamp + 6 hours);
        expectNotSigned(settlementOf(fire("second")));
    }

    function test_Attack_ReplayWithoutChainId() public {
        plans.consent(settlementOf(taskId));
        vm.chainId(block.chainid + 1);
        expectNotSigned(settlementOf(taskId));
    }

    function test_ItSignsWhatWasConsentedToAndNothingElse() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes32 digest = digestOf(settlement);
        vm.assertFalse(plans.isValidSignature(digest, "") == plans.isValidSignature.selector, "not before");
        plans.consent(settlement);
        vm.assertTrue(plans.isValidSignature(digest, "any") == plans.isValidSignature.selector, "consented");
        vm.assertTrue(plans.isValidSignature("other", "") == bytes4(0xffffffff), "ERC-1271's refusal");
    }
}
