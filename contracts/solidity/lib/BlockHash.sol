// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Hashes of past blocks
/// @notice The EVM knows the last 256. Since EIP-2935 a contract of the chain's own keeps the last 8,191.
library BlockHash {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @dev 0 for a block that is too old, not there yet, or beyond 256 on a chain without EIP-2935.
    function find(uint256 number) internal view returns (bytes32 hash) {
        hash = blockhash(number);
        if (hash != 0) return hash;
        (bool known, bytes memory answer) = HISTORY.staticcall(abi.encode(number));
        // Without that contract the call succeeds and answers nothing.
        if (known && answer.length == 32) hash = abi.decode(answer, (bytes32));
    }
}
