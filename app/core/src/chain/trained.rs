//! Reading about models as files: winners of bounties, models published outside of them, and who reproduced a winner.

use std::collections::BTreeMap;

use bounty::{Ending, ReproductionCounts};
use contracts::returns;
use protocol::{Address, subject::Subject};
use rpc::Filter;
use trained::{
    Attestation, PublishedEvent,
    api::{TrainedRow, TrainedSource},
    logs as events,
};

use super::{ChainError, History, Reader, reader::decoded, whole::List};

impl Reader {
    /// What others say of running this trainer's model; `None` where the chain has no contract for it.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn reproductions(self, bounty: u64, trainer: Address) -> Result<Option<ReproductionCounts>, ChainError> {
        let Some(contract) = self.deployment().contract(trained::REPRODUCTIONS) else { return Ok(None) };
        let answer = self.call(None, contract, trained::calls::reproductions::counts(bounty, trainer)).await?;
        decoded(trained::returns::counts(&answer)).map(Some)
    }

    /// Whether this account has said what came out when it ran the trainer's model.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn attested(self, bounty: u64, trainer: Address, by: Address) -> Result<bool, ChainError> {
        let Some(contract) = self.deployment().contract(trained::REPRODUCTIONS) else { return Ok(false) };
        let answer = self.call(None, contract, trained::calls::reproductions::attested(bounty, trainer, by)).await?;
        decoded(returns::boolean(&answer))
    }

    /// Winners and published models: what the list shows while the server is away.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn trained_rows(self) -> Result<Vec<TrainedRow>, ChainError> {
        let mut rows: Vec<TrainedRow> = self.bounties().await?.iter().filter_map(winner).collect();
        rows.extend(self.published().await?);
        let counts = self.all_reproductions().await?;
        for row in &mut rows {
            if let TrainedSource::Bounty { bounty, trainer, reproductions, .. } = &mut row.source {
                *reproductions = counts.get(&(*bounty, *trainer)).copied().unwrap_or_default();
            }
        }
        Ok(rows)
    }

    /// Models that were published and not withdrawn.
    async fn published(self) -> Result<Vec<TrainedRow>, ChainError> {
        let deployment = self.deployment();
        let Some(contract) = deployment.contract(trained::PUBLISHED_MODELS) else { return Ok(Vec::new()) };
        let filter = Filter::of([contract]).topic(events::published_topics());
        let count = trained::calls::published::model_count();
        let list = List { subject: models_published(), filter, contract, count, what: "published models" };
        self.list(&list, async || {
            let (mut rows, mut told) = (BTreeMap::new(), 0);
            for log in &self.history(&list.filter, deployment.start_block, None).await? {
                match decoded(events::published(&log.raw))? {
                    Some(PublishedEvent::Published { id, publisher, cid, name, description }) => {
                        let source = TrainedSource::Published { id, publisher };
                        let (name, description) = (Some(dataset::plain(&name)), dataset::plain(&description));
                        let description = Some(description).filter(|text| !text.is_empty());
                        told += 1;
                        rows.insert(id, TrainedRow { source, cid, name, description, at: log.at });
                    }
                    Some(PublishedEvent::Withdrawn { id }) => {
                        rows.remove(&id);
                    }
                    None => {}
                }
            }
            Ok((rows.into_values().collect(), told))
        })
        .await
    }

    /// What an account says of models that it ran again, the newest first.
    ///
    /// # Errors
    /// [`ChainError`]
    pub async fn attested_by(self, account: Address) -> Result<Vec<Attestation>, ChainError> {
        let mut said = self.attestations().await?;
        said.retain(|said| said.by == account);
        said.reverse();
        Ok(said)
    }

    /// What everybody says of models that they ran again, in the order of the chain.
    async fn attestations(self) -> Result<Vec<Attestation>, ChainError> {
        let deployment = self.deployment();
        let mut all = Vec::new();
        let Some(contract) = deployment.contract(trained::REPRODUCTIONS) else { return Ok(all) };
        let filter = Filter::of([contract]).topic([events::reproduced_topic()]);
        for log in &self.history(&filter, deployment.start_block, None).await? {
            all.extend(decoded(events::reproduced(&log.raw))?);
        }
        Ok(all)
    }

    async fn all_reproductions(self) -> Result<BTreeMap<(u64, Address), ReproductionCounts>, ChainError> {
        let mut counts = BTreeMap::<_, ReproductionCounts>::new();
        for said in self.attestations().await? {
            let counted = counts.entry((said.bounty, said.trainer)).or_default();
            if said.is_reproduced() {
                counted.reproduced += 1;
            } else {
                counted.differing += 1;
            }
        }
        Ok(counts)
    }
}

/// The list of published models as something that events may be left out of.
pub fn models_published() -> Subject {
    Subject::new(trained::FAMILY, "list")
}

/// The row of a settled bounty's winner.
fn winner(history: &History) -> Option<TrainedRow> {
    let bounty = &history.bounty;
    let Some(Ending::Settled { winner, correct, .. }) = &bounty.ending else { return None };
    let reveal = bounty.submission(winner)?.reveal.as_ref()?;
    Some(TrainedRow {
        source: TrainedSource::Bounty {
            bounty: bounty.id,
            trainer: *winner,
            correct: *correct,
            test_rows: bounty.terms.test_rows,
            reproductions: ReproductionCounts::default(),
        },
        cid: reveal.model_cid.clone(),
        name: None,
        description: None,
        at: bounty.ended_at.unwrap_or_default(),
    })
}
