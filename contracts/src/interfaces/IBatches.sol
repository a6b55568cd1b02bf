// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "./IEscrow.sol";

/// @title IBatches
/// @notice Optimistic settlement of many tasks at once. A settler posts a batch under a bond; for a while anyone may prove
/// that one line of it is wrong, which cancels the whole; after that it is final, and agents claim what it gave them.
///
/// A batch is a ledger of four RFC 6962 trees over SHA-256, whose lines are ABI-encoded structs: tasks (`TaskLine`), payments
/// (`PaymentLine`, those of a task together, in the order of tasks), penalties (`PenaltyLine`, likewise), and earnings
/// (`Earning`: one line for every agentId from 0 on, what it has earned in all batches ever). Lines carry running totals, so
/// that each is right or wrong beside its neighbour: a wrong batch has a wrong line, and a wrong line is shown with two or
/// three inclusion proofs, whatever the batch's size. DISPUTES below says which rule is shown where.
///
/// A batch builds on the earnings of its parent. When a batch is condemned, those built on it fall with it, without fault.
///
/// @dev Life: Posted → Final, or Condemned (a line was proven wrong, or a demanded one not shown), or Orphaned (its parent
/// was condemned). Every state has an exit that anyone can use: `finalise`, a dispute, `expire`, `unwind`.
interface IBatches {
    enum Status {
        None,
        Posted,
        Final,
        Condemned,
        Orphaned
    }

    /// @notice The rule that a batch was shown to break.
    enum Rule {
        OrderInvalid,
        BudgetExceeded,
        SumWrong,
        SplitWrong,
        SettledTwice,
        ReceiptInvalid,
        ContributionWrong,
        EarningsWrong,
        PenaltyUnproven,
        LineWithheld
    }

    /// @notice The trees that hold a batch's lines. Coalitions hang from a task line, traces from a payment line.
    enum Tree {
        Tasks,
        Payments,
        Penalties,
        Earnings,
        Coalitions,
        Traces
    }

    enum Fault {
        NoShow,
        Wrong,
        Unrevealed
    }

    /// @notice What a requester pays for all its tasks of a batch.
    /// @param endTask Index after its last task line: its lines are those from the debit before on.
    struct Debit {
        address requester;
        uint64 endTask;
        uint256 amount;
    }

    /// @param parent The batch whose earnings this one continues; 0 for the first.
    /// @param data SHA-256 of the published file with all lines.
    /// @param evidenceSize The anchored size of the evidence log in which the penalties' evidence lies.
    /// @param fees What goes to the treasury.
    /// @param debits In strictly ascending order of requester, at most 256.
    struct Batch {
        uint256 parent;
        bytes32 data;
        bytes32 tasks;
        bytes32 payments;
        bytes32 penalties;
        bytes32 earnings;
        uint64 taskCount;
        uint64 paymentCount;
        uint64 penaltyCount;
        uint64 earningCount;
        uint64 evidenceSize;
        uint256 fees;
        Debit[] debits;
    }

    /// @notice An ECDSA signature. Contracts' signatures (ERC-1271) do not count in batches: they can be taken back, and
    /// would let their signers make an honest batch wrong. Parties with contract wallets reserve, and settle together.
    struct Signature {
        bytes32 r;
        bytes32 s;
        uint8 v;
    }

    /// @notice How one task ended.
    /// @param signature The requester's, over the order.
    /// @param pool What its payments sum to.
    /// @param debited The requester's pools and fees of this batch, up to and with this line.
    /// @param feesSoFar The fees of the batch, up to and with this line.
    /// @param firstPayment Index of its first payment line; those before `endPayment` are its own, at most 16.
    /// @param firstPenalty Index of its first penalty line; those before `endPenalty` are its own.
    /// @param coalitions Root of the values of the 2^n coalitions of its n paid agents: the leaf at the index `mask` is the
    /// value, ABI-encoded, of the coalition of those agents k (in the order of the payment lines) whose bit k is set.
    /// @param evidence Hash of the settlement's document, from which anyone recomputes the line.
    struct TaskLine {
        IEscrow.TaskOrder order;
        Signature signature;
        uint256 pool;
        uint256 fee;
        uint256 debited;
        uint256 feesSoFar;
        uint64 firstPayment;
        uint64 endPayment;
        uint64 firstPenalty;
        uint64 endPenalty;
        bytes32 coalitions;
        bytes32 evidence;
    }

    /// @notice What one agent got for one task, and the receipt for which it got it.
    /// @param task Index of the task line.
    /// @param share The agent's Shapley value times n!, an integer.
    /// @param earned All that the agent ever earned in batches, up to and with this line.
    /// @param previous 1 + the index of the agent's payment line before this one in the batch; 0 if there is none.
    /// @param trace Root of the running sums that lead to `share`: 2^(n-1) leaves, see ShapleyStep.
    /// @param subtask keccak256 of the subtask's id; with the five fields after it, the fields of the agent's `Receipt`.
    /// @param wallet The agent's wallet that signed the receipt.
    struct PaymentLine {
        uint64 task;
        uint256 agentId;
        uint256 share;
        uint256 amount;
        uint256 earned;
        uint64 previous;
        bytes32 trace;
        bytes32 subtask;
        uint32 attempt;
        bytes32 inputHash;
        bytes32 outputHash;
        uint64 startedAtMs;
        uint64 finishedAtMs;
        address wallet;
        Signature signature;
    }

    /// @notice What one agent is fined for one task, once the batch is final and the agent did not win an appeal.
    /// @param evidence RFC 6962 hash of the log's leaf that states the fault.
    /// @param evidenceIndex Its place in the evidence log.
    /// @param commitment With `subtask` and `attempt`, the fields of the agent's signed `Commit`: what it answered, or did
    /// not open. Zero for a no-show, who signed nothing.
    struct PenaltyLine {
        uint64 task;
        uint256 agentId;
        uint256 amount;
        Fault fault;
        bytes32 evidence;
        uint64 evidenceIndex;
        bytes32 subtask;
        uint32 attempt;
        bytes32 commitment;
        address wallet;
        Signature signature;
    }

    /// @param cumulative All that the agent ever earned in batches.
    /// @param last 1 + the index of its last payment line in this batch; 0 if it has none.
    struct Earning {
        uint256 cumulative;
        uint64 last;
    }

    struct OpenTask {
        TaskLine line;
        uint64 index;
        bytes32[] path;
    }

    struct OpenPayment {
        PaymentLine line;
        uint64 index;
        bytes32[] path;
    }

    struct OpenPenalty {
        PenaltyLine line;
        uint64 index;
        bytes32[] path;
    }

    struct OpenEarning {
        Earning line;
        bytes32[] path;
    }

    /// @notice A leaf of a tree of numbers: a coalition's value, or a running sum.
    struct OpenNumber {
        uint256 value;
        bytes32[] path;
    }

    /// @param hash Of the batch's ABI encoding: whoever calls brings the batch, and the hash shows that it is the one.
    /// @param finalAfter Unix time in seconds from which it can be made final.
    /// @param demands Lines that were asked for and not shown yet.
    struct State {
        bytes32 hash;
        address settler;
        uint40 postedAt;
        uint40 finalAfter;
        Status status;
        uint8 demands;
    }

    /// @dev `bond` is held of the settler's account, beside the debits.
    event BatchPosted(uint256 indexed id, address indexed settler, uint256 bond, uint40 finalAfter, Batch batch);
    /// @dev `bond` went back to the settler.
    event BatchFinalised(uint256 indexed id, uint256 earned, uint256 fees, uint256 bond);
    event BatchPostponed(uint256 indexed id, uint40 finalAfter);
    /// @dev The bond went to the challenger (`reward`) and to the treasury (`forfeit`).
    event BatchCondemned(uint256 indexed id, Rule rule, address indexed challenger, uint256 reward, uint256 forfeit);
    event BatchOrphaned(uint256 indexed id, uint256 indexed condemned);
    /// @dev `returned` is the sum of the debits, `bond` what went back to the settler: nothing if it was condemned.
    event BatchUnwound(uint256 indexed id, uint256 returned, uint256 bond);
    event PenaltyImposed(uint256 indexed id, uint64 index, bytes32 indexed taskId, uint256 indexed agentId);

    error BatchesNotSettler(address caller);
    error BatchesParentStale(uint256 parent, uint256 tip);
    error BatchesTooManyPending(uint256 pending);
    error BatchesBatchInvalid();
    error BatchesBatchForeign(uint256 id);
    error BatchesNotPosted(uint256 id, Status status);
    error BatchesNotFinal(uint256 id, Status status);
    error BatchesNotFailed(uint256 id, Status status);
    error BatchesWindowOver(uint256 id);
    error BatchesWindowOpen(uint256 id, uint256 finalAfter);
    error BatchesNotNext(uint256 id, uint256 head);
    error BatchesDemandsOpen(uint256 id, uint256 demands);
    error BatchesTooManyDemands(uint256 id);
    error BatchesLineForeign(Tree tree, uint256 index);
    error BatchesPenaltyImposed(uint256 id, uint64 index);
    error BatchesConfigInvalid();

    /// @notice Posts a batch under the caller's bond, and takes its debits. By a SETTLER.
    /// @dev `batch.parent` must be the tip: of two settlers who post at once, the second is told, and builds anew.
    /// @return id Counted from 1.
    function post(Batch calldata batch) external returns (uint256 id);

    /// @notice Makes a batch final whose window is over, and whose parent is final. By anyone.
    function finalise(uint256 id, Batch calldata batch) external;

    /// @notice Cancels a batch that was shown to break a rule, and those built on it; pays the challenger's part of the bond.
    /// By contracts that governance lets judge. Holds for a batch that is posted and not final, also after its window.
    function condemn(uint256 id, Rule rule, address challenger) external;

    /// @notice Returns the debits of a condemned or orphaned batch to their requesters, and the bond of an orphaned one to
    /// its settler. By anyone, once.
    function unwind(uint256 id, Batch calldata batch) external;

    /// @notice Keeps a batch from becoming final until `resume` is called as often. By Demands.
    function await(uint256 id) external;

    /// @notice Lets a batch become final again, not before `until`. Of one that fell only the demand is taken off. By Demands.
    function resume(uint256 id, uint40 until) external;

    /// @notice Hands a final batch's penalty over to Penalties. By anyone, once.
    function impose(uint256 id, Batch calldata batch, OpenTask calldata task, OpenPenalty calldata penalty) external;

    /// @notice Checks that `batch` is the one posted under `id`.
    /// @return The state of it.
    function stateOf(uint256 id, Batch calldata batch) external view returns (State memory);

    /// @return Its state; all zero if there is none.
    function stateOf(uint256 id) external view returns (State memory);

    /// @return The last final batch, 0 before the first.
    function head() external view returns (uint256);

    /// @return The batch that the next one must name as its parent.
    function tip() external view returns (uint256);
}
