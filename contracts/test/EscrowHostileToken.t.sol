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
        hostile.mint(address(this), 2 * BUDGET);
        hostile.approve(address(escrow), 2 * BUDGET);
        escrow.deposit(weatherAdmin, BUDGET);
        escrow.deposit(stranger, BUDGET);
    }

    function test_ABlockedRecipientFreezesNobodyElse() public {
        IEscrow.TaskOrder memory order = orderOf(1);
        order.token = address(hostile);
        bytes32 taskId = escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order));
        hostile.block_(weatherWallet);
        settle(settlementOf(taskId));

        vm.prank(weatherWallet);
        (bool paid,) = address(escrow).call(abi.encodeCall(escrow.withdraw, (600_000)));
        vm.assertFalse(paid, "the blocked one waits");
        vm.assertEq(escrow.balanceOf(weatherWallet), 600_000, "and keeps what is due");
        vm.prank(healthWallet);
        escrow.withdraw(300_000);
        vm.assertEq(hostile.balanceOf(healthWallet), 300_000, "the other is paid");
    }

    function test_ATokenThatCallsBackWithdrawsOnce() public {
        hostile.attack(address(escrow), abi.encodeCall(escrow.withdraw, (BUDGET)));
        vm.prank(stranger);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        escrow.withdraw(BUDGET);
        vm.assertEq(escrow.balanceOf(stranger), BUDGET, "nothing moved");
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
