// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {EscrowBase} from "./EscrowBase.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice The escrow over a token that blocks accounts and calls back, which the consortium's own does not: its safety does
/// not hang on that.
contract EscrowHostileTokenTest is EscrowBase {
    HostileToken private hostile;

    function setUp() public override {
        super.setUp();
        hostile = new HostileToken();
        Escrow.Config memory config = escrowConfig();
        config.token = hostile;
        escrow = new Escrow(address(manager), config);
        hostile.mint(address(this), 3 * BUDGET);
        hostile.approve(address(escrow), 3 * BUDGET);
        escrow.deposit(weatherAdmin, BUDGET);
        escrow.deposit(address(hostile), BUDGET);
    }

    function settleOne() private {
        IEscrow.TaskOrder memory order = orderOf(1);
        order.token = address(hostile);
        settle(settlementOf(escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order))));
    }

    function test_Attack_PushPaymentToBlockedRecipient() public {
        hostile.block_(weatherWallet);
        settleOne();

        vm.prank(weatherWallet);
        (bool paid,) = address(escrow).call(abi.encodeCall(escrow.draw, (weatherAgent, 600_000)));
        vm.assertFalse(paid, "the blocked one waits");
        vm.assertEq(inPurse(weatherAgent), 600_000, "and keeps what is due");
        draw(healthWallet, healthAgent, 300_000);
        vm.assertEq(hostile.balanceOf(healthWallet), 300_000, "the other is paid");
    }

    /// @dev The token itself has an account, and in the midst of its own withdrawal takes it again.
    function test_Attack_ReentrancyThroughTokenHooks() public {
        vm.prank(address(hostile));
        escrow.announceWithdrawal(BUDGET);
        vm.warp(block.timestamp + NOTICE);
        bytes[4] memory calls = [
            abi.encodeCall(escrow.withdraw, ()),
            abi.encodeCall(escrow.draw, (weatherAgent, 1)),
            abi.encodeCall(escrow.deposit, (address(hostile), 1)),
            abi.encodeCall(escrow.reserve, (orderOf(1), ""))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            hostile.attack(address(escrow), calls[i]);
            vm.prank(address(hostile));
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            escrow.withdraw();
        }
        vm.assertEq(hostile.balanceOf(address(escrow)), 2 * BUDGET, "nothing moved");
        hostile.attack(address(0), "");
        vm.prank(address(hostile));
        escrow.withdraw();
        vm.assertEq(hostile.balanceOf(address(escrow)), BUDGET, "its own, once");
    }

    function test_Attack_ReentrancyThroughTokenHooksOfADrawOrADeposit() public {
        settleOne();
        hostile.attack(address(escrow), abi.encodeCall(escrow.draw, (weatherAgent, 600_000)));
        vm.prank(weatherWallet);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        escrow.draw(weatherAgent, 600_000);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        escrow.deposit(stranger, BUDGET);
        vm.assertEq(hostile.balanceOf(address(escrow)), 2 * BUDGET, "nothing moved");
    }

    /// @dev What is not behind the guard finds the money already counted as gone.
    function test_Attack_CallsBackWhereThereIsNoGuard() public {
        vm.prank(address(hostile));
        escrow.announceWithdrawal(BUDGET);
        vm.warp(block.timestamp + NOTICE);
        hostile.attack(address(escrow), abi.encodeCall(escrow.announceWithdrawal, (1)));
        vm.prank(address(hostile));
        vm.expectRevert(
            abi.encodeWithSelector(IEscrow.EscrowBalanceInsufficient.selector, address(hostile), uint256(0), uint256(1))
        );
        escrow.withdraw();
    }
}

contract HostileToken is ERC20 {
    mapping(address account => bool) private blocked;
    address private target;
    bytes private callback;

    constructor() ERC20("Hostile", "HOSTILE") {}

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function block_(address account) external {
        blocked[account] = true;
    }

    function attack(address target_, bytes calldata callback_) external {
        target = target_;
        callback = callback_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!blocked[to], "blocked");
        super._update(from, to, amount);
        if (target == address(0)) return;
        (bool done, bytes memory reason) = target.call(callback);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
    }
}
