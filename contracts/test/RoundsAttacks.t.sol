// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRounds} from "../src/interfaces/IRounds.sol";
import {RoundsBase} from "./RoundsBase.sol";

contract RoundsAttacksTest is RoundsBase {
    bytes4 private constant MISMATCH = IRounds.RoundsRevealMismatch.selector;

    function test_Attack_ACopiedCommitmentOpensForItsAuthorOnly() public {
        bytes32 commitment = commitmentOf(1, weatherAgent, weatherWallet, "output", "salt");
        send(weatherWallet, weatherAgent, commitment);
        send(healthWallet, healthAgent, commitment);
        reveal(weatherWallet, weatherAgent, "output", "salt");
        // By now the copier knows all that its author knew.
        expectNoReveal(healthWallet, healthAgent, "output", "salt", MISMATCH);
        expectNoReveal(weatherWallet, healthAgent, "output", "salt", MISMATCH);
        pass(2 * PHASE + 1);
        assertFault(healthAgent, IRounds.Fault.NoReveal, "the copier");
        assertFault(weatherAgent, IRounds.Fault.None, "the author");
    }

    function test_Attack_SendingACopyFirstDoesNotKeepItsAuthorOut() public {
        bytes32 commitment = commitmentOf(1, weatherAgent, weatherWallet, "output", "salt");
        send(healthWallet, healthAgent, commitment);
        send(weatherWallet, weatherAgent, commitment);
        reveal(weatherWallet, weatherAgent, "output", "salt");
    }

    /// @dev The copier writes its own wallet into the author's place, or claims that the author's wallet sent its copy.
    function test_Attack_ACommitmentWithAnothersWalletInItOpensNothing() public {
        send(healthWallet, healthAgent, commitmentOf(1, healthAgent, weatherWallet, "output", "salt"));
        commit(weatherWallet, weatherAgent, "output", "salt");
        expectNoReveal(weatherWallet, healthAgent, "output", "salt", MISMATCH);
        expectNoReveal(healthWallet, healthAgent, "output", "salt", MISMATCH);
    }

    /// @dev The result is yes or no. Without the salt, neither hashing nor revealing a guess tells which.
    function testFuzz_Attack_AGuessedResultWithoutItsSaltTellsNothing(bytes32 salt, bytes32 guessedSalt) public {
        vm.assume(salt != 0 && guessedSalt != 0 && guessedSalt != salt);
        bytes32 commitment = commitmentOf(1, weatherAgent, weatherWallet, "yes", salt);
        send(weatherWallet, weatherAgent, commitment);
        commit(healthWallet, healthAgent, "output", "salt");
        bytes32[2] memory guesses = [bytes32("yes"), "no"];
        for (uint256 i = 0; i < guesses.length; ++i) {
            bytes32 unsalted = commitmentOf(1, weatherAgent, weatherWallet, guesses[i], 0);
            vm.assertFalse(unsalted == commitment, "unsalted");
            expectNoReveal(weatherWallet, weatherAgent, guesses[i], guessedSalt, MISMATCH);
        }
    }

    function test_Attack_AnUnsaltedCommitmentIsNotAccepted() public {
        commit(weatherWallet, weatherAgent, "output", 0);
        commit(healthWallet, healthAgent, "output", "salt");
        vm.expectRevert(IRounds.RoundsSaltEmpty.selector);
        rounds.reveal(keyOf(1), weatherAgent, weatherWallet, "output", 0);
    }

    function test_Attack_NobodyCommitsAfterTheDeadline() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        pass(PHASE + 1);
        reveal(weatherWallet, weatherAgent, "output", "salt");
        bytes32 late = commitmentOf(1, healthAgent, healthWallet, "output", "salt");
        bytes memory refusal = abi.encodeWithSelector(IRounds.RoundsNotCommitting.selector, roundId);
        vm.prank(healthWallet);
        vm.expectRevert(refusal);
        rounds.commit(roundId, healthAgent, late);
        pass(PHASE);
        vm.prank(healthWallet);
        vm.expectRevert(refusal);
        rounds.commit(roundId, healthAgent, late);
    }

    function test_Attack_NobodyRevealsBeforeAllHaveCommittedOrTheTimeIsUp() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        expectNoReveal(weatherWallet, weatherAgent, "output", "salt", IRounds.RoundsNotRevealing.selector);
        pass(PHASE);
        expectNoReveal(weatherWallet, weatherAgent, "output", "salt", IRounds.RoundsNotRevealing.selector);
        pass(1);
        reveal(weatherWallet, weatherAgent, "output", "salt");
    }

    function test_Attack_NobodyRevealsAfterTheDeadline() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        pass(2 * PHASE + 1);
        expectNoReveal(weatherWallet, weatherAgent, "output", "salt", IRounds.RoundsNotRevealing.selector);
    }

    function test_Attack_AnAgentDoesNotChangeItsMind() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        bytes memory refusal = abi.encodeWithSelector(IRounds.RoundsAlreadyCommitted.selector, roundId, weatherAgent);
        vm.prank(weatherWallet);
        vm.expectRevert(refusal);
        rounds.commit(roundId, weatherAgent, "another");
        vm.assertEq(rounds.roundOf(roundId).committed, 1, "nor counts twice to end the phase");
    }

    function test_Attack_ARevealIsNotRepeated() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        commit(healthWallet, healthAgent, "output", "salt");
        reveal(weatherWallet, weatherAgent, "output", "salt");
        expectNoReveal(weatherWallet, weatherAgent, "output", "salt", MISMATCH);
        expectNoReveal(address(0), weatherAgent, 0, "salt", MISMATCH);
    }

    function test_Attack_OnlyAnAgentsOwnWalletCommitsForIt() public {
        address[4] memory others = [healthWallet, weatherAdmin, opener, stranger];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory refusal =
                abi.encodeWithSelector(IRounds.RoundsNotWallet.selector, roundId, weatherAgent, others[i]);
            vm.prank(others[i]);
            vm.expectRevert(refusal);
            rounds.commit(roundId, weatherAgent, "commitment");
        }
        uint256 unlisted = enrolAgent(WEATHER, weatherAdmin, 0xB3);
        vm.prank(vm.addr(0xB3));
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsNotWallet.selector, roundId, unlisted, vm.addr(0xB3)));
        rounds.commit(roundId, unlisted, "commitment");
    }

    function test_Attack_ACommitmentIsNotReplayedInAnotherRound() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        commit(healthWallet, healthAgent, "output", "salt");
        reveal(weatherWallet, weatherAgent, "output", "salt");

        bytes32 next = openRound(2);
        bytes32 replayed = commitmentOf(1, weatherAgent, weatherWallet, "output", "salt");
        vm.prank(weatherWallet);
        rounds.commit(next, weatherAgent, replayed);
        pass(PHASE + 1);
        vm.expectRevert(abi.encodeWithSelector(MISMATCH, next, weatherAgent));
        rounds.reveal(keyOf(2), weatherAgent, weatherWallet, "output", "salt");
    }

    function testFuzz_Attack_ACommitmentIsNotReplayedInAnotherTaskOrSubtask(bytes32 task, bytes32 subtask) public {
        vm.assume(task != 0 && (task != TASK || subtask != SUBTASK));
        uint256[] memory agentIds = both();
        vm.prank(opener);
        bytes32 elsewhere = rounds.open(task, subtask, 1, agentIds, PHASE, PHASE);
        bytes32 replayed = commitmentOf(1, weatherAgent, weatherWallet, "output", "salt");
        vm.prank(weatherWallet);
        rounds.commit(elsewhere, weatherAgent, replayed);
        pass(PHASE + 1);
        vm.expectRevert(abi.encodeWithSelector(MISMATCH, elsewhere, weatherAgent));
        rounds.reveal(IRounds.Key(opener, task, subtask, 1), weatherAgent, weatherWallet, "output", "salt");
    }

    /// @dev The chain forks with the round in it: the same commitment must not open on both sides.
    function test_Attack_ACommitmentIsNotReplayedOnAnotherChain() public {
        bytes32 ofThisChain = commitmentOf(1, weatherAgent, weatherWallet, "output", "salt");
        vm.chainId(block.chainid + 1);
        bytes32 there = openRound(1);
        vm.assertFalse(there == roundId, "another round");
        vm.prank(weatherWallet);
        rounds.commit(there, weatherAgent, ofThisChain);
        pass(PHASE + 1);
        vm.expectRevert(abi.encodeWithSelector(MISMATCH, there, weatherAgent));
        rounds.reveal(keyOf(1), weatherAgent, weatherWallet, "output", "salt");
    }

    /// @dev Off chain, commitments name the ContractRegistry as their contract. The agent used one salt for both.
    function test_Attack_WhatWasCommittedOffChainOpensNothingHere() public {
        bytes memory place = abi.encode(block.chainid, address(registry), TASK, SUBTASK, uint256(1));
        bytes32 offChain =
            keccak256(bytes.concat(place, abi.encode(weatherAgent, weatherWallet, bytes32("output"), bytes32("salt"))));
        send(weatherWallet, weatherAgent, offChain);
        pass(PHASE + 1);
        expectNoReveal(weatherWallet, weatherAgent, "output", "salt", MISMATCH);
    }

    /// @dev No call of the opener's after its first.
    function test_Attack_ASilentOpenerHoldsUpNobody() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        pass(PHASE + 1);
        reveal(weatherWallet, weatherAgent, "output", "salt");
        pass(PHASE);
        vm.prank(stranger);
        rounds.close(roundId);
        assertFault(healthAgent, IRounds.Fault.NoCommit, "found without it");
    }

    function test_Attack_AnAgentIsNotListedTwice() public {
        uint256[] memory agentIds = both();
        agentIds[1] = weatherAgent;
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsAgentsNotAscending.selector, weatherAgent));
        rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, PHASE);
        (agentIds[0], agentIds[1]) = (healthAgent, weatherAgent);
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsAgentsNotAscending.selector, weatherAgent));
        rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, PHASE);
    }

    function test_Attack_NobodySquatsOnAnothersRound() public {
        uint256[] memory alone = new uint256[](1);
        alone[0] = healthAgent;
        vm.prank(healthAdmin);
        bytes32 squatted = rounds.open(TASK, SUBTASK, 2, alone, 15, 15);
        bytes32 next = openRound(2);
        vm.assertFalse(next == squatted, "another round");
        vm.assertEq(rounds.roundOf(next).listed, 2, "with its own agents");
    }

    function test_Attack_AnOpenerDoesNotRestartARound() public {
        uint256[] memory agentIds = both();
        bytes memory refusal = abi.encodeWithSelector(IRounds.RoundsRoundExists.selector, roundId);
        vm.prank(opener);
        vm.expectRevert(refusal);
        rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, PHASE);
        pass(2 * PHASE + 1);
        rounds.close(roundId);
        vm.prank(opener);
        vm.expectRevert(refusal);
        rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, PHASE);
    }

    function test_Attack_AWalletChangedDuringARoundDoesNotStealTheAgentsPlace() public {
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(0xD1, weatherAgent, weatherAdmin, deadline);
        vm.prank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, vm.addr(0xD1), deadline, consent);
        vm.prank(vm.addr(0xD1));
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsNotWallet.selector, roundId, weatherAgent, vm.addr(0xD1)));
        rounds.commit(roundId, weatherAgent, "commitment");
        commit(weatherWallet, weatherAgent, "output", "salt");
    }
}
