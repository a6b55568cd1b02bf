// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IContractRegistry} from "../src/interfaces/IContractRegistry.sol";
import {EntenteDomain} from "../src/libraries/EntenteDomain.sol";
import {Consortium} from "./Consortium.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

contract ContractRegistryTest is Consortium {
    function test_RecordsAddressVersionAndCode() public {
        vm.expectEmit(address(registry));
        emit IContractRegistry.ContractRecorded("Escrow", address(escrow), 1, address(escrow).codehash);
        registry.record("Escrow", address(escrow));
        registry.record("Escrow", address(plans));

        IContractRegistry.Entry memory entry = registry.get("Escrow");
        vm.assertEq(entry.account, address(plans), "account");
        vm.assertEq(entry.version, 2, "version");
        vm.assertEq(entry.codeHash, address(plans).codehash, "code hash");
        vm.assertTrue(entry.status == IContractRegistry.Status.Active, "active");
        vm.assertEq(registry.names().length, 1, "one name");
    }

    function test_EveryVersionThatANameEverHadIsFoundLater() public {
        registry.record("Escrow", address(escrow));
        registry.setStatus("Escrow", IContractRegistry.Status.Frozen);
        registry.record("Escrow", address(plans));
        registry.record("Escrow", address(evidence));

        IContractRegistry.Entry memory first = registry.getAt("Escrow", 1);
        vm.assertEq(first.account, address(escrow), "the first account");
        vm.assertEq(first.codeHash, address(escrow).codehash, "the first code");
        vm.assertEq(first.version, 1, "the first version");
        vm.assertTrue(first.status == IContractRegistry.Status.Frozen, "with the status it was left with");
        vm.assertEq(registry.getAt("Escrow", 2).account, address(plans), "the second account");
        vm.assertEq(registry.getAt("Escrow", 3).account, address(evidence), "the present account");
        vm.assertEq(registry.get("Escrow").account, address(evidence), "which is the one to use");
    }

    function test_AVersionNeverRecordedIsNotMadeUp() public {
        registry.record("Escrow", address(escrow));
        for (uint32 version = 0; version < 3; version += 2) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IContractRegistry.ContractRegistryVersionUnknown.selector, bytes32("Escrow"), version
                )
            );
            registry.getAt("Escrow", version);
        }
        vm.expectRevert(
            abi.encodeWithSelector(IContractRegistry.ContractRegistryVersionUnknown.selector, bytes32("x"), uint32(0))
        );
        registry.getAt("x", 0);
    }

    function test_StrangerCannotRedirectAName() public {
        vm.startPrank(stranger);
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.expectRevert(refusal);
        registry.record("Escrow", address(escrow));
        vm.expectRevert(refusal);
        registry.setStatus("Escrow", IContractRegistry.Status.Frozen);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(registry.record, ("Escrow", address(escrow)));
        vm.expectRevert(refusal);
        registry.multicall(calls);
        vm.stopPrank();
    }

    function test_FreezesThawsAndRetires() public {
        registry.record("Escrow", address(escrow));
        registry.setStatus("Escrow", IContractRegistry.Status.Frozen);
        vm.assertTrue(registry.get("Escrow").status == IContractRegistry.Status.Frozen, "frozen");
        registry.setStatus("Escrow", IContractRegistry.Status.Active);
        registry.setStatus("Escrow", IContractRegistry.Status.Retired);
        vm.expectRevert(
            abi.encodeWithSelector(IContractRegistry.ContractRegistryStatusFinal.selector, bytes32("Escrow"))
        );
        registry.setStatus("Escrow", IContractRegistry.Status.Active);
        registry.record("Escrow", address(plans));
        vm.assertEq(registry.get("Escrow").version, 2, "a new version takes a retired name");
    }

    function test_RefusesWhatIsNotAContractOrHasNoName() public {
        vm.expectRevert(abi.encodeWithSelector(IContractRegistry.ContractRegistryNoCode.selector, stranger));
        registry.record("Escrow", stranger);
        vm.expectRevert(IContractRegistry.ContractRegistryNameEmpty.selector);
        registry.record(0, address(escrow));
        vm.expectRevert(abi.encodeWithSelector(IContractRegistry.ContractRegistryNameUnknown.selector, bytes32("x")));
        registry.get("x");
        vm.expectRevert(abi.encodeWithSelector(IContractRegistry.ContractRegistryNameUnknown.selector, bytes32("x")));
        registry.setStatus("x", IContractRegistry.Status.Frozen);
        registry.record("Escrow", address(escrow));
        vm.expectRevert(IContractRegistry.ContractRegistryStatusUnknown.selector);
        registry.setStatus("Escrow", IContractRegistry.Status.Unknown);
    }

    function test_DescribesTheDomainOfAllSignatures() public view {
        (bytes1 fields, string memory name, string memory version, uint256 chainId, address verifying,,) =
            registry.eip712Domain();
        vm.assertEq(bytes32(fields), bytes32(bytes1(0x0f)), "fields");
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                verifying
            )
        );
        vm.assertEq(EntenteDomain.separator(address(registry)), separator, "separator");
    }
}
