//! The state of a bounty, folded from its events.
//!
//! [`Bounty::apply`] is the one place that says what an event does. Server and page both use it, so whatever the
//! server says can be checked by folding the same events read from the chain.

use protocol::{Address, Amount, Digest};
use serde::{Deserialize, Serialize};

use crate::{Event, LoggedEvent, PostNumber};

/// Least response window the contract accepts, in seconds (10 minutes).
pub const MIN_WINDOW: u32 = 600;
/// Longest response window the contract accepts, in seconds (30 days).
pub const MAX_WINDOW: u32 = 30 * 86_400;
/// Furthest deadline the contract accepts, in seconds from creation (a year).
pub const MAX_DURATION: u64 = 365 * 86_400;
/// Response window that the page offers on public chains, in seconds: everybody has slept once in it.
pub const DEFAULT_WINDOW: u32 = 86_400;

/// What the requester fixes once and for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terms {
    /// Escrowed at creation.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub reward: Amount,
    /// Locked per submission.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub stake: Amount,
    /// Seconds since the epoch: submissions close.
    pub deadline: u64,
    /// Seconds for each of: revealing the truth, claiming, revealing predictions.
    pub window: u32,
    /// Labels in the ground truth.
    pub test_rows: u32,
    /// 2 to 256.
    pub classes: u16,
    /// Least number of correct labels that can win; 0 = none.
    pub min_correct: u32,
    /// Superhash of the ground-truth file; a requester uses one once.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub truth_superhash: Digest,
    /// Chosen at random by whoever posts.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub post_number: PostNumber,
}

/// Where one trainer's submission stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubmissionState {
    /// Stake locked.
    Active,
    /// Taken back before the deadline.
    Withdrawn,
    /// Taken back after the deadline: stake lost.
    Abandoned,
    /// Claims a score that competes.
    Claimed,
    /// Claims a score below the minimum: cannot win, keeps the stake.
    Conceded,
    /// Reveal checked, count equals the claim.
    Verified,
    /// False claim, or silent above the winner: stake lost.
    Slashed,
    /// Has received everything that was due.
    Paid,
}

/// One trainer's submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub trainer: Address,
    /// 1 for the first submission of a bounty; lower wins ties.
    pub order: u32,
    /// To predictions and model: a [`crate::Commitment`]'s word.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub commitment: Digest,
    pub state: SubmissionState,
    /// Number correct as claimed.
    pub claim: Option<u32>,
    /// What the chain counted, once revealed.
    pub reveal: Option<Reveal>,
    /// Paid so far: by `collect`, by settling, and the stakes of who stayed silent above the winner.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub received: Amount,
}

/// A prediction file that the chain has counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reveal {
    /// Number of correct labels as counted on chain.
    pub correct: u32,
    /// SHA-256 of the prediction file; `Cid::raw` of it is where the file is.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// CID of the model as revealed by the trainer: text from a stranger.
    pub model_cid: String,
    /// The transaction whose call data carries truth and predictions.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tx: Digest,
}

/// The ground truth, once revealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TruthReveal {
    /// SHA-256 of the ground-truth file.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// Seconds since the epoch; the claim window starts here.
    pub at: u64,
    /// The transaction whose call data carries the file.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub tx: Digest,
}

/// How a bounty ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ending {
    /// The best verified reveal was paid.
    Settled {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        winner: Address,
        correct: u32,
        /// Reward, own stake and the stakes lost until then.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        paid: Amount,
    },
    /// The requester ended it before the deadline.
    Cancelled {
        /// Share of the reward per active trainer; zero if there was none.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        share: Amount,
        /// The other half of the reward and the rest of the division; zero if there was no active trainer.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// The truth was not revealed in time. `share` of the reward belongs to each active trainer; half of the reward, the
    /// rest of the division and lost stakes are burned.
    Forfeited {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        share: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
    /// Nobody won: the requester has the reward back, lost stakes are burned.
    Refunded {
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        reward: Amount,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        burned: Amount,
    },
}

/// Everything the chain says about one bounty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bounty {
    /// Number in `BountyMarket`, from 1.
    pub id: u64,
    /// Who posted it.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub requester: Address,
    /// As posted.
    pub terms: Terms,
    /// CID of `train.csv`: text from a stranger, checked where it is used.
    pub train_cid: String,
    /// CID of `test.csv`.
    pub test_cid: String,
    /// CID of `metadata.json`.
    pub metadata_cid: String,
    /// Seconds since the epoch.
    pub created_at: u64,
    /// Block of creation: where reading this bounty's events may start.
    pub created_block: u64,
    /// The ground truth, once revealed.
    pub truth: Option<TruthReveal>,
    /// In order of submission.
    pub submissions: Vec<Submission>,
    /// How it ended, if it did.
    pub ending: Option<Ending>,
    /// When it ended; seconds since the epoch.
    #[serde(default)]
    pub ended_at: Option<u64>,
}

/// Why an event does not fit the state it meets: the log is incomplete or not from this contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    #[error("The history of bounty {0} does not begin with its creation; the source of events left some out.")]
    NotCreated(u64),
    #[error("The history of bounty {id} names {trainer} before a submission; the source of events left some out.")]
    UnknownTrainer { id: u64, trainer: Address },
}

impl Bounty {
    /// One of which nothing but its terms is known.
    pub const fn bare(id: u64, requester: Address, terms: Terms) -> Self {
        Self {
            id,
            requester,
            terms,
            train_cid: String::new(),
            test_cid: String::new(),
            metadata_cid: String::new(),
            created_at: 0,
            created_block: 0,
            truth: None,
            submissions: Vec::new(),
            ending: None,
            ended_at: None,
        }
    }

    /// Folds a whole history, oldest first. `None` where it is empty.
    ///
    /// # Errors
    /// [`FoldError`] when events are missing.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a LoggedEvent>) -> Result<Option<Self>, FoldError> {
        let mut bounty = None;
        for logged in events {
            Self::apply(&mut bounty, logged)?;
        }
        Ok(bounty)
    }

    /// Applies the next event of a bounty's history.
    ///
    /// # Errors
    /// [`FoldError`] when an earlier event is missing; the bounty is left as it was.
    pub fn apply(bounty: &mut Option<Self>, logged: &LoggedEvent) -> Result<(), FoldError> {
        if let Event::Created { requester, terms, train_cid, test_cid, metadata_cid } = &logged.event {
            *bounty = Some(Self {
                train_cid: train_cid.clone(),
                test_cid: test_cid.clone(),
                metadata_cid: metadata_cid.clone(),
                created_at: logged.at,
                created_block: logged.block,
                ..Self::bare(logged.subject, *requester, terms.clone())
            });
            return Ok(());
        }
        let bounty = bounty.as_mut().ok_or(FoldError::NotCreated(logged.subject))?;
        let had_ended = bounty.ending.is_some();
        match &logged.event {
            Event::Created { .. } => {}
            Event::Submitted { trainer, order, commitment } => {
                bounty.submissions.retain(|s| s.trainer != *trainer);
                bounty.submissions.push(Submission {
                    trainer: *trainer,
                    order: *order,
                    commitment: *commitment,
                    state: SubmissionState::Active,
                    claim: None,
                    reveal: None,
                    received: Amount::ZERO,
                });
            }
            Event::Replaced { trainer, order, commitment } => {
                let submission = bounty.of(trainer)?;
                (submission.order, submission.commitment) = (*order, *commitment);
                bounty.submissions.sort_by_key(|submission| submission.order);
            }
            Event::Withdrawn { trainer, late, .. } => {
                bounty.of(trainer)?.state = if *late { SubmissionState::Abandoned } else { SubmissionState::Withdrawn };
            }
            Event::TruthRevealed { digest, at } => {
                bounty.truth = Some(TruthReveal { digest: *digest, at: *at, tx: logged.tx });
            }
            Event::Claimed { trainer, correct } => {
                let least = bounty.terms.min_correct;
                let submission = bounty.of(trainer)?;
                submission.claim = Some(*correct);
                submission.state = if *correct < least { SubmissionState::Conceded } else { SubmissionState::Claimed };
            }
            Event::PredictionRevealed { trainer, correct, digest, model_cid } => {
                let submission = bounty.of(trainer)?;
                submission.state = SubmissionState::Verified;
                submission.reveal =
                    Some(Reveal { correct: *correct, digest: *digest, model_cid: model_cid.clone(), tx: logged.tx });
            }
            Event::Slashed { trainer, revealed, .. } => {
                bounty.of(trainer)?.state = SubmissionState::Slashed;
                // The stake of who stayed silent is sent to the winner; that of a false claim is in what settling pays.
                if let (false, Some(Ending::Settled { winner, .. })) = (*revealed, bounty.ending.clone()) {
                    let stake = bounty.terms.stake;
                    let submission = bounty.of(&winner)?;
                    submission.received = Amount(submission.received.0 + stake.0);
                }
            }
            Event::PaidOut { trainer, amount } => {
                let submission = bounty.of(trainer)?;
                submission.state = SubmissionState::Paid;
                submission.received = Amount(submission.received.0 + amount.0);
            }
            Event::Settled { winner, correct, paid } => {
                let submission = bounty.of(winner)?;
                submission.state = SubmissionState::Paid;
                submission.received = *paid;
                bounty.ending = Some(Ending::Settled { winner: *winner, correct: *correct, paid: *paid });
            }
            Event::Cancelled { share, burned } => {
                bounty.ending = Some(Ending::Cancelled { share: *share, burned: *burned });
            }
            Event::Forfeited { share, burned } => {
                bounty.ending = Some(Ending::Forfeited { share: *share, burned: *burned });
            }
            Event::Refunded { reward, burned } => {
                bounty.ending = Some(Ending::Refunded { reward: *reward, burned: *burned });
            }
        }
        if !had_ended && bounty.ending.is_some() {
            bounty.ended_at = Some(logged.at);
        }
        Ok(())
    }

    /// One trainer's submission, if there is one.
    pub fn submission(&self, trainer: &Address) -> Option<&Submission> {
        self.submissions.iter().find(|s| s.trainer == *trainer)
    }

    fn of(&mut self, trainer: &Address) -> Result<&mut Submission, FoldError> {
        let id = self.id;
        self.submissions
            .iter_mut()
            .find(|s| s.trainer == *trainer)
            .ok_or(FoldError::UnknownTrainer { id, trainer: *trainer })
    }

    /// Submissions whose stake is locked and neither withdrawn nor abandoned.
    pub fn active(&self) -> usize {
        self.submissions.iter().filter(|s| s.is_active()).count()
    }

    /// The winner, or before the end the best verified reveal so far (ties to the earlier submission).
    pub fn best(&self) -> Option<&Submission> {
        self.submissions
            .iter()
            .filter(|s| s.reveal.is_some())
            .max_by_key(|s| (s.reveal.as_ref().map(|r| r.correct), std::cmp::Reverse(s.order)))
    }

    /// What `collect` would send this trainer now, as `BountyMarket.due`.
    pub fn due(&self, trainer: &Address) -> Amount {
        use SubmissionState::*;
        let Some(submission) = self.submission(trainer) else { return Amount::ZERO };
        let stake = self.terms.stake;
        match (&self.ending, submission.state) {
            (Some(Ending::Cancelled { share, .. } | Ending::Forfeited { share, .. }), Active) => {
                Amount(share.0 + stake.0)
            }
            (Some(Ending::Settled { .. } | Ending::Refunded { .. }), Conceded) => stake,
            (Some(Ending::Settled { .. }), Verified) => stake,
            (Some(Ending::Settled { .. }), Claimed) if !self.slashable(trainer) => stake,
            _ => Amount::ZERO,
        }
    }

    /// Whether this trainer stayed silent above the winner, so that anyone may have the stake sent to the winner.
    pub fn slashable(&self, trainer: &Address) -> bool {
        self.submission(trainer).is_some_and(|submission| self.is_silent(submission))
    }

    fn is_silent(&self, submission: &Submission) -> bool {
        let Some(Ending::Settled { winner, correct, .. }) = &self.ending else { return false };
        let claim = submission.claim.unwrap_or(0);
        let winner_order = || self.submission(winner).map_or(u32::MAX, |w| w.order);
        submission.state == SubmissionState::Claimed
            && (claim > *correct || (claim == *correct && submission.order < winner_order()))
    }

    /// Whoever stayed silent above the winner and whose stake was not sent to the winner yet; nobody where no stake was
    /// asked for.
    pub fn silent(&self) -> impl Iterator<Item = Address> {
        let stake = self.terms.stake;
        let silent = move |submission: &&Submission| stake.0 > 0 && self.is_silent(submission);
        self.submissions.iter().filter(silent).map(|submission| submission.trainer)
    }

    /// Whether this person won, and stakes of others wait to be sent to them.
    pub fn is_owed_stakes(&self, person: &Address) -> bool {
        matches!(&self.ending, Some(Ending::Settled { winner, .. }) if winner == person)
            && self.silent().next().is_some()
    }
}
