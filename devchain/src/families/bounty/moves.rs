//! A bounty's files and the moves of its people.

use anyhow::{Context, Result, bail};
use bounty::{Bounty, Commitment, Event, PostNumber, Terms, calls, logs, scoring::count_correct};
use protocol::{
    Address, Amount, Digest,
    cid::Cid,
    commitment::{PREDICTION_HEADER, PredictionFile, TRUTH_HEADER, TruthFile, superhash},
};

use rpc::Filter;

use crate::chain::{Chain, Receipt};

/// What a requester knows.
#[derive(Debug, Clone)]
pub struct Posted {
    pub id: u64,
    pub requester: Address,
    pub terms: Terms,
    pub truth: Vec<u8>,
}

impl Posted {
    /// A submission to this bounty of anything at all, for tests that are not about files.
    pub fn any_submission(&self, commitment: Digest) -> Vec<u8> {
        calls::submit(self.id, self.terms.truth_superhash, commitment, None)
    }
}

/// What a trainer knows.
#[derive(Debug, Clone)]
pub struct Submitted {
    pub bounty: u64,
    pub trainer: Address,
    pub prediction: Vec<u8>,
    pub model_cid: Cid,
}

/// Terms that tests and samples vary.
#[derive(Debug, Clone)]
pub struct Offer {
    pub reward: Amount,
    pub stake: Amount,
    /// Seconds from now to the deadline.
    pub open_for: u64,
    /// Seconds of each response window.
    pub window: u32,
    pub classes: u16,
    pub min_correct: u32,
    /// What the requester's secret was derived with.
    pub post_number: PostNumber,
}

impl Default for Offer {
    fn default() -> Self {
        Self {
            reward: Amount::mdc(100),
            stake: Amount::mdc(5),
            open_for: 3_600,
            window: 900,
            classes: 10,
            min_correct: 0,
            post_number: PostNumber::default(),
        }
    }
}

/// CIDs of the three published files.
#[derive(Debug, Clone)]
pub struct Published {
    pub train: Cid,
    pub test: Cid,
    pub metadata: Cid,
}

impl Published {
    /// For tests that are not about content.
    pub fn made_up() -> Self {
        let cid = |name: &str| Cid::of_block(name.as_bytes());
        Self { train: cid("train"), test: cid("test"), metadata: cid("metadata") }
    }
}

impl Chain {
    /// Where BountyMarket is.
    ///
    /// # Errors
    /// When the deployment does not name it.
    pub fn bounty_market(&self) -> Result<Address> {
        Ok(self.deployment.demand(bounty::BOUNTY_MARKET)?)
    }

    /// Sends to BountyMarket.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn send_to_bounty_market(&self, from: Address, data: Vec<u8>) -> Result<Receipt> {
        self.send(from, self.bounty_market()?, data).await
    }

    /// Takes the airdrop where it was not taken, and lets BountyMarket move everything.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn fund(&self, account: Address) -> Result<()> {
        self.airdrop(account).await?;
        self.approve(account, self.bounty_market()?).await
    }

    /// One bounty, folded from its events.
    ///
    /// # Errors
    /// When there is none.
    pub async fn bounty(&self, id: u64) -> Result<Bounty> {
        let filter = Filter::of([self.bounty_market()?]).any_topic().topic([logs::bounty_topic(id)]);
        let mut events = Vec::new();
        for log in self.logs(&filter).await? {
            let Some((bounty, event)) = logs::decode(&log.raw)? else { continue };
            events.push(log.place(bounty, event));
        }
        Bounty::fold(&events)?.with_context(|| format!("there is no bounty {id}"))
    }

    /// Posts a bounty whose ground truth is `labels` (class indices) under `salt`.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn post(
        &self,
        requester: Address,
        offer: &Offer,
        published: &Published,
        labels: Vec<u8>,
        salt: [u8; 32],
    ) -> Result<Posted> {
        let test_rows = labels.len() as u32;
        let truth = TruthFile { salt, labels, classes: offer.classes }.to_bytes()?;
        let terms = Terms {
            reward: offer.reward,
            stake: offer.stake,
            deadline: self.now().await? + offer.open_for,
            window: offer.window,
            test_rows,
            classes: offer.classes,
            min_correct: offer.min_correct,
            truth_superhash: superhash(&truth),
            post_number: offer.post_number,
        };
        let Published { train, test, metadata } = published;
        let data = calls::create(&terms, &train.to_string(), &test.to_string(), &metadata.to_string(), None);
        let receipt = self.send_to_bounty_market(requester, data).await?;
        for log in &receipt.logs {
            if let Some((id, Event::Created { .. })) = logs::decode(log)? {
                return Ok(Posted { id, requester, terms, truth });
            }
        }
        bail!("creating emits an event")
    }

    /// Commits to predictions (class indices) and a model.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn submit(
        &self,
        posted: &Posted,
        trainer: Address,
        labels: Vec<u8>,
        salt: [u8; 32],
        model_cid: Cid,
    ) -> Result<Submitted> {
        let prediction = PredictionFile { trainer, salt, labels, classes: posted.terms.classes }.to_bytes()?;
        let committed = Commitment::of(&prediction, &model_cid).word();
        self.send_to_bounty_market(trainer, posted.any_submission(committed)).await?;
        Ok(Submitted { bounty: posted.id, trainer, prediction, model_cid })
    }

    /// Lets the deadline pass and reveals the truth.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn reveal_truth(&self, posted: &Posted) -> Result<()> {
        self.pass_until(posted.terms.deadline).await?;
        self.send_to_bounty_market(posted.requester, calls::reveal_truth(posted.id, &posted.truth)).await.map(drop)
    }

    /// Claims the true score; returns it.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn claim(&self, posted: &Posted, submitted: &Submitted) -> Result<u32> {
        let correct = count_correct(
            &posted.truth[TRUTH_HEADER..],
            &submitted.prediction[PREDICTION_HEADER..],
            posted.terms.test_rows,
            posted.terms.classes,
        )?;
        self.send_to_bounty_market(submitted.trainer, calls::claim(posted.id, correct)).await?;
        Ok(correct)
    }

    /// Lets the claim window pass and reveals.
    ///
    /// # Errors
    /// When the contract refuses.
    pub async fn reveal_prediction(&self, posted: &Posted, submitted: &Submitted) -> Result<()> {
        let window = self.bounty(posted.id).await?.claim_window().context("the truth is revealed")?;
        self.pass_until(window.until).await?;
        let committed = Commitment::of(&submitted.prediction, &submitted.model_cid);
        let model_cid = submitted.model_cid.to_string();
        let data = calls::reveal_prediction(posted.id, &committed, &posted.truth, &submitted.prediction, &model_cid);
        self.send_to_bounty_market(submitted.trainer, data).await.map(drop)
    }
}
