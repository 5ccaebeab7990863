//! A contribution that somebody names, as the contract stores it.

use contracts::abi::DecodeError;
use protocol::{Address, Amount, Digest};

use crate::{
    calls,
    claims::Record,
    events::TakePath,
    record_key,
    returns::{self, shared::ChainRecord},
    state::{Contribution, Ending},
};

/// What only an event tells of a contribution, by somebody's word: the contract knows it by the key that follows from it,
/// or does not know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedContribution {
    pub contributor: Address,
    pub label: u16,
    /// As the model was given it.
    pub sample: Vec<u8>,
    /// How it is said to have ended; what is open is for the contract to say.
    pub ending: Option<Ending>,
}

/// The contribution as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredContribution {
    pub named: NamedContribution,
    pub record: ChainRecord,
    /// Whether the person has taken a share of it.
    pub taken: bool,
    /// What the model says to its sample now; its label where nothing depends on it any more.
    pub predicted: u16,
}

impl StoredContribution {
    /// `None` where the contract has no such contribution.
    pub(super) async fn read<E: From<DecodeError>>(
        named: &NamedContribution,
        person: Option<Address>,
        ask: impl AsyncFn(Vec<u8>) -> Result<Vec<u8>, E>,
        ask_classifier: impl AsyncFn(Vec<u8>) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Self>, E> {
        let key = named.key();
        let Some(record) = returns::shared::record(&ask(calls::shared::record(key)).await?)? else { return Ok(None) };
        let taker = person.filter(|person| *person != named.contributor && !record.settled);
        let taken = match taker {
            Some(person) => contracts::returns::boolean(&ask(calls::shared::taken(key, person)).await?)?,
            None => false,
        };
        let predicted = match record.settled {
            true => named.label,
            false => returns::shared::class(&ask_classifier(calls::classifier::predict(&named.sample)).await?)?,
        };
        Ok(Some(Self { named: named.clone(), record, taken, predicted }))
    }

    /// Where it stands in the chain is not known, nor who else has taken of it.
    pub(super) fn as_contribution(&self, person: Option<Address>) -> Contribution {
        let NamedContribution { contributor, label, sample, ending } = &self.named;
        let ChainRecord { at, initial, left, reported_at, known, settled } = self.record;
        let (key, contributor, label) = (self.key(), *contributor, *label);
        let record = Record { key, contributor, label, at, initial, left, known, reported_at, settled };
        let ending = ending.unwrap_or(Ending::Refunded { point: false });
        Contribution {
            record,
            predicted: if known { label } else { label.wrapping_add(1) },
            sample: sample.clone(),
            block: 0,
            block_hash: Digest::ZERO,
            log_index: 0,
            tx: Digest::ZERO,
            takes: person.filter(|_| self.taken).map(|who| (who, Amount::ZERO, TakePath::Share)).into_iter().collect(),
            ending: settled.then_some(ending),
        }
    }

    pub fn key(&self) -> Digest {
        self.named.key()
    }
}

impl NamedContribution {
    pub fn key(&self) -> Digest {
        record_key(&self.contributor, self.label, &self.sample)
    }
}
