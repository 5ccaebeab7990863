use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore as _, SeedableRng as _};

use crate::{Operation, Plan};

/// Of the slots of one kind of step, one in so many is checked and never used.
const CHECKED: usize = 10;

/// Where the helper deals: a slot for each step, and spare ones for each kind of step. Which are spare is drawn when all
/// are dealt, so that who deals wrongly somewhere does not know whether it will be seen.
#[derive(Clone, Debug)]
pub struct Slots {
    plan: Plan,
    steps: u32,
    /// The slots of each kind of step, and how many of them are spare.
    kinds: Vec<(Vec<u32>, usize)>,
}

/// Which slot each step uses, and which are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub(crate) used: Vec<u32>,
    pub(crate) checked: Vec<u32>,
}

impl Slots {
    pub fn of(plan: &Plan) -> Self {
        let mut slots = plan.clone();
        let mut kinds: Vec<(Vec<u32>, usize)> = Vec::new();
        for (step, operation) in plan.steps.iter().enumerate() {
            if !can_be_checked(operation) {
                continue;
            }
            let same = kinds.iter_mut().find(|(slots, _)| plan.steps.get(slots[0] as usize) == Some(operation));
            match same {
                Some((slots, _)) => slots.push(step as u32),
                None => kinds.push((vec![step as u32], 0)),
            }
        }
        for (own, spare) in &mut kinds {
            let operation = &plan.steps[own[0] as usize];
            *spare = own.len().div_ceil(CHECKED - 1);
            for _ in 0..*spare {
                own.push(slots.steps.len() as u32);
                slots.steps.push(operation.clone());
            }
        }
        Self { plan: slots, steps: plan.steps.len() as u32, kinds }
    }

    /// What the helper deals: one step a slot.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The choice that `seed` makes; it must not be known before everything is dealt.
    pub fn choose(&self, seed: [u8; 32]) -> Choice {
        let mut stream = ChaCha20Rng::from_seed(seed);
        let mut used: Vec<u32> = (0..self.steps).collect();
        let mut checked = Vec::new();
        for (slots, spare) in &self.kinds {
            let mut shuffled = slots.clone();
            for last in (1..shuffled.len()).rev() {
                // Of 2^64 numbers a few are left over: no slot is more likely by more than 2^-50.
                shuffled.swap(last, (stream.next_u64() % (last as u64 + 1)) as usize);
            }
            checked.extend(shuffled.drain(..spare));
            let steps = slots.iter().filter(|slot| **slot < self.steps);
            for (step, slot) in steps.zip(shuffled) {
                used[*step as usize] = slot;
            }
        }
        checked.sort_unstable();
        Choice { used, checked }
    }
}

/// What is dealt for a product of two owned matrices cannot be shown: both sides are masks.
fn can_be_checked(operation: &Operation) -> bool {
    operation.is_dealt() && !matches!(operation, Operation::Cross { .. })
}
