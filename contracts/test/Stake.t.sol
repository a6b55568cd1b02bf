// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stake} from "../src/Stake.sol";
import {IStake} from "../src/interfaces/IStake.sol";
import {Consortium} from "./Consortium.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

contract StakeTest is Consortium {
    function setUp() public override {
        super.setUp();
        giveStake(weatherAgent, 100);
    }

    function hold(uint256 agentId, uint256 amount) private returns (uint256 taken) {
        vm.prank(address(penalties));
        taken = stake.hold(agentId, amount);
    }

    function slash(uint256 agentId, uint256 amount) private {
        vm.prank(address(penalties));
        stake.slash(agentId, amount);
    }

    function testFuzz_ASlashTakesNoMoreThanThereIs(uint128 staked, uint128 unbonding, uint256 amount) public {
        vm.assume(staked > 0 && staked < type(uint128).max - 100);
        giveStake(healthAgent, staked);
        unbonding = uint128(bound(unbonding, 0, staked));
        if (unbonding > 0) {
            vm.prank(healthAdmin);
            stake.requestUnbond(healthAgent, unbonding);
        }
        uint256 taken = hold(healthAgent, amount);

        vm.assertEq(taken, amount < staked ? amount : staked, "taken");
        IStake.Bond memory bond = stake.bondOf(healthAgent);
        vm.assertEq(bond.held, taken, "held");
        uint256 bonded = staked - unbonding;
        vm.assertEq(bond.bonded, taken < bonded ? bonded - taken : 0, "what is bonded goes first");
        vm.assertEq(uint256(bond.bonded) + bond.unbonding, staked - taken, "left");
        vm.assertEq(token.balanceOf(address(escrow)), 0, "nothing is gone yet");

        vm.expectEmit(address(stake));
        emit IStake.StakeSlashed(healthAgent, taken);
        slash(healthAgent, taken);
        vm.assertEq(stake.bondOf(healthAgent).held, 0, "no more held");
        vm.assertEq(token.balanceOf(address(escrow)), taken, "to the escrow");
        vm.assertEq(token.balanceOf(address(stake)), staked - taken + 100, "others' stake is untouched");
    }

    function testFuzz_WhatIsReturnedIsBondedAgain(uint128 staked, uint256 amount) public {
        vm.assume(staked > 0 && staked < type(uint128).max - 100);
        giveStake(healthAgent, staked);
        vm.expectEmit(address(stake));
        emit IStake.StakeHeld(healthAgent, amount < staked ? amount : staked);
        uint256 taken = hold(healthAgent, amount);
        vm.expectEmit(address(stake));
        emit IStake.StakeReturned(healthAgent, taken);
        vm.prank(address(penalties));
        stake.unhold(healthAgent, taken);
        IStake.Bond memory bond = stake.bondOf(healthAgent);
        vm.assertEq(bond.bonded, staked, "all of it");
        vm.assertEq(bond.held, 0, "none held");
        vm.assertEq(bond.faults, 0, "without a fault");
    }

    function test_OnlyPenaltiesHoldReturnAndSlash() public {
        address[3] memory callers = [governor, address(escrow), weatherAdmin];
        for (uint256 i = 0; i < callers.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(IStake.StakeNotPenalties.selector, callers[i]);
            vm.startPrank(callers[i]);
            vm.expectRevert(refusal);
            stake.hold(weatherAgent, 1);
            vm.expectRevert(refusal);
            stake.unhold(weatherAgent, 1);
            vm.expectRevert(refusal);
            stake.slash(weatherAgent, 1);
            vm.stopPrank();
        }
    }

    function test_NoEscapeBySlippingOutBeforeTheSettlement() public {
        vm.prank(weatherAdmin);
        stake.requestUnbond(weatherAgent, 100);
        vm.prank(weatherAdmin);
        vm.expectRevert(
            abi.encodeWithSelector(IStake.StakeStillBonded.selector, weatherAgent, uint64(block.timestamp) + UNBOND)
        );
        stake.withdraw(weatherAgent);
        vm.assertEq(hold(weatherAgent, 60), 60, "what unbonds is held too");
        vm.warp(block.timestamp + UNBOND);
        vm.prank(weatherAdmin);
        stake.withdraw(weatherAgent);
        vm.assertEq(token.balanceOf(weatherAdmin), 40, "the rest leaves");
        slash(weatherAgent, 60);
        vm.assertEq(token.balanceOf(address(escrow)), 60, "and what is held was still there");
    }

    function test_WhatIsHeldNeitherUnbondsNorLeaves() public {
        hold(weatherAgent, 60);
        vm.startPrank(weatherAdmin);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeInsufficient.selector, weatherAgent, 40, 41));
        stake.requestUnbond(weatherAgent, 41);
        stake.requestUnbond(weatherAgent, 40);
        vm.warp(block.timestamp + UNBOND);
        stake.withdraw(weatherAgent);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNothingUnbonding.selector, weatherAgent));
        stake.withdraw(weatherAgent);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(weatherAdmin), 40, "the rest");
        vm.assertEq(token.balanceOf(address(stake)), 60, "not what is held");
    }

    /// @dev A small request is left to ripen, so that a large one leaves at once under its date; then the paid-out one is
    /// presented again.
    function test_Attack_ReplayOfAStaleUnbonding() public {
        vm.startPrank(weatherAdmin);
        stake.requestUnbond(weatherAgent, 1);
        vm.warp(block.timestamp + UNBOND);
        stake.requestUnbond(weatherAgent, 80);
        uint64 releaseTime = uint64(block.timestamp) + UNBOND;
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeStillBonded.selector, weatherAgent, releaseTime));
        stake.withdraw(weatherAgent);
        vm.warp(releaseTime);
        stake.withdraw(weatherAgent);
        vm.expectRevert(abi.encodeWithSelector(IStake.StakeNothingUnbonding.selector, weatherAgent));
        stake.withdraw(weatherAgent);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(weatherAdmin), 81, "once");
        vm.assertEq(stake.bondOf(weatherAgent).bonded, 19, "the rest is bonded");
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

    function test_AFaultTooManyIsJailAndTheCountStartsAgain() public {
        for (uint256 round = 0; round < 2; ++round) {
            for (uint16 fault = 1; fault < 3; ++fault) {
                slash(weatherAgent, 0);
                vm.assertEq(stake.bondOf(weatherAgent).faults, fault, "counted");
                vm.assertFalse(stake.isJailed(weatherAgent), "free");
            }
            uint64 until = uint64(block.timestamp) + JAIL;
            vm.expectEmit(address(stake));
            emit IStake.AgentJailed(weatherAgent, until);
            slash(weatherAgent, 0);
            vm.assertEq(stake.bondOf(weatherAgent).jailedUntil, until, "until");
            vm.assertEq(stake.bondOf(weatherAgent).faults, 0, "a new count");
            vm.assertFalse(stake.isJailed(healthAgent), "nobody else");
            vm.warp(until - 1);
            vm.assertTrue(stake.isJailed(weatherAgent), "to the last second");
            vm.warp(until);
            vm.assertFalse(stake.isJailed(weatherAgent), "released by time alone");
        }
    }

    function test_WithoutALimitNobodyIsJailed() public {
        Stake lenient = new Stake(address(escrow), token, identity, UNBOND, 0, JAIL);
        for (uint256 i = 0; i < 5; ++i) {
            lenient.slash(weatherAgent, 0);
        }
        vm.assertFalse(lenient.isJailed(weatherAgent), "free");
        vm.assertEq(lenient.bondOf(weatherAgent).faults, 0, "nothing is counted");
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
