// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

// What contracts/documentation.js must find fault with, and beside each of it what is as it should be.

interface IBare {
    event Moved(address indexed to);

    error Refused(uint256 why);
    /// @notice There is too little.
    /// @param held what there is
    error Lacking(uint256 held, uint256 amount);

    function move(address to, uint256 amount) external returns (bool, uint256);

    /// @notice Moves the half.
    /// @param to who receives it
    /// @return done whether it was moved
    function half(address to, uint256 amount) external returns (bool done, uint256);

    /// @notice Moves all.
    /// @param to who receives it
    /// @return whether it was moved
    function all(address to) external returns (bool);

    /// @notice Moves nothing.
    /// @param to who receives nothing
    /// @param amount that is not moved
    function none(address to, uint256 amount) external;
}

/// @title A contract that is documented by halves
/// @dev For tests of the check.
abstract contract Bare is IBare {
    uint256 public constant LIMIT = 1;
    /// @notice A limit.
    uint256 public constant OTHER_LIMIT = 2;
    uint256 private _hidden;
    mapping(address => bool) public known;

    constructor(address coin_) {
        known[coin_] = true;
    }

    /// @inheritdoc IBare
    function all(address to) external view returns (bool) {
        return known[to] && _hidden == 0;
    }

    /// @inheritdoc IBare
    function none(address, uint256 value) external {
        _hidden = value;
    }

    function open() public {
        _shut();
    }

    function _shut() internal {
        _hidden = 1;
    }
}
