// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "./IBatches.sol";
import {IPolicy} from "./IPolicy.sol";
import {IStake} from "./IStake.sol";

/// @title IEscrow
/// @notice Holds the consortium's money: accounts of those who pay, budgets reserved for tasks, purses of agents, and what
/// batches hold until they are final. A reserved budget leaves exactly once: by a settlement until the task's deadline and
/// grace are over, by a reclaim after.
/// @dev Amounts are in units of one immutable token (millionths of a credit). Nothing is ever pushed to anyone: money goes
/// to an account or a purse, which its owner empties, so no recipient can hold up others. Assumes of the token: it moves
/// exactly the amount asked.
///
/// What an agent earns belongs to the agent, not to the wallet of the day: it waits in a purse under the agentId, and is
/// drawn by whatever wallet the agent then has. So a lost key loses no earnings, and a suspended agent draws none.
///
/// An account is left with notice, because orders that were signed count on it: see `announceWithdrawal`.
///
/// Signatures are EIP-712 in the domain of EntenteDomain, and are the whole authority: anyone may send them.
interface IEscrow {
    /// @dev None → Funded → Settled or Reclaimed, and no other way.
    enum Status {
        None,
        Funded,
        Settled,
        Reclaimed
    }

    /// @param taskId The digest of the task order, or the id that an opener chose.
    /// @param requester Whose balance the budget came from, and to which what is left returns.
    /// @param deadline Unix time in seconds.
    /// @param returned What went back to the requester since the task ended, penalties included.
    /// @param fundedAt Unix time in seconds of the reservation.
    /// @param settlementHash The digest that was signed; 0 unless settled.
    struct Task {
        address requester;
        uint64 deadline;
        Status status;
        uint96 budget;
        uint96 returned;
        uint64 fundedAt;
        bytes32 settlementHash;
    }

    /// @notice What the requester signs: the authority to spend its budget on one task. Hashes are SHA-256 of RFC 8785.
    /// @dev EIP-712: `TaskOrder(address requester,bytes32 domainId,bytes32 specHash,bytes32 inputHash,bytes32 policyHash,
    /// address token,uint256 budget,uint64 deadline,uint256 nonce)`, without the line break.
    struct TaskOrder {
        address requester;
        bytes32 domainId;
        bytes32 specHash;
        bytes32 inputHash;
        bytes32 policyHash;
        address token;
        uint256 budget;
        uint64 deadline;
        uint256 nonce;
    }

    struct Payment {
        uint256 agentId;
        uint256 amount;
    }

    /// @param evidence The hash of the fact that shows the deviation.
    struct Penalty {
        uint256 agentId;
        uint256 amount;
        bytes32 evidence;
    }

    /// @notice How one task ends. Payments, fee and refund together are exactly the budget.
    /// @param evidence The root over the task's evidence, from which anyone recomputes these amounts.
    /// @param payments In strictly ascending order of agentId.
    /// @param penalties In strictly ascending order of agentId.
    struct Settlement {
        bytes32 taskId;
        bytes32 evidence;
        Payment[] payments;
        Penalty[] penalties;
        uint256 fee;
        uint256 refund;
    }

    /// @param balance Can be spent by orders.
    /// @param leaving Announced to be withdrawn; orders of batches can still spend it.
    /// @param leavesAt Unix time in seconds from which `leaving` can be withdrawn.
    struct Account {
        uint128 balance;
        uint128 leaving;
        uint64 leavesAt;
    }

    /// @param balance Can be drawn by the agent.
    /// @param claimed What was ever claimed against the root of earnings.
    struct Purse {
        uint128 balance;
        uint128 claimed;
    }

    event Deposited(address indexed account, address indexed from, uint256 amount);
    event WithdrawalAnnounced(address indexed account, uint256 amount, uint64 leavesAt);
    event Withdrawn(address indexed account, uint256 amount);
    event NonceSpent(address indexed requester, uint256 nonce);
    /// @dev Batches posted from `voidFrom` on may not use the order.
    event OrderCancelled(address indexed requester, uint256 nonce, uint64 voidFrom);
    event TaskFunded(bytes32 indexed taskId, address indexed requester, uint256 budget, uint64 deadline);
    event TaskSettled(
        bytes32 indexed taskId, bytes32 evidence, uint256 paid, uint256 penalised, uint256 fee, uint256 refund
    );
    event AgentPaid(bytes32 indexed taskId, uint256 indexed agentId, uint256 amount);
    /// @dev `taken` is what is held of the stake until the penalty is enforced or lapses: see IPenalties.
    event AgentPenalised(
        bytes32 indexed taskId, uint256 indexed agentId, uint256 amount, uint256 taken, bytes32 evidence
    );
    event TaskReclaimed(bytes32 indexed taskId, address indexed requester, uint256 budget);
    event EarningsClaimed(uint256 indexed agentId, uint256 amount);
    event EarningsDrawn(uint256 indexed agentId, address indexed wallet, uint256 amount);
    event EarningsAnchored(bytes32 root, uint64 count, uint256 earned);
    event BalanceReleased(address indexed from, address indexed to, uint256 amount);
    event PenaltyCredited(bytes32 indexed taskId, address indexed requester, uint256 toRequester, uint256 toTreasury);
    event TreasuryChanged(address indexed treasury);
    event PolicyChanged(address indexed policy);

    error EscrowAccountZero();
    error EscrowAmountZero();
    error EscrowBalanceInsufficient(address account, uint256 balance, uint256 amount);
    error EscrowNothingLeaving(address account);
    error EscrowNoticeRunning(address account, uint64 leavesAt);
    error EscrowTokenForeign(address token);
    error EscrowDeadlinePassed(uint64 deadline);
    error EscrowDeadlineTooFar(uint64 deadline);
    error EscrowNotAdmin(bytes32 domainId, address requester);
    error EscrowDomainInactive(bytes32 domainId);
    error EscrowNonceSpent(address requester, uint256 nonce);
    error EscrowSignatureInvalid(address signer);
    error EscrowTaskExists(bytes32 taskId);
    error EscrowTaskNotFunded(bytes32 taskId);
    error EscrowTaskLapsed(bytes32 taskId);
    error EscrowTaskStillOpen(bytes32 taskId, uint256 reclaimableAfter);
    error EscrowNotSettler(address signer);
    error EscrowFeeTooHigh(uint256 fee, uint256 highest);
    error EscrowSumMismatch(uint256 sum, uint256 budget);
    error EscrowAgentsNotAscending(uint256 agentId);
    error EscrowTooManyAgents(uint256 count);
    error EscrowSignaturesMissing(uint256 given, uint256 needed);
    error EscrowNothingToClaim(uint256 agentId, uint256 claimed);
    error EscrowProofInvalid();
    error EscrowNotAgentsWallet(uint256 agentId, address caller);
    error EscrowPurseInsufficient(uint256 agentId, uint256 balance, uint256 amount);
    error EscrowConfigInvalid();

    /// @notice Adds the caller's tokens to an account. The caller must have approved the token.
    function deposit(address account, uint256 amount) external;

    /// @notice Says that the caller will take `amount` out of its account. It can once the notice is over, and until then
    /// batches can still spend it on what was ordered before: whoever works on an order need not fear that the money leaves
    /// while it works. A further announcement joins the first, and the notice starts again for both.
    function announceWithdrawal(uint256 amount) external;

    /// @notice Pays the caller what it announced, or what orders left of it, once the notice is over.
    function withdraw() external;

    /// @notice Reserves a task's budget out of its requester's account, on the requester's signature.
    /// @dev The requester must be the admin of `order.domainId`, and that domain not suspended.
    /// @return taskId The order's EIP-712 digest.
    function reserve(TaskOrder calldata order, bytes calldata signature) external returns (bytes32 taskId);

    /// @notice Reserves a budget out of the caller's own account. By contracts that governance lets open tasks.
    function reserveFor(bytes32 taskId, uint256 budget, uint64 deadline) external;

    /// @notice Moves `amount` of the caller's own balance to another account, without notice. By the same contracts: no
    /// order is ever signed in their name, so nobody counts on their balance.
    function release(address account, uint256 amount) external;

    /// @notice Cancels the caller's orders with this nonce: they reserve nothing from now on, and no batch posted from a
    /// notice later on may use them. Until then work that was done already can still be settled.
    function cancel(uint256 nonce) external;

    /// @notice Ends a reserved task on the signature of a DIRECT_SETTLER alone, who is trusted within budgets and stakes. A
    /// consortium that trusts nobody so far gives that role to nobody.
    function settle(Settlement calldata settlement, bytes calldata signature) external;

    /// @notice Ends a reserved task at once, on the signatures of everybody whom it concerns: its requester, and the wallet
    /// of each agent that is paid or penalised, in the order of payments, then penalties.
    /// @dev Each wallet is the agent's active one of this moment. Danger: whom a settlement does not name is not asked, and
    /// the escrow cannot know who works for a reserved budget. Until the task has ended its requester can take all of it
    /// back so, or give it to others.
    function settleTogether(
        Settlement calldata settlement,
        bytes calldata requesterSignature,
        bytes[] calldata agentSignatures
    ) external;

    /// @notice Returns the whole budget of a task that nobody settled in time. By anyone, once deadline and grace are over.
    function reclaim(bytes32 taskId) external;

    /// @notice Puts into an agent's purse what final batches gave it and it did not claim yet. By anyone.
    /// @param earning The agent's line in the tree of earnings, which lies at the index `agentId`.
    /// @param count How many lines that tree has: see EarningsAnchored.
    function claim(uint256 agentId, IBatches.Earning calldata earning, uint64 count, bytes32[] calldata path) external;

    /// @notice Pays out of an agent's purse to its wallet, which must call, while the agent is active.
    function draw(uint256 agentId, uint256 amount) external;

    /// @notice Takes a batch's debits and its bond out of accounts. By Batches.
    /// @dev Fails unless each account has what is taken from it, so no batch can ever pay more than there was.
    function hold(IBatches.Debit[] calldata debits, address settler, uint256 bond) external;

    /// @notice Gives money that a batch holds back to an account: a debit or a bond. By Batches.
    function unhold(address account, uint256 amount) external;

    /// @notice Ends a batch: what it holds becomes earnings and fees. By Batches.
    function conclude(bytes32 earningsRoot, uint64 earningCount, uint256 earned, uint256 fees) external;

    /// @notice Credits slashed stake that has just come in. By Penalties.
    function creditPenalty(bytes32 taskId, address requester, uint256 toRequester, uint256 toTreasury) external;

    /// @notice Names the account to which fees go from now on. By governance.
    function setTreasury(address treasury) external;

    /// @notice Names the risk policy that deposits, reservations and payouts must pass; the zero address for none. By
    /// governance. Orders that batches settle are signed off chain, and are the coordinator's to check.
    function setPolicy(IPolicy policy) external;

    /// @return The stakes that penalties come out of.
    function stake() external view returns (IStake);

    /// @return The account to which fees go.
    function treasury() external view returns (address);

    /// @return What `account` can spend, in units of the token.
    function balanceOf(address account) external view returns (uint256);

    /// @return keccak256(abi.encode(root, count)) of the tree of earnings that claims are made against; 0 before the first.
    function earnings() external view returns (bytes32);

    /// @return The account.
    function accountOf(address account) external view returns (Account memory);

    /// @return The agent's purse.
    function purseOf(uint256 agentId) external view returns (Purse memory);

    /// @return The task; all zero if there is none.
    function taskOf(bytes32 taskId) external view returns (Task memory);

    /// @return The EIP-712 digest of the settlement that ended the task, or 0.
    function settlementHash(bytes32 taskId) external view returns (bytes32);

    /// @return The id that `reserve` would give to `order`.
    function taskIdOf(TaskOrder calldata order) external view returns (bytes32);

    /// @return The longest way to a task's deadline, in seconds.
    function maxTaskSeconds() external view returns (uint64);

    /// @return How long after its deadline a task can still be settled, in seconds.
    function graceSeconds() external view returns (uint64);

    /// @return How long before it leaves an account's money must say so; and how long after a cancellation or reservation
    /// batches can still use an order. In seconds.
    function noticeSeconds() external view returns (uint64);

    /// @return The highest fee, in hundredths of a percent of the budget.
    function maxFeeBps() external view returns (uint16);

    /// @return Whether `requester` has used or cancelled `nonce`.
    function isNonceSpent(address requester, uint256 nonce) external view returns (bool);

    /// @return Unix time in seconds from which batches may not use orders with this nonce; 0 if it was not cancelled.
    function voidFrom(address requester, uint256 nonce) external view returns (uint64);
}
