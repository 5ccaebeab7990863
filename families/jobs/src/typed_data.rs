//! What providers and clients sign (EIP-712), bound to chain, contract and job, and to what submissions and jurors commit.
//! Equal to `JobSignatures` in Solidity.

use contracts::abi::hash_words;
use protocol::{
    Address, Digest,
    cid::Cid,
    keccak,
    typed_data::{ContextValue, SecretRequest},
};
use serde_json::{Value, json};

use crate::{Files, Quote, Terms};

/// A job of a contract on a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Of {
    /// EIP-155.
    pub chain: u64,
    /// `Jobs`
    pub contract: Address,
    pub job: u64,
}

const QUOTE: &str =
    "Quote(uint64 job,bytes32 terms,address provider,uint80 price,uint40 units,uint40 expiry,uint64 nonce)";
const VOUCHER: &str = "Voucher(uint64 job,address provider,uint40 units,bytes32 checkpoint)";
const DOMAIN: &str = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const NAME: &str = "ModelMarket jobs";
const VERSION: &str = "1";

impl Of {
    /// What a provider signs to offer to run a job under its very terms.
    pub fn quote(&self, terms: Digest, quote: &Quote) -> Digest {
        let Quote { provider, price, units, expiry, nonce } = *quote;
        self.digest(
            QUOTE,
            [
                terms,
                address(provider),
                number(price.0),
                number(units.into()),
                number(expiry.into()),
                number(nonce.into()),
            ],
        )
    }

    /// What a client signs: it will pay the provider for all units to the checkpoint, from the start of the job. It counts
    /// instead of all before.
    pub fn voucher(&self, provider: Address, units: u64, checkpoint: Digest) -> Digest {
        self.digest(VOUCHER, [address(provider), number(units.into()), checkpoint])
    }

    /// [`Self::quote`] as a wallet is asked for it (`eth_signTypedData_v4`).
    pub fn quote_request(&self, terms: Digest, quote: &Quote) -> Value {
        let Quote { provider, price, units, expiry, nonce } = *quote;
        let price = price.0.to_string();
        self.request(
            QUOTE,
            json!({"job": self.job, "terms": terms, "provider": provider, "price": price, "units": units, "expiry": expiry, "nonce": nonce}),
        )
    }

    /// [`Self::voucher`] as a wallet is asked for it (`eth_signTypedData_v4`).
    pub fn voucher_request(&self, provider: Address, units: u64, checkpoint: Digest) -> Value {
        self.request(VOUCHER, json!({"job": self.job, "provider": provider, "units": units, "checkpoint": checkpoint}))
    }

    fn request(&self, type_: &str, message: Value) -> Value {
        let name = type_.split('(').next().unwrap_or_default();
        json!({
            "types": {"EIP712Domain": fields(DOMAIN), name: fields(type_)},
            "primaryType": name,
            "domain": {"name": NAME, "version": VERSION, "chainId": self.chain, "verifyingContract": self.contract},
            "message": message,
        })
    }

    /// What signatures are bound to.
    pub fn domain_separator(&self) -> Digest {
        hash_words(&[
            keccak(&[DOMAIN.as_bytes()]),
            keccak(&[NAME.as_bytes()]),
            keccak(&[VERSION.as_bytes()]),
            number(self.chain.into()),
            address(self.contract),
        ])
    }

    fn digest<const N: usize>(&self, type_: &str, fields: [Digest; N]) -> Digest {
        let mut words = vec![keccak(&[type_.as_bytes()]), number(self.job.into())];
        words.extend(fields);
        let (domain, message) = (self.domain_separator(), hash_words(&words));
        keccak(&[&[0x19, 0x01], &domain.0, &message.0])
    }
}

/// Names and types of a type's fields.
fn fields(type_: &str) -> Vec<Value> {
    let inside = type_.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or_default();
    let fields = inside.split(',').filter_map(|field| field.split_once(' '));
    fields.map(|(type_, name)| json!({"name": name, "type": type_})).collect()
}

/// What a client's wallet signs once; the salt of the secret is the X25519 secret of its links, and what results are sealed to.
/// The same wallet has it again on any device. `contract` is `Jobs`.
pub fn key_request(contract: Address, account: Address) -> SecretRequest {
    let context = vec![("role", ContextValue::Text("client".into())), ("account", ContextValue::Address(account))];
    let purpose = "Make the key under which you talk to those who run your compute jobs, and to which their results are sealed. \
                   Sign this only on ModelMarket: who has the signature can read those results.";
    SecretRequest::new(contract, purpose, context, &Cid::of_block(format!("{account} client").as_bytes()))
}

/// Hash of terms, as the contract keeps it.
pub fn terms(terms: &Terms) -> Digest {
    let Terms { kind, jurors, memory_mib, audit_rate, max_seconds, window, deadline, units, every, .. } = *terms;
    hash_words(&[
        number(kind.into()),
        number(jurors.into()),
        number(memory_mib.into()),
        number(audit_rate.into()),
        number(max_seconds.into()),
        number(window.into()),
        number(deadline.into()),
        number(units.into()),
        number(every.into()),
        number(terms.highest_price.0),
        number(terms.stake.0),
        terms.files,
    ])
}

/// [`Terms::files`]: `keccak256(abi.encode(workload, inputs, resumed))`.
pub fn files(files: &Files) -> Digest {
    let texts = [&files.workload, &files.inputs, &files.resumed];
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for text in texts {
        head.push(number((32 * texts.len() + tail.len()) as u128));
        tail.extend(number(text.len() as u128).0);
        tail.extend(text.as_bytes());
        tail.resize(tail.len().next_multiple_of(32), 0);
    }
    keccak(&[&head.iter().flat_map(|word| word.0).collect::<Vec<u8>>(), &tail])
}

/// What somebody says came out of a job; both zero where it could not be run.
pub fn answer(result: Digest, units: u64) -> Digest {
    hash_words(&[result, number(units.into())])
}

/// What a submission (round 0) or a juror (its round) commits to. It serves nobody else, and for nothing else.
pub fn commitment(job: u64, round: u8, who: Address, answer: Digest, salt: Digest) -> Digest {
    hash_words(&[number(job.into()), number(round.into()), address(who), answer, salt])
}

/// What a try of a draw looks at: the slot, from 1, and the lot, which the provider's weight must exceed.
pub fn drawn(draw_hash: Digest, job: u64, round: u8, attempt: u64, slots: u32) -> (u32, u128) {
    let random = hash_words(&[draw_hash, number(job.into()), number(round.into()), number(attempt.into())]).0;
    let half = |bytes: &[u8]| bytes.iter().fold(0u128, |value, byte| value << 8 | u128::from(*byte));
    let (high, low) = random.split_at(16);
    let slot = half(low) % u128::from(slots.max(1));
    (1 + slot as u32, half(high) % u128::from(crate::MAX_WEIGHT))
}

fn number(number: u128) -> Digest {
    let mut word = [0; 32];
    word[16..].copy_from_slice(&number.to_be_bytes());
    Digest(word)
}

fn address(address: Address) -> Digest {
    let mut word = [0; 32];
    word[12..].copy_from_slice(&address.0);
    Digest(word)
}
