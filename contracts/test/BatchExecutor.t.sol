// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchExecutor} from "../src/BatchExecutor.sol";
import {IBatchExecutor} from "../src/interfaces/IBatchExecutor.sol";
import {Vm} from "./Vm.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";

contract BatchExecutorTest {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant KEY = 0xA11CE;

    IBatchExecutor private account;
    Counter private counter;

    function setUp() public {
        // The account runs the code as if it were its own, which is what a delegation comes to.
        account = IBatchExecutor(vm.addr(KEY));
        vm.etch(address(account), address(new BatchExecutor()).code);
        counter = new Counter();
    }

    function test_EachCallIsTheAccountsAndHasItsOwnEvent() public {
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](2);
        calls[0] = _add(1, 3);
        calls[1] = _add(2, 4);
        Vm.Log[] memory logs = _execute(calls);
        vm.assertEq(counter.total(), 7, "total");
        vm.assertEq(counter.lastCaller(), address(account), "caller");
        vm.assertEq(logs.length, 4, "logs: each call's own, and then what became of it");
        vm.assertEq(logs[0].emitter, address(counter), "the first call's log");
        _assertFate(logs[1], IBatchExecutor.CallDone.selector, 1);
        vm.assertEq(logs[2].emitter, address(counter), "the second call's log");
        _assertFate(logs[3], IBatchExecutor.CallDone.selector, 2);
    }

    function test_ACallThatRevertsTakesNoneOfTheOthersAlong() public {
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](3);
        calls[0] = _add(1, 3);
        calls[1] = _call(2, abi.encodeCall(Counter.refuse, (7)));
        calls[2] = _add(3, 4);
        Vm.Log[] memory logs = _execute(calls);
        vm.assertEq(counter.total(), 7, "total");
        _assertFate(logs[2], IBatchExecutor.CallFailed.selector, 2);
        (,, bytes memory reason) = abi.decode(logs[2].data, (bytes8, uint64, bytes));
        vm.assertEq(reason, abi.encodeWithSelector(Counter.Refused.selector, 7), "reason");
        _assertFate(logs[4], IBatchExecutor.CallDone.selector, 3);
    }

    function test_Attack_ACallThatBurnsAllItIsGivenTakesNoneOfTheOthersAlong() public {
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](3);
        calls[0] = _add(1, 3);
        calls[1] = _call(2, abi.encodeCall(Counter.burn, ()));
        calls[2] = _add(3, 4);
        Vm.Log[] memory logs = _execute(calls);
        vm.assertEq(counter.total(), 7, "total");
        _assertFate(logs[2], IBatchExecutor.CallFailed.selector, 2);
        (, uint64 gasUsed,) = abi.decode(logs[2].data, (bytes8, uint64, bytes));
        vm.assertLe(gasUsed, calls[1].gasLimit + 15_000, "no more than its own");
    }

    function test_Attack_AHugeReasonIsCutShort() public {
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](2);
        calls[0] = _call(1, abi.encodeCall(Counter.shout, ()));
        calls[1] = _add(2, 4);
        Vm.Log[] memory logs = _execute(calls);
        (,, bytes memory reason) = abi.decode(logs[0].data, (bytes8, uint64, bytes));
        vm.assertEq(reason.length, 512, "bytes kept");
        vm.assertEq(counter.total(), 4, "total");
    }

    function test_Attack_NobodyElseMayExecute(address caller) public {
        vm.assume(caller != address(account));
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](1);
        calls[0] = _add(1, 3);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IBatchExecutor.BatchExecutorNotSelf.selector, caller));
        account.execute(calls);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IBatchExecutor.BatchExecutorNotSelf.selector, caller));
        account.measure(calls);
    }

    function test_Attack_ACalledContractCannotCallBackIn() public {
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](2);
        calls[0] = _call(1, abi.encodeCall(Counter.callBack, (account)));
        calls[1] = _add(2, 4);
        Vm.Log[] memory logs = _execute(calls);
        _assertFate(logs[0], IBatchExecutor.CallFailed.selector, 1);
        vm.assertEq(counter.total(), 4, "total");
    }

    /// @dev Whatever gas there is: no call is made with less than its limit, and none disappears.
    function test_WithTooLittleGasTheLastCallsAreSkipped(uint256 gas) public {
        gas = 150_000 + gas % 1_000_000;
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](10);
        for (uint256 index; index < 10; ++index) {
            calls[index] = index % 2 == 0
                ? _add(uint64(index + 1), 1)
                : _call(uint64(index + 1), abi.encodeCall(Counter.burn, ()));
        }
        vm.recordLogs();
        vm.prank(address(account));
        account.execute{gas: gas}(calls);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 fates;
        uint256 added;
        for (uint256 index; index < logs.length; ++index) {
            if (logs[index].emitter != address(account)) continue;
            fates += 1;
            vm.assertEq(_idOf(logs[index]), bytes32(bytes8(uint64(fates))), "in their order");
            if (logs[index].topics[0] == IBatchExecutor.CallDone.selector) added += 1;
        }
        vm.assertEq(fates, 10, "one event a call");
        vm.assertEq(counter.total(), added, "what is said to be done was done");
    }

    function test_MeasuringSaysWhatExecutionWouldComeTo() public {
        IBatchExecutor.Call[] memory calls = new IBatchExecutor.Call[](3);
        calls[0] = _add(1, 3);
        calls[1] = _call(2, abi.encodeCall(Counter.refuse, (7)));
        calls[2] = _add(3, 4);
        calls[2].gasLimit = type(uint64).max;
        vm.prank(address(account));
        try account.measure(calls) {
            revert("measuring always reverts");
        } catch (bytes memory data) {
            vm.assertEq(bytes32(bytes4(data)), IBatchExecutor.BatchExecutorMeasured.selector, "error");
            IBatchExecutor.Outcome[] memory outcomes = abi.decode(_afterSelector(data), (IBatchExecutor.Outcome[]));
            vm.assertTrue(outcomes[0].fate == IBatchExecutor.Fate.Done, "the first is done");
            vm.assertTrue(outcomes[0].gasUsed > 20_000, "and used gas");
            vm.assertTrue(outcomes[1].fate == IBatchExecutor.Fate.Failed, "the second fails");
            vm.assertEq(outcomes[1].reason, abi.encodeWithSelector(Counter.Refused.selector, 7), "for its reason");
            vm.assertTrue(outcomes[2].fate == IBatchExecutor.Fate.Skipped, "nobody can give so much");
        }
        vm.assertEq(counter.total(), 0, "without effect");
    }

    function test_TheAccountStillSignsByItsKey(bytes32 digest) public view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        IERC1271 signer = IERC1271(address(account));
        vm.assertEq(
            signer.isValidSignature(digest, abi.encodePacked(r, s, v)), IERC1271.isValidSignature.selector, "its own"
        );
        (v, r, s) = vm.sign(KEY + 1, digest);
        vm.assertEq(signer.isValidSignature(digest, abi.encodePacked(r, s, v)), bytes4(0xffffffff), "another's");
        vm.assertEq(signer.isValidSignature(digest, hex"12"), bytes4(0xffffffff), "no signature");
    }

    function test_TheAccountStillTakesPaymentsAndTokens() public {
        (bool paid,) = address(account).call{value: 5}("");
        vm.assertTrue(paid, "paid");
        vm.assertEq(address(account).balance, 5, "balance");
        bytes4 answer = IERC721Receiver(address(account)).onERC721Received(address(this), address(this), 1, "");
        vm.assertEq(answer, IERC721Receiver.onERC721Received.selector, "a token");
    }

    function _execute(IBatchExecutor.Call[] memory calls) private returns (Vm.Log[] memory) {
        vm.recordLogs();
        vm.prank(address(account));
        account.execute(calls);
        return vm.getRecordedLogs();
    }

    function _add(uint64 id, uint256 amount) private view returns (IBatchExecutor.Call memory) {
        return _call(id, abi.encodeCall(Counter.add, (amount)));
    }

    function _call(uint64 id, bytes memory data) private view returns (IBatchExecutor.Call memory) {
        return IBatchExecutor.Call({id: bytes8(id), target: address(counter), gasLimit: 100_000, data: data});
    }

    function _assertFate(Vm.Log memory log, bytes32 event_, uint64 id) private view {
        vm.assertEq(log.emitter, address(account), "emitter");
        vm.assertEq(log.topics[0], event_, "event");
        vm.assertEq(_idOf(log), bytes32(bytes8(id)), "id");
    }

    function _idOf(Vm.Log memory log) private pure returns (bytes32 id) {
        bytes memory data = log.data;
        assembly ("memory-safe") {
            id := mload(add(data, 0x20))
        }
    }

    function _afterSelector(bytes memory data) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - 4);
        for (uint256 index; index < rest.length; ++index) {
            rest[index] = data[index + 4];
        }
    }
}

contract Counter {
    event Added(uint256 amount);

    error Refused(uint256 number);

    uint256 public total;
    address public lastCaller;

    function add(uint256 amount) external {
        total += amount;
        lastCaller = msg.sender;
        emit Added(amount);
    }

    function refuse(uint256 number) external pure {
        revert Refused(number);
    }

    function burn() external pure {
        assembly {
            invalid()
        }
    }

    function shout() external pure {
        assembly {
            revert(0, 20000)
        }
    }

    function callBack(IBatchExecutor account) external {
        account.execute(new IBatchExecutor.Call[](0));
    }
}
