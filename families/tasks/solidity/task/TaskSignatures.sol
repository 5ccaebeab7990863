// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {TaskBase} from "./TaskBase.sol";

/// @title What the seats of a task sign (EIP-712), one type for each purpose
/// @dev Equal to `tasks::typed_data` in Rust. Signatures are bound to chain, contract, task and attempt, so that none
/// serves another run.
abstract contract TaskSignatures is TaskBase {
    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 internal constant BEGIN = keccak256("Begin(uint64 task,uint16 attempt)");
    bytes32 internal constant RESULT = keccak256(
        "Result(uint64 task,uint16 attempt,bytes32 spec,bytes32 plan,bytes32 rows,bytes32 heads,bytes32 metrics,bytes32 outputs,bytes32 shares,bytes32 keys,uint64 dealt)"
    );
    bytes32 internal constant FAILURE =
        keccak256("Failure(uint64 task,uint16 attempt,uint32 code,uint64 dealt,uint32 facts,uint32 rows)");
    bytes32 internal constant ADVANCE = keccak256("Advance(uint64 task,uint16 attempt,address helper,uint64 dealt)");
    bytes32 internal constant RESPONSE =
        keccak256("Response(uint64 task,uint16 attempt,uint8 seat,uint40 since,bytes32 heads)");

    function _separator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN, keccak256("ModelMarket tasks"), keccak256("1"), block.chainid, address(this))
        );
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _separator(), structHash));
    }

    function _resultHash(uint64 id, Stored storage t, Outcome calldata o) internal view returns (bytes32) {
        return keccak256(abi.encode(RESULT, id, t.attempt, t.spec, o));
    }

    /// @dev Demands one signature of each seat that has one of the roles, in the order of seats; 0 for all seats.
    function _signedBy(uint64 id, Stored storage t, uint8 roles, bytes32 structHash, bytes calldata signatures)
        internal
        view
    {
        bytes32 digest = _digest(structHash);
        uint256 next;
        uint256 seats = t.seats;
        for (uint256 i; i < seats; ++i) {
            Seat storage s = _seats[id][i];
            if (roles != 0 && s.roles & roles == 0) continue;
            if (signatures.length < next + 65) revert BadSignatures(signatures.length);
            _signed(digest, s.signer, uint8(i), signatures[next:next + 65]);
            next += 65;
        }
        if (signatures.length != next) revert BadSignatures(signatures.length);
    }

    function _signed(bytes32 digest, address signer, uint8 index, bytes calldata signature) internal pure {
        if (signature.length != 65) revert BadSignatures(signature.length);
        bytes32 r = bytes32(signature[:32]);
        bytes32 s = bytes32(signature[32:64]);
        (address found,,) = ECDSA.tryRecover(digest, uint8(signature[64]), r, s);
        if (found != signer || found == address(0)) revert WrongSigner(index, signer, found);
    }
}
