// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Vm} from "../Vm.sol";
import {MoneyHandler} from "./MoneyHandler.sol";

/// @notice Money is neither made nor lost, whatever happens in whatever order. forge calls the handler at random, and
/// checks each invariant after every call; a call that reverts fails the run, so none is wasted.
contract MoneyInvariant {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    MoneyHandler private handler;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        handler = new MoneyHandler();
    }

    /// @dev forge asks: which contracts to call at random.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev forge asks: which of their functions.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[18] memory actions = [
            handler.deposit.selector,
            handler.announceWithdrawal.selector,
            handler.withdraw.selector,
            handler.drawEarnings.selector,
            handler.reserve.selector,
            handler.settleTask.selector,
            handler.settleTogether.selector,
            handler.reclaim.selector,
            handler.endAgain.selector,
            handler.addStake.selector,
            handler.requestUnbond.selector,
            handler.withdrawStake.selector,
            handler.appeal.selector,
            handler.rule.selector,
            handler.timeOut.selector,
            handler.toggleSuspension.selector,
            handler.wait.selector,
            handler.waitALittle.selector
        ];
        bytes4[] memory selectors = new bytes4[](actions.length);
        for (uint256 i = 0; i < actions.length; ++i) {
            selectors[i] = actions[i];
        }
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_TheEscrowHoldsExactlyWhatItOwes() public view {
        uint256 owed = handler.accounts() + handler.budgets() + handler.pool() + handler.held();
        vm.assertEq(handler.inEscrow(), owed, "escrow");
    }

    /// @dev Without batches, whose earnings wait in the pool to be claimed, it is exactly what the purses hold.
    function invariant_ThePoolCoversThePurses() public view {
        vm.assertEq(handler.pool(), handler.purses(), "pool");
    }

    function invariant_WhatIsHeldInTheEscrowAreBondsOfAppeals() public view {
        vm.assertEq(handler.held(), handler.appealBonds(), "bonds");
    }

    function invariant_TheStakeHoldsExactlyWhatIsStaked() public view {
        uint256[2] memory agents = handler.agents();
        vm.assertEq(handler.inStake(), handler.stakeOf(agents[0]) + handler.stakeOf(agents[1]), "stake");
    }

    /// @dev So what was slashed is never more than what was staked and not taken out.
    function invariant_AStakeIsWhatCameInLessWhatLeftAndWasSlashed() public view {
        uint256[2] memory agents = handler.agents();
        for (uint256 i = 0; i < 2; ++i) {
            uint256 all = handler.stakeOf(agents[i]) + handler.stakeOut(agents[i]) + handler.slashed(agents[i]);
            vm.assertEq(all, handler.stakeIn(agents[i]), "stake of one");
            vm.assertLe(handler.slashed(agents[i]), handler.stakeIn(agents[i]), "slashed");
        }
    }

    function invariant_WhatIsHeldOfAStakeAwaitsAPenalty() public view {
        uint256[2] memory agents = handler.agents();
        for (uint256 i = 0; i < 2; ++i) {
            vm.assertEq(handler.heldOf(agents[i]), handler.pending(agents[i]), "held");
        }
    }

    function invariant_NoTaskIsPaidTwice() public view {
        vm.assertFalse(handler.endedTwice(), "ended twice");
        vm.assertEq(handler.purses() + handler.drawn(), handler.paid(), "what settlements paid, once");
    }

    function invariant_MoneyIsNeitherMadeNorLost() public view {
        vm.assertEq(handler.inEscrow() + handler.inStake(), handler.inside(), "inside");
    }
}
