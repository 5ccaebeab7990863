// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Superhashes of files that fit one block
/// @notice A superhash is the SHA-256 of a CID in its text form. The CID of one block is CIDv1(raw, sha2-256), whose
/// digest is the SHA-256 of the bytes, so the chain derives it from the file alone. To check by hand:
/// `ipfs add --only-hash --cid-version=1 --raw-leaves FILE`, then `printf %s CID | sha256sum`.
library Superhash {
    bytes32 private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    /// @dev Base32 of the bytes 01 55 12 20 behind the multibase letter b; two zero bits are left for the next digit.
    bytes32 private constant PREFIX = "bafkrei";
    uint256 private constant PREFIX_LENGTH = 7;
    uint256 private constant TEXT_LENGTH = 59;

    /// @notice Superhash of the file with this SHA-256.
    function ofDigest(bytes32 digest) internal pure returns (bytes32) {
        return sha256(cidText(digest));
    }

    /// @notice Text form of CIDv1(raw, sha2-256, digest): base32 without padding.
    function cidText(bytes32 digest) internal pure returns (bytes memory text) {
        text = new bytes(TEXT_LENGTH);
        bytes32 prefix = PREFIX;
        bytes32 alphabet = ALPHABET;
        uint256 prefixLength = PREFIX_LENGTH;
        assembly ("memory-safe") {
            let at := add(text, 32)
            mstore(at, prefix)
            at := add(at, prefixLength)
            // 3 bits, then fifty times 5, then the last 3 with two zero bits behind them.
            mstore8(at, byte(shr(253, digest), alphabet))
            for { let shift := 248 } sgt(shift, 0) { shift := sub(shift, 5) } {
                at := add(at, 1)
                mstore8(at, byte(and(shr(shift, digest), 31), alphabet))
            }
            mstore8(add(at, 1), byte(and(shl(2, digest), 31), alphabet))
        }
    }
}
