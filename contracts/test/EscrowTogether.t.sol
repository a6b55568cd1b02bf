// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @notice Settlements that nobody is trusted with: all whom one concerns sign it. There is no DIRECT_SETTLER here.
contract EscrowTogetherTest is EscrowBase {
    bytes32 private taskId;

    function setUp() public override {
        super.setUp();
        manager.revokeRole(Roles.DIRECT_SETTLER, settler);
        taskId = openTask(1);
    }

    function settleTogether(IEscrow.Settlement memory settlement, bytes[] memory signatures) private {
        bytes memory byRequester = signSettlement(WEATHER_ADMIN_KEY, settlement);
        vm.prank(stranger);
        escrow.settleTogether(settlement, byRequester, signatures);
    }

    function expectRefusal(IEscrow.Settlement memory settlement, bytes[] memory signatures, bytes memory refusal)
        private
    {
        bytes memory byRequester = signSettlement(WEATHER_ADMIN_KEY, settlement);
        vm.expectRevert(refusal);
        escrow.settleTogether(settlement, byRequester, signatures);
    }

    function unsigned(address signer) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IEscrow.EscrowSignatureInvalid.selector, signer);
    }

    function test_AllWhomItConcernsSettleAtOnce() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        vm.expectEmit(address(escrow));
        emit IEscrow.TaskSettled(taskId, "evidence", 900_000, 0, 50_000, 50_000);
        settleTogether(settlement, bothSign(settlement));
        vm.assertEq(inPurse(weatherAgent), 600_000, "weather");
        vm.assertEq(inPurse(healthAgent), 300_000, "health");
        vm.assertEq(escrow.balanceOf(treasury), 50_000, "fee");
        vm.assertEq(escrow.balanceOf(weatherAdmin), 50_000, "refund");
        vm.assertTrue(escrow.settlementHash(taskId) != 0, "what was signed");
    }

    function test_EverySignatureIsNeeded() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes[] memory signatures = bothSign(settlement);
        bytes memory byAnother = signSettlement(HEALTH_ADMIN_KEY, settlement);
        vm.expectRevert(unsigned(weatherAdmin));
        escrow.settleTogether(settlement, byAnother, signatures);
        vm.expectRevert(unsigned(weatherAdmin));
        escrow.settleTogether(settlement, "", signatures);

        address[2] memory wallets = [weatherWallet, healthWallet];
        for (uint256 i = 0; i < 2; ++i) {
            signatures = bothSign(settlement);
            signatures[i] = signSettlement(WEATHER_ADMIN_KEY, settlement);
            expectRefusal(settlement, signatures, unsigned(wallets[i]));
            signatures[i] = "";
            expectRefusal(settlement, signatures, unsigned(wallets[i]));
        }
    }

    function test_SignaturesAreInTheOrderOfThePayments() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes[] memory signatures = bothSign(settlement);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        expectRefusal(settlement, signatures, unsigned(weatherWallet));
    }

    function testFuzz_TheirNumberIsThatOfPaymentsAndPenalties(uint256 given) public {
        given = bound(given, 0, 8);
        vm.assume(given != 3);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        withPenalty(settlement, healthAgent, 1);
        bytes[] memory signatures = new bytes[](given);
        bytes[] memory two = bothSign(settlement);
        for (uint256 i = 0; i < given; ++i) {
            signatures[i] = two[i < 2 ? i : 1];
        }
        bytes memory refusal = abi.encodeWithSelector(IEscrow.EscrowSignaturesMissing.selector, given, uint256(3));
        expectRefusal(settlement, signatures, refusal);
    }

    function test_APenalisedAgentSignsToo() public {
        giveStake(healthAgent, 100);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments = new IEscrow.Payment[](1);
        settlement.payments[0] = IEscrow.Payment(weatherAgent, BUDGET * 90 / 100);
        withPenalty(settlement, healthAgent, 100);
        bytes[] memory signatures = bothSign(settlement);
        bytes memory byHealth = signatures[1];
        signatures[1] = signatures[0];
        expectRefusal(settlement, signatures, unsigned(healthWallet));
        signatures[1] = byHealth;
        settleTogether(settlement, signatures);
        vm.assertEq(stake.bondOf(healthAgent).held, 100, "penalised");
    }

    function test_ARequesterThatIsAContractSignsByErc1271() public {
        ContractWallet admin = new ContractWallet(vm.addr(0xD1));
        domains.replaceAdmin(WEATHER, address(admin));
        giveBalance(address(admin), BUDGET);
        IEscrow.TaskOrder memory order = orderOf(2);
        order.requester = address(admin);
        IEscrow.Settlement memory settlement = settlementOf(escrow.reserve(order, signOrder(0xD1, order)));
        expectRefusal(settlement, bothSign(settlement), unsigned(address(admin)));
        escrow.settleTogether(settlement, signSettlement(0xD1, settlement), bothSign(settlement));
        vm.assertEq(escrow.balanceOf(address(admin)), 50_000, "refund");
    }

    function test_TheWalletsOfThisMomentSign() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        domains.suspend(HEALTH);
        expectRefusal(settlement, bothSign(settlement), unsigned(address(0)));
        domains.reinstate(HEALTH);
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(0xD1, healthAgent, healthAdmin, deadline);
        vm.prank(healthAdmin);
        identity.setAgentWallet(healthAgent, vm.addr(0xD1), deadline, consent);
        expectRefusal(settlement, bothSign(settlement), unsigned(vm.addr(0xD1)));
        bytes[] memory signatures = bothSign(settlement);
        signatures[1] = signSettlement(0xD1, settlement);
        settleTogether(settlement, signatures);
    }

    function test_Attack_ASettlementIsReplayed() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes[] memory signatures = bothSign(settlement);
        settleTogether(settlement, signatures);
        openTask(2);
        bytes memory refusal = abi.encodeWithSelector(IEscrow.EscrowTaskNotFunded.selector, taskId);
        expectRefusal(settlement, signatures, refusal);
    }

    function test_Attack_ReplayWithoutChainId() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes[] memory signatures = bothSign(settlement);
        bytes memory byRequester = signSettlement(WEATHER_ADMIN_KEY, settlement);
        vm.chainId(block.chainid + 1);
        vm.expectRevert(unsigned(weatherAdmin));
        escrow.settleTogether(settlement, byRequester, signatures);
    }

    function test_Attack_OneSharedSignatureServesAnotherTaskOrOtherAmounts() public {
        bytes[] memory signatures = bothSign(settlementOf(taskId));
        expectRefusal(settlementOf(openTask(2)), signatures, unsigned(weatherWallet));
        IEscrow.Settlement memory altered = settlementOf(taskId);
        (altered.payments[0].amount, altered.payments[1].amount) = (0, 900_000);
        expectRefusal(altered, signatures, unsigned(weatherWallet));
    }

    function test_TheSameRulesHoldAsForASettler() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        (settlement.fee, settlement.refund) = (50_001, 49_999);
        bytes memory refusal =
            abi.encodeWithSelector(IEscrow.EscrowFeeTooHigh.selector, uint256(50_001), uint256(50_000));
        expectRefusal(settlement, bothSign(settlement), refusal);
        settlement = settlementOf(taskId);
        settlement.refund += 1;
        refusal = abi.encodeWithSelector(IEscrow.EscrowSumMismatch.selector, BUDGET + 1, BUDGET);
        expectRefusal(settlement, bothSign(settlement), refusal);
        vm.warp(escrow.taskOf(taskId).deadline + GRACE + 1);
        refusal = abi.encodeWithSelector(IEscrow.EscrowTaskLapsed.selector, taskId);
        expectRefusal(settlementOf(taskId), bothSign(settlementOf(taskId)), refusal);
    }

    /// @dev Those whom a settlement does not name are not asked: without agents it takes the requester alone.
    function test_ARequesterEndsAloneATaskThatPaysNobody() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments = new IEscrow.Payment[](0);
        (settlement.fee, settlement.refund) = (0, BUDGET);
        settleTogether(settlement, new bytes[](0));
        vm.assertEq(escrow.balanceOf(weatherAdmin), BUDGET, "refunded");
    }
}
