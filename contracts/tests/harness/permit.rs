//! A wallet that signs permits with a known development key.

use coin::PermitSignature;
use ethers_core::types::transaction::eip712::{Eip712, TypedData};
use k256::ecdsa::SigningKey;
use protocol::{
    Address, Amount,
    typed_data::{Permit, permit_request},
};

use super::{World, chain::CHAIN_ID};

pub struct Wallet {
    key: SigningKey,
    pub address: Address,
}

impl Wallet {
    /// The first account of the mnemonic "test test test test test test test test test test test junk", or with
    /// another number another account.
    pub fn development(number: u8) -> Self {
        let mut secret = [0u8; 32];
        hex::decode_to_slice("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", &mut secret).unwrap();
        secret[0] ^= number;
        let key = SigningKey::from_slice(&secret).unwrap();
        let point = key.verifying_key().to_encoded_point(false);
        let hash = ethers_core::utils::keccak256(&point.as_bytes()[1..]);
        let mut address = [0; 20];
        address.copy_from_slice(&hash[12..]);
        Self { key, address: Address(address) }
    }

    /// Signs a digest as a session key does: `r ‖ s ‖ v`.
    pub fn sign_digest(&self, digest: protocol::Digest) -> Vec<u8> {
        let (signature, recovery) = self.key.sign_prehash_recoverable(&digest.0).unwrap();
        [&signature.to_bytes()[..], &[27 + recovery.to_byte()]].concat()
    }

    /// Signs what the page would ask a wallet to sign, hashed by ethers.
    pub fn permit(&self, world: &mut World, value: Amount, deadline: u64) -> PermitSignature {
        let data = world.chain.view(world.coin, coin::calls::nonces(self.address)).unwrap();
        let nonce = contracts::returns::count(&data).unwrap();
        let permit = Permit { owner: self.address, spender: world.market, value, nonce, deadline };
        self.sign(world.coin, &permit)
    }

    pub fn sign(&self, coin: Address, permit: &Permit) -> PermitSignature {
        let request: TypedData = serde_json::from_value(permit_request(CHAIN_ID, coin, permit)).unwrap();
        let hash = request.encode_eip712().unwrap();
        let (signature, recovery) = self.key.sign_prehash_recoverable(&hash).unwrap();
        let text = format!("0x{}{:02x}", hex::encode(signature.to_bytes()), 27 + recovery.to_byte());
        PermitSignature::from_hex(&text, permit.deadline).unwrap()
    }
}
