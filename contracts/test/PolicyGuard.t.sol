// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPolicy} from "../src/interfaces/IPolicy.sol";
import {PolicyGuard} from "../src/libraries/PolicyGuard.sol";
import {Consortium} from "./Consortium.sol";

/// @custom:as-shipped
contract PolicyGuardTest is Consortium {
    /// @dev All that a broken policy may cost its caller: its own gas, and the call.
    uint256 private constant HIGHEST_COST = PolicyGuard.POLICY_GAS + 10_000;

    Till private till;

    function setUp() public override {
        super.setUp();
        till = new Till();
    }

    function test_WithoutPolicyAllIsPermittedAndNobodyAsked() public {
        uint256 before = gasleft();
        till.move(IPolicy(address(0)), IPolicy.Action.Order, stranger, 1);
        vm.assertLe(before - gasleft(), 10_000, "no call");
    }

    function test_ZeroPermitsAndAReasonDeniesEveryAction() public {
        IPolicy permits = new AnsweringPolicy(0);
        IPolicy denies = new AnsweringPolicy("sanctioned");
        for (uint8 i = 0; i < 3; ++i) {
            IPolicy.Action action = IPolicy.Action(i);
            till.move(permits, action, stranger, 1);
            vm.expectRevert(refusal(action, "sanctioned"));
            till.move(denies, action, stranger, 1);
        }
    }

    function test_ThePolicyLearnsWhoDoesWhat() public {
        AnsweringPolicy policy = new AnsweringPolicy(0);
        till.move(policy, IPolicy.Action.Payout, stranger, 77);
        vm.assertTrue(policy.lastAction() == IPolicy.Action.Payout, "action");
        vm.assertEq(policy.lastSubject(), stranger, "subject");
        vm.assertEq(policy.lastCounterparty(), address(till), "counterparty");
        vm.assertEq(policy.lastAmount(), 77, "amount");
    }

    function test_Attack_AHookThatRevertsBlocksNoPayout() public {
        expectOnlyPayout(new RevertingPolicy());
    }

    function test_Attack_AHookThatBurnsAllGasBlocksNoPayout() public {
        expectOnlyPayout(new BurningPolicy());
    }

    function test_Attack_AHookWithAReturnBombBlocksNoPayout() public {
        expectOnlyPayout(new BombPolicy(false));
        expectOnlyPayout(new BombPolicy(true));
    }

    function test_Attack_AHookThatReturnsGarbageBlocksNoPayout() public {
        expectOnlyPayout(new GarbagePolicy(0));
        expectOnlyPayout(new GarbagePolicy(31));
        expectOnlyPayout(new GarbagePolicy(33));
        expectOnlyPayout(new GarbagePolicy(64));
    }

    function test_Attack_AHookThatIsNoContractBlocksNoPayout() public {
        expectOnlyPayout(IPolicy(address(0xDEAD)));
    }

    /// @dev The attacker sends so little gas that the hook cannot deny, and hopes the payout then passes. A hook that gives up
    /// early leaves the gas to finish it; one that burns all leaves a 64th.
    function testFuzz_Attack_AHookStarvedBy63Of64StillDenies(uint256 gasLimit) public {
        gasLimit = bound(gasLimit, 25_000, 400_000);
        expectNoPayout(new CautiousPolicy(), gasLimit);
        expectNoPayout(new SlowPolicy(140_000), gasLimit);
    }

    /// @dev The same, at every limit around the one that just suffices.
    function test_Attack_AHookStarvedByALittleStillDenies() public {
        IPolicy cautious = new CautiousPolicy();
        for (uint256 gasLimit = 145_000; gasLimit < 175_000; gasLimit += 61) {
            expectNoPayout(cautious, gasLimit);
        }
    }

    function test_TooLittleGasIsSaidSo() public {
        IPolicy policy = new AnsweringPolicy(0);
        (bool done, bytes memory answer) = address(till).call{gas: PolicyGuard.NEEDED_GAS}(
            abi.encodeCall(till.move, (policy, IPolicy.Action.Payout, stranger, 1))
        );
        vm.assertFalse(done, "refused");
        vm.assertEq(bytes32(bytes4(answer)), bytes32(PolicyGuard.PolicyGasInsufficient.selector), "for want of gas");
    }

    function test_ASlowHookHasTimeToPermit() public {
        till.move(new SlowPolicy(0), IPolicy.Action.Payout, stranger, 1);
        IPolicy slow = new SlowPolicy(140_000);
        vm.expectRevert(refusal(IPolicy.Action.Deposit, "slow"));
        till.move(slow, IPolicy.Action.Deposit, stranger, 1);
    }

    /// @dev An unanswering policy denies what locks nothing, lets out what is owed, and costs its caller little.
    function expectOnlyPayout(IPolicy policy) private {
        vm.expectRevert(refusal(IPolicy.Action.Deposit, "policy-unavailable"));
        till.move(policy, IPolicy.Action.Deposit, stranger, 1);
        vm.expectRevert(refusal(IPolicy.Action.Order, "policy-unavailable"));
        till.move(policy, IPolicy.Action.Order, stranger, 1);

        vm.expectEmit(address(till));
        emit PolicyGuard.PolicyUnanswered(address(policy), IPolicy.Action.Payout, stranger);
        till.move(policy, IPolicy.Action.Payout, stranger, 1);
        vm.assertLe(till.lastCost(), HIGHEST_COST, "gas");
    }

    function expectNoPayout(IPolicy policy, uint256 gasLimit) private {
        (bool passed,) =
            address(till).call{gas: gasLimit}(abi.encodeCall(till.move, (policy, IPolicy.Action.Payout, stranger, 1)));
        vm.assertFalse(passed, "passed a payout that its policy denies");
    }

    function refusal(IPolicy.Action action, bytes32 reason) private view returns (bytes memory) {
        return abi.encodeWithSelector(PolicyGuard.PolicyDenied.selector, action, stranger, reason);
    }
}

/// @notice Moves money when its policy permits; the money itself is left out.
contract Till {
    uint256 public lastCost;

    function move(IPolicy policy, IPolicy.Action action, address subject, uint256 amount) external {
        uint256 before = gasleft();
        PolicyGuard.enforce(policy, action, subject, address(this), amount);
        uint256 cost = before - gasleft();
        if (address(policy) != address(0)) lastCost = cost;
    }
}

contract AnsweringPolicy is IPolicy {
    bytes32 private immutable reason;
    Action public lastAction;
    address public lastSubject;
    address public lastCounterparty;
    uint256 public lastAmount;

    constructor(bytes32 reason_) {
        reason = reason_;
    }

    function check(Action action, address subject, address counterparty, uint256 amount) external returns (bytes32) {
        (lastAction, lastSubject, lastCounterparty, lastAmount) = (action, subject, counterparty, amount);
        return reason;
    }
}

contract RevertingPolicy is IPolicy {
    function check(Action, address, address, uint256) external pure returns (bytes32) {
        revert("out of order");
    }
}

contract BurningPolicy is IPolicy {
    function check(Action, address, address, uint256) external pure returns (bytes32) {
        assembly ("memory-safe") {
            invalid()
        }
    }
}

/// @notice Returns, or reverts with, 248 KB: nearly all that its gas pays for.
contract BombPolicy is IPolicy {
    bool private immutable reverts;

    constructor(bool reverts_) {
        reverts = reverts_;
    }

    function check(Action, address, address, uint256) external view returns (bytes32) {
        bool fails = reverts;
        assembly ("memory-safe") {
            if fails { revert(0, 0x3e000) }
            return(0, 0x3e000)
        }
    }
}

contract GarbagePolicy is IPolicy {
    uint256 private immutable size;

    constructor(uint256 size_) {
        size = size_;
    }

    function check(Action, address, address, uint256) external view returns (bytes32) {
        uint256 length = size;
        assembly ("memory-safe") {
            mstore(0, not(0))
            return(0, length)
        }
    }
}

/// @notice Burns gas, then denies; with nothing to burn, it permits.
contract SlowPolicy is IPolicy {
    uint256 private immutable burns;

    constructor(uint256 burns_) {
        burns = burns_;
    }

    function check(Action, address, address, uint256) external view returns (bytes32) {
        uint256 start = gasleft();
        while (start - gasleft() < burns) {}
        return burns == 0 ? bytes32(0) : bytes32("slow");
    }
}

/// @notice Denies, but needs nearly all the gas it is promised to be sure of it: as a policy does that asks another through
/// PolicyGuard.
contract CautiousPolicy is IPolicy {
    function check(Action, address, address, uint256) external view returns (bytes32) {
        require(gasleft() >= 149_000, "starved");
        return "sanctioned";
    }
}
