// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {EntenteDomain} from "../src/libraries/EntenteDomain.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Signer} from "../src/libraries/Signer.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract EscrowSettleTest is EscrowBase {
    bytes32 private taskId;

    function setUp() public override {
        super.setUp();
        taskId = openTask(1);
    }

    function expectRefusal(IEscrow.Settlement memory settlement, bytes memory refusal) private {
        bytes memory signature = signSettlement(SETTLER_KEY, settlement);
        vm.expectRevert(refusal);
        escrow.settle(settlement, signature);
    }

    function test_SettlesToTheUnit() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        vm.expectEmit(address(escrow));
        emit IEscrow.AgentPaid(taskId, weatherAgent, 600_000);
        vm.expectEmit(address(escrow));
        emit IEscrow.AgentPaid(taskId, healthAgent, 300_000);
        vm.expectEmit(address(escrow));
        emit IEscrow.TaskSettled(taskId, "evidence", 900_000, 0, 50_000, 50_000);
        settle(settlement);

        vm.assertEq(inPurse(weatherAgent), 600_000, "weather");
        vm.assertEq(inPurse(healthAgent), 300_000, "health");
        vm.assertEq(escrow.pool(), 900_000, "what purses can draw in all");
        vm.assertEq(escrow.balanceOf(treasury), 50_000, "fee");
        vm.assertEq(escrow.balanceOf(weatherAdmin), 50_000, "refund");
        bytes32 digest = EntenteDomain.digest(address(registry), hashSettlement(settlement));
        vm.assertEq(escrow.settlementHash(taskId), digest, "what was signed");
        vm.assertEq(escrow.taskOf(taskId).returned, 50_000, "returned");
    }

    function testFuzz_PaymentsFeeAndRefundAreExactlyTheBudget(uint256 first, uint256 second, uint256 fee) public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments[0].amount = bound(first, 0, BUDGET);
        settlement.payments[1].amount = bound(second, 0, BUDGET - settlement.payments[0].amount);
        uint256 rest = BUDGET - settlement.payments[0].amount - settlement.payments[1].amount;
        settlement.fee = bound(fee, 0, rest < BUDGET * 5 / 100 ? rest : BUDGET * 5 / 100);
        settlement.refund = rest - settlement.fee;
        settle(settlement);
        uint256 credited =
            inPurse(weatherAgent) + inPurse(healthAgent) + escrow.balanceOf(treasury) + escrow.balanceOf(weatherAdmin);
        vm.assertEq(credited, BUDGET, "all of it, and no more");
    }

    function testFuzz_AnyOtherSumIsRefused(uint256 refund) public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        vm.assume(refund != settlement.refund && refund < type(uint128).max);
        settlement.refund = refund;
        uint256 sum = 950_000 + refund;
        expectRefusal(settlement, abi.encodeWithSelector(IEscrow.EscrowSumMismatch.selector, sum, BUDGET));
    }

    function test_Attack_FeeOfAHundredPercent() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments = new IEscrow.Payment[](0);
        settlement.fee = BUDGET;
        settlement.refund = 0;
        expectRefusal(settlement, abi.encodeWithSelector(IEscrow.EscrowFeeTooHigh.selector, BUDGET, 50_000));
    }

    function test_ATaskSettlesOnce() public {
        settle(settlementOf(taskId));
        expectRefusal(settlementOf(taskId), abi.encodeWithSelector(IEscrow.EscrowTaskNotFunded.selector, taskId));
        vm.warp(block.timestamp + MAX_TASK + GRACE);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowTaskNotFunded.selector, taskId));
        escrow.reclaim(taskId);
    }

    function test_Attack_RefundOfWhatWasNeverFunded() public {
        bytes32 never = "never";
        expectRefusal(settlementOf(never), abi.encodeWithSelector(IEscrow.EscrowTaskNotFunded.selector, never));
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowTaskNotFunded.selector, never));
        escrow.reclaim(never);
    }

    function test_OnlyADirectSettlersSignatureSettles() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes memory byRequester = signSettlement(WEATHER_ADMIN_KEY, settlement);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNotSettler.selector, weatherAdmin));
        escrow.settle(settlement, byRequester);

        manager.revokeRole(Roles.DIRECT_SETTLER, settler);
        expectRefusal(settlement, abi.encodeWithSelector(IEscrow.EscrowNotSettler.selector, settler));
    }

    /// @dev Its batches can be disproven, its bare word cannot.
    function test_WhoeverPostsBatchesDoesNotSettleAloneForThat() public {
        manager.grantRole(Roles.SETTLER, vm.addr(0xD1), 0);
        expectNotSettledBy(0xD1);
    }

    function test_ASettlerWithAnExecutionDelayDoesNotGoAroundIt() public {
        manager.grantRole(Roles.DIRECT_SETTLER, vm.addr(0xD1), 1 days);
        expectNotSettledBy(0xD1);
    }

    function expectNotSettledBy(uint256 key) private {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes memory signature = signSettlement(key, settlement);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNotSettler.selector, vm.addr(key)));
        escrow.settle(settlement, signature);
    }

    function test_AContractSettlesByErc1271() public {
        ContractWallet wallet = new ContractWallet(vm.addr(0xD1));
        manager.grantRole(Roles.DIRECT_SETTLER, address(wallet), 0);
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        bytes memory forged = abi.encodePacked(wallet, signSettlement(0xD2, settlement));
        vm.expectRevert(Signer.SignatureInvalid.selector);
        escrow.settle(settlement, forged);
        bytes memory tooShort = new bytes(19);
        vm.expectRevert(Signer.SignatureInvalid.selector);
        escrow.settle(settlement, tooShort);
        bytes memory malleable = new bytes(65);
        vm.expectRevert(Signer.SignatureInvalid.selector);
        escrow.settle(settlement, malleable);
        escrow.settle(settlement, abi.encodePacked(wallet, signSettlement(0xD1, settlement)));
        vm.assertEq(inPurse(weatherAgent), 600_000, "paid");
    }

    function test_Attack_ReplayWithoutChainId() public {
        bytes memory signature = signSettlement(SETTLER_KEY, settlementOf(taskId));
        vm.chainId(block.chainid + 1);
        expectForgery(settlementOf(taskId), signature);
    }

    function test_EveryFieldIsUnderTheSignature() public {
        bytes memory signature = signSettlement(SETTLER_KEY, settlementOf(taskId));
        IEscrow.Settlement memory altered = settlementOf(taskId);
        (altered.payments[0].amount, altered.payments[1].amount) = (300_000, 600_000);
        expectForgery(altered, signature);
        altered = settlementOf(taskId);
        altered.evidence = "other evidence";
        expectForgery(altered, signature);
        altered = settlementOf(taskId);
        (altered.fee, altered.refund) = (0, 100_000);
        expectForgery(altered, signature);
        altered = settlementOf(taskId);
        withPenalty(altered, healthAgent, 1);
        expectForgery(altered, signature);
        altered = settlementOf(openTask(2));
        expectForgery(altered, signature);
    }

    /// @dev Over other words the signature recovers to some other account, which is no settler.
    function expectForgery(IEscrow.Settlement memory settlement, bytes memory signature) private {
        (bool settled, bytes memory reason) =
            address(escrow).call(abi.encodeCall(escrow.settle, (settlement, signature)));
        vm.assertFalse(settled, "forged");
        vm.assertTrue(bytes4(reason) == IEscrow.EscrowNotSettler.selector, "not a settler's");
    }

    function test_AnAgentIsPaidOncePerTask() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments[1].agentId = weatherAgent;
        expectRefusal(settlement, abi.encodeWithSelector(IEscrow.EscrowAgentsNotAscending.selector, weatherAgent));
        settlement = settlementOf(taskId);
        settlement.penalties = new IEscrow.Penalty[](2);
        settlement.penalties[0] = IEscrow.Penalty(healthAgent, 1, "a");
        settlement.penalties[1] = IEscrow.Penalty(healthAgent, 1, "b");
        expectRefusal(settlement, abi.encodeWithSelector(IEscrow.EscrowAgentsNotAscending.selector, healthAgent));
    }

    function test_ASettlementHasABound() public {
        IEscrow.Settlement memory settlement = settlementOf(taskId);
        settlement.payments = new IEscrow.Payment[](257);
        expectRefusal(settlement, abi.encodeWithSelector(IEscrow.EscrowTooManyAgents.selector, 257));
        settlement = settlementOf(taskId);
        settlement.penalties = new IEscrow.Penalty[](257);
        expectRefusal(settlement, abi.encodeWithSelector(IEscrow.EscrowTooManyAgents.selector, 257));
    }

    function test_AnAgentThatDropsItsWalletHoldsUpNobodyAndLosesNothing() public {
        vm.prank(healthAdmin);
        identity.unsetAgentWallet(healthAgent);
        vm.expectEmit(address(escrow));
        emit IEscrow.AgentPaid(taskId, healthAgent, 300_000);
        vm.expectEmit(address(escrow));
        emit IEscrow.TaskSettled(taskId, "evidence", 900_000, 0, 50_000, 50_000);
        settle(settlementOf(taskId));
        vm.assertEq(inPurse(weatherAgent), 600_000, "the others are paid");
        vm.assertEq(inPurse(healthAgent), 300_000, "and its own waits");
        vm.assertEq(escrow.balanceOf(weatherAdmin), 50_000, "the rest goes back");
    }

    function test_Attack_SilentSettler() public {
        uint256 lastMoment = escrow.taskOf(taskId).deadline + GRACE;
        vm.warp(lastMoment);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowTaskStillOpen.selector, taskId, lastMoment));
        escrow.reclaim(taskId);
        vm.warp(lastMoment + 1);
        expectRefusal(settlementOf(taskId), abi.encodeWithSelector(IEscrow.EscrowTaskLapsed.selector, taskId));
        vm.expectEmit(address(escrow));
        emit IEscrow.TaskReclaimed(taskId, weatherAdmin, BUDGET);
        vm.prank(stranger);
        escrow.reclaim(taskId);
        vm.assertEq(escrow.balanceOf(weatherAdmin), BUDGET, "all of it");
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowTaskNotFunded.selector, taskId));
        escrow.reclaim(taskId);
    }

    function test_ASettlementIsGoodToTheLastMoment() public {
        vm.warp(escrow.taskOf(taskId).deadline + GRACE);
        settle(settlementOf(taskId));
        vm.assertEq(inPurse(weatherAgent), 600_000, "paid");
    }

    function test_SuspensionOfTheRequesterAfterTheFactDoesNotTakeItsMoney() public {
        domains.suspend(WEATHER);
        vm.warp(block.timestamp + MAX_TASK + GRACE);
        escrow.reclaim(taskId);
        takeOut(weatherAdmin, BUDGET);
        vm.assertEq(token.balanceOf(weatherAdmin), BUDGET, "paid out");
    }

    function test_OnlyGovernanceMovesTheTreasury() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        escrow.setTreasury(stranger);
        vm.expectRevert(IEscrow.EscrowAccountZero.selector);
        escrow.setTreasury(address(0));
        vm.expectEmit(address(escrow));
        emit IEscrow.TreasuryChanged(stranger);
        escrow.setTreasury(stranger);
        settle(settlementOf(taskId));
        vm.assertEq(escrow.balanceOf(stranger), 50_000, "fee");
    }
}
