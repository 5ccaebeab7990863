// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Organisations that learn together
/// @notice Who takes part, under which profile, and with which key things are sealed to it. What a profile says is its
/// organisation's word alone.
interface IDirectory {
    /// @notice An organisation as the contract stores it.
    /// @param key X25519 key to which results and file keys are sealed; 0 for who never joined
    /// @param profile SHA-256 of the profile, a file of one block: name, picture, address and nodes
    /// @param keyVersion 1 for the first key, one more with every other
    /// @param joinedAt when it joined last, seconds since the epoch; 0 for who never did
    /// @param joined whether it takes part now
    struct Organisation {
        bytes32 key;
        bytes32 profile;
        uint32 keyVersion;
        uint40 joinedAt;
        bool joined;
    }

    /// @notice An account takes part as an organisation.
    /// @param organisation the account
    /// @param profile SHA-256 of its profile
    /// @param key its X25519 key
    /// @param keyVersion number of that key
    event Joined(address indexed organisation, bytes32 profile, bytes32 key, uint32 keyVersion);

    /// @notice An organisation takes part no more. What it published and granted stays.
    /// @param organisation the account
    event Left(address indexed organisation);

    /// @notice An organisation has another profile, such as one with another node.
    /// @param organisation the account
    /// @param profile SHA-256 of the profile
    event ProfileChanged(address indexed organisation, bytes32 profile);

    /// @notice An organisation has another key. What was sealed to an earlier one is opened with that one.
    /// @param organisation the account
    /// @param key its X25519 key
    /// @param keyVersion number of that key
    event KeyChanged(address indexed organisation, bytes32 key, uint32 keyVersion);

    /// @notice The account takes part already.
    /// @param organisation the account
    error AlreadyJoined(address organisation);

    /// @notice The account does not take part.
    /// @param organisation the account
    error NotJoined(address organisation);

    /// @notice A profile is named by the SHA-256 of its file, which is never 0.
    error EmptyProfile();

    /// @notice A key is not 0: everybody could open what is sealed to it.
    error EmptyKey();

    /// @notice Takes part as an organisation, for the first time or again.
    /// @param profile SHA-256 of the profile
    /// @param key X25519 key to which things are sealed
    function join(bytes32 profile, bytes32 key) external;

    /// @notice Takes part no more.
    function resign() external;

    /// @notice Sets another profile.
    /// @param profile SHA-256 of the profile
    function setProfile(bytes32 profile) external;

    /// @notice Sets another key.
    /// @param key X25519 key to which things are sealed from now on
    function setKey(bytes32 key) external;

    /// @notice What is stored of an account.
    /// @param account who is asked about
    /// @return found all zero for who never joined
    function organisation(address account) external view returns (Organisation memory found);

    /// @notice How many accounts have ever joined.
    /// @return count each account once, however often it left and joined
    function organisationCount() external view returns (uint256 count);
}
