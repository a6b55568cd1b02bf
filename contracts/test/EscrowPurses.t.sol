// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBatches} from "../src/interfaces/IBatches.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {EscrowBase} from "./EscrowBase.sol";

/// @notice Earnings belong to the agent: whoever is its active wallet draws them, and nobody else.
contract EscrowPursesTest is EscrowBase {
    uint256 private constant NEW_WALLET_KEY = 0xD1;

    function setUp() public override {
        super.setUp();
        settle(settlementOf(openTask(1)));
    }

    function expectNoDraw(address caller) private {
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNotAgentsWallet.selector, weatherAgent, caller));
        escrow.draw(weatherAgent, 1);
    }

    function testFuzz_EarningsAreDrawnToTheUnit(uint256 first) public {
        first = bound(first, 1, 600_000 - 1);
        vm.expectEmit(address(escrow));
        emit IEscrow.EarningsDrawn(weatherAgent, weatherWallet, first);
        draw(weatherWallet, weatherAgent, first);
        vm.assertEq(token.balanceOf(weatherWallet), first, "drawn");
        vm.assertEq(inPurse(weatherAgent), 600_000 - first, "left");
        vm.assertEq(escrow.pool(), 900_000 - first, "pool");
        draw(weatherWallet, weatherAgent, 600_000 - first);
        vm.assertEq(token.balanceOf(weatherWallet), 600_000, "all of it");
        vm.assertEq(inPurse(healthAgent), 300_000, "another's is untouched");
    }

    function testFuzz_NobodyDrawsMoreThanItsPurseHas(uint256 more) public {
        more = bound(more, 600_001, type(uint256).max);
        vm.prank(weatherWallet);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.EscrowPurseInsufficient.selector, weatherAgent, uint256(600_000), more)
        );
        escrow.draw(weatherAgent, more);
        vm.prank(weatherWallet);
        vm.expectRevert(IEscrow.EscrowAmountZero.selector);
        escrow.draw(weatherAgent, 0);
    }

    function test_OnlyTheAgentsOwnWalletDraws() public {
        expectNoDraw(stranger);
        expectNoDraw(weatherAdmin);
        expectNoDraw(healthWallet);
    }

    function test_EarningsOfSeveralTasksAddUp() public {
        settle(settlementOf(openTask(2)));
        draw(weatherWallet, weatherAgent, 1_200_000);
        vm.assertEq(token.balanceOf(weatherWallet), 1_200_000, "both");
    }

    function test_ASuspendedAgentDrawsNothingAndAReinstatedOneAll() public {
        domains.suspend(WEATHER);
        expectNoDraw(weatherWallet);
        // Work that was done is paid for all the same.
        domains.reinstate(WEATHER);
        bytes32 taskId = openTask(2);
        domains.suspend(WEATHER);
        settle(settlementOf(taskId));
        vm.assertEq(inPurse(weatherAgent), 1_200_000, "kept");
        expectNoDraw(weatherWallet);

        domains.reinstate(WEATHER);
        draw(weatherWallet, weatherAgent, 1_200_000);
        vm.assertEq(token.balanceOf(weatherWallet), 1_200_000, "all of it");
    }

    function test_AWithdrawnAgentDrawsOnceItIsEnrolledAgain() public {
        vm.prank(weatherAdmin);
        domains.withdraw(weatherAgent);
        expectNoDraw(weatherWallet);
        vm.prank(weatherAdmin);
        domains.enrol(WEATHER, weatherAgent);
        draw(weatherWallet, weatherAgent, 600_000);
    }

    function test_TheWalletOfTheMomentDraws() public {
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(NEW_WALLET_KEY, weatherAgent, weatherAdmin, deadline);
        vm.prank(weatherAdmin);
        identity.setAgentWallet(weatherAgent, vm.addr(NEW_WALLET_KEY), deadline, consent);
        expectNoDraw(weatherWallet);
        draw(vm.addr(NEW_WALLET_KEY), weatherAgent, 600_000);
        vm.assertEq(token.balanceOf(vm.addr(NEW_WALLET_KEY)), 600_000, "the new wallet");
        vm.assertEq(token.balanceOf(weatherWallet), 0, "not the former");
    }

    function test_AnAgentWithoutAWalletDrawsNothing() public {
        vm.prank(weatherAdmin);
        identity.unsetAgentWallet(weatherAgent);
        expectNoDraw(weatherWallet);
        vm.assertEq(inPurse(weatherAgent), 600_000, "and loses nothing");
    }

    /// @dev Plays batches: weather's agent has the line of index 0, health's of index 1.
    function anchor(uint256 weather, uint256 health, uint256 earned) private returns (bytes32[2] memory leaves) {
        leaves[0] = MerkleTree.hashLeaf(abi.encode(IBatches.Earning(weather, 1)));
        leaves[1] = MerkleTree.hashLeaf(abi.encode(IBatches.Earning(health, 0)));
        bytes32 root = sha256(abi.encodePacked(hex"01", leaves[0], leaves[1]));
        manager.grantRole(Roles.HOLDER, address(this), 0);
        giveBalance(weatherAdmin, earned);
        IBatches.Debit[] memory debits = new IBatches.Debit[](1);
        debits[0] = IBatches.Debit(weatherAdmin, 1, earned);
        escrow.hold(debits, settler, 0);
        escrow.conclude(root, 2, earned, 0);
    }

    function claim(IBatches.Earning memory earning, bytes32 sibling) private {
        bytes32[] memory path = new bytes32[](1);
        path[0] = sibling;
        vm.prank(stranger);
        escrow.claim(weatherAgent, earning, 2, path);
    }

    function test_AnyoneClaimsForAnAgentWhatBatchesGaveItAndItDidNotClaimYet() public {
        bytes32[2] memory leaves = anchor(100, 50, 150);
        vm.expectEmit(address(escrow));
        emit IEscrow.EarningsClaimed(weatherAgent, 100);
        claim(IBatches.Earning(100, 1), leaves[1]);
        vm.assertEq(inPurse(weatherAgent), 600_100, "beside what settlements paid");
        leaves = anchor(170, 50, 70);
        claim(IBatches.Earning(170, 1), leaves[1]);
        vm.assertEq(inPurse(weatherAgent), 600_170, "the difference");
        vm.assertEq(escrow.purseOf(weatherAgent).claimed, 170, "claimed");
        draw(weatherWallet, weatherAgent, 600_170);
    }

    function test_Attack_EarningsAreClaimedTwice() public {
        bytes32[2] memory leaves = anchor(100, 50, 150);
        claim(IBatches.Earning(100, 1), leaves[1]);
        bytes32[] memory path = new bytes32[](1);
        path[0] = leaves[1];
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNothingToClaim.selector, weatherAgent, uint256(100)));
        escrow.claim(weatherAgent, IBatches.Earning(100, 1), 2, path);
    }

    function test_Attack_AnothersEarningsAreClaimed() public {
        bytes32[2] memory leaves = anchor(100, 500, 600);
        bytes32[] memory path = new bytes32[](1);
        path[0] = leaves[1];
        vm.expectRevert(IEscrow.EscrowProofInvalid.selector);
        escrow.claim(weatherAgent, IBatches.Earning(101, 1), 2, path);
        path[0] = leaves[0];
        vm.expectRevert(IEscrow.EscrowProofInvalid.selector);
        escrow.claim(weatherAgent, IBatches.Earning(500, 0), 2, path);
    }

    function test_NothingIsClaimedBeforeAnythingWasEarned() public {
        vm.expectRevert(MerkleTree.MerkleProofInvalid.selector);
        escrow.claim(weatherAgent, IBatches.Earning(1, 1), 0, new bytes32[](0));
        vm.expectRevert(IEscrow.EscrowProofInvalid.selector);
        escrow.claim(0, IBatches.Earning(1, 1), 1, new bytes32[](0));
    }

    /// @dev In a tree of 8 the path of leaf 5 goes left, right, left, and so does that of leaf 9 in a tree of 11.
    function test_Attack_AnothersEarningsAreClaimedByAnotherCount() public {
        bytes32 leaf = MerkleTree.hashLeaf(abi.encode(IBatches.Earning(900, 1)));
        bytes32[] memory path = new bytes32[](3);
        (path[0], path[1], path[2]) = (bytes32("left"), bytes32("right"), bytes32("left of all"));
        bytes32 root = sha256(abi.encodePacked(hex"01", path[0], leaf));
        root = sha256(abi.encodePacked(hex"01", root, path[1]));
        root = sha256(abi.encodePacked(hex"01", path[2], root));
        manager.grantRole(Roles.HOLDER, address(this), 0);
        escrow.conclude(root, 8, 0, 0);

        vm.expectRevert(IEscrow.EscrowProofInvalid.selector);
        escrow.claim(9, IBatches.Earning(900, 1), 11, path);
        escrow.claim(5, IBatches.Earning(900, 1), 8, path);
        vm.assertEq(escrow.purseOf(9).claimed, 0, "not the other's");
    }

    /// @dev A wrong batch that nobody disputed gives an agent more than was ever paid in for it.
    function test_Attack_WrongEarningsTakeNobodysAccount() public {
        bytes32[2] memory leaves = anchor(10 * BUDGET, 0, 100);
        giveBalance(healthAdmin, 10 * BUDGET);
        claim(IBatches.Earning(10 * BUDGET, 1), leaves[1]);
        vm.prank(weatherWallet);
        vm.expectRevert(ARITHMETIC);
        escrow.draw(weatherAgent, 900_101);
        takeOut(healthAdmin, 10 * BUDGET);
        vm.assertEq(token.balanceOf(healthAdmin), 10 * BUDGET, "accounts are whole");
    }
}
