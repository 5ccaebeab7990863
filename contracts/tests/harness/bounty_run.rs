//! One bounty and the files of those who take part: everything up to the moment that a test is about, in a line.

use std::collections::HashMap;

use bounty::{Commitment, Event, Phase, PostNumber, SubmissionState, Terms, calls};
use protocol::{
    Address, Amount, Digest,
    commitment::{PredictionFile, TruthFile, superhash},
};

use super::{Failure, Receipt, World};

pub const REQUESTER: Address = Address([0xaa; 20]);
/// Who has no part in it.
pub const STRANGER: Address = Address([0xbb; 20]);

pub const TRAIN_CID: &str = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi";
pub const TEST_CID: &str = "bafybeif7ztnhq65lumvvtr4ekcwd2ifwgm3awq4zfr3srh462rwyinlb4y";
pub const METADATA_CID: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

/// What a bounty is about; change what a test needs.
#[derive(Debug, Clone)]
pub struct BountyOffer {
    pub reward: Amount,
    pub stake: Amount,
    /// Seconds until the deadline.
    pub duration: u64,
    pub window: u32,
    pub rows: u32,
    pub classes: u16,
    pub min_correct: u32,
    /// Makes another ground-truth file of the same labels: a requester uses one once.
    pub salt: u64,
}

impl Default for BountyOffer {
    fn default() -> Self {
        Self {
            reward: Amount::mdc(100),
            stake: Amount::mdc(10),
            duration: 3_600,
            window: 900,
            rows: 100,
            classes: 10,
            min_correct: 0,
            salt: 0,
        }
    }
}

impl BountyOffer {
    pub fn truth(&self) -> Vec<u8> {
        let labels = (0..self.rows).map(|row| label(row, self.classes)).collect();
        let mut salt = [0x5a; 32];
        salt[24..].copy_from_slice(&self.salt.to_be_bytes());
        TruthFile { salt, labels, classes: self.classes }.to_bytes().unwrap()
    }

    /// A prediction file with the first `correct` labels right and the others wrong.
    pub fn prediction(&self, trainer: Address, correct: u32) -> Vec<u8> {
        let wrong = |row| ((u16::from(label(row, self.classes)) + 1) % self.classes) as u8;
        let labels =
            (0..self.rows).map(|row| if row < correct { label(row, self.classes) } else { wrong(row) }).collect();
        PredictionFile { trainer, salt: [0xa5; 32], labels, classes: self.classes }.to_bytes().unwrap()
    }

    pub fn terms(&self, now: u64) -> Terms {
        Terms {
            reward: self.reward,
            stake: self.stake,
            deadline: now + self.duration,
            window: self.window,
            test_rows: self.rows,
            classes: self.classes,
            min_correct: self.min_correct,
            truth_superhash: superhash(&self.truth()),
            post_number: PostNumber(self.salt.to_be_bytes()),
        }
    }
}

fn label(row: u32, classes: u16) -> u8 {
    ((row * 7 + row / 13) % u32::from(classes)) as u8
}

/// CID of a trainer's model, as a text.
pub fn model_cid(trainer: Address) -> String {
    protocol::cid::Cid::of_block(&trainer.0).to_string()
}

pub struct BountyRun {
    pub world: World,
    pub offer: BountyOffer,
    pub id: u64,
    files: HashMap<Address, Vec<u8>>,
}

impl BountyRun {
    /// A bounty that is open.
    pub fn open(offer: BountyOffer) -> Self {
        Self::open_in(World::new(), offer)
    }

    /// As [`Self::open`], in a world that may have seen other bounties: the truth is one that was not used before.
    pub fn open_in(mut world: World, offer: BountyOffer) -> Self {
        let offer = BountyOffer { salt: world.history.len() as u64, ..offer };
        world.fund(REQUESTER, offer.reward);
        let terms = offer.terms(world.chain.now());
        world.send(REQUESTER, calls::create(&terms, TRAIN_CID, TEST_CID, METADATA_CID, None)).unwrap();
        let Some(created) = world.history.last().filter(|l| matches!(l.event, Event::Created { .. })) else {
            panic!("no bounty was created")
        };
        let id = created.subject;
        Self { world, offer, id, files: HashMap::new() }
    }

    /// As [`Self::open`], with a submission of trainers 0, 1, 2, … by their numbers of correct labels.
    pub fn with_submissions(offer: BountyOffer, correct: &[u32]) -> Self {
        let mut run = Self::open(offer);
        for (n, correct) in correct.iter().enumerate() {
            run.submit(super::trainer(n as u32), *correct);
        }
        run
    }

    /// As [`Self::with_submissions`], with the truth revealed.
    pub fn claiming(offer: BountyOffer, correct: &[u32]) -> Self {
        let mut run = Self::with_submissions(offer, correct);
        run.after_deadline();
        run.reveal_truth().unwrap();
        run
    }

    /// As [`Self::claiming`], with each claim as given, and the reveal window begun.
    pub fn revealing(offer: BountyOffer, correct_and_claim: &[(u32, u32)]) -> Self {
        let correct: Vec<u32> = correct_and_claim.iter().map(|(correct, _)| *correct).collect();
        let mut run = Self::claiming(offer, &correct);
        for (n, (_, claim)) in correct_and_claim.iter().enumerate() {
            run.claim(super::trainer(n as u32), *claim).unwrap();
        }
        run.next_window();
        run
    }

    pub fn send(&mut self, from: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.world.send(from, data)
    }

    /// Funds a trainer, who commits to a file with this many correct labels.
    pub fn submit(&mut self, trainer: Address, correct: u32) {
        self.world.fund(trainer, self.offer.stake);
        self.submit_as(trainer, correct).unwrap();
    }

    pub fn submit_as(&mut self, trainer: Address, correct: u32) -> Result<Receipt, Failure> {
        let file = self.offer.prediction(trainer, correct);
        let committed = commitment(trainer, &file);
        let data = calls::submit(self.id, superhash(&self.offer.truth()), committed.word(), None);
        self.files.insert(trainer, file);
        self.send(trainer, data)
    }

    /// Commits to a file with this many correct labels instead.
    pub fn replace(&mut self, trainer: Address, correct: u32) -> Result<Receipt, Failure> {
        let file = self.offer.prediction(trainer, correct);
        let data = calls::replace(self.id, commitment(trainer, &file).word());
        let receipt = self.send(trainer, data)?;
        self.files.insert(trainer, file);
        Ok(receipt)
    }

    /// Ends the open bounty, whoever has submitted.
    pub fn cancel(&mut self) -> Result<Receipt, Failure> {
        self.send(REQUESTER, calls::cancel(self.id, u32::MAX))
    }

    /// A submission of anything at all to this bounty.
    pub fn any_submission(&self) -> Vec<u8> {
        calls::submit(self.id, superhash(&self.offer.truth()), Digest([1; 32]), None)
    }

    pub fn after_deadline(&mut self) {
        let deadline = self.bounty().terms.deadline;
        self.world.chain.set_time(deadline);
    }

    /// One window further.
    pub fn next_window(&mut self) {
        self.world.chain.wait(u64::from(self.offer.window));
    }

    pub fn reveal_truth(&mut self) -> Result<Receipt, Failure> {
        let data = calls::reveal_truth(self.id, &self.offer.truth());
        self.send(REQUESTER, data)
    }

    pub fn claim(&mut self, trainer: Address, correct: u32) -> Result<Receipt, Failure> {
        self.send(trainer, calls::claim(self.id, correct))
    }

    /// Reveals what was submitted.
    pub fn reveal(&mut self, trainer: Address) -> Result<Receipt, Failure> {
        let data = self.reveal_data(trainer);
        self.send(trainer, data)
    }

    pub fn reveal_data(&self, trainer: Address) -> Vec<u8> {
        let file = self.files.get(&trainer).cloned().unwrap_or_default();
        let committed = commitment(trainer, &file);
        calls::reveal_prediction(self.id, &committed, &self.offer.truth(), &file, &model_cid(trainer))
    }

    pub fn settle(&mut self) -> Result<Receipt, Failure> {
        self.send(STRANGER, calls::settle(self.id))
    }

    pub fn collect(&mut self, trainer: Address) -> Result<Receipt, Failure> {
        self.send(STRANGER, calls::collect(self.id, trainer))
    }

    pub fn bounty(&mut self) -> bounty::returns::ChainBounty {
        self.world.bounty(self.id)
    }

    pub fn phase(&mut self) -> Phase {
        self.bounty().phase
    }

    pub fn state(&mut self, trainer: Address) -> Option<SubmissionState> {
        self.world.submission(self.id, trainer).map(|s| s.state)
    }

    pub fn balance(&mut self, account: Address) -> Amount {
        self.world.balance(account)
    }

    /// What the last transaction emitted first.
    pub fn last_event(&self) -> Event {
        self.world.history.last().expect("something was emitted").event.clone()
    }
}

pub fn model_commitment(trainer: Address) -> Digest {
    Digest::of(model_cid(trainer).as_bytes())
}

/// What a trainer commits to who submits this file.
pub fn commitment(trainer: Address, file: &[u8]) -> Commitment {
    Commitment { prediction_superhash: superhash(file), model_superhash: model_commitment(trainer) }
}
