// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscrow} from "../src/interfaces/IEscrow.sol";
import {Consortium} from "./Consortium.sol";

/// @notice Orders and settlements as their parties sign them, the types written out again: a change of one in the contracts
/// is a change of what people signed.
abstract contract EscrowBase is Consortium {
    uint256 internal constant BUDGET = 1_000_000;
    /// @dev Solidity's Panic(uint256) of a sum or difference that has no room.
    bytes internal constant ARITHMETIC = abi.encodeWithSignature("Panic(uint256)", 0x11);

    function orderOf(uint256 nonce) internal view returns (IEscrow.TaskOrder memory) {
        return IEscrow.TaskOrder({
            requester: weatherAdmin,
            domainId: WEATHER,
            specHash: "spec",
            inputHash: "input",
            policyHash: "policy",
            token: address(token),
            budget: BUDGET,
            deadline: uint64(block.timestamp) + 1 hours,
            nonce: nonce
        });
    }

    function signOrder(uint256 key, IEscrow.TaskOrder memory order) internal view returns (bytes memory) {
        return sign(key, hashOrder(order));
    }

    function hashOrder(IEscrow.TaskOrder memory order) private pure returns (bytes32) {
        bytes memory head = abi.encode(
            keccak256(
                "TaskOrder(address requester,bytes32 domainId,bytes32 specHash,bytes32 inputHash,bytes32 policyHash,address token,uint256 budget,uint64 deadline,uint256 nonce)"
            ),
            order.requester,
            order.domainId,
            order.specHash,
            order.inputHash,
            order.policyHash
        );
        return keccak256(bytes.concat(head, abi.encode(order.token, order.budget, order.deadline, order.nonce)));
    }

    /// @dev Funds the requester and reserves a task of BUDGET.
    function openTask(uint256 nonce) internal returns (bytes32 taskId) {
        giveBalance(weatherAdmin, BUDGET);
        IEscrow.TaskOrder memory order = orderOf(nonce);
        taskId = escrow.reserve(order, signOrder(WEATHER_ADMIN_KEY, order));
    }

    function inPurse(uint256 agentId) internal view returns (uint256) {
        return escrow.purseOf(agentId).balance;
    }

    function draw(address wallet, uint256 agentId, uint256 amount) internal {
        vm.prank(wallet);
        escrow.draw(agentId, amount);
    }

    /// @dev Gives notice, waits for it to be over, and takes the money.
    function takeOut(address account, uint256 amount) internal {
        vm.prank(account);
        escrow.announceWithdrawal(amount);
        vm.warp(block.timestamp + NOTICE);
        vm.prank(account);
        escrow.withdraw();
    }

    /// @dev 60 % to weather's agent, 30 % to health's, 5 % fee, 5 % back.
    function settlementOf(bytes32 taskId) internal view returns (IEscrow.Settlement memory settlement) {
        settlement.taskId = taskId;
        settlement.evidence = "evidence";
        settlement.payments = new IEscrow.Payment[](2);
        settlement.payments[0] = IEscrow.Payment(weatherAgent, BUDGET * 60 / 100);
        settlement.payments[1] = IEscrow.Payment(healthAgent, BUDGET * 30 / 100);
        settlement.penalties = new IEscrow.Penalty[](0);
        settlement.fee = BUDGET * 5 / 100;
        settlement.refund = BUDGET * 5 / 100;
    }

    /// @dev The signatures of both agents' wallets, as settlementOf pays them.
    function bothSign(IEscrow.Settlement memory settlement) internal view returns (bytes[] memory signatures) {
        signatures = new bytes[](2);
        signatures[0] = signSettlement(WEATHER_WALLET_KEY, settlement);
        signatures[1] = signSettlement(HEALTH_WALLET_KEY, settlement);
    }

    function withPenalty(IEscrow.Settlement memory settlement, uint256 agentId, uint256 amount) internal pure {
        settlement.penalties = new IEscrow.Penalty[](1);
        settlement.penalties[0] = IEscrow.Penalty(agentId, amount, "deviation");
    }

    function settle(IEscrow.Settlement memory settlement) internal {
        bytes memory signature = signSettlement(SETTLER_KEY, settlement);
        vm.prank(stranger);
        escrow.settle(settlement, signature);
    }

    function signSettlement(uint256 key, IEscrow.Settlement memory settlement) internal view returns (bytes memory) {
        return sign(key, hashSettlement(settlement));
    }

    function hashSettlement(IEscrow.Settlement memory settlement) internal pure returns (bytes32) {
        bytes memory payments;
        for (uint256 i = 0; i < settlement.payments.length; ++i) {
            IEscrow.Payment memory payment = settlement.payments[i];
            bytes32 typeHash = keccak256("Payment(uint256 agentId,uint256 amount)");
            payments = bytes.concat(payments, keccak256(abi.encode(typeHash, payment.agentId, payment.amount)));
        }
        bytes memory penalties;
        for (uint256 i = 0; i < settlement.penalties.length; ++i) {
            IEscrow.Penalty memory penalty = settlement.penalties[i];
            bytes32 typeHash = keccak256("Penalty(uint256 agentId,uint256 amount,bytes32 evidence)");
            bytes memory encoded = abi.encode(typeHash, penalty.agentId, penalty.amount, penalty.evidence);
            penalties = bytes.concat(penalties, keccak256(encoded));
        }
        return keccak256(
            abi.encode(
                keccak256(
                    "Settlement(bytes32 taskId,bytes32 evidence,Payment[] payments,Penalty[] penalties,uint256 fee,uint256 refund)Payment(uint256 agentId,uint256 amount)Penalty(uint256 agentId,uint256 amount,bytes32 evidence)"
                ),
                settlement.taskId,
                settlement.evidence,
                keccak256(payments),
                keccak256(penalties),
                settlement.fee,
                settlement.refund
            )
        );
    }
}
