// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IForeignChains} from "../src/interfaces/IForeignChains.sol";
import {QbftHeader} from "../src/libraries/QbftHeader.sol";
import {RelayBase} from "./RelayBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @notice Headers built and sealed here as Besu builds and seals them: no node of Besu made one.
/// @custom:as-shipped
contract QbftHeadersTest is RelayBase {
    uint256 private constant QBFT = 7_002;
    uint256 private constant FIRST_KEY = 0xE1;

    function setUp() public override {
        super.setUp();
        chains.recognise(QBFT, foreignLog, foreignOutbox);
        chains.nameValidators(QBFT, 10, validators(4));
    }

    /// @dev The first so many, in the order of their keys.
    function validators(uint256 count) private pure returns (address[] memory named) {
        named = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            named[i] = vm.addr(FIRST_KEY + i);
        }
    }

    function header(uint64 number, uint256 round, address[] memory named, bytes[] memory seals)
        private
        pure
        returns (bytes memory)
    {
        bytes[] memory addresses = new bytes[](named.length);
        for (uint256 i = 0; i < named.length; ++i) {
            addresses[i] = RLP.encode(named[i]);
        }
        bytes[] memory extra = new bytes[](5);
        extra[0] = RLP.encode(bytes32("vanity"));
        extra[1] = RLP.encode(addresses);
        extra[2] = RLP.encode(new bytes[](0));
        extra[3] = RLP.encode(round);
        extra[4] = RLP.encode(seals);
        return headerOf(number, "receipts", RLP.encode(extra));
    }

    /// @dev By the validators from the first on, each over the header without seals, of its round.
    function sealedBy(uint256 from, uint256 count, uint64 number, uint256 round, address[] memory named)
        private
        pure
        returns (bytes memory)
    {
        bytes32 digest = keccak256(header(number, round, named, new bytes[](0)));
        bytes[] memory seals = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(FIRST_KEY + from + i, digest);
            seals[i] = RLP.encode(abi.encodePacked(r, s, v - 27));
        }
        return header(number, round, named, seals);
    }

    function testFuzz_TwoThirdsOfTheValidatorsVouchByTheirSeals(uint64 number, uint8 round) public {
        bytes memory rlp = sealedBy(1, 3, number, round, validators(4));
        vm.prank(stranger);
        chains.acceptSealed(QBFT, rlp);
        (bytes32 blockHash, bytes32 root) = chains.blockAt(QBFT, number);
        vm.assertEq(blockHash, keccak256(header(number, 0, validators(4), new bytes[](0))), "hash");
        vm.assertEq(root, "receipts", "root");
    }

    function test_TheSameBlockOfAnotherRoundIsTheSame() public {
        chains.acceptSealed(QBFT, sealedBy(0, 3, 11, 0, validators(4)));
        chains.acceptSealed(QBFT, sealedBy(1, 3, 11, 2, validators(4)));
        vm.assertFalse(chains.sourceOf(QBFT).halted, "no fork");
    }

    function test_Attack_FewerSealsOrThoseOfStrangersOrOneTwice() public {
        bytes4 missed = IForeignChains.ForeignChainsSealsMissed.selector;
        bytes memory two = sealedBy(0, 2, 11, 0, validators(4));
        vm.expectRevert(abi.encodeWithSelector(missed, 2, 3));
        chains.acceptSealed(QBFT, two);
        bytes memory strangers = sealedBy(2, 4, 11, 0, validators(4));
        vm.expectRevert(abi.encodeWithSelector(missed, 2, 3));
        chains.acceptSealed(QBFT, strangers);
        bytes32 digest = keccak256(header(11, 0, validators(4), new bytes[](0)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(FIRST_KEY, digest);
        bytes[] memory same = new bytes[](4);
        same[0] = RLP.encode(abi.encodePacked(r, s, v - 27));
        (same[1], same[2], same[3]) = (same[0], RLP.encode(abi.encodePacked(r, s, v)), RLP.encode(new bytes(65)));
        bytes memory twice = header(11, 0, validators(4), same);
        vm.expectRevert(abi.encodeWithSelector(missed, 1, 3));
        chains.acceptSealed(QBFT, twice);
    }

    function testFuzz_Attack_OneFlippedByteIsNotSealed(uint256 place, uint8 flip) public {
        vm.assume(flip != 0);
        bytes memory rlp = sealedBy(0, 3, 11, 0, validators(4));
        place = bound(place, 0, rlp.length - 1);
        rlp[place] = bytes1(uint8(rlp[place]) ^ flip);
        (bool accepted,) = address(chains).call(abi.encodeCall(chains.acceptSealed, (QBFT, rlp)));
        vm.assertFalse(accepted, "accepted");
    }

    function test_ValidatorsChangeByAHeaderThatOldAndNewSealed() public {
        // Five seal by four, of whom three are of the old four.
        chains.acceptSealed(QBFT, sealedBy(1, 4, 20, 0, validators(5)));
        vm.assertEq(chains.sourceOf(QBFT).validators.length, 5, "five");
        vm.assertEq(chains.sourceOf(QBFT).validatorsSince, 20, "since");
        bytes memory byThree = sealedBy(0, 3, 21, 0, validators(5));
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsSealsMissed.selector, 3, 4));
        chains.acceptSealed(QBFT, byThree);
        // An older header does not bring the old ones back.
        chains.acceptSealed(QBFT, sealedBy(0, 4, 19, 0, validators(4)));
        vm.assertEq(chains.sourceOf(QBFT).validators.length, 5, "still five");
    }

    function test_Attack_OldValidatorsAloneNameNoNewOnes() public {
        address[] memory named = new address[](3);
        (named[0], named[1], named[2]) = (vm.addr(0xBAD1), vm.addr(0xBAD2), vm.addr(0xBAD3));
        bytes memory rlp = sealedBy(0, 3, 20, 0, named);
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsSealsMissed.selector, 0, 2));
        chains.acceptSealed(QBFT, rlp);
    }

    function test_AHeaderThatNamesNoValidatorsChangesNone() public {
        chains.acceptSealed(QBFT, sealedBy(0, 3, 20, 0, new address[](0)));
        vm.assertEq(chains.sourceOf(QBFT).validators.length, 4, "four");
    }

    function test_TwoSealedBlocksOfANumberHaltTheChain() public {
        chains.acceptSealed(QBFT, sealedBy(0, 3, 11, 0, validators(4)));
        chains.acceptSealed(QBFT, sealedBy(0, 3, 11, 0, new address[](0)));
        vm.assertTrue(chains.sourceOf(QBFT).halted, "halted");
    }

    function test_EitherDomainsVouchOrValidators() public {
        bytes memory rlp = header(11, 0, validators(4), new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsQuorumMissed.selector, 0, 0));
        chains.accept(QBFT, rlp, new IForeignChains.Vouch[](0));
        chains.nameVouchers(QBFT, 2, voucherDomains());
        bytes memory withSeals = sealedBy(0, 4, 11, 0, validators(4));
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsSealsMissed.selector, 0, 0));
        chains.acceptSealed(QBFT, withSeals);
    }

    function test_ValidatorsAreNamedByGovernanceAndNoneTwice() public {
        bytes4 invalid = IForeignChains.ForeignChainsValidatorsInvalid.selector;
        vm.expectRevert(abi.encodeWithSelector(invalid, 0));
        chains.nameValidators(QBFT, 1, new address[](0));
        address[] memory named = validators(65);
        vm.expectRevert(abi.encodeWithSelector(invalid, 65));
        chains.nameValidators(QBFT, 1, named);
        named = validators(2);
        named[1] = named[0];
        vm.expectRevert(abi.encodeWithSelector(invalid, 2));
        chains.nameValidators(QBFT, 1, named);
        named[1] = address(0);
        vm.expectRevert(abi.encodeWithSelector(invalid, 2));
        chains.nameValidators(QBFT, 1, named);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        vm.prank(stranger);
        chains.nameValidators(QBFT, 1, named);
    }

    function test_WhatIsNoHeaderOfQbft() public {
        bytes memory other = headerOf(11, "receipts", "extra");
        vm.expectRevert(RLP.RLPInvalidEncoding.selector);
        chains.acceptSealed(QBFT, other);
        bytes memory empty = headerOf(11, "receipts", hex"c0");
        vm.expectRevert(QbftHeader.QbftHeaderInvalid.selector);
        chains.acceptSealed(QBFT, empty);
        bytes[] memory few = new bytes[](9);
        for (uint256 i = 0; i < few.length; ++i) {
            few[i] = RLP.encode(bytes32("field"));
        }
        bytes memory withoutExtra = RLP.encode(few);
        vm.expectRevert(QbftHeader.QbftHeaderInvalid.selector);
        chains.acceptSealed(QBFT, withoutExtra);
        bytes[] memory seals = new bytes[](1);
        seals[0] = RLP.encode(new bytes(64));
        bytes memory shortSeal = header(11, 0, validators(4), seals);
        vm.expectRevert(QbftHeader.QbftHeaderInvalid.selector);
        chains.acceptSealed(QBFT, shortSeal);
    }
}
