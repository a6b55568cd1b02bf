// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Anchors} from "../src/Anchors.sol";
import {IAnchors} from "../src/interfaces/IAnchors.sol";
import {Vm} from "./Vm.sol";

contract AnchorsTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    Anchors private anchors = new Anchors();

    function testFuzz_AnyoneAnchorsAnyTree(address sender, bytes32 root, uint64 size) public {
        vm.assume(size > 0);
        vm.expectEmit(address(anchors));
        emit IAnchors.Anchored(sender, root, size);
        vm.prank(sender);
        anchors.anchor(root, size);
    }

    function testFuzz_TheSameAgainIsAnchoredAgain(bytes32 root, uint64 size) public {
        vm.assume(size > 0);
        anchors.anchor(root, size);
        vm.expectEmit(address(anchors));
        emit IAnchors.Anchored(address(this), root, size);
        anchors.anchor(root, size);
    }

    function testFuzz_AnEmptyTreeIsRefused(bytes32 root) public {
        vm.expectRevert(IAnchors.AnchorsTreeEmpty.selector);
        anchors.anchor(root, 0);
    }
}
