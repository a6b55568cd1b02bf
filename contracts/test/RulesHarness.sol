// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {BatchLines} from "../src/libraries/BatchLines.sol";
import {BatchRules} from "../src/libraries/BatchRules.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {ShapleySteps} from "../src/libraries/ShapleySteps.sol";
import {TypedHash} from "../src/libraries/TypedHash.sol";

/// @notice The rules of batches, open to calls from outside, many cases at once: test/contracts/batch-differential.real.test.ts
/// compares them with those of coordinator/flow/batch.
/// @custom:as-shipped
contract RulesHarness {
    struct BudgetCase {
        IBatches.TaskLine line;
        uint256 maxFeeBps;
    }

    struct TotalsCase {
        IBatches.Batch batch;
        IBatches.TaskLine before;
        IBatches.TaskLine line;
        uint256 index;
        uint256 group;
    }

    /// @param isWrong Meaningless where the line is not in the group: the rule is then not asked.
    struct TotalsVerdict {
        bool isInGroup;
        bool isWrong;
    }

    struct SplitCase {
        IBatches.TaskLine line;
        uint256 index;
        IBatches.OpenPayment[] payments;
    }

    struct EarnedCase {
        IBatches.PaymentLine line;
        uint256 before;
    }

    /// @param step Below 2^(players - 1). @param player Below `players`.
    struct StepCase {
        uint256 step;
        uint256 player;
        uint256 players;
        uint256 before;
        uint256 sum;
        uint256 without;
        uint256 with_;
    }

    struct StepVerdict {
        uint256 mask;
        uint256 weight;
        bool follows;
    }

    function hashTasks(IBatches.TaskLine[] calldata lines) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = MerkleTree.hashLeaf(abi.encode(lines[i]));
        }
    }

    function hashPayments(IBatches.PaymentLine[] calldata lines) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = MerkleTree.hashLeaf(abi.encode(lines[i]));
        }
    }

    function hashPenalties(IBatches.PenaltyLine[] calldata lines) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = MerkleTree.hashLeaf(abi.encode(lines[i]));
        }
    }

    function hashEarnings(IBatches.Earning[] calldata lines) external pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = MerkleTree.hashLeaf(abi.encode(lines[i]));
        }
    }

    function hashReceipts(bytes32 taskId, IBatches.PaymentLine[] calldata lines)
        external
        pure
        returns (bytes32[] memory hashes)
    {
        hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = TypedHash.receipt(taskId, lines[i]);
        }
    }

    function hashCommits(bytes32 taskId, IBatches.PenaltyLine[] calldata lines)
        external
        pure
        returns (bytes32[] memory hashes)
    {
        hashes = new bytes32[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            hashes[i] = TypedHash.commit(taskId, lines[i]);
        }
    }

    /// @notice Reverts where one of the lines is not the batch's at its place.
    function checkLines(
        IBatches.Batch calldata batch,
        IBatches.OpenTask[] calldata tasks,
        IBatches.OpenPayment[] calldata payments,
        IBatches.OpenPenalty[] calldata penalties,
        IBatches.OpenEarning[] calldata earnings
    ) external pure {
        for (uint256 i = 0; i < tasks.length; ++i) {
            BatchLines.check(batch, tasks[i]);
        }
        for (uint256 i = 0; i < payments.length; ++i) {
            BatchLines.check(batch, payments[i]);
        }
        for (uint256 i = 0; i < penalties.length; ++i) {
            BatchLines.check(batch, penalties[i]);
        }
        for (uint256 i = 0; i < earnings.length; ++i) {
            BatchLines.check(batch, i, earnings[i]);
        }
    }

    /// @notice Reverts where one of the numbers is not in the tree at its place.
    function checkNumbers(IBatches.Tree tree, bytes32 root, IBatches.OpenNumber[] calldata numbers) external pure {
        for (uint256 i = 0; i < numbers.length; ++i) {
            BatchLines.check(tree, root, i, numbers.length, numbers[i]);
        }
    }

    function exceedsBudget(BudgetCase[] calldata cases) external pure returns (bool[] memory verdicts) {
        verdicts = new bool[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            verdicts[i] = BatchRules.exceedsBudget(cases[i].line, cases[i].maxFeeBps);
        }
    }

    function totalsWrong(TotalsCase[] calldata cases) external pure returns (TotalsVerdict[] memory verdicts) {
        verdicts = new TotalsVerdict[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            TotalsCase calldata each = cases[i];
            if (!BatchRules.isInGroup(each.batch, each.index, each.group)) continue;
            verdicts[i] =
                TotalsVerdict(true, BatchRules.totalsWrong(each.batch, each.before, each.line, each.index, each.group));
        }
    }

    function coalitionsOf(IBatches.TaskLine[] calldata lines) external pure returns (uint256[] memory sizes) {
        sizes = new uint256[](lines.length);
        for (uint256 i = 0; i < lines.length; ++i) {
            sizes[i] = BatchRules.coalitionsOf(lines[i]);
        }
    }

    function splitWrong(SplitCase[] calldata cases) external pure returns (bool[] memory verdicts) {
        verdicts = new bool[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            verdicts[i] = BatchRules.splitWrong(cases[i].line, cases[i].index, cases[i].payments);
        }
    }

    function earnedWrong(EarnedCase[] calldata cases) external pure returns (bool[] memory verdicts) {
        verdicts = new bool[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            verdicts[i] = BatchRules.earnedWrong(cases[i].line, cases[i].before);
        }
    }

    function follows(StepCase[] calldata cases) external pure returns (StepVerdict[] memory verdicts) {
        verdicts = new StepVerdict[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            StepCase calldata each = cases[i];
            uint256 mask = ShapleySteps.coalition(each.step, each.player);
            uint256 weight = ShapleySteps.weight(mask, each.players);
            bool isStep = ShapleySteps.follows(each.before, each.sum, each.without, each.with_, weight);
            verdicts[i] = StepVerdict(mask, weight, isStep);
        }
    }
}
