// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Recovery} from "../src/Recovery.sol";
import {IRecovery} from "../src/interfaces/IRecovery.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {RecoveryBase} from "./RecoveryBase.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract RecoveryTest is RecoveryBase {
    function test_GuardiansBringALostAgentBack() public {
        giveStake(weatherAgent, 1_000);
        uint64 from = uint64(block.timestamp) + DELAY;
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        vm.expectEmit(address(recovery));
        emit IRecovery.RecoveryRequested(weatherAgent, weatherAdmin, newOwner, 0, from, from + RECOVERY_WINDOW);
        vm.prank(stranger);
        recovery.request(weatherAgent, newOwner, inOneDay(), approvals);
        vm.assertTrue(domains.isActive(weatherAgent), "works on while the delay runs");

        vm.warp(from);
        vm.expectEmit(address(recovery));
        emit IRecovery.AgentRecovered(weatherAgent, weatherAdmin, newOwner);
        vm.prank(stranger);
        recovery.execute(weatherAgent);
        vm.assertEq(identity.ownerOf(weatherAgent), newOwner, "owner");
        vm.assertEq(identity.ownerOf(secondAgent), weatherAdmin, "another agent of the same owner");
        vm.assertEq(stake.bondOf(weatherAgent).bonded, 1_000, "stake stays");
        vm.assertEq(recovery.requestOf(weatherAgent).executableFrom, 0, "done");
        expectNoExecution(abi.encodeWithSelector(IRecovery.RecoveryNotRequested.selector, weatherAgent));
    }

    function test_ARecoveredAgentIsActiveAgainOnceItsDomainEnrolsItAgain() public {
        requestRecovery();
        vm.warp(block.timestamp + DELAY);
        recovery.execute(weatherAgent);
        vm.assertFalse(domains.isActive(weatherAgent), "wallet cleared, enrolment lapsed");

        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(0xB9, weatherAgent, newOwner, deadline);
        vm.startPrank(newOwner);
        identity.setAgentWallet(weatherAgent, vm.addr(0xB9), deadline, consent);
        identity.approve(weatherAdmin, weatherAgent);
        vm.stopPrank();
        vm.assertFalse(domains.isActive(weatherAgent), "not yet");
        vm.prank(weatherAdmin);
        domains.enrol(WEATHER, weatherAgent);
        vm.assertEq(domains.activeWalletOf(weatherAgent), vm.addr(0xB9), "active");
    }

    function test_ApprovalForOneAgentIsEnoughForThatOne() public {
        vm.startPrank(weatherAdmin);
        identity.setApprovalForAll(address(recovery), false);
        identity.approve(address(recovery), weatherAgent);
        vm.stopPrank();
        requestRecovery();
        vm.warp(block.timestamp + DELAY);
        recovery.execute(weatherAgent);
        vm.assertEq(identity.ownerOf(weatherAgent), newOwner, "owner");
    }

    function testFuzz_ExecutesOnlyBetweenDelayAndWindow(uint64 delaySeconds, uint64 waited) public {
        delaySeconds = uint64(bound(delaySeconds, MIN_DELAY, MAX_DELAY));
        waited = uint64(bound(waited, 0, 2 * (uint256(MAX_DELAY) + RECOVERY_WINDOW)));
        vm.prank(weatherAdmin);
        recovery.configure(configOf(2, delaySeconds));
        vm.warp(block.timestamp + DELAY);
        requestRecovery();
        uint64 from = uint64(block.timestamp) + delaySeconds;
        vm.warp(block.timestamp + waited);
        if (waited < delaySeconds) {
            expectNoExecution(abi.encodeWithSelector(IRecovery.RecoveryTooEarly.selector, from));
        } else if (waited > delaySeconds + RECOVERY_WINDOW) {
            expectNoExecution(abi.encodeWithSelector(IRecovery.RecoveryLapsed.selector, from + RECOVERY_WINDOW));
            requestRecovery();
        } else {
            recovery.execute(weatherAgent);
            vm.assertEq(identity.ownerOf(weatherAgent), newOwner, "owner");
        }
    }

    function test_TheOwnerVetoesToTheLastMoment() public {
        requestRecovery();
        vm.warp(block.timestamp + DELAY + RECOVERY_WINDOW);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryNotOwner.selector, weatherAgent, stranger));
        recovery.veto(weatherAgent);
        vm.expectEmit(address(recovery));
        emit IRecovery.RecoveryVetoed(weatherAgent, weatherAdmin);
        vm.prank(weatherAdmin);
        recovery.veto(weatherAgent);
        expectNoExecution(abi.encodeWithSelector(IRecovery.RecoveryNotRequested.selector, weatherAgent));
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryNotRequested.selector, weatherAgent));
        recovery.veto(weatherAgent);
    }

    function test_AnOwnerThatTookBackItsApprovalHasLeft() public {
        requestRecovery();
        vm.prank(weatherAdmin);
        identity.setApprovalForAll(address(recovery), false);
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        expectRefusal(
            approvals, abi.encodeWithSelector(IRecovery.RecoveryNotApprovedByOwner.selector, weatherAgent, weatherAdmin)
        );
        vm.warp(block.timestamp + DELAY);
        expectNoExecution(
            abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, address(recovery), weatherAgent)
        );
    }

    function test_GuardiansCorrectThemselvesAndTheDelayStartsAgain() public {
        requestRecovery();
        vm.warp(block.timestamp + DELAY - 1);
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, healthAdmin);
        recovery.request(weatherAgent, healthAdmin, inOneDay(), approvals);
        vm.warp(block.timestamp + 1);
        expectNoExecution(
            abi.encodeWithSelector(IRecovery.RecoveryTooEarly.selector, uint64(block.timestamp) + DELAY - 1)
        );
        vm.warp(block.timestamp + DELAY);
        recovery.execute(weatherAgent);
        vm.assertEq(identity.ownerOf(weatherAgent), healthAdmin, "the later request");
    }

    function test_AContractGuardianApprovesByErc1271() public {
        ContractWallet guardian = new ContractWallet(vm.addr(0xF7));
        vm.prank(weatherAdmin);
        recovery.configure(configOf(address(guardian)));
        vm.warp(block.timestamp + DELAY);
        IRecovery.Approval[] memory approvals = new IRecovery.Approval[](1);
        bytes32 structHash = approvalHash(address(guardian), weatherAgent, newOwner, inOneDay());
        approvals[0] = IRecovery.Approval(address(guardian), sign(0xF7, structHash));
        recovery.request(weatherAgent, newOwner, inOneDay(), approvals);
        vm.assertEq(recovery.requestOf(weatherAgent).newOwner, newOwner, "requested");
    }

    function test_TheFirstGuardiansRuleAtOnceAndLaterOnesAfterTheDelay() public {
        vm.assertEq(recovery.versionOf(weatherAdmin), 1, "first");
        uint64 start = uint64(block.timestamp);
        vm.expectEmit(address(recovery));
        emit IRecovery.GuardiansConfigured(weatherAdmin, 2, configOf(3, MIN_DELAY), start + DELAY);
        vm.prank(weatherAdmin);
        recovery.configure(configOf(3, MIN_DELAY));
        vm.warp(start + DELAY - 1);
        vm.assertEq(recovery.configOf(weatherAdmin).threshold, 2, "the first still");
        (IRecovery.Config memory latest, uint64 effectiveFrom) = recovery.latestConfigOf(weatherAdmin);
        vm.assertEq(latest.threshold, 3, "announced");
        vm.assertEq(effectiveFrom, start + DELAY, "from when");

        // A third in place of the second, which never ruled.
        vm.prank(weatherAdmin);
        recovery.configure(configOf(vm.addr(keys[0])));
        vm.warp(start + DELAY);
        vm.assertEq(recovery.versionOf(weatherAdmin), 1, "the second is replaced");
        vm.warp(start + 2 * DELAY - 1);
        vm.assertEq(recovery.versionOf(weatherAdmin), 3, "the third");
        vm.assertEq(recovery.configOf(weatherAdmin).guardians.length, 1, "guardians");
    }

    function test_AnOwnerWithoutGuardiansHasNoRecovery() public {
        bytes memory refusal = abi.encodeWithSelector(IRecovery.RecoveryNotConfigured.selector, healthAdmin);
        vm.expectRevert(refusal);
        recovery.configOf(healthAdmin);
        vm.expectRevert(refusal);
        recovery.latestConfigOf(healthAdmin);
        vm.prank(healthAdmin);
        identity.setApprovalForAll(address(recovery), true);
        uint64 expiresAt = inOneDay();
        IRecovery.Approval[] memory approvals = new IRecovery.Approval[](0);
        vm.expectRevert(refusal);
        recovery.request(healthAgent, newOwner, expiresAt, approvals);
    }

    function test_AThresholdIsAMajority() public {
        expectThreshold(0);
        expectThreshold(1);
        expectThreshold(4);
        vm.prank(weatherAdmin);
        recovery.configure(configOf(3, DELAY));
        vm.assertEq(recovery.versionOf(weatherAdmin), 1, "taken, rules later");
    }

    function test_ADelayIsWithinItsBounds() public {
        uint64[2] memory outside = [MIN_DELAY - 1, MAX_DELAY + 1];
        for (uint256 i = 0; i < 2; ++i) {
            expectConfigRefused(
                configOf(2, outside[i]), abi.encodeWithSelector(IRecovery.RecoveryDelayOutOfBounds.selector, outside[i])
            );
        }
    }

    function test_AContractWithUnsoundBoundsIsNotMade() public {
        expectNotMade(0, MAX_DELAY, RECOVERY_WINDOW);
        expectNotMade(MAX_DELAY + 1, MAX_DELAY, RECOVERY_WINDOW);
        expectNotMade(MIN_DELAY, MAX_DELAY, 0);
    }

    function test_AnAgentGoesToSomebodyElse() public {
        address[3] memory nobody = [address(0), weatherAdmin, address(recovery)];
        uint64 expiresAt = inOneDay();
        for (uint256 i = 0; i < 3; ++i) {
            IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, nobody[i]);
            vm.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryNewOwnerInvalid.selector, nobody[i]));
            recovery.request(weatherAgent, nobody[i], expiresAt, approvals);
        }
    }

    function expectThreshold(uint8 threshold) private {
        expectConfigRefused(
            configOf(threshold, DELAY),
            abi.encodeWithSelector(IRecovery.RecoveryThresholdInvalid.selector, threshold, uint256(3))
        );
    }

    function expectConfigRefused(IRecovery.Config memory config, bytes memory refusal) private {
        vm.prank(weatherAdmin);
        vm.expectRevert(refusal);
        recovery.configure(config);
    }

    function expectNotMade(uint64 minDelay, uint64 maxDelay, uint64 window) private {
        vm.expectRevert(IRecovery.RecoveryBoundsInvalid.selector);
        new Recovery(identity, address(registry), minDelay, maxDelay, window);
    }
}
