// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {IPaymentDisputes} from "../src/interfaces/IPaymentDisputes.sol";
import {DisputesBase} from "./DisputesBase.sol";
import {NaiveTree} from "./NaiveTree.sol";

/// @notice Receipts, contributions and penalties: each without its proof is shown.
contract BatchProofsTest is DisputesBase {
    function stepOf(uint256 player, uint256 step) private pure returns (IPaymentDisputes.Step memory opened) {
        return stepOf(values(2), trace(2, player), player, step);
    }

    function stepOf(uint256[] memory numbers, uint256[] memory sums, uint256 player, uint256 step)
        private
        pure
        returns (IPaymentDisputes.Step memory opened)
    {
        uint256 mask = step == 0 ? 0 : player == 0 ? 2 : 1;
        opened.step = step;
        opened.before = openNumber(sums, step == 0 ? 0 : step - 1);
        opened.sum = openNumber(sums, step);
        opened.without = openNumber(numbers, mask);
        opened.with_ = openNumber(numbers, mask | (1 << player));
    }

    function test_RightProofsCannotBeDisputed() public {
        Lines memory lines = rightLines();
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenTask memory last = openTask(lines, 2);
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        for (uint64 player = 0; player < 2; ++player) {
            IBatches.OpenPayment memory payment = openPayment(lines, player);
            expectUnfounded();
            paymentDisputes.disputeReceipt(id, batch, task, payment);
            for (uint256 k = 0; k < 2; ++k) {
                IPaymentDisputes.Step memory step = stepOf(player, k);
                expectUnfounded();
                paymentDisputes.disputeContribution(id, batch, task, payment, step);
            }
        }
        expectUnfounded();
        paymentDisputes.disputePenalty(id, batch, last, penalty);
        bytes32 leaf = evidenceLeaves()[EVIDENCE_INDEX];
        bytes32[] memory path = NaiveTree.path(evidenceLeaves(), EVIDENCE_INDEX);
        expectUnfounded();
        paymentDisputes.disputeEvidence(id, batch, penalty, leaf, path);
    }

    function disputeReceipt(Lines memory lines, uint64 task, uint64 index) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenTask memory opened = openTask(lines, task);
        IBatches.OpenPayment memory payment = openPayment(lines, index);
        vm.prank(stranger);
        paymentDisputes.disputeReceipt(id, batch, opened, payment);
    }

    function test_APaymentWithoutASignedReceiptIsShown() public {
        Lines memory lines = rightLines();
        lines.payments[0].outputHash = "another output";
        expectCondemned(disputeReceipt(lines, 0, 0));
    }

    function test_AReceiptOfAnotherTaskIsShown() public {
        Lines memory lines = rightLines();
        lines.payments[0].signature = lines.payments[3].signature;
        expectCondemned(disputeReceipt(lines, 0, 0));
    }

    function test_AReceiptOfAWalletThatNeverSpokeForTheAgentIsShown() public {
        Lines memory lines = rightLines();
        lines.payments[1].agentId = idleAgent;
        lines.payments[1].wallet = vm.addr(IDLE_WALLET_KEY);
        signReceipt(lines, 1);
        lines.payments[1].wallet = vm.addr(HEALTH_WALLET_KEY);
        lines.payments[1].agentId = 1;
        expectCondemned(disputeReceipt(lines, 0, 1));
    }

    function test_AnAgentThatRotatesItsWalletDoesNotMakeAnHonestBatchWrong() public {
        Lines memory lines = rightLines();
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(0xD1, weatherAgent, weatherAdmin, deadline);
        vm.prank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenPayment memory payment = openPayment(lines, 0);
        expectUnfounded();
        paymentDisputes.disputeReceipt(id, batch, task, payment);
    }

    function disputeStep(Lines memory lines, IPaymentDisputes.Step memory step, uint64 index)
        private
        returns (uint256 id)
    {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenPayment memory payment = openPayment(lines, index);
        vm.prank(stranger);
        paymentDisputes.disputeContribution(id, batch, task, payment, step);
    }

    function test_AShareThatItsSumDoesNotSayIsShown() public {
        Lines memory lines = rightLines();
        lines.payments[0].share = 111;
        expectCondemned(disputeStep(lines, stepOf(0, 1), 0));
    }

    function test_AStepThatDoesNotFollowFromTheCoalitionsIsShown() public {
        for (uint256 k = 0; k < 2; ++k) {
            uint256 snapshot = vm.snapshotState();
            Lines memory lines = rightLines();
            uint256[] memory sums = trace(2, 0);
            for (uint256 i = k; i < 2; ++i) {
                sums[i] += 5;
            }
            lines.payments[0].trace = NaiveTree.root(numberLeaves(sums));
            lines.payments[0].share = sums[1];
            expectCondemned(disputeStep(lines, stepOf(values(2), sums, 0, k), 0));
            vm.revertToState(snapshot);
        }
    }

    function test_AValueThatNoOutcomeHasIsShown() public {
        for (uint256 mask = 0; mask < 2; ++mask) {
            uint256 snapshot = vm.snapshotState();
            Lines memory lines = rightLines();
            uint256[] memory numbers = values(2);
            numbers[mask] = uint256(type(uint128).max) + 1;
            lines.tasks[0].coalitions = NaiveTree.root(numberLeaves(numbers));
            expectCondemned(disputeStep(lines, stepOf(numbers, trace(2, 0), 0, 0), 0));
            vm.revertToState(snapshot);
        }
    }

    function test_APlayerMayTakeAwayFromACoalition() public {
        Lines memory lines = rightLines();
        uint256[] memory numbers = values(2);
        numbers[1] = 0;
        numbers[3] = 20;
        uint256[] memory sums = new uint256[](2);
        unchecked {
            sums[1] = uint256(0) - 10;
        }
        lines.tasks[0].coalitions = NaiveTree.root(numberLeaves(numbers));
        lines.payments[0].trace = NaiveTree.root(numberLeaves(sums));
        lines.payments[0].share = sums[1];
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenPayment memory payment = openPayment(lines, 0);
        IPaymentDisputes.Step memory step = stepOf(numbers, sums, 0, 1);
        expectUnfounded();
        paymentDisputes.disputeContribution(id, batch, task, payment, step);
        IBatches.OpenPayment[] memory payments = paymentsOf(lines, 0);
        vm.prank(stranger);
        taskDisputes.disputeSplit(id, batch, task, payments);
        expectCondemned(id);
    }

    function disputePenalty(Lines memory lines, uint64 task) private returns (uint256 id) {
        IBatches.Batch memory batch;
        (id, batch) = post(lines);
        IBatches.OpenTask memory opened = openTask(lines, task);
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        vm.prank(stranger);
        paymentDisputes.disputePenalty(id, batch, opened, penalty);
    }

    function test_APenaltyWithoutTheCommitmentOfItsAgentIsShown() public {
        Lines memory lines = rightLines();
        lines.penalties[0].commitment = "another";
        expectCondemned(disputePenalty(lines, 2));
    }

    function test_APenaltyOfAnotherTaskIsShown() public {
        Lines memory lines = rightLines();
        lines.penalties[0].task = 1;
        signCommit(lines, 0);
        uint256 snapshot = vm.snapshotState();
        expectCondemned(disputePenalty(lines, 1));
        vm.revertToState(snapshot);
        expectCondemned(disputePenalty(lines, 2));
    }

    function test_ANoShowSignedNothing() public {
        Lines memory lines = rightLines();
        lines.penalties[0].fault = IBatches.Fault.NoShow;
        lines.penalties[0].signature = IBatches.Signature(0, 0, 0);
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 2);
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        expectUnfounded();
        paymentDisputes.disputePenalty(id, batch, task, penalty);
    }

    function disputeEvidence(Lines memory lines, uint64 size, uint256 index) private returns (uint256 id) {
        IBatches.Batch memory batch = batchOf(lines);
        batch.evidenceSize = size;
        id = postAs(batch);
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        bytes32[] memory path = NaiveTree.path(evidenceLeaves(), index);
        bytes32 leaf = evidenceLeaves()[index];
        vm.prank(stranger);
        paymentDisputes.disputeEvidence(id, batch, penalty, leaf, path);
    }

    function test_EvidenceThatTheLogDoesNotHoldIsShown() public {
        Lines memory lines = rightLines();
        lines.penalties[0].evidence = "made up";
        expectCondemned(disputeEvidence(lines, EVIDENCE_SIZE, EVIDENCE_INDEX));
    }

    function test_EvidenceBeyondTheLogIsShown() public {
        Lines memory lines = rightLines();
        lines.penalties[0].evidenceIndex = EVIDENCE_SIZE;
        expectCondemned(disputeEvidence(lines, EVIDENCE_SIZE, 0));
    }

    function test_EvidenceOfALogThatWasNotAnchoredIsShown() public {
        expectCondemned(disputeEvidence(rightLines(), EVIDENCE_SIZE + 1, EVIDENCE_INDEX));
    }

    function test_LinesThatDoNotBelongTogetherProveNothing() public {
        Lines memory lines = rightLines();
        (uint256 id, IBatches.Batch memory batch) = post(lines);
        IBatches.OpenTask memory task = openTask(lines, 0);
        IBatches.OpenPayment memory other = openPayment(lines, 3);
        IPaymentDisputes.Step memory step = stepOf(0, 0);
        IBatches.OpenPenalty memory penalty = openPenalty(lines, 0);
        bytes32 leaf = evidenceLeaves()[EVIDENCE_INDEX];
        bytes32[] memory path = NaiveTree.path(evidenceLeaves(), 0);
        expectMismatch();
        paymentDisputes.disputeReceipt(id, batch, task, other);
        expectMismatch();
        paymentDisputes.disputeContribution(id, batch, task, other, step);
        expectMismatch();
        paymentDisputes.disputePenalty(id, batch, task, penalty);
        expectMismatch();
        paymentDisputes.disputeEvidence(id, batch, penalty, leaf, path);
    }
}
