// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Recovery} from "../src/Recovery.sol";
import {IDomains} from "../src/interfaces/IDomains.sol";
import {IRecovery} from "../src/interfaces/IRecovery.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {RecoveryBase} from "./RecoveryBase.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

/// @notice A new owner that refuses tokens, and would start over if it were asked.
contract HostileReceiver is IERC721Receiver {
    Recovery private immutable recovery;
    bool public asked;

    constructor(Recovery recovery_) {
        recovery = recovery_;
    }

    function onERC721Received(address, address, uint256 agentId, bytes calldata) external returns (bytes4) {
        asked = true;
        recovery.execute(agentId);
        return 0;
    }
}

contract RecoveryAttacksTest is RecoveryBase {
    function test_Attack_AGuardianBoundTwice() public {
        IRecovery.Config memory config = configOf(2, DELAY);
        config.guardians[1] = config.guardians[0];
        expectConfigRefused(config);

        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        approvals[1] = approvals[0];
        expectNotGuardian(approvals, approvals[0].guardian);
    }

    /// @dev Two multisigs of one holder, and the holder itself: the one signature that it gave counts for one of them.
    function test_Attack_AMultisigGuardianBoundTwice() public {
        ContractWallet first = new ContractWallet(vm.addr(keys[0]));
        ContractWallet second = new ContractWallet(vm.addr(keys[0]));
        (address low, address high) =
            address(first) < address(second) ? (address(first), address(second)) : (address(second), address(first));
        IRecovery.Config memory config = configOf(low);
        config.guardians = new address[](2);
        (config.guardians[0], config.guardians[1], config.threshold) = (low, high, 2);
        vm.prank(weatherAdmin);
        recovery.configure(config);
        vm.warp(block.timestamp + DELAY);

        bytes memory signature = sign(keys[0], approvalHash(low, weatherAgent, newOwner, inOneDay()));
        IRecovery.Approval[] memory approvals = new IRecovery.Approval[](2);
        approvals[0] = IRecovery.Approval(low, signature);
        approvals[1] = IRecovery.Approval(high, signature);
        expectRefusal(approvals, abi.encodeWithSelector(IRecovery.RecoveryApprovalInvalid.selector, high));
    }

    function test_Attack_TheOwnerAsItsOwnGuardian() public {
        expectConfigRefused(configOf(weatherAdmin));
        expectConfigRefused(configOf(address(0)));
    }

    function test_Attack_GuardiansWithoutNumberOrNone() public {
        IRecovery.Config memory config = configOf(1, DELAY);
        config.guardians = new address[](0);
        expectConfigRefused(config);
        config.guardians = new address[](17);
        for (uint160 i = 0; i < 17; ++i) {
            config.guardians[i] = address(i + 1);
        }
        config.threshold = 17;
        expectConfigRefused(config);
    }

    function test_Attack_GuardiansOutOfOrderOrStrangers() public {
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        (approvals[0], approvals[1]) = (approvals[1], approvals[0]);
        expectNotGuardian(approvals, approvals[1].guardian);
        approvals = approvalsFor(weatherAgent, newOwner);
        approvals[1] = approvalBy(NEW_OWNER_KEY, weatherAgent, newOwner, inOneDay());
        expectNotGuardian(approvals, newOwner);
    }

    function test_Attack_TooFewGuardians() public {
        IRecovery.Approval[] memory approvals = new IRecovery.Approval[](1);
        approvals[0] = approvalBy(keys[0], weatherAgent, newOwner, inOneDay());
        expectRefusal(
            approvals, abi.encodeWithSelector(IRecovery.RecoveryBelowThreshold.selector, uint256(1), uint8(2))
        );
    }

    /// @dev Approvals for one thing each, sent for another.
    function test_Attack_ApprovalsUsedForWhatTheyWereNotGivenFor() public {
        expectInvalid(approvalsFor(secondAgent, newOwner));
        expectInvalid(approvalsFor(weatherAgent, stranger));

        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        uint64 later = inOneDay() + 1;
        vm.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryApprovalInvalid.selector, approvals[0].guardian));
        recovery.request(weatherAgent, newOwner, later, approvals);

        approvals[0].signature = approvals[1].signature;
        expectInvalid(approvals);
    }

    function test_Attack_ApprovalsOfAnotherChain() public {
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        vm.chainId(block.chainid + 1);
        expectInvalid(approvals);
    }

    /// @dev Same registry, hence the same signing domain, and the owner has named the same guardians in both.
    function test_Attack_ApprovalsOfAnotherRecoveryContract() public {
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        recovery = new Recovery(identity, address(registry), MIN_DELAY, MAX_DELAY, RECOVERY_WINDOW);
        vm.startPrank(weatherAdmin);
        recovery.configure(configOf(2, DELAY));
        identity.setApprovalForAll(address(recovery), true);
        vm.stopPrank();
        expectInvalid(approvals);
    }

    function test_Attack_ApprovalsReplayedAfterAVeto() public {
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        requestRecovery();
        expectInvalid(approvals);
        vm.prank(weatherAdmin);
        recovery.veto(weatherAgent);
        expectInvalid(approvals);
        vm.assertEq(recovery.nonceOf(weatherAgent), 1, "used up");
    }

    /// @dev The recovered agent is given back to the owner who found its key again.
    function test_Attack_ApprovalsReplayedAfterTheAgentCameBack() public {
        vm.prank(weatherAdmin);
        recovery.configure(configOf(2, MIN_DELAY));
        vm.warp(block.timestamp + DELAY);
        uint64 expiresAt = uint64(block.timestamp) + 30 days;
        IRecovery.Approval[] memory approvals = new IRecovery.Approval[](2);
        approvals[0] = approvalBy(keys[0], weatherAgent, newOwner, expiresAt);
        approvals[1] = approvalBy(keys[1], weatherAgent, newOwner, expiresAt);
        recovery.request(weatherAgent, newOwner, expiresAt, approvals);
        vm.warp(block.timestamp + MIN_DELAY);
        recovery.execute(weatherAgent);
        vm.prank(newOwner);
        identity.transferFrom(newOwner, weatherAdmin, weatherAgent);
        bytes memory refusal = abi.encodeWithSelector(IRecovery.RecoveryApprovalInvalid.selector, approvals[0].guardian);
        vm.expectRevert(refusal);
        recovery.request(weatherAgent, newOwner, expiresAt, approvals);
    }

    function test_Attack_ApprovalsUnderFormerGuardians() public {
        vm.prank(weatherAdmin);
        recovery.configure(configOf(3, DELAY));
        vm.warp(block.timestamp + DELAY - 1);
        IRecovery.Approval[] memory approvals = new IRecovery.Approval[](3);
        for (uint256 i = 0; i < 3; ++i) {
            approvals[i] = approvalBy(keys[i], weatherAgent, newOwner, inOneDay() + 1);
        }
        vm.warp(block.timestamp + 1);
        expectInvalid(approvals);
    }

    function test_Attack_ApprovalsThatExpiredOrLieAboutForYears() public {
        uint64 expiresAt = inOneDay();
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        vm.warp(uint256(expiresAt) + 1);
        vm.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryApprovalsExpired.selector, expiresAt));
        recovery.request(weatherAgent, newOwner, expiresAt, approvals);

        uint64 far = uint64(block.timestamp) + 30 days + 1;
        vm.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryApprovalsTooLong.selector, far));
        recovery.request(weatherAgent, newOwner, far, approvals);
    }

    /// @dev The seller's guardians reach for the agent of the buyer, who named none but uses the same contract.
    function test_Attack_IdentityTakenBackAfterItsTransfer() public {
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        requestRecovery();
        vm.prank(weatherAdmin);
        identity.transferFrom(weatherAdmin, healthAdmin, weatherAgent);
        vm.startPrank(healthAdmin);
        identity.setApprovalForAll(address(recovery), true);
        recovery.configure(configOf(2, DELAY));
        vm.stopPrank();
        expectInvalid(approvals);
        vm.warp(block.timestamp + DELAY);
        expectNoExecution(abi.encodeWithSelector(IRecovery.RecoveryOwnerChanged.selector, weatherAgent));

        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IRecovery.RecoveryNotOwner.selector, weatherAgent, weatherAdmin));
        recovery.veto(weatherAgent);
        vm.prank(healthAdmin);
        recovery.veto(weatherAgent);
    }

    /// @dev A recovery contract whose approval has gone is a former operator like any other.
    function test_Attack_IdentityTakenByAFormerOperator() public {
        vm.startPrank(weatherAdmin);
        identity.setApprovalForAll(address(recovery), false);
        identity.approve(address(recovery), weatherAgent);
        identity.transferFrom(weatherAdmin, healthAdmin, weatherAgent);
        vm.stopPrank();
        vm.prank(healthAdmin);
        recovery.configure(configOf(2, DELAY));
        expectRefusal(
            approvalsFor(weatherAgent, newOwner),
            abi.encodeWithSelector(IRecovery.RecoveryNotApprovedByOwner.selector, weatherAgent, healthAdmin)
        );
    }

    /// @dev With the owner's key it names itself guardian, and asks for the agent; the true guardians are quicker.
    function test_Attack_AThiefSwapsTheGuardians() public {
        vm.prank(weatherAdmin);
        recovery.configure(configOf(stranger));
        vm.warp(block.timestamp + DELAY - 1);
        vm.assertEq(recovery.configOf(weatherAdmin).guardians[0], vm.addr(keys[0]), "not yet");
        requestRecovery();
        vm.warp(block.timestamp + DELAY);
        vm.assertEq(recovery.configOf(weatherAdmin).guardians[0], stranger, "swapped by now");
        recovery.execute(weatherAgent);
        vm.assertEq(identity.ownerOf(weatherAgent), newOwner, "too late for the thief");
    }

    /// @dev It vetoes all guardians together, as often as they ask: the domain takes the agent out of its hands.
    function test_Attack_AThiefVetoesForever() public {
        for (uint256 i = 0; i < 3; ++i) {
            IRecovery.Approval[] memory all = new IRecovery.Approval[](3);
            for (uint256 k = 0; k < 3; ++k) {
                all[k] = approvalBy(keys[k], weatherAgent, newOwner, inOneDay());
            }
            recovery.request(weatherAgent, newOwner, inOneDay(), all);
            vm.prank(weatherAdmin);
            recovery.veto(weatherAgent);
            vm.warp(block.timestamp + DELAY);
            expectNoExecution(abi.encodeWithSelector(IRecovery.RecoveryNotRequested.selector, weatherAgent));
        }
        address honestAdmin = address(0xAD);
        domains.replaceAdmin(WEATHER, honestAdmin);
        vm.prank(honestAdmin);
        domains.withdraw(weatherAgent);
        vm.prank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IDomains.DomainsNotAdmin.selector, WEATHER, weatherAdmin));
        domains.enrol(WEATHER, weatherAgent);
        vm.assertFalse(domains.isActive(weatherAgent), "the thief's token speaks for nobody");
    }

    function test_Attack_ANewOwnerThatRefusesOrReenters() public {
        HostileReceiver hostile = new HostileReceiver(recovery);
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, address(hostile));
        recovery.request(weatherAgent, address(hostile), inOneDay(), approvals);
        vm.warp(block.timestamp + DELAY);
        recovery.execute(weatherAgent);
        vm.assertEq(identity.ownerOf(weatherAgent), address(hostile), "moved");
        vm.assertFalse(hostile.asked(), "not asked");
    }

    function expectConfigRefused(IRecovery.Config memory config) private {
        vm.prank(weatherAdmin);
        vm.expectRevert(IRecovery.RecoveryGuardiansInvalid.selector);
        recovery.configure(config);
    }

    function expectNotGuardian(IRecovery.Approval[] memory approvals, address account) private {
        expectRefusal(approvals, abi.encodeWithSelector(IRecovery.RecoveryNotGuardian.selector, account));
    }
}
