// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IEscrow
/// @notice Holds the consortium's money: free balances, and budgets reserved for tasks. A reserved budget leaves exactly
/// once: by a settlement until the task's deadline and grace are over, by a reclaim after.
/// @dev Amounts are in units of one immutable token (millionths of a credit). Nothing is ever pushed to anyone: what is
/// earned is a free balance, which its owner withdraws, so no recipient can hold up others. Assumes of the token: it moves
/// exactly the amount asked.
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
    /// @param returned What went back to the requester when the task ended, penalties included.
    /// @param settlementHash The digest that the settler signed; 0 unless settled.
    struct Task {
        address requester;
        uint64 deadline;
        Status status;
        uint256 budget;
        uint256 returned;
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

    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event NonceSpent(address indexed requester, uint256 nonce);
    event TaskFunded(bytes32 indexed taskId, address indexed requester, uint256 budget, uint64 deadline);
    /// @dev `paid`, `penalised`, `fee` and `refund` are what was in fact credited and taken.
    event TaskSettled(
        bytes32 indexed taskId, bytes32 evidence, uint256 paid, uint256 penalised, uint256 fee, uint256 refund
    );
    event AgentPaid(bytes32 indexed taskId, uint256 indexed agentId, address indexed wallet, uint256 amount);
    event AgentUnpaid(bytes32 indexed taskId, uint256 indexed agentId, uint256 amount);
    event AgentPenalised(
        bytes32 indexed taskId, uint256 indexed agentId, uint256 amount, uint256 taken, bytes32 evidence
    );
    event TaskReclaimed(bytes32 indexed taskId, address indexed requester, uint256 budget);
    event TreasuryChanged(address indexed treasury);

    error EscrowAccountZero();
    error EscrowAmountZero();
    error EscrowBalanceInsufficient(address account, uint256 balance, uint256 amount);
    error EscrowTokenForeign(address token);
    error EscrowDeadlinePassed(uint64 deadline);
    error EscrowDeadlineTooFar(uint64 deadline);
    error EscrowNotAdmin(bytes32 domainId, address requester);
    error EscrowDomainInactive(bytes32 domainId);
    error EscrowNonceSpent(address requester, uint256 nonce);
    error EscrowSignatureInvalid(address requester);
    error EscrowTaskExists(bytes32 taskId);
    error EscrowTaskNotFunded(bytes32 taskId);
    error EscrowTaskLapsed(bytes32 taskId);
    error EscrowTaskStillOpen(bytes32 taskId, uint256 reclaimableAfter);
    error EscrowNotSettler(address signer);
    error EscrowFeeTooHigh(uint256 fee, uint256 highest);
    error EscrowSumMismatch(uint256 sum, uint256 budget);
    error EscrowAgentsNotAscending(uint256 agentId);
    error EscrowTooManyAgents(uint256 count);
    error EscrowConfigInvalid();

    /// @notice Adds the caller's tokens to `account`'s free balance. The caller must have approved the token.
    function deposit(address account, uint256 amount) external;

    /// @notice Pays the caller from its free balance.
    function withdraw(uint256 amount) external;

    /// @notice Reserves a task's budget out of its requester's free balance, on the requester's signature.
    /// @dev The requester must be the admin of `order.domainId`, and that domain not suspended.
    /// @return taskId The order's EIP-712 digest.
    function reserve(TaskOrder calldata order, bytes calldata signature) external returns (bytes32 taskId);

    /// @notice Reserves a budget out of the caller's own free balance. By contracts that governance lets open tasks.
    function reserveFor(bytes32 taskId, uint256 budget, uint64 deadline) external;

    /// @notice Spends one of the caller's nonces, so that an order signed with it opens nothing.
    function cancel(uint256 nonce) external;

    /// @notice Ends a task: pays agents, takes penalties, credits fee and refund. On a settler's signature, once.
    /// @dev An agent that is not active by now is not paid: its amount joins the refund, with `AgentUnpaid`. So an agent
    /// that drops its wallet cannot make the settlement of all the others fail. A penalty takes what stake there is.
    function settle(Settlement calldata settlement, bytes calldata signature) external;

    /// @notice Returns the whole budget of a task that nobody settled in time. By anyone, once deadline and grace are over.
    function reclaim(bytes32 taskId) external;

    /// @notice Names the account to which fees go from now on. By governance.
    function setTreasury(address treasury) external;

    /// @return Free balance of `account`, in units of the token.
    function balanceOf(address account) external view returns (uint256);

    /// @return The task; all zero if there is none.
    function taskOf(bytes32 taskId) external view returns (Task memory);

    /// @return The EIP-712 digest of the settlement that ended the task, or 0.
    function settlementHash(bytes32 taskId) external view returns (bytes32);

    /// @return The id that `reserve` would give to `order`.
    function taskIdOf(TaskOrder calldata order) external view returns (bytes32);

    /// @return The longest way to a task's deadline, in seconds.
    function maxTaskSeconds() external view returns (uint64);

    /// @return Whether `requester` has used or cancelled `nonce`.
    function isNonceSpent(address requester, uint256 nonce) external view returns (bool);
}
