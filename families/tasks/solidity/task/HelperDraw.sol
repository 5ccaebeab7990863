// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {BlockHash} from "../../../../contracts/solidity/lib/BlockHash.sol";
import {TaskSignatures} from "./TaskSignatures.sol";

/// @title Who deals for a task
/// @notice The order of helpers is that of keccak256(R, helper), where R is the hash of one block for a set of owners and
/// a day: whoever cancels, tries again or publishes again on that day meets the same order.
/// @dev The block is fixed by the last owner who accepts, and lies after that, so that nobody knows R when it is fixed. A
/// helper counts only if it had joined the directory before, so that no address can be made that comes first.
abstract contract HelperDraw is TaskSignatures {
    struct Draw {
        bytes32 hash;
        uint64 number;
        uint40 fixedAt;
    }

    struct Helper {
        address helper;
        uint96 perMegabyte;
        //
        uint96 budget;
        uint32 day; // of the draw, 0 before it is fixed
        uint16 gone;
        bool serving;
        //
        bytes32 candidates;
    }

    mapping(uint64 id => Helper) internal _helpers;
    mapping(bytes32 owners => Draw) internal _draws;

    // ---------------------------------------------------------------- fixing

    /// @dev Fixes the block that draws once all owners accept the same helper.
    function _fixDraw(uint64 id, Stored storage t) internal {
        if (_acceptedByAll(id, t) == 0) return;
        uint32 day = uint32(block.timestamp / 1 days);
        bytes32 owners = _ownersOf(id, t, day);
        Draw storage d = _draws[owners];
        if (d.number == 0) {
            d.number = uint64(block.number + 1);
            d.fixedAt = uint40(block.timestamp);
        }
        _helpers[id].day = day;
        emit DrawFixed(id, owners, d.number);
    }

    /// @dev Seats of the requester, without data, have no say.
    function _acceptedByAll(uint64 id, Stored storage t) internal view returns (uint256 all) {
        all = type(uint16).max;
        for (uint256 i; i < t.seats; ++i) {
            if (_seats[id][i].grant != 0) all &= _seats[id][i].accepted;
        }
    }

    /// @dev A set of owners on a day: each once, in the order of addresses.
    function _ownersOf(uint64 id, Stored storage t, uint32 day) internal view returns (bytes32) {
        uint256 seats = t.seats;
        address[] memory sorted = new address[](seats);
        uint256 count;
        for (uint256 i; i < seats; ++i) {
            if (_seats[id][i].grant == 0) continue;
            address owner = _heldBy(t, _seats[id][i]);
            uint256 place;
            while (place < count && sorted[place] < owner) ++place;
            if (place < count && sorted[place] == owner) continue;
            for (uint256 j = count; j > place; --j) sorted[j] = sorted[j - 1];
            sorted[place] = owner;
            ++count;
        }
        assembly ("memory-safe") {
            mstore(sorted, count)
        }
        return keccak256(abi.encode(sorted, day));
    }

    /// @dev Whether nobody drew while the hash was known.
    function _isMissed(uint64 id, Stored storage t) internal view returns (bool) {
        Helper storage h = _helpers[id];
        if (h.day == 0) return false;
        Draw storage d = _draws[_ownersOf(id, t, h.day)];
        return d.hash == 0 && block.number > d.number && BlockHash.find(d.number) == 0;
    }

    /// @dev Owes the helper what it dealt, as far as the budget goes.
    function _payHelper(uint64 id, uint64 dealt) internal {
        Helper storage h = _helpers[id];
        address to = h.helper;
        if (to == address(0) || dealt == 0) return;
        uint256 budget = h.budget;
        uint256 amount = uint256(dealt) * h.perMegabyte;
        if (amount > budget) amount = budget;
        h.budget = uint96(budget - amount);
        emit HelperPaid(id, to, uint96(amount));
        _owe(to, amount);
    }
}
