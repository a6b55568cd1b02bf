// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Rounds} from "../src/Rounds.sol";
import {IRounds} from "../src/interfaces/IRounds.sol";
import {RoundsBase} from "./RoundsBase.sol";

contract RoundsLifeTest is RoundsBase {
    function test_ARoundIsOpenedWithItsAgentsAndItsTimes() public {
        bytes32 next = rounds.roundIdOf(keyOf(2));
        uint64 commitUntil = uint64(block.timestamp) + PHASE;
        vm.expectEmit(address(rounds));
        emit IRounds.RoundOpened(next, opener, TASK, SUBTASK, 2, both(), commitUntil, commitUntil + PHASE);
        vm.assertEq(openRound(2), next, "id");
        IRounds.Round memory round = rounds.roundOf(next);
        vm.assertEq(round.commitUntil, commitUntil, "commit until");
        vm.assertEq(round.revealUntil, commitUntil + PHASE, "reveal until");
        vm.assertEq(round.listed, 2, "listed");
        vm.assertEq(rounds.agentsOf(next)[0], weatherAgent, "first");
        vm.assertEq(rounds.agentsOf(next)[1], healthAgent, "second");
    }

    function testFuzz_EveryoneCommitsThenEveryoneReveals(bytes32[2] calldata outputs, bytes32[2] calldata salts)
        public
    {
        vm.assume(salts[0] != 0 && salts[1] != 0);
        bytes32 commitment = commitmentOf(1, weatherAgent, weatherWallet, outputs[0], salts[0]);
        vm.expectEmit(address(rounds));
        emit IRounds.Committed(roundId, weatherAgent, commitment);
        send(weatherWallet, weatherAgent, commitment);
        assertPhase(IRounds.Phase.Commit, "one is missing");
        commit(healthWallet, healthAgent, outputs[1], salts[1]);
        assertPhase(IRounds.Phase.Reveal, "early, for all have committed");

        vm.expectEmit(address(rounds));
        emit IRounds.Revealed(roundId, weatherAgent, outputs[0]);
        reveal(weatherWallet, weatherAgent, outputs[0], salts[0]);
        reveal(healthWallet, healthAgent, outputs[1], salts[1]);
        vm.expectEmit(address(rounds));
        emit IRounds.RoundClosed(roundId, 0);
        rounds.close(roundId);
        pass(2 * PHASE + 1);
        assertFault(weatherAgent, IRounds.Fault.None, "weather's");
        assertFault(healthAgent, IRounds.Fault.None, "health's");
    }

    function test_PhasesEndByTheClockToTheSecond() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        pass(PHASE);
        assertPhase(IRounds.Phase.Commit, "its last second");
        pass(1);
        assertPhase(IRounds.Phase.Reveal, "then reveal");
        pass(PHASE - 1);
        assertPhase(IRounds.Phase.Reveal, "its last second");
        pass(1);
        assertPhase(IRounds.Phase.Over, "then over");
    }

    function test_WhoDoesNotCommitOrDoesNotRevealIsAtFault() public {
        commit(weatherWallet, weatherAgent, "output", "salt");
        assertFault(healthAgent, IRounds.Fault.None, "there is time to commit");
        pass(PHASE + 1);
        assertFault(healthAgent, IRounds.Fault.NoCommit, "no commitment");
        assertFault(weatherAgent, IRounds.Fault.None, "there is time to reveal");
        pass(PHASE);
        assertFault(healthAgent, IRounds.Fault.NoCommit, "still none");
        assertFault(weatherAgent, IRounds.Fault.NoReveal, "no reveal");
        assertFault(99, IRounds.Fault.None, "one that is not listed");
        vm.assertTrue(rounds.faultOf("none", weatherAgent) == IRounds.Fault.None, "in no round");

        vm.expectEmit(address(rounds));
        emit IRounds.Faulted(roundId, weatherAgent, IRounds.Fault.NoReveal);
        vm.expectEmit(address(rounds));
        emit IRounds.Faulted(roundId, healthAgent, IRounds.Fault.NoCommit);
        vm.expectEmit(address(rounds));
        emit IRounds.RoundClosed(roundId, 2);
        vm.prank(stranger);
        rounds.close(roundId);
        assertFault(weatherAgent, IRounds.Fault.NoReveal, "on record");
    }

    function test_FaultsAreClosedOnceAndNotBeforeTheyAreCertain() public {
        bytes memory notOver = abi.encodeWithSelector(IRounds.RoundsNotOver.selector, roundId);
        vm.expectRevert(notOver);
        rounds.close(roundId);
        commit(weatherWallet, weatherAgent, "output", "salt");
        pass(PHASE + 1);
        vm.expectRevert(notOver);
        rounds.close(roundId);

        reveal(weatherWallet, weatherAgent, "output", "salt");
        vm.expectEmit(address(rounds));
        emit IRounds.RoundClosed(roundId, 1);
        rounds.close(roundId);
        vm.assertTrue(rounds.roundOf(roundId).closed, "before its time, as nothing can change");
        assertFault(healthAgent, IRounds.Fault.NoCommit, "whose fault it is");
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsAlreadyClosed.selector, roundId));
        rounds.close(roundId);
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsRoundUnknown.selector, bytes32("none")));
        rounds.close("none");
    }

    function test_ARoundWithoutAnyCommitmentIsOverWithItsCommitPhase() public {
        pass(PHASE + 1);
        vm.expectEmit(address(rounds));
        emit IRounds.RoundClosed(roundId, 2);
        rounds.close(roundId);
    }

    function test_ARoundHasAtMostThirtyOneAgents() public {
        uint256[] memory agentIds = new uint256[](32);
        for (uint256 i = 0; i < agentIds.length; ++i) {
            agentIds[i] = enrolAgent(WEATHER, weatherAdmin, 0x1000 + i);
        }
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsAgentCountInvalid.selector, uint256(32)));
        rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, PHASE);
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsAgentCountInvalid.selector, uint256(0)));
        rounds.open(TASK, SUBTASK, 1, new uint256[](0), PHASE, PHASE);

        uint256[] memory most = new uint256[](31);
        for (uint256 i = 0; i < most.length; ++i) {
            most[i] = agentIds[i];
        }
        vm.prank(opener);
        roundId = rounds.open(TASK, SUBTASK, 3, most, PHASE, PHASE);
        for (uint256 i = 0; i < most.length; ++i) {
            send(vm.addr(0x1000 + i), most[i], "any");
            vm.assertEq(rounds.agentsOf(roundId)[i], most[i], "listed");
        }
        assertPhase(IRounds.Phase.Reveal, "all 31 have committed");
    }

    function testFuzz_PhasesHaveBoundedLengths(uint64 length) public {
        uint256[] memory agentIds = both();
        if (length < 15 || length > 1 days) {
            bytes memory refusal = abi.encodeWithSelector(IRounds.RoundsLengthInvalid.selector, length);
            vm.expectRevert(refusal);
            rounds.open(TASK, SUBTASK, 1, agentIds, length, PHASE);
            vm.expectRevert(refusal);
            rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, length);
        } else {
            rounds.open(TASK, SUBTASK, 1, agentIds, length, length);
        }
    }

    function test_PhasesMayBeAsShortAndAsLongAsIsSaid() public {
        uint256[] memory agentIds = both();
        rounds.open(TASK, SUBTASK, 1, agentIds, 15, 1 days);
        rounds.open(TASK, SUBTASK, 2, agentIds, 1 days, 15);
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsLengthInvalid.selector, uint64(14)));
        rounds.open(TASK, SUBTASK, 3, agentIds, 14, 15);
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsLengthInvalid.selector, uint64(1 days + 1)));
        rounds.open(TASK, SUBTASK, 3, agentIds, 15, 1 days + 1);
    }

    function test_OnlyActiveAgentsAreListed() public {
        uint256[] memory agentIds = both();
        domains.suspend(HEALTH);
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsAgentInactive.selector, healthAgent));
        rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, PHASE);
        agentIds[1] = type(uint256).max;
        vm.expectRevert(abi.encodeWithSelector(IRounds.RoundsAgentInactive.selector, type(uint256).max));
        rounds.open(TASK, SUBTASK, 1, agentIds, PHASE, PHASE);
    }

    function test_ARoundNeedsATaskAndANumber() public {
        uint256[] memory agentIds = both();
        vm.expectRevert(IRounds.RoundsKeyInvalid.selector);
        rounds.open(0, SUBTASK, 1, agentIds, PHASE, PHASE);
        vm.expectRevert(IRounds.RoundsKeyInvalid.selector);
        rounds.open(TASK, SUBTASK, 0, agentIds, PHASE, PHASE);
    }

    /// @dev What `commitmentOf` in protocol/receipt.ts makes of these very words, at this chain and address.
    function test_ACommitmentMadeByAnAgentsSoftwareOpensHere() public {
        bytes32 made = 0x9cd5a679a0dbaf0ab81e38d3e667df353a243880e9927f1d29c3f6c74f6cf201;
        vm.chainId(31_337);
        address known = 0x00000000000000000000000000000000c0dEc0DE;
        vm.etch(known, address(rounds).code);
        rounds = Rounds(known);
        roundId = openRound(1);
        send(weatherWallet, weatherAgent, made);
        commit(healthWallet, healthAgent, "output", "salt");
        reveal(weatherWallet, weatherAgent, "output", "salt");
    }
}
