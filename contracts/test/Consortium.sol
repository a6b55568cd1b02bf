// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Batches} from "../src/Batches.sol";
import {ContractRegistry} from "../src/ContractRegistry.sol";
import {Demands} from "../src/Demands.sol";
import {Domains} from "../src/Domains.sol";
import {EntenteToken} from "../src/EntenteToken.sol";
import {Escrow} from "../src/Escrow.sol";
import {EvidenceLog} from "../src/EvidenceLog.sol";
import {IdentityRegistry} from "../src/IdentityRegistry.sol";
import {PaymentDisputes} from "../src/PaymentDisputes.sol";
import {Penalties} from "../src/Penalties.sol";
import {ResponsePlans} from "../src/ResponsePlans.sol";
import {Stake} from "../src/Stake.sol";
import {TaskDisputes} from "../src/TaskDisputes.sol";
import {IPenalties} from "../src/interfaces/IPenalties.sol";
import {EntenteDomain} from "../src/libraries/EntenteDomain.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Vm} from "./Vm.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// @notice A whole consortium, as deployed: what every test starts from. Weather and health are domains with an admin each,
/// and one agent each, whose wallet is not its owner.
abstract contract Consortium {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    bytes32 internal constant WEATHER = "weather";
    bytes32 internal constant HEALTH = "health";
    uint256 internal constant WEATHER_ADMIN_KEY = 0xA1;
    uint256 internal constant HEALTH_ADMIN_KEY = 0xA2;
    uint256 internal constant WEATHER_WALLET_KEY = 0xB1;
    uint256 internal constant HEALTH_WALLET_KEY = 0xB2;
    uint256 internal constant SETTLER_KEY = 0xC1;
    uint256 internal constant KEEPER_KEY = 0xC2;
    uint64 internal constant MAX_TASK = 30 days;
    uint64 internal constant GRACE = 1 days;
    uint64 internal constant UNBOND = 32 days;
    uint16 internal constant MAX_FEE_BPS = 500;
    uint64 internal constant NOTICE = 2 days;
    uint64 internal constant APPEAL = 3 days;
    uint64 internal constant RULING = 7 days;
    uint128 internal constant APPEAL_BOND = 50_000;
    uint16 internal constant TREASURY_BPS = 2_500;
    uint64 internal constant JAIL = 14 days;
    uint40 internal constant WINDOW = 1 days;
    uint40 internal constant SHOW = 6 hours;
    uint128 internal constant BOND = 10_000_000;
    uint16 internal constant CHALLENGER_BPS = 5_000;
    uint128 internal constant DEMAND_STAKE = 100_000;

    address internal immutable governor = address(this);
    address internal immutable treasury = address(0x7EA5);
    address internal immutable stranger = address(0x57A4);
    address internal immutable settler = vm.addr(SETTLER_KEY);
    address internal immutable arbiter = address(0xA4B1);
    address internal immutable guardian = address(0x6A4D);
    address internal immutable weatherAdmin = vm.addr(WEATHER_ADMIN_KEY);
    address internal immutable healthAdmin = vm.addr(HEALTH_ADMIN_KEY);
    address internal immutable weatherWallet = vm.addr(WEATHER_WALLET_KEY);
    address internal immutable healthWallet = vm.addr(HEALTH_WALLET_KEY);

    AccessManager internal manager;
    ContractRegistry internal registry;
    IdentityRegistry internal identity;
    EntenteToken internal token;
    Domains internal domains;
    Escrow internal escrow;
    Penalties internal penalties;
    Stake internal stake;
    Batches internal batches;
    Demands internal demands;
    TaskDisputes internal taskDisputes;
    PaymentDisputes internal paymentDisputes;
    EvidenceLog internal evidence;
    ResponsePlans internal plans;
    uint256 internal weatherAgent;
    uint256 internal healthAgent;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        deployContracts();
        grantRoles();
        domains.admit(WEATHER, weatherAdmin, "Weather service");
        domains.admit(HEALTH, healthAdmin, "Health department");
        weatherAgent = enrolAgent(WEATHER, weatherAdmin, WEATHER_WALLET_KEY);
        healthAgent = enrolAgent(HEALTH, healthAdmin, HEALTH_WALLET_KEY);
    }

    function deployContracts() private {
        manager = new AccessManager(governor);
        registry = new ContractRegistry(address(manager));
        bytes memory initialize = abi.encodeCall(IdentityRegistry.initialize, (address(manager)));
        identity = IdentityRegistry(address(new ERC1967Proxy(address(new IdentityRegistry()), initialize)));
        token = new EntenteToken(address(manager));
        domains = new Domains(address(manager), identity);
        escrow = new Escrow(address(manager), escrowConfig());
        penalties = Penalties(address(escrow.penalties()));
        stake = Stake(address(escrow.stake()));
        evidence = new EvidenceLog(address(manager), address(registry));
        plans = new ResponsePlans(address(manager), address(registry), escrow, domains, token);
        deployBatches();
    }

    function escrowConfig() internal view returns (Escrow.Config memory) {
        return Escrow.Config({
            registry: address(registry),
            token: token,
            identity: identity,
            domains: domains,
            treasury: treasury,
            maxTaskSeconds: MAX_TASK,
            graceSeconds: GRACE,
            noticeSeconds: NOTICE,
            maxFeeBps: MAX_FEE_BPS,
            penalties: penaltiesConfig()
        });
    }

    function penaltiesConfig() internal pure returns (IPenalties.Config memory) {
        return IPenalties.Config({
            unbondSeconds: UNBOND,
            appealSeconds: APPEAL,
            rulingSeconds: RULING,
            appealBond: APPEAL_BOND,
            treasuryBps: TREASURY_BPS,
            jailAfter: 3,
            jailSeconds: JAIL
        });
    }

    function deployBatches() private {
        batches = new Batches(address(manager), escrow, penalties, Batches.Config(WINDOW, BOND, CHALLENGER_BPS));
        demands = new Demands(batches, escrow, SHOW, DEMAND_STAKE);
        taskDisputes = new TaskDisputes(batches, escrow, address(token));
        paymentDisputes = new PaymentDisputes(batches, escrow, address(registry), domains, evidence);
    }

    function grantRoles() private {
        manager.grantRole(Roles.SETTLER, settler, 0);
        manager.grantRole(Roles.DIRECT_SETTLER, settler, 0);
        manager.grantRole(Roles.ARBITER, arbiter, 0);
        manager.grantRole(Roles.GUARDIAN, guardian, 0);
        allow(address(batches), Batches.post.selector, Roles.SETTLER);
        allow(address(batches), batches.pause.selector, Roles.GUARDIAN);
        allow(address(escrow), escrow.pause.selector, Roles.GUARDIAN);
        allow(address(penalties), penalties.uphold.selector, Roles.ARBITER);
        allow(address(penalties), penalties.drop.selector, Roles.ARBITER);
        allow(address(penalties), penalties.impose.selector, Roles.HOLDER);
        allow(address(escrow), escrow.hold.selector, Roles.HOLDER);
        allow(address(escrow), escrow.unhold.selector, Roles.HOLDER);
        allow(address(escrow), escrow.conclude.selector, Roles.HOLDER);
        manager.grantRole(Roles.HOLDER, address(batches), 0);
        manager.grantRole(Roles.HOLDER, address(demands), 0);
        manager.grantRole(Roles.HOLDER, address(penalties), 0);
        allow(address(batches), batches.condemn.selector, Roles.JUDGE);
        allow(address(batches), batches.await.selector, Roles.JUDGE);
        allow(address(batches), batches.resume.selector, Roles.JUDGE);
        manager.grantRole(Roles.JUDGE, address(demands), 0);
        manager.grantRole(Roles.JUDGE, address(taskDisputes), 0);
        manager.grantRole(Roles.JUDGE, address(paymentDisputes), 0);
        evidence.appoint(vm.addr(KEEPER_KEY));
        manager.grantRole(Roles.TASK_OPENER, address(plans), 0);
        allow(address(escrow), escrow.reserveFor.selector, Roles.TASK_OPENER);
        allow(address(escrow), escrow.release.selector, Roles.TASK_OPENER);
    }

    function allow(address target, bytes4 selector, uint64 role) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }

    /// @dev The admin registers and owns the agent; its wallet is another key.
    function enrolAgent(bytes32 domainId, address admin, uint256 walletKey) internal returns (uint256 agentId) {
        vm.prank(admin);
        agentId = identity.register("https://agents.example/card.json");
        bytes memory consent = signWallet(walletKey, agentId, admin, block.timestamp + 1 minutes);
        vm.startPrank(admin);
        identity.setAgentWallet(agentId, vm.addr(walletKey), block.timestamp + 1 minutes, consent);
        domains.enrol(domainId, agentId);
        vm.stopPrank();
    }

    function signWallet(uint256 walletKey, uint256 agentId, address owner, uint256 deadline)
        internal
        view
        returns (bytes memory)
    {
        return signWith(walletKey, walletDigest(vm.addr(walletKey), agentId, owner, deadline));
    }

    function walletDigest(address wallet, uint256 agentId, address owner, uint256 deadline)
        internal
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("ERC8004IdentityRegistry"),
                keccak256("1"),
                block.chainid,
                address(identity)
            )
        );
        bytes32 consent = keccak256(
            abi.encode(
                keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)"),
                agentId,
                wallet,
                owner,
                deadline
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, consent));
    }

    /// @dev Signs a struct hash in Entente's domain.
    function sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return signWith(key, EntenteDomain.digest(address(registry), structHash));
    }

    function signWith(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function giveBalance(address account, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(escrow), amount);
        escrow.deposit(account, amount);
    }

    function giveStake(uint256 agentId, uint256 amount) internal {
        token.mint(address(this), amount);
        token.approve(address(stake), amount);
        stake.deposit(agentId, amount);
    }

    function bound(uint256 value, uint256 lowest, uint256 highest) internal pure returns (uint256) {
        if (value >= lowest && value <= highest) return value;
        if (highest - lowest == type(uint256).max) return value;
        return lowest + value % (highest - lowest + 1);
    }
}
