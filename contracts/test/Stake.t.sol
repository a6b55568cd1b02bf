// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStake} from "../src/interfaces/IStake.sol";
import {Consortium} from "./Consortium.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract StakeTest is Consortium {
    function setUp() public override {
        super.setUp();
        giveStake(weatherAgent, 100);
    }

    function testFuzz_ASlashTakesNoMoreThanThereIs(uint128 staked, uint128 unbonding, uint256 amount) public {
        vm.assume(staked > 0 && staked < type(uint128).max - 100);
        giveStake(healthAgent, staked);
        if (unbonding > 0) {
            vm.prank(healthAdmin);
            stake.requestUnbond(healthAgent, bound(unbonding, 1, staked));
        }
        vm.prank(address(escrow));
        uint256 taken = stake.slash(healthAgent, amount);

        vm.assertEq(taken, amount < staked ? amount : staked, "taken");
        IStake.Bond memory bond = stake.bondOf(healthAgent);
        vm.assertEq(uint256(bond.bonded) + bond.unbonding, staked - taken, "left");
        vm.assertEq(token.balanceOf(address(escrow)), taken, "to the escrow");
        vm.assertEq(token.balanceOf(address(stake)), staked - taken + 100, "others' stake is untouched");
    }

    function test_OnlyTheEscrowSlashes() public {
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNotEscrow.selector, governor));
        stake.slash(weatherAgent, 1);
    }

    function test_NoEscapeBySlippingOutBeforeTheSettlement() public {
        vm.prank(weatherAdmin);
        stake.requestUnbond(weatherAgent, 100);
        vm.prank(weatherAdmin);
        vm.expectRevert(
            abi.encodeWithSelector(IStake.StakeStillBonded.selector, weatherAgent, uint64(block.timestamp) + UNBOND)
        );
        stake.withdraw(weatherAgent);
        vm.prank(address(escrow));
        vm.assertEq(stake.slash(weatherAgent, 60), 60, "what unbonds is slashed too");
        vm.warp(block.timestamp + UNBOND);
        vm.prank(weatherAdmin);
        stake.withdraw(weatherAgent);
        vm.assertEq(token.balanceOf(weatherAdmin), 40, "the rest leaves");
    }

    function test_TheDelayStartsAgainWithEachRequest() public {
        vm.startPrank(weatherAdmin);
        stake.requestUnbond(weatherAgent, 40);
        vm.warp(block.timestamp + UNBOND - 1);
        stake.requestUnbond(weatherAgent, 40);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IStake.StakeStillBonded.selector, weatherAgent, uint64(block.timestamp) - 1 + UNBOND)
        );
        stake.withdraw(weatherAgent);
        vm.stopPrank();
    }

    function test_OnlyTheOwnerTakesStakeOut() public {
        vm.startPrank(weatherWallet);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNotOwner.selector, weatherAgent, weatherWallet));
        stake.requestUnbond(weatherAgent, 1);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNotOwner.selector, weatherAgent, weatherWallet));
        stake.withdraw(weatherAgent);
        vm.stopPrank();
    }

    function test_StakeGoesWithTheAgent() public {
        vm.startPrank(weatherAdmin);
        stake.requestUnbond(weatherAgent, 100);
        identity.transferFrom(weatherAdmin, stranger, weatherAgent);
        vm.warp(block.timestamp + UNBOND);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNotOwner.selector, weatherAgent, weatherAdmin));
        stake.withdraw(weatherAgent);
        vm.stopPrank();
        vm.prank(stranger);
        stake.withdraw(weatherAgent);
        vm.assertEq(token.balanceOf(stranger), 100, "to the new owner");
    }

    function test_RefusesWhatMeansNothing() public {
        vm.expectRevert(IStake.StakeAmountZero.selector);
        stake.deposit(weatherAgent, 0);
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 99));
        stake.deposit(99, 1);
        vm.startPrank(weatherAdmin);
        vm.expectRevert(IStake.StakeAmountZero.selector);
        stake.requestUnbond(weatherAgent, 0);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeInsufficient.selector, weatherAgent, 100, 101));
        stake.requestUnbond(weatherAgent, 101);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNothingUnbonding.selector, weatherAgent));
        stake.withdraw(weatherAgent);
        vm.stopPrank();
    }
}
