// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ForeignChains} from "../src/ForeignChains.sol";
import {IForeignChains} from "../src/interfaces/IForeignChains.sol";
import {ReceiptProof} from "../src/libraries/ReceiptProof.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Consortium} from "./Consortium.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @notice Another chain as its blocks look from here, for which two of three domains vouch. Its blocks have one or two
/// transactions: a trie of one leaf, or of a branch with two.
abstract contract RelayBase is Consortium {
    using RLP for *;

    uint256 internal constant SOURCE = 7_001;
    bytes32 internal constant TRAFFIC = "traffic";
    uint256 internal constant WEATHER_ATTESTER_KEY = 0xD1;
    uint256 internal constant HEALTH_ATTESTER_KEY = 0xD2;
    uint256 internal constant TRAFFIC_ATTESTER_KEY = 0xD3;

    address internal immutable foreignLog = address(0xE1);
    address internal immutable foreignOutbox = address(0xE2);
    address internal immutable trafficAdmin = address(0x7A);
    ForeignChains internal chains;

    function setUp() public virtual override {
        super.setUp();
        chains = new ForeignChains(address(manager), address(registry), domains);
        allow(address(chains), chains.halt.selector, Roles.GUARDIAN);
        domains.admit(TRAFFIC, trafficAdmin, "Traffic department");
        chains.recognise(SOURCE, foreignLog, foreignOutbox);
        chains.nameVouchers(SOURCE, 2, voucherDomains());
        appoint(WEATHER, weatherAdmin, WEATHER_ATTESTER_KEY);
        appoint(HEALTH, healthAdmin, HEALTH_ATTESTER_KEY);
        appoint(TRAFFIC, trafficAdmin, TRAFFIC_ATTESTER_KEY);
    }

    /// @dev As left-aligned text: health, traffic, weather.
    function voucherDomains() internal pure returns (bytes32[] memory named) {
        named = new bytes32[](3);
        (named[0], named[1], named[2]) = (HEALTH, TRAFFIC, WEATHER);
    }

    function appoint(bytes32 domainId, address admin, uint256 key) internal {
        vm.prank(admin);
        chains.appoint(domainId, vm.addr(key));
    }

    function vouchFor(uint256 sourceChain, uint64 number, bytes32 blockHash, bytes32 domainId, uint256 key)
        internal
        view
        returns (IForeignChains.Vouch memory)
    {
        bytes32 typeHash = keccak256("ForeignBlock(uint256 sourceChain,uint64 number,bytes32 blockHash)");
        return
            IForeignChains.Vouch(domainId, sign(key, keccak256(abi.encode(typeHash, sourceChain, number, blockHash))));
    }

    /// @dev By health and weather.
    function vouches(uint64 number, bytes memory header) internal view returns (IForeignChains.Vouch[] memory both) {
        both = new IForeignChains.Vouch[](2);
        both[0] = vouchFor(SOURCE, number, keccak256(header), HEALTH, HEALTH_ATTESTER_KEY);
        both[1] = vouchFor(SOURCE, number, keccak256(header), WEATHER, WEATHER_ATTESTER_KEY);
    }

    /// @notice Has a block accepted whose only receipt is this one.
    function acceptBlock(uint64 number, bytes memory receipt) internal returns (ReceiptProof.Proof memory proof) {
        bytes memory leaf = leafOf(hex"2080", receipt);
        acceptHeader(number, keccak256(leaf));
        proof = ReceiptProof.Proof({blockNumber: number, txIndex: 0, logIndex: 0, nodes: new bytes[](1)});
        proof.nodes[0] = leaf;
    }

    /// @notice The same for a block with two receipts, of which the second is proven.
    function acceptBlock(uint64 number, bytes memory first, bytes memory second)
        internal
        returns (ReceiptProof.Proof memory proof)
    {
        // RLP has 0 as 0x80 and 1 as 0x01: they part at the first nibble, and a nibble is left of each.
        bytes memory leaf = leafOf(hex"31", second);
        bytes[] memory children = new bytes[](17);
        for (uint256 i = 0; i < 17; ++i) {
            children[i] = RLP.encode(bytes(""));
        }
        children[0] = RLP.encode(keccak256(leaf));
        children[8] = RLP.encode(keccak256(leafOf(hex"30", first)));
        bytes memory branch = RLP.encode(children);
        acceptHeader(number, keccak256(branch));
        proof = ReceiptProof.Proof({blockNumber: number, txIndex: 1, logIndex: 0, nodes: new bytes[](2)});
        (proof.nodes[0], proof.nodes[1]) = (branch, leaf);
    }

    function acceptHeader(uint64 number, bytes32 receiptsRoot) internal {
        bytes memory header = headerOf(number, receiptsRoot);
        chains.accept(SOURCE, header, vouches(number, header));
    }

    function headerOf(uint64 number, bytes32 receiptsRoot) internal pure returns (bytes memory) {
        return headerOf(number, receiptsRoot, "extra");
    }

    function headerOf(uint64 number, bytes32 receiptsRoot, bytes memory extraData)
        internal
        pure
        returns (bytes memory)
    {
        bytes[] memory fields = new bytes[](16);
        fields[0] = RLP.encode(bytes32("parent"));
        fields[1] = RLP.encode(bytes32("ommers"));
        fields[2] = RLP.encode(address(0xC0));
        fields[3] = RLP.encode(bytes32("state"));
        fields[4] = RLP.encode(bytes32("transactions"));
        fields[5] = RLP.encode(receiptsRoot);
        fields[6] = RLP.encode(new bytes(256));
        fields[7] = RLP.encode(uint256(0));
        fields[8] = RLP.encode(uint256(number));
        fields[9] = RLP.encode(uint256(30_000_000));
        fields[10] = RLP.encode(uint256(21_000));
        fields[11] = RLP.encode(uint256(1_800_000_000));
        fields[12] = RLP.encode(extraData);
        fields[13] = RLP.encode(bytes32("mix"));
        fields[14] = RLP.encode(new bytes(8));
        fields[15] = RLP.encode(uint256(7));
        return RLP.encode(fields);
    }

    /// @param typed Empty, or the type of the transaction (EIP-2718).
    function receiptOf(bytes memory typed, uint256 status, bytes[] memory logs) internal pure returns (bytes memory) {
        bytes[] memory fields = new bytes[](4);
        fields[0] = RLP.encode(status);
        fields[1] = RLP.encode(uint256(21_000));
        fields[2] = RLP.encode(new bytes(256));
        fields[3] = RLP.encode(logs);
        return abi.encodePacked(typed, RLP.encode(fields));
    }

    function receiptOf(bytes memory log) internal pure returns (bytes memory) {
        bytes[] memory logs = new bytes[](1);
        logs[0] = log;
        return receiptOf(hex"02", 1, logs);
    }

    function logOf(address emitter, bytes32[] memory topics, bytes memory data) internal pure returns (bytes memory) {
        bytes[] memory encodedTopics = new bytes[](topics.length);
        for (uint256 i = 0; i < topics.length; ++i) {
            encodedTopics[i] = RLP.encode(topics[i]);
        }
        bytes[] memory fields = new bytes[](3);
        fields[0] = RLP.encode(emitter);
        fields[1] = RLP.encode(encodedTopics);
        fields[2] = RLP.encode(data);
        return RLP.encode(fields);
    }

    function leafOf(bytes memory path, bytes memory value) private pure returns (bytes memory) {
        bytes[] memory fields = new bytes[](2);
        fields[0] = RLP.encode(path);
        fields[1] = RLP.encode(value);
        return RLP.encode(fields);
    }
}
