//! The state of a thanks, folded from its events.

use protocol::{Address, Amount};
use serde::{Deserialize, Serialize};

use crate::Event;

/// Where a thanks stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Answered,
    TakenBack,
    Released,
}

/// A thanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thanks {
    pub id: u64,
    pub from: Address,
    pub to: Address,
    pub amount: Amount,
    pub note: String,
    pub answer: Option<String>,
    pub state: State,
    /// When it was given, seconds since the epoch.
    pub at: u64,
}

/// Why an event does not fit the state it meets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("The history of thanks {0} does not begin with its giving; the source of events left some out.")]
pub struct FoldError(pub u64);

impl Thanks {
    /// Applies the next event of a thanks. `at` is the time of its block.
    ///
    /// # Errors
    /// [`FoldError`] when an earlier event is missing; nothing is changed then.
    pub fn apply(thanks: &mut Option<Self>, id: u64, at: u64, event: &Event) -> Result<(), FoldError> {
        if let Event::Given { from, to, amount, note } = event {
            let (from, to, amount, note) = (*from, *to, *amount, note.clone());
            *thanks = Some(Self { id, from, to, amount, note, answer: None, state: State::Open, at });
            return Ok(());
        }
        let thanks = thanks.as_mut().ok_or(FoldError(id))?;
        match event {
            Event::Answered { answer } => {
                thanks.answer = Some(answer.clone());
                thanks.state = State::Answered;
            }
            Event::TakenBack => thanks.state = State::TakenBack,
            _ => thanks.state = State::Released,
        }
        Ok(())
    }
}
