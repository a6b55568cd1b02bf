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
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = MoneyHandler.deposit.selector;
        selectors[1] = MoneyHandler.withdraw.selector;
        selectors[2] = MoneyHandler.reserve.selector;
        selectors[3] = bytes4(keccak256("settle(uint256,uint256,uint256,uint256,uint256)"));
        selectors[4] = MoneyHandler.reclaim.selector;
        selectors[5] = MoneyHandler.addStake.selector;
        selectors[6] = MoneyHandler.requestUnbond.selector;
        selectors[7] = MoneyHandler.withdrawStake.selector;
        selectors[8] = MoneyHandler.toggleSuspension.selector;
        selectors[9] = MoneyHandler.wait.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_TheEscrowHoldsExactlyItsBalancesAndBudgets() public view {
        vm.assertEq(handler.inEscrow(), handler.balances() + handler.budgets(), "escrow");
    }

    function invariant_TheStakeHoldsExactlyWhatIsStaked() public view {
        vm.assertEq(handler.inStake(), handler.staked(), "stake");
    }

    function invariant_MoneyIsNeitherMadeNorLost() public view {
        vm.assertEq(handler.inEscrow() + handler.inStake(), handler.held(), "held");
    }
}
