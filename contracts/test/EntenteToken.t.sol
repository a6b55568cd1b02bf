// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consortium} from "./Consortium.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract EntenteTokenTest is Consortium {
    function test_IsACreditOfSixDecimals() public view {
        vm.assertEq(token.name(), "Entente Credit", "name");
        vm.assertEq(token.symbol(), "ENT", "symbol");
        vm.assertEq(token.decimals(), 6, "decimals");
    }

    function test_OnlyGovernanceMints() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        token.mint(stranger, 1);
        token.mint(stranger, 7);
        vm.assertEq(token.balanceOf(stranger), 7, "balance");
    }

    function testFuzz_APermitApprovesOnce(uint256 amount) public {
        bytes32 permit = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                weatherAdmin,
                address(escrow),
                amount,
                0,
                block.timestamp
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), permit));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(WEATHER_ADMIN_KEY, digest);
        token.permit(weatherAdmin, address(escrow), amount, block.timestamp, v, r, s);
        vm.assertEq(token.allowance(weatherAdmin, address(escrow)), amount, "allowance");
        (bool replayed,) = address(token)
            .call(abi.encodeCall(token.permit, (weatherAdmin, address(escrow), amount, block.timestamp, v, r, s)));
        vm.assertFalse(replayed, "a nonce is used once");
    }
}
