// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IJobTypes} from "../IJobTypes.sol";

/// @title What providers and clients sign (EIP-712), and to what submissions and jurors commit
/// @dev Equal to `jobs::typed_data` in Rust. Signatures are bound to chain, contract and job, so that none serves another
/// job; a quote also to the terms, so that none serves another job that gets the number after a reorganisation.
abstract contract JobSignatures is IJobTypes {
    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant QUOTE = keccak256(
        "Quote(uint64 job,bytes32 terms,address provider,uint80 price,uint40 units,uint40 expiry,uint64 nonce)"
    );
    bytes32 private constant VOUCHER =
        keccak256("Voucher(uint64 job,address provider,uint40 units,bytes32 checkpoint)");

    function _separator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN, keccak256("ModelMarket jobs"), keccak256("1"), block.chainid, address(this))
        );
    }

    function _checkQuote(uint64 id, bytes32 terms, Quote calldata quote, bytes calldata signature) internal view {
        _signed(quote.provider, keccak256(abi.encode(QUOTE, id, terms, quote)), signature);
    }

    /// @dev Of the client; it names the provider, so that it cannot be for who had the job in another history.
    function _checkVoucher(
        uint64 id,
        address client,
        address provider_,
        uint40 units,
        bytes32 checkpoint,
        bytes calldata signature
    ) internal view {
        _signed(client, keccak256(abi.encode(VOUCHER, id, provider_, units, checkpoint)), signature);
    }

    function _signed(address signer, bytes32 structHash, bytes calldata signature) private view {
        address found;
        if (signature.length == 65) {
            bytes32 digest = keccak256(abi.encodePacked(hex"1901", _separator(), structHash));
            (found,,) = ECDSA.tryRecover(
                digest, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64])
            );
        }
        if (found != signer || found == address(0)) revert NotSignedBy(signer, found);
    }

    /// @dev What somebody says came out of a job. The zero answer says that it could not be run.
    function _answer(bytes32 result, uint40 units) internal pure returns (bytes32) {
        return keccak256(abi.encode(result, units));
    }

    /// @dev Nobody can hand in the commitment of another account, job or round.
    function _commitment(uint64 id, uint8 round, address account, bytes32 answer, bytes32 salt)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(id, round, account, answer, salt));
    }
}
