// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title A token that calls back, for tests
/// @notice Behaves as a coin of unlimited supply, but before each movement of tokens it makes one call of the
/// attacker's choice, as a receiver with hooks could. What became of the call is kept for the test to read.
contract HostileCoin {
    mapping(address => uint256) public balanceOf;

    address public target;
    bytes public payload;
    /// @notice Number of callbacks made, and what the last one returned.
    uint256 public attempts;
    bool public succeeded;
    bytes public returned;
    /// @notice Answers of transfers: false pretends that they failed without a revert.
    bool public answer = true;

    function arm(address target_, bytes calldata payload_) external {
        target = target_;
        payload = payload_;
        attempts = 0;
        succeeded = false;
        delete returned;
    }

    function setAnswer(bool answer_) external {
        answer = answer_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        _attack();
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        return _move(from, to, amount);
    }

    function burn(uint256 amount) external {
        _move(msg.sender, address(0), amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        _attack();
        if (!answer) return false;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }

    function _attack() private {
        if (target == address(0)) return;
        ++attempts;
        (succeeded, returned) = target.call(payload);
    }
}
