// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IDirectory} from "./IDirectory.sol";

/// @title The directory of organisations
/// @notice See IDirectory. It holds no tokens and nobody owns it.
/// @dev Invariants:
/// - Only an account itself changes what is stored of it.
/// - `keyVersion` only grows, one with every key, so that a version names one key for ever.
contract Directory is IDirectory {
    mapping(address account => Organisation) private _organisations;

    /// @inheritdoc IDirectory
    uint256 public organisationCount;

    /// @inheritdoc IDirectory
    function join(bytes32 profile, bytes32 key) external {
        Organisation storage o = _organisations[msg.sender];
        if (o.joined) revert AlreadyJoined(msg.sender);
        if (profile == 0) revert EmptyProfile();
        if (key == 0) revert EmptyKey();

        if (o.joinedAt == 0) ++organisationCount;
        if (o.key != key) {
            o.key = key;
            ++o.keyVersion;
        }
        o.profile = profile;
        o.joinedAt = uint40(block.timestamp);
        o.joined = true;
        emit Joined(msg.sender, profile, key, o.keyVersion);
    }

    /// @inheritdoc IDirectory
    function resign() external {
        _mine().joined = false;
        emit Left(msg.sender);
    }

    /// @inheritdoc IDirectory
    function setProfile(bytes32 profile) external {
        Organisation storage o = _mine();
        if (profile == 0) revert EmptyProfile();
        o.profile = profile;
        emit ProfileChanged(msg.sender, profile);
    }

    /// @inheritdoc IDirectory
    function setKey(bytes32 key) external {
        Organisation storage o = _mine();
        if (key == 0) revert EmptyKey();
        o.key = key;
        emit KeyChanged(msg.sender, key, ++o.keyVersion);
    }

    /// @inheritdoc IDirectory
    function organisation(address account) external view returns (Organisation memory found) {
        return _organisations[account];
    }

    function _mine() private view returns (Organisation storage o) {
        o = _organisations[msg.sender];
        if (!o.joined) revert NotJoined(msg.sender);
    }
}
