// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title A coin with everything that an escrow has to fear, for tests
/// @notice A coin of unlimited supply that needs no allowance. It can call back before each movement of tokens, keep a
/// fee, refuse an account, move nothing and say that it did, and answer in each way that tokens answer.
contract TrickyCoin {
    /// @notice How a movement of tokens answers: as ERC-20 demands, with nothing as old tokens do, or with false.
    enum Answer {
        True,
        Nothing,
        False
    }

    /// @notice Tokens of an account.
    mapping(address account => uint256) public balanceOf;
    /// @notice Who cannot receive tokens.
    mapping(address account => bool) public refused;
    /// @notice Tokens that vanish with each movement, out of what is moved.
    uint256 public fee;
    /// @notice Whether tokens stay where they are.
    bool public idle;
    /// @notice How movements answer.
    Answer public answer;

    /// @notice Who is called back, nobody at first.
    address public target;
    /// @notice What is called.
    bytes public payload;
    /// @notice Number of callbacks made.
    uint256 public attempts;
    /// @notice Whether the last callback went through.
    bool public succeeded;
    /// @notice What the last callback returned.
    bytes public returned;

    /// @notice Makes each movement of tokens call back first.
    /// @param target_ who is called back, the zero address for nobody
    /// @param payload_ what is called
    function arm(address target_, bytes calldata payload_) external {
        target = target_;
        payload = payload_;
        attempts = 0;
        succeeded = false;
        delete returned;
    }

    /// @notice Chooses what the coin does with movements of tokens.
    /// @param fee_ tokens that vanish with each movement
    /// @param idle_ whether tokens stay where they are
    /// @param answer_ how movements answer
    function behave(uint256 fee_, bool idle_, Answer answer_) external {
        (fee, idle, answer) = (fee_, idle_, answer_);
    }

    /// @notice Chooses whether an account can receive tokens.
    /// @param account who
    /// @param refused_ whether it cannot
    function refuse(address account, bool refused_) external {
        refused[account] = refused_;
    }

    /// @notice Makes tokens.
    /// @param to who receives them
    /// @param amount how many
    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    /// @notice Calls back, and permits nothing.
    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        _callBack();
    }

    /// @notice Moves tokens of the caller.
    /// @param to who receives them
    /// @param amount how many
    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
        _answer();
    }

    /// @notice Moves anybody's tokens.
    /// @param from whose tokens they are
    /// @param to who receives them
    /// @param amount how many
    function transferFrom(address from, address to, uint256 amount) external {
        _move(from, to, amount);
        _answer();
    }

    /// @notice Destroys tokens of the caller.
    /// @param amount how many
    function burn(uint256 amount) external {
        _move(msg.sender, address(0), amount);
    }

    function _move(address from, address to, uint256 amount) private {
        _callBack();
        require(!refused[to], "refused");
        if (idle) return;
        balanceOf[from] -= amount;
        balanceOf[to] += amount > fee ? amount - fee : 0;
    }

    function _answer() private view {
        Answer how = answer;
        if (how == Answer.Nothing) return;
        assembly ("memory-safe") {
            mstore(0x00, iszero(how))
            return(0x00, 0x20)
        }
    }

    function _callBack() private {
        if (target == address(0)) return;
        ++attempts;
        (succeeded, returned) = target.call(payload);
    }
}
