// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @title Roles
/// @notice The roles that Entente keeps in its AccessManager.
library Roles {
    /// @dev AccessManager's own admin: it may call every `restricted` function that no other role was given.
    uint64 internal constant GOVERNOR = 0;
    /// @dev Posts batches, under a bond.
    uint64 internal constant SETTLER = 1;
    /// @dev Contracts that may open a task against their own balance, without a task order.
    uint64 internal constant TASK_OPENER = 2;
    /// @dev Says which real-name credential stands behind a domain. Label "attestor".
    uint64 internal constant ATTESTOR = 3;
    /// @dev May pause what is guarded, for a bounded time, and do nothing else.
    uint64 internal constant GUARDIAN = 4;
    /// @dev Officers who say whom the consortium may not deal with.
    uint64 internal constant COMPLIANCE = 5;
    /// @dev Our own contracts, for which the escrow holds money: Batches, Demands and Penalties. Batches imposes penalties.
    uint64 internal constant HOLDER = 6;
    /// @dev Our own contracts that condemn a batch once they have seen the proof: Demands, and those for disputes.
    uint64 internal constant JUDGE = 7;
    /// @dev Rules on appeals against penalties.
    uint64 internal constant ARBITER = 8;
    /// @dev Signs settlements of reserved tasks alone, and is trusted with them. Never calls anything: whoever holds the
    /// signature may send it. A consortium that trusts nobody so far gives it to nobody.
    uint64 internal constant DIRECT_SETTLER = 9;

    /// @return Whether a signature of `account` carries `role`. A member with an execution delay does not sign with it:
    /// a signature takes effect at once, and would go around the delay.
    function holds(address authority, uint64 role, address account) internal view returns (bool) {
        (bool isMember, uint32 executionDelay) = IAccessManager(authority).hasRole(role, account);
        return isMember && executionDelay == 0;
    }
}
