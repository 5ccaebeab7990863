//! The helper: deals random numbers and hears nothing but seeds.

use mpc::{
    MpcError, Slots,
    draw::{Seed, Seeded},
};
use mpc_learn::LearnError;

use super::{
    Seated, WRONGLY_DEALT, closing, dealing, ending, opening,
    progress::{self, Progress, Taken},
};
use crate::{
    error::RunError,
    mail::{Subject, Wire},
    results::SessionKey,
    stage::{Stage, Step},
};

/// How much was dealt.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dealt {
    pub bytes: u64,
    pub steps: usize,
    /// What both owners have signed that they have taken, in each round: keep it.
    pub signed: Vec<Taken>,
}

/// Notes a seed before it is used, for as long as the helper exists, or refuses one that was there before; see
/// [`mpc::draw::SeenSeeds`].
pub type Note<'a> = &'a mut dyn FnMut(&Seed) -> Result<(), RunError>;

/// Plays the helper's seat. `session` signs what it deals: its key of the seat's account.
///
/// # Errors
/// [`RunError`]; the others are told.
pub async fn help(mut seated: Seated<'_>, session: &SessionKey, note: Note<'_>) -> Result<Dealt, RunError> {
    let dealt = deal(&mut seated, session, note).await;
    ending(&mut seated.mail, dealt).await
}

async fn deal(seated: &mut Seated<'_>, session: &SessionKey, note: Note<'_>) -> Result<Dealt, RunError> {
    seated.attempt.check()?;
    (seated.observe)(Stage::Connecting);
    let mut dealt = Dealt::default();
    loop {
        match one_round(seated, session, note, &mut dealt).await {
            Ok(()) => return Ok(dealt),
            Err(error) if error.is_anew() => {}
            Err(error) => return Err(error),
        }
    }
}

async fn one_round(
    seated: &mut Seated<'_>,
    session: &SessionKey,
    note: Note<'_>,
    dealt: &mut Dealt,
) -> Result<(), RunError> {
    let step = progress::gather(seated, &mut Progress::default()).await?;
    if step == Step::Signed {
        seated.mail.part().await?;
        (seated.observe)(Stage::Finished);
        return Ok(());
    }
    let Ok(heard) = opening::hear_both(seated).await? else {
        // The owners sign that nothing can be computed on their rows. Nothing was dealt.
        seated.mail.part().await?;
        (seated.observe)(Stage::Finished);
        return Ok(());
    };
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
    let slots = Slots::of(&plan);
    let (steps, rounds) = (plan.steps.len(), plan.rounds);
    (seated.observe)(Stage::Computing { steps, rounds });
    let mut wire = Wire::new(&mut seated.mail, seated.seat);
    let [first, second] = &draws;
    let epoch = heard.opening.epoch;
    let signed = dealing::deal(&mut wire, seated.attempt, session, &slots, [first, second], epoch).await?;
    dealt.bytes += slots.plan().dealt_bytes();
    dealt.steps += steps;
    dealt.signed.push(signed);
    closing::heads(seated).await?;
    // Owners that say nothing of it were content.
    let is_blamed = [0, 1].map(|seat| seated.mail.came(seat, Subject::Answer) == Some(vec![WRONGLY_DEALT]));
    seated.mail.part().await?;
    if is_blamed == [true; 2] {
        return Err(RunError::DealtWrongly);
    }
    (seated.observe)(Stage::Finished);
    Ok(())
}
