// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title EntenteToken
/// @notice The consortium's unit of account: what budgets, rewards, stakes and penalties are counted in.
/// @dev Plain ERC-20 with permit: no fee on transfer, no rebasing, no hooks. Escrow and Stake count on that.
contract EntenteToken is ERC20, ERC20Permit, AccessManaged {
    constructor(address authority)
        ERC20("Entente Credit", "ENT")
        ERC20Permit("Entente Credit")
        AccessManaged(authority)
    {}

    /// @notice Issues `amount` (in millionths of a credit) to `account`.
    /// @dev By governance.
    function mint(address account, uint256 amount) external restricted {
        _mint(account, amount);
    }

    /// @return 6: one credit is 1,000,000 units.
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
