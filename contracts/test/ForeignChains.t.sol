// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IForeignChains} from "../src/interfaces/IForeignChains.sol";
import {ReceiptProof} from "../src/libraries/ReceiptProof.sol";
import {ContractWallet} from "./ContractWallet.sol";
import {RelayBase} from "./RelayBase.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {BlockHeader} from "@openzeppelin/contracts/utils/BlockHeader.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

contract ForeignChainsTest is RelayBase {
    bytes32 private constant ROOT = "receipts";

    function header(uint64 number) private pure returns (bytes memory) {
        return headerOf(number, ROOT);
    }

    function testFuzz_AnyoneCarriesAHeaderThatEnoughDomainsVouchFor(uint64 number, bytes32 receiptsRoot) public {
        vm.assume(receiptsRoot != 0);
        bytes memory rlp = headerOf(number, receiptsRoot);
        vm.prank(stranger);
        chains.accept(SOURCE, rlp, vouches(number, rlp));
        (bytes32 blockHash, bytes32 root) = chains.blockAt(SOURCE, number);
        vm.assertEq(blockHash, keccak256(rlp), "hash");
        vm.assertEq(root, receiptsRoot, "root");
        chains.accept(SOURCE, rlp, vouches(number, rlp));
        vm.assertFalse(chains.sourceOf(SOURCE).halted, "the same again is no fork");
    }

    function testFuzz_Attack_OneFlippedByteIsAnotherHeader(uint256 place, uint8 flip) public {
        vm.assume(flip != 0);
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory signed = vouches(1, rlp);
        place = bound(place, 0, rlp.length - 1);
        rlp[place] = bytes1(uint8(rlp[place]) ^ flip);
        (bool accepted,) = address(chains).call(abi.encodeCall(chains.accept, (SOURCE, rlp, signed)));
        vm.assertFalse(accepted, "accepted");
    }

    function test_Attack_FewerThanTheQuorumAreNotEnough() public {
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory one = new IForeignChains.Vouch[](1);
        one[0] = vouches(1, rlp)[0];
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsQuorumMissed.selector, 1, 2));
        chains.accept(SOURCE, rlp, one);
    }

    function test_Attack_OneDomainTwiceIsOne() public {
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory twice = vouches(1, rlp);
        twice[1] = twice[0];
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsVoucherUnknown.selector, HEALTH));
        chains.accept(SOURCE, rlp, twice);
    }

    function test_Attack_AForgedSignatureSpoilsAll() public {
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory forged = vouches(1, rlp);
        forged[1] = vouchFor(SOURCE, 1, keccak256(rlp), WEATHER, HEALTH_ATTESTER_KEY);
        bytes4 refusal = IForeignChains.ForeignChainsVouchInvalid.selector;
        vm.expectRevert(abi.encodeWithSelector(refusal, WEATHER, vm.addr(WEATHER_ATTESTER_KEY)));
        chains.accept(SOURCE, rlp, forged);
    }

    function test_Attack_AVouchForAnotherChainOrNumberIsNone() public {
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory others = vouches(1, rlp);
        address attester = vm.addr(WEATHER_ATTESTER_KEY);
        bytes4 refusal = IForeignChains.ForeignChainsVouchInvalid.selector;
        others[1] = vouchFor(SOURCE + 1, 1, keccak256(rlp), WEATHER, WEATHER_ATTESTER_KEY);
        vm.expectRevert(abi.encodeWithSelector(refusal, WEATHER, attester));
        chains.accept(SOURCE, rlp, others);
        others[1] = vouchFor(SOURCE, 2, keccak256(rlp), WEATHER, WEATHER_ATTESTER_KEY);
        vm.expectRevert(abi.encodeWithSelector(refusal, WEATHER, attester));
        chains.accept(SOURCE, rlp, others);
    }

    function test_Attack_AVouchGivenToAnotherDestinationIsNone() public {
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory signed = vouches(1, rlp);
        vm.chainId(block.chainid + 1);
        bytes4 refusal = IForeignChains.ForeignChainsVouchInvalid.selector;
        vm.expectRevert(abi.encodeWithSelector(refusal, HEALTH, vm.addr(HEALTH_ATTESTER_KEY)));
        chains.accept(SOURCE, rlp, signed);
    }

    function test_AContractMayAttest() public {
        ContractWallet wallet = new ContractWallet(vm.addr(0xF00D));
        vm.prank(weatherAdmin);
        chains.appoint(WEATHER, address(wallet));
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory signed = vouches(1, rlp);
        signed[1] = vouchFor(SOURCE, 1, keccak256(rlp), WEATHER, 0xF00D);
        chains.accept(SOURCE, rlp, signed);
        (bytes32 blockHash,) = chains.blockAt(SOURCE, 1);
        vm.assertEq(blockHash, keccak256(rlp), "accepted");
    }

    function test_ASuspendedDomainDoesNotVouch() public {
        domains.suspend(WEATHER);
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory signed = vouches(1, rlp);
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsVoucherInactive.selector, WEATHER));
        chains.accept(SOURCE, rlp, signed);
    }

    function test_AnAttesterLapsesWithTheAdminThatAppointedIt() public {
        domains.replaceAdmin(WEATHER, stranger);
        vm.assertEq(chains.attesterOf(WEATHER), address(0), "lapsed");
        bytes memory rlp = header(1);
        IForeignChains.Vouch[] memory signed = vouches(1, rlp);
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsVouchInvalid.selector, WEATHER, address(0)));
        chains.accept(SOURCE, rlp, signed);
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsNotAdmin.selector, WEATHER, weatherAdmin));
        vm.prank(weatherAdmin);
        chains.appoint(WEATHER, weatherAdmin);
        appoint(WEATHER, stranger, WEATHER_ATTESTER_KEY);
        chains.accept(SOURCE, rlp, signed);
    }

    function test_AForkHaltsTheChainUntilGovernanceResumesIt() public {
        ReceiptProof.Proof memory proof = acceptBlock(1, receiptOf(logOf(foreignLog, new bytes32[](0), "")));
        vm.assertEq(chains.open(SOURCE, proof).emitter, foreignLog, "open");
        (bytes32 first,) = chains.blockAt(SOURCE, 1);
        acceptHeader(1, "another");
        vm.assertTrue(chains.sourceOf(SOURCE).halted, "halted");
        (bytes32 known,) = chains.blockAt(SOURCE, 1);
        vm.assertEq(known, first, "the first stays");
        bytes memory rlp = header(2);
        IForeignChains.Vouch[] memory signed = vouches(2, rlp);
        bytes memory refusal = abi.encodeWithSelector(IForeignChains.ForeignChainsHalted.selector, SOURCE);
        vm.expectRevert(refusal);
        chains.accept(SOURCE, rlp, signed);
        vm.expectRevert(refusal);
        chains.open(SOURCE, proof);
        chains.resume(SOURCE);
        chains.accept(SOURCE, rlp, signed);
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsNotHalted.selector, SOURCE));
        chains.resume(SOURCE);
    }

    function test_TheGuardianHaltsAndOnlyGovernanceResumes() public {
        vm.prank(guardian);
        chains.halt(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian));
        vm.prank(guardian);
        chains.resume(SOURCE);
    }

    function test_OnlyGovernanceRecognisesAndNames() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, weatherAdmin);
        bytes32[] memory named = voucherDomains();
        vm.startPrank(weatherAdmin);
        vm.expectRevert(refusal);
        chains.recognise(SOURCE + 1, foreignLog, foreignOutbox);
        vm.expectRevert(refusal);
        chains.nameVouchers(SOURCE, 1, named);
        vm.expectRevert(refusal);
        chains.halt(SOURCE);
        vm.stopPrank();
    }

    function test_AChainIsRecognisedOnceAndWhole() public {
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsKnown.selector, SOURCE));
        chains.recognise(SOURCE, foreignLog, foreignOutbox);
        vm.expectRevert(IForeignChains.ForeignChainsAddressZero.selector);
        chains.recognise(SOURCE + 1, address(0), foreignOutbox);
        vm.expectRevert(IForeignChains.ForeignChainsAddressZero.selector);
        chains.recognise(SOURCE + 1, foreignLog, address(0));
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsUnknown.selector, SOURCE + 1));
        chains.sourceOf(SOURCE + 1);
    }

    function test_VouchersAreNamedInOrderAndTheQuorumIsAmongThem() public {
        bytes32[] memory named = voucherDomains();
        bytes4 quorumInvalid = IForeignChains.ForeignChainsQuorumInvalid.selector;
        vm.expectRevert(abi.encodeWithSelector(quorumInvalid, 0, 3));
        chains.nameVouchers(SOURCE, 0, named);
        vm.expectRevert(abi.encodeWithSelector(quorumInvalid, 4, 3));
        chains.nameVouchers(SOURCE, 4, named);
        vm.expectRevert(abi.encodeWithSelector(quorumInvalid, 1, 33));
        chains.nameVouchers(SOURCE, 1, new bytes32[](33));
        named[1] = named[0];
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsDomainsUnsorted.selector, HEALTH));
        chains.nameVouchers(SOURCE, 2, named);
    }

    function test_NoHeaderBeforeAnybodyIsNamed() public {
        chains.recognise(SOURCE + 1, foreignLog, foreignOutbox);
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsQuorumMissed.selector, 0, 0));
        chains.accept(SOURCE + 1, header(1), new IForeignChains.Vouch[](0));
    }

    function test_AHeaderMustBeOne() public {
        bytes[] memory few = new bytes[](8);
        for (uint256 i = 0; i < 8; ++i) {
            few[i] = RLP.encode(bytes32("field"));
        }
        bytes memory rlp = RLP.encode(few);
        IForeignChains.Vouch[] memory none = new IForeignChains.Vouch[](0);
        bytes4 missing = BlockHeader.FieldNotPresentInBlockHeader.selector;
        vm.expectRevert(abi.encodeWithSelector(missing, BlockHeader.HeaderField.Number));
        chains.accept(SOURCE, rlp, none);
        vm.expectRevert(RLP.RLPInvalidEncoding.selector);
        chains.accept(SOURCE, hex"c3", none);
        bytes memory withTail = bytes.concat(header(1), hex"00");
        vm.expectRevert(RLP.RLPInvalidEncoding.selector);
        chains.accept(SOURCE, withTail, none);
        bytes memory rootless = headerOf(1, 0);
        vm.expectRevert(IForeignChains.ForeignChainsHeaderInvalid.selector);
        chains.accept(SOURCE, rootless, none);
    }

    function test_NothingIsOpenedOfABlockThatIsNotKnown() public {
        ReceiptProof.Proof memory proof = acceptBlock(1, receiptOf(logOf(foreignLog, new bytes32[](0), "")));
        proof.blockNumber = 2;
        vm.expectRevert(abi.encodeWithSelector(IForeignChains.ForeignChainsBlockUnknown.selector, SOURCE, 2));
        chains.open(SOURCE, proof);
    }
}
