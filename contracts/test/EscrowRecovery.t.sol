// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {Consortium} from "./Consortium.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {RecoveryBase} from "./RecoveryBase.sol";

/// @notice Weather lost every key: its admin's, which owns the agents too, and its agent's wallet, which had not drawn yet.
contract EscrowRecoveryTest is EscrowBase, RecoveryBase {
    uint256 private constant NEW_WALLET_KEY = 0xD1;

    function setUp() public override(Consortium, RecoveryBase) {
        super.setUp();
        giveStake(weatherAgent, 100);
        settle(settlementOf(openTask(1)));
        requestRecovery();
        vm.warp(block.timestamp + DELAY);
        recovery.execute(weatherAgent);
    }

    function test_ARecoveredAgentHasItsEarningsAndItsStake() public {
        domains.replaceAdmin(WEATHER, newOwner);
        address newWallet = vm.addr(NEW_WALLET_KEY);
        uint256 deadline = block.timestamp + 1 minutes;
        bytes memory consent = signWallet(NEW_WALLET_KEY, weatherAgent, newOwner, deadline);
        vm.startPrank(newOwner);
        identity.setAgentWallet(weatherAgent, newWallet, deadline, consent);
        domains.enrol(WEATHER, weatherAgent);
        stake.requestUnbond(weatherAgent, 100);
        vm.stopPrank();
        draw(newWallet, weatherAgent, 600_000);
        vm.assertEq(token.balanceOf(newWallet), 600_000, "nothing was lost");
    }

    /// @dev A lost key may be a stolen one.
    function test_Attack_TheLostWalletDrawsAfterTheRecovery() public {
        vm.prank(weatherWallet);
        vm.expectRevert(abi.encodeWithSelector(IEscrow.EscrowNotAgentsWallet.selector, weatherAgent, weatherWallet));
        escrow.draw(weatherAgent, 600_000);
        vm.assertEq(inPurse(weatherAgent), 600_000, "it waits for its new wallet");
    }
}
