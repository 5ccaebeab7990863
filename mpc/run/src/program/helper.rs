//! The helper: deals random numbers and hears nothing but seeds.

use mpc::{
    Dealer, MpcError,
    draw::{Seed, Seeded},
};
use mpc_learn::LearnError;

use super::{
    Seated, Stage, closing, ending, opening,
    progress::{self, Progress, Step},
};
use crate::{
    error::RunError,
    mail::{Subject, Wire},
};

/// How much was dealt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Dealt {
    pub bytes: u64,
    pub steps: usize,
}

/// Notes a seed before it is used, for as long as the helper exists, or refuses one that was there before; see
/// [`mpc::draw::SeenSeeds`].
pub type Note<'a> = &'a mut dyn FnMut(&Seed) -> Result<(), RunError>;

/// Plays the helper's seat.
///
/// # Errors
/// [`RunError`]; the others are told.
pub async fn help(mut seated: Seated<'_>, note: Note<'_>) -> Result<Dealt, RunError> {
    let dealt = deal(&mut seated, note).await;
    ending(&mut seated.mail, dealt).await
}

async fn deal(seated: &mut Seated<'_>, note: Note<'_>) -> Result<Dealt, RunError> {
    seated.attempt.check()?;
    (seated.observe)(Stage::Connecting);
    let mut dealt = Dealt { bytes: 0, steps: 0 };
    loop {
        match one_round(seated, note, &mut dealt).await {
            Ok(()) => return Ok(dealt),
            Err(error) if error.is_anew() => {}
            Err(error) => return Err(error),
        }
    }
}

async fn one_round(seated: &mut Seated<'_>, note: Note<'_>, dealt: &mut Dealt) -> Result<(), RunError> {
    let step = progress::gather(seated, &mut Progress::default()).await?;
    if step == Step::Signed {
        seated.mail.part().await?;
        (seated.observe)(Stage::Finished);
        return Ok(());
    }
    let heard = opening::hear_both(seated).await?;
    let run = seated.attempt.run(heard.opening.epoch);
    let mut draws = Vec::with_capacity(2);
    for seat in [0, 1] {
        let seed = seated.mail.receive(seat, Subject::Opening).await?;
        let seed = Seed::received(&seed).ok_or(RunError::Unreadable { seat, what: "a seed" })?;
        note(&seed).map_err(|error| match error {
            RunError::Learn(LearnError::Run(MpcError::SeedSeen)) => RunError::SeedSeen { seat },
            other => other,
        })?;
        draws.push(Seeded::new(&seed, &run));
    }
    let draws: [Seeded; 2] = draws.try_into().map_err(|_| RunError::Unreadable { seat: 0, what: "a seed" })?;
    let plan = heard.computed.plan_from(step)?;
    let (steps, rounds) = (plan.steps.len(), plan.rounds);
    (seated.observe)(Stage::Computing { steps, rounds });
    let mut wire = Wire::new(&mut seated.mail, seated.seat);
    let served = Dealer::<u128, _>::new(&plan, draws).serve(&mut wire).await;
    wire.ending(served)?;
    *dealt = Dealt { bytes: dealt.bytes + plan.dealt_bytes(), steps: dealt.steps + steps };
    closing::heads(seated).await?;
    seated.mail.part().await?;
    (seated.observe)(Stage::Finished);
    Ok(())
}
