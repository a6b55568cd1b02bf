// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../../src/interfaces/IEscrow.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {Vm} from "../Vm.sol";
import {BatchesHandler} from "./BatchesHandler.sol";

/// @notice Optimistic settlement pays what is right once and nothing else, and everything in it comes to an end. As in
/// MoneyInvariant, forge calls the handler at random, and no call may revert.
contract BatchesInvariant {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    BatchesHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        handler = new BatchesHandler();
    }

    /// @dev forge asks: which contracts to call at random.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev forge asks: which of their functions. Some stand twice, to come more often.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[28] memory actions = [
            handler.postRight.selector,
            handler.postRight.selector,
            handler.postWrong.selector,
            handler.dispute.selector,
            handler.disputeRight.selector,
            handler.finalise.selector,
            handler.finalise.selector,
            handler.unwind.selector,
            handler.demand.selector,
            handler.show.selector,
            handler.show.selector,
            handler.expire.selector,
            handler.withdrawDemand.selector,
            handler.deposit.selector,
            handler.announceWithdrawal.selector,
            handler.withdraw.selector,
            handler.reserve.selector,
            handler.reclaim.selector,
            handler.claim.selector,
            handler.drawEarnings.selector,
            handler.addStake.selector,
            handler.impose.selector,
            handler.appeal.selector,
            handler.rule.selector,
            handler.timeOut.selector,
            handler.checkpoint.selector,
            handler.wait.selector,
            handler.waitLong.selector
        ];
        bytes4[] memory selectors = new bytes4[](actions.length);
        for (uint256 i = 0; i < actions.length; ++i) {
            selectors[i] = actions[i];
        }
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    /// @dev One function, because forge runs a campaign of calls for each.
    function invariant_BatchesPayWhatIsRightOnceAndHoldWhatIsOpen() public view {
        vm.assertEq(handler.broken(), "", "forbidden");
        vm.assertFalse(handler.isWrongFinal(), "a wrong batch is final");
        checkMoney();
        checkPayments();
        checkStake();
        vm.assertEq(handler.logSize(), handler.anchored(), "the log only grows");
    }

    /// @dev At the end of each run.
    function afterInvariant() public {
        vm.assertEq(handler.earnings(), handler.lastEarnings(), "the earnings of the last final batch");
        handler.endAll();
        vm.assertEq(handler.held(), 0, "nothing is stuck in the escrow");
        vm.assertEq(handler.pending(), 0, "no penalty is open");
        vm.assertEq(handler.bondOf().held, 0, "nothing is stuck in the stake");
        invariant_BatchesPayWhatIsRightOnceAndHoldWhatIsOpen();
        handler.postRight();
    }

    function checkMoney() private view {
        uint256 owed = handler.accounts() + handler.budgets() + handler.pool() + handler.held();
        vm.assertEq(handler.inEscrow(), owed, "the escrow holds what it owes");
        uint256 open = handler.heldByBatches() + handler.heldByDemands() + handler.heldByAppeals();
        vm.assertEq(handler.held(), open, "held is what is open");
    }

    function checkPayments() private view {
        uint256 unpaid = 0;
        for (uint256 agentId = 0; agentId < 2; ++agentId) {
            IEscrow.Purse memory purse = handler.purseOf(agentId);
            vm.assertLe(purse.claimed, handler.earned(agentId), "each payment of a final batch once");
            vm.assertEq(purse.balance + handler.drawn(agentId), purse.claimed, "what was claimed, once");
            unpaid += handler.earned(agentId) - handler.drawn(agentId);
        }
        vm.assertEq(handler.pool(), unpaid, "the pool is what was earned and not drawn");
    }

    function checkStake() private view {
        IStake.Bond memory bond = handler.bondOf();
        uint256 staked = uint256(bond.bonded) + bond.unbonding + bond.held;
        vm.assertEq(handler.inStake(), staked, "the stake holds what is staked");
        vm.assertEq(staked + handler.slashed(), handler.stakeIn(), "slashed is at most what was staked");
        vm.assertEq(bond.held, handler.pending(), "what is held awaits a penalty");
    }
}
