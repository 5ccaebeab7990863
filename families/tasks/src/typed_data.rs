//! What session keys of seats sign (EIP-712): one type for each purpose, bound to chain, contract, task and attempt. Equal
//! to `TaskSignatures` in Solidity.

use contracts::abi::hash_words;
use protocol::{Address, Digest, keccak};

use crate::{Failure, Outcome};

/// A run of a task of a contract on a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// EIP-155.
    pub chain: u64,
    /// `Tasks`
    pub contract: Address,
    pub task: u64,
    pub attempt: u16,
}

impl Run {
    /// What all seats sign to say that they are there, for this very task and no other with its number.
    pub fn begin(&self, spec: Digest) -> Digest {
        self.digest("Begin(uint64 task,uint16 attempt,bytes32 spec)", [spec])
    }

    /// What all seats sign to say what came out.
    pub fn result(&self, spec: Digest, outcome: &Outcome) -> Digest {
        let Outcome { plan, rows, heads, metrics, outputs, shares, sealed_keys, dealt } = *outcome;
        self.digest(
            "Result(uint64 task,uint16 attempt,bytes32 spec,bytes32 plan,bytes32 rows,bytes32 heads,bytes32 metrics,bytes32 outputs,bytes32 shares,bytes32 sealedKeys,uint64 dealt)",
            [spec, plan, rows, heads, metrics, outputs, shares, sealed_keys, number(dealt)],
        )
    }

    /// What all seats sign to say why it failed.
    pub fn failure(&self, failure: &Failure) -> Digest {
        let Failure { code, dealt, facts, rows } = *failure;
        self.digest(
            "Failure(uint64 task,uint16 attempt,uint32 code,uint64 dealt,uint32 facts,uint32 rows)",
            [number(code.into()), number(dealt), number(facts.into()), number(rows.into())],
        )
    }

    /// What both computing seats sign to go on with the next helper.
    pub fn advance(&self, helper: Address, dealt: u64) -> Digest {
        self.digest("Advance(uint64 task,uint16 attempt,address helper,uint64 dealt)", [address(helper), number(dealt)])
    }

    /// What a seat signs to respond to the stall that began at a moment.
    pub fn response(&self, seat: u8, since: u64, heads: Digest) -> Digest {
        self.digest(
            "Response(uint64 task,uint16 attempt,uint8 seat,uint40 since,bytes32 heads)",
            [number(seat.into()), number(since), heads],
        )
    }

    /// What signatures are bound to.
    pub fn domain_separator(&self) -> Digest {
        let domain = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
        hash_words(&[
            keccak(&[domain.as_bytes()]),
            keccak(&[b"ModelMarket tasks"]),
            keccak(&[b"1"]),
            number(self.chain),
            address(self.contract),
        ])
    }

    fn digest<const N: usize>(&self, type_: &str, fields: [Digest; N]) -> Digest {
        let mut words = vec![keccak(&[type_.as_bytes()]), number(self.task), number(self.attempt.into())];
        words.extend(fields);
        let (domain, message) = (self.domain_separator(), hash_words(&words));
        keccak(&[&[0x19, 0x01], &domain.0, &message.0])
    }
}

/// [`Outcome::sealed_keys`] of the sealed keys' hashes, one a seat.
pub fn sealed_keys(hashes: &[Digest]) -> Digest {
    list(&[], hashes)
}

/// Hash of a list of candidates, as the contract keeps it.
pub fn candidates(list_: &[crate::Candidate]) -> Digest {
    let mut words = vec![number(32), number(list_.len() as u64)];
    for candidate in list_ {
        words.extend([address(candidate.helper), amount(candidate.per_megabyte.0)]);
    }
    hash_words(&words)
}

/// Name of a set of owners on a day, of which one block draws the helpers.
pub fn owners(owners: &[Address], day: u32) -> Digest {
    let mut sorted: Vec<_> = owners.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let words: Vec<_> = sorted.into_iter().map(address).collect();
    list(&[number(day.into())], &words)
}

/// Place of a helper in the order that a block's hash makes: the least comes first.
pub fn rank(draw_hash: Digest, helper: Address) -> Digest {
    hash_words(&[draw_hash, address(helper)])
}

/// `keccak256(abi.encode(list, others…))`.
fn list(others: &[Digest], items: &[Digest]) -> Digest {
    let mut words = vec![number(32 * (1 + others.len() as u64))];
    words.extend(others);
    words.push(number(items.len() as u64));
    words.extend(items);
    hash_words(&words)
}

fn number(number: u64) -> Digest {
    amount(number.into())
}

fn amount(number: u128) -> Digest {
    let mut word = [0; 32];
    word[16..].copy_from_slice(&number.to_be_bytes());
    Digest(word)
}

fn address(address: Address) -> Digest {
    let mut word = [0; 32];
    word[12..].copy_from_slice(&address.0);
    Digest(word)
}
