//! What the database keeps of a model besides its contributions and accounts.

use ::shared_model::{Event, IncentiveKind, LoggedEvent, Shape, Terms, api::ProposedClass};
use protocol::{Address, Amount, cid::Cid};
use serde::{Deserialize, Serialize};

/// A model without its records and accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelState {
    pub owner: Address,
    pub classifier: Address,
    pub incentive: IncentiveKind,
    pub shape: Shape,
    pub terms: Terms,
    /// Text from a stranger.
    pub metadata_cid: String,
    pub created_block: u64,
    pub created_log: u64,
    pub created_at: u64,
    /// Words of the weights.
    pub loaded: u32,
    pub ready: bool,
    /// Classes now.
    pub classes: u16,
    /// Of all accounts.
    pub points: u64,
    pub contributions: u64,
    /// Distinct accounts.
    pub contributors: u64,
    pub proposals: Vec<ProposedClass>,
    /// What a market holds; `None` where there is none.
    #[serde(default)]
    pub(super) escrowed: Option<Amount>,
}

impl ModelState {
    /// A model as it is created; `None` for another event.
    pub(super) fn created(logged: &LoggedEvent) -> Option<Self> {
        let Event::Created { owner, classifier, incentive, shape, terms, metadata_cid } = &logged.event else {
            return None;
        };
        Some(Self {
            owner: *owner,
            classifier: *classifier,
            incentive: *incentive,
            classes: shape.classes,
            shape: shape.clone(),
            terms: terms.clone(),
            metadata_cid: metadata_cid.clone(),
            created_block: logged.block,
            created_log: logged.log_index,
            created_at: logged.at,
            loaded: 0,
            ready: false,
            points: 0,
            contributions: 0,
            contributors: 0,
            proposals: Vec::new(),
            escrowed: None,
        })
    }

    /// The CID of the metadata where it is one: the chain takes any text, a database may not.
    pub(super) fn cid(&self) -> String {
        self.metadata_cid.parse::<Cid>().map(|cid| cid.to_string()).unwrap_or_default()
    }
}
