// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {EntenteDomain} from "../src/libraries/EntenteDomain.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {Consortium} from "./Consortium.sol";
import {NaiveTree} from "./NaiveTree.sol";

/// @notice A right batch, small enough to read: two requesters, three tasks, five payments, one penalty. Tests change one line
/// of it and see that the change is found.
///
/// | task | requester | payments to agents | penalties |
/// |---|---|---|---|
/// | 0 | first | 0: 551, 1: 450 | |
/// | 1 | first | 0: 500 | |
/// | 2 | second | 0: 551, 1: 450 | agent 2 |
abstract contract RightLines is Consortium {
    /// @dev The lines of a batch before they are hashed.
    struct Lines {
        uint256 parent;
        IBatches.TaskLine[] tasks;
        IBatches.PaymentLine[] payments;
        IBatches.PenaltyLine[] penalties;
        IBatches.Earning[] earnings;
    }

    uint256 internal constant IDLE_WALLET_KEY = 0xB3;
    uint256 internal constant BUDGET = 2_000;
    uint256 internal constant FEE = 20;
    uint256 internal constant PENALTY = 300;
    uint64 internal constant EVIDENCE_SIZE = 5;
    uint64 internal constant EVIDENCE_INDEX = 2;

    uint256 internal idleAgent;
    uint256 internal firstKey;
    uint256 internal secondKey;

    function setUp() public virtual override {
        super.setUp();
        idleAgent = enrolAgent(HEALTH, healthAdmin, IDLE_WALLET_KEY);
        bool inOrder = weatherAdmin < healthAdmin;
        (firstKey, secondKey) = inOrder ? (WEATHER_ADMIN_KEY, HEALTH_ADMIN_KEY) : (HEALTH_ADMIN_KEY, WEATHER_ADMIN_KEY);
        giveBalance(vm.addr(firstKey), 1_000_000);
        giveBalance(vm.addr(secondKey), 1_000_000);
        giveBalance(settler, 10 * uint256(BOND));
        giveStake(idleAgent, 1_000);
        bytes32 root = NaiveTree.root(evidenceLeaves());
        bytes32 checkpoint =
            keccak256(abi.encode(keccak256("Checkpoint(uint64 size,bytes32 root)"), EVIDENCE_SIZE, root));
        evidence.checkpoint(EVIDENCE_SIZE, root, sign(KEEPER_KEY, checkpoint));
    }

    function evidenceLeaves() internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](EVIDENCE_SIZE);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.hashLeaf(abi.encode("event", i));
        }
    }

    function rightLines() internal view returns (Lines memory lines) {
        lines.tasks = new IBatches.TaskLine[](3);
        lines.tasks[0] = taskLine(firstKey, 1, 1_001);
        lines.tasks[1] = taskLine(firstKey, 2, 500);
        lines.tasks[2] = taskLine(secondKey, 3, 1_001);
        (lines.tasks[0].firstPayment, lines.tasks[0].endPayment) = (0, 2);
        (lines.tasks[1].firstPayment, lines.tasks[1].endPayment) = (2, 3);
        (lines.tasks[2].firstPayment, lines.tasks[2].endPayment) = (3, 5);
        lines.tasks[2].endPenalty = 1;
        lines.tasks[0].debited = 1_021;
        lines.tasks[1].debited = 1_541;
        lines.tasks[2].debited = 1_021;
        for (uint256 i = 0; i < 3; ++i) {
            lines.tasks[i].feesSoFar = (i + 1) * FEE;
        }
        lines.payments = new IBatches.PaymentLine[](5);
        lines.payments[0] = paymentLine(lines, 0, 0, 551, 551, 0);
        lines.payments[1] = paymentLine(lines, 0, 1, 450, 450, 0);
        lines.payments[2] = paymentLine(lines, 1, 0, 500, 1_051, 1);
        lines.payments[3] = paymentLine(lines, 2, 0, 551, 1_602, 3);
        lines.payments[4] = paymentLine(lines, 2, 1, 450, 900, 2);
        lines.penalties = new IBatches.PenaltyLine[](1);
        lines.penalties[0] = penaltyLine(lines, 2);
        lines.earnings = new IBatches.Earning[](3);
        lines.earnings[0] = IBatches.Earning(1_602, 4);
        lines.earnings[1] = IBatches.Earning(900, 5);
    }

    /// @dev The same tasks under other nonces, on the earnings of the batch before.
    function nextLines(uint256 parent, uint256 round) internal view returns (Lines memory lines) {
        lines = rightLines();
        lines.parent = parent;
        for (uint256 i = 0; i < 3; ++i) {
            lines.tasks[i].order.nonce += 3 * round;
            signOrder(lines.tasks[i]);
        }
        for (uint256 i = 0; i < 5; ++i) {
            lines.payments[i].earned += round * (lines.payments[i].agentId == 0 ? 1_602 : 900);
            signReceipt(lines, i);
        }
        signCommit(lines, 0);
        lines.earnings[0].cumulative *= round + 1;
        lines.earnings[1].cumulative *= round + 1;
    }

    function taskLine(uint256 key, uint256 nonce, uint256 pool) private view returns (IBatches.TaskLine memory line) {
        line.order = IEscrow.TaskOrder({
            requester: vm.addr(key),
            domainId: "domain",
            specHash: "spec",
            inputHash: "input",
            policyHash: "policy",
            token: address(token),
            budget: BUDGET,
            deadline: uint64(block.timestamp) + 1 hours,
            nonce: nonce
        });
        line.pool = pool;
        line.fee = FEE;
        line.evidence = "settlement";
        line.coalitions = NaiveTree.root(coalitions(pool == 500 ? 1 : 2));
        signOrder(line);
    }

    function paymentLine(
        Lines memory lines,
        uint64 task,
        uint256 agentId,
        uint256 amount,
        uint256 earned,
        uint64 previous
    ) private view returns (IBatches.PaymentLine memory line) {
        uint256 players = task == 1 ? 1 : 2;
        uint256[] memory sums = trace(players, agentId);
        line.task = task;
        line.agentId = agentId;
        line.share = sums[sums.length - 1];
        line.amount = amount;
        line.earned = earned;
        line.previous = previous;
        line.trace = NaiveTree.root(numberLeaves(sums));
        line.subtask = keccak256("forecast");
        line.attempt = 1;
        line.inputHash = "input";
        line.outputHash = "output";
        line.startedAtMs = 1;
        line.finishedAtMs = 2;
        line.wallet = vm.addr(walletKeyOf(agentId));
        line.signature = receiptSignature(lines.tasks[task], line);
    }

    function penaltyLine(Lines memory lines, uint64 task) private view returns (IBatches.PenaltyLine memory line) {
        line.task = task;
        line.agentId = idleAgent;
        line.amount = PENALTY;
        line.fault = IBatches.Fault.Wrong;
        line.evidence = evidenceLeaves()[EVIDENCE_INDEX];
        line.evidenceIndex = EVIDENCE_INDEX;
        line.subtask = keccak256("forecast");
        line.attempt = 1;
        line.commitment = "commitment";
        line.wallet = vm.addr(IDLE_WALLET_KEY);
        line.signature = commitSignature(lines.tasks[task], line);
    }

    function walletKeyOf(uint256 agentId) internal pure returns (uint256) {
        return agentId == 0 ? WEATHER_WALLET_KEY : agentId == 1 ? HEALTH_WALLET_KEY : IDLE_WALLET_KEY;
    }

    /// @dev Of one player: 0, 70. Of two: 0, 40, 30, 100; so their shares are 110 and 90 of 200.
    function values(uint256 players) internal pure returns (uint256[] memory numbers) {
        numbers = new uint256[](1 << players);
        if (players == 1) {
            numbers[1] = 70;
        } else {
            (numbers[1], numbers[2], numbers[3]) = (40, 30, 100);
        }
    }

    /// @dev The running sums of the steps of one player's value.
    function trace(uint256 players, uint256 player) internal pure returns (uint256[] memory sums) {
        sums = new uint256[](players);
        if (players == 1) sums[0] = 70;
        else (sums[0], sums[1]) = player == 0 ? (uint256(40), uint256(110)) : (uint256(30), uint256(90));
    }

    function coalitions(uint256 players) internal pure returns (bytes32[] memory) {
        return numberLeaves(values(players));
    }

    function numberLeaves(uint256[] memory numbers) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](numbers.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            leaves[i] = MerkleTree.hashLeaf(abi.encode(numbers[i]));
        }
    }

    function signOrder(IBatches.TaskLine memory line) internal view {
        uint256 key = line.order.requester == vm.addr(firstKey) ? firstKey : secondKey;
        line.signature = split(key, escrow.taskIdOf(line.order));
    }

    function signReceipt(Lines memory lines, uint256 index) internal view {
        IBatches.PaymentLine memory line = lines.payments[index];
        line.signature = receiptSignature(lines.tasks[line.task], line);
    }

    function signCommit(Lines memory lines, uint256 index) internal view {
        IBatches.PenaltyLine memory line = lines.penalties[index];
        line.signature = commitSignature(lines.tasks[line.task], line);
    }

    function receiptSignature(IBatches.TaskLine memory task, IBatches.PaymentLine memory line)
        private
        view
        returns (IBatches.Signature memory)
    {
        bytes32 typeHash = keccak256(
            "Receipt(bytes32 taskId,string subtaskId,uint32 attempt,uint256 agentId,bytes32 inputHash,bytes32 outputHash,uint64 startedAtMs,uint64 finishedAtMs)"
        );
        bytes memory head = abi.encode(typeHash, escrow.taskIdOf(task.order), line.subtask, line.attempt, line.agentId);
        bytes memory tail = abi.encode(line.inputHash, line.outputHash, line.startedAtMs, line.finishedAtMs);
        bytes32 receipt = keccak256(bytes.concat(head, tail));
        return split(walletKeyOf(line.agentId), EntenteDomain.digest(address(registry), receipt));
    }

    function commitSignature(IBatches.TaskLine memory task, IBatches.PenaltyLine memory line)
        private
        view
        returns (IBatches.Signature memory)
    {
        bytes32 typeHash =
            keccak256("Commit(bytes32 taskId,string subtaskId,uint32 attempt,uint256 agentId,bytes32 commitment)");
        bytes32 taskId = escrow.taskIdOf(task.order);
        bytes32 commit =
            keccak256(abi.encode(typeHash, taskId, line.subtask, line.attempt, line.agentId, line.commitment));
        return split(walletKeyOf(line.agentId), EntenteDomain.digest(address(registry), commit));
    }

    function split(uint256 key, bytes32 digest) internal pure returns (IBatches.Signature memory signature) {
        (signature.v, signature.r, signature.s) = vm.sign(key, digest);
    }
}
