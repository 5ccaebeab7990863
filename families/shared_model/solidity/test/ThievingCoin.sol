// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title A token that uses what it is entrusted with, for tests
/// @notice A coin of unlimited supply that is itself an account of what it is used in: it acts when told to, and once
/// more in the middle of the next movement of tokens.
contract ThievingCoin {
    mapping(address => uint256) public balanceOf;

    address public target;
    bytes public payload;
    /// @notice Number of callbacks made, and whether the last one went through.
    uint256 public attempts;
    bool public succeeded;
    /// @notice Answers of transfers: false pretends that they failed without a revert.
    bool public answer = true;

    /// @notice What the next movement of tokens calls, before anything moves.
    function arm(address target_, bytes calldata payload_) external {
        target = target_;
        payload = payload_;
        attempts = 0;
        succeeded = false;
    }

    /// @notice Calls as this account.
    function act(address target_, bytes calldata payload_) external {
        (bool done, bytes memory returned) = target_.call(payload_);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(returned, 0x20), mload(returned))
            }
        }
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

    function _move(address from, address to, uint256 amount) private returns (bool) {
        _attack();
        if (!answer) return false;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        return true;
    }

    /// @dev Once: the callback's own movements of tokens are quiet.
    function _attack() private {
        if (target == address(0)) return;
        address aim = target;
        target = address(0);
        ++attempts;
        (succeeded,) = aim.call(payload);
    }
}
