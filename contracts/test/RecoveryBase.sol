// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Recovery} from "../src/Recovery.sol";
import {IRecovery} from "../src/interfaces/IRecovery.sol";
import {Consortium} from "./Consortium.sol";

/// @notice Weather's admin owns two agents, and has named three guardians of whom two are enough.
abstract contract RecoveryBase is Consortium {
    uint64 internal constant MIN_DELAY = 3 days;
    uint64 internal constant MAX_DELAY = 30 days;
    uint64 internal constant DELAY = 7 days;
    uint64 internal constant RECOVERY_WINDOW = 14 days;
    uint256 internal constant NEW_OWNER_KEY = 0xE0;
    address internal immutable newOwner = vm.addr(NEW_OWNER_KEY);

    Recovery internal recovery;
    /// @dev The guardians' keys, in the order of their addresses.
    uint256[3] internal keys = [uint256(0xF1), 0xF2, 0xF3];
    uint256 internal secondAgent;

    function setUp() public virtual override {
        super.setUp();
        secondAgent = enrolAgent(WEATHER, weatherAdmin, 0xB3);
        recovery = new Recovery(identity, address(registry), MIN_DELAY, MAX_DELAY, RECOVERY_WINDOW);
        if (vm.addr(keys[0]) > vm.addr(keys[1])) (keys[0], keys[1]) = (keys[1], keys[0]);
        if (vm.addr(keys[1]) > vm.addr(keys[2])) (keys[1], keys[2]) = (keys[2], keys[1]);
        if (vm.addr(keys[0]) > vm.addr(keys[1])) (keys[0], keys[1]) = (keys[1], keys[0]);
        vm.startPrank(weatherAdmin);
        recovery.configure(configOf(2, DELAY));
        identity.setApprovalForAll(address(recovery), true);
        vm.stopPrank();
    }

    function configOf(uint8 threshold, uint64 delaySeconds) internal view returns (IRecovery.Config memory config) {
        config.guardians = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            config.guardians[i] = vm.addr(keys[i]);
        }
        (config.threshold, config.delaySeconds) = (threshold, delaySeconds);
    }

    function configOf(address only) internal pure returns (IRecovery.Config memory config) {
        config.guardians = new address[](1);
        config.guardians[0] = only;
        (config.threshold, config.delaySeconds) = (1, DELAY);
    }

    function inOneDay() internal view returns (uint64) {
        return uint64(block.timestamp) + 1 days;
    }

    /// @dev What the guardian signs, the type written out again.
    function approvalHash(address guardian, uint256 agentId, address to, uint64 expiresAt)
        internal
        view
        returns (bytes32)
    {
        address owner = identity.ownerOf(agentId);
        return keccak256(
            abi.encode(
                keccak256(
                    "RecoveryApproval(address guardian,address recovery,uint256 agentId,address owner,uint64 version,uint256 nonce,address newOwner,uint64 expiresAt)"
                ),
                guardian,
                address(recovery),
                agentId,
                owner,
                recovery.versionOf(owner),
                recovery.nonceOf(agentId),
                to,
                expiresAt
            )
        );
    }

    function approvalBy(uint256 key, uint256 agentId, address to, uint64 expiresAt)
        internal
        view
        returns (IRecovery.Approval memory)
    {
        address guardian = vm.addr(key);
        return IRecovery.Approval(guardian, sign(key, approvalHash(guardian, agentId, to, expiresAt)));
    }

    /// @dev By two of the three guardians, for a day.
    function approvalsFor(uint256 agentId, address to) internal view returns (IRecovery.Approval[] memory approvals) {
        approvals = new IRecovery.Approval[](2);
        approvals[0] = approvalBy(keys[0], agentId, to, inOneDay());
        approvals[1] = approvalBy(keys[2], agentId, to, inOneDay());
    }

    function requestRecovery() internal {
        IRecovery.Approval[] memory approvals = approvalsFor(weatherAgent, newOwner);
        vm.prank(stranger);
        recovery.request(weatherAgent, newOwner, inOneDay(), approvals);
    }

    function expectRefusal(IRecovery.Approval[] memory approvals, bytes memory refusal) internal {
        uint64 expiresAt = inOneDay();
        vm.expectRevert(refusal);
        recovery.request(weatherAgent, newOwner, expiresAt, approvals);
    }

    function expectNoExecution(bytes memory refusal) internal {
        vm.expectRevert(refusal);
        recovery.execute(weatherAgent);
    }

    function expectInvalid(IRecovery.Approval[] memory approvals) internal {
        expectRefusal(
            approvals, abi.encodeWithSelector(IRecovery.RecoveryApprovalInvalid.selector, approvals[0].guardian)
        );
    }
}
