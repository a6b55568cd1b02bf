// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Rounds} from "../src/Rounds.sol";
import {IRounds} from "../src/interfaces/IRounds.sol";
import {Consortium} from "./Consortium.sol";

/// @notice A round of weather's and health's agents, opened by `opener`, with a minute for each phase.
abstract contract RoundsBase is Consortium {
    bytes32 internal constant TASK = "task";
    bytes32 internal constant SUBTASK = keccak256("forecast");
    uint64 internal constant PHASE = 1 minutes;

    address internal immutable opener = address(0x09E4);
    Rounds internal rounds;
    bytes32 internal roundId;

    function setUp() public virtual override {
        super.setUp();
        rounds = new Rounds(domains);
        roundId = openRound(1);
    }

    function both() internal view returns (uint256[] memory agentIds) {
        agentIds = new uint256[](2);
        (agentIds[0], agentIds[1]) = (weatherAgent, healthAgent);
    }

    function openRound(uint256 number) internal returns (bytes32) {
        uint256[] memory agentIds = both();
        vm.prank(opener);
        return rounds.open(TASK, SUBTASK, number, agentIds, PHASE, PHASE);
    }

    function keyOf(uint256 number) internal view returns (IRounds.Key memory) {
        return IRounds.Key(opener, TASK, SUBTASK, number);
    }

    /// @dev The nine words, written out again.
    function commitmentOf(uint256 number, uint256 agentId, address wallet, bytes32 output, bytes32 salt)
        internal
        view
        returns (bytes32)
    {
        bytes memory place = abi.encode(block.chainid, address(rounds), TASK, SUBTASK, number);
        return keccak256(bytes.concat(place, abi.encode(agentId, wallet, output, salt)));
    }

    function commit(address wallet, uint256 agentId, bytes32 output, bytes32 salt) internal {
        send(wallet, agentId, commitmentOf(1, agentId, wallet, output, salt));
    }

    function send(address wallet, uint256 agentId, bytes32 commitment) internal {
        vm.prank(wallet);
        rounds.commit(roundId, agentId, commitment);
    }

    function reveal(address wallet, uint256 agentId, bytes32 output, bytes32 salt) internal {
        vm.prank(stranger);
        rounds.reveal(keyOf(1), agentId, wallet, output, salt);
    }

    function expectNoReveal(address wallet, uint256 agentId, bytes32 output, bytes32 salt, bytes4 refusal) internal {
        bytes memory expected = refusal == IRounds.RoundsRevealMismatch.selector
            ? abi.encodeWithSelector(refusal, roundId, agentId)
            : abi.encodeWithSelector(refusal, roundId);
        vm.expectRevert(expected);
        rounds.reveal(keyOf(1), agentId, wallet, output, salt);
    }

    function assertFault(uint256 agentId, IRounds.Fault fault, string memory what) internal view {
        vm.assertTrue(rounds.faultOf(roundId, agentId) == fault, what);
    }

    function assertPhase(IRounds.Phase phase, string memory what) internal view {
        vm.assertTrue(rounds.phaseOf(roundId) == phase, what);
    }

    function pass(uint256 duration) internal {
        vm.warp(block.timestamp + duration);
    }
}
