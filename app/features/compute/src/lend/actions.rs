//! What people do about what they lend. Each asks the rules first, so that a refusal is a sentence before any wallet opens.

use app_core::{
    action::{ActionError, Tools, permit},
    chain::Computing,
    workers::job::Runner,
};
use compute_provider::{
    Lent,
    offering::{self, Measured},
};
use jobs::{JOBS, Move, Offer, calls};
use leptos::prelude::GetUntracked;
use protocol::{Amount, cid::Cid};

use crate::lending::{Device, Lending, Settings, Shelf};

/// What was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    pub lent: Lent,
    /// For a unit.
    pub price: Amount,
    /// That is added.
    pub deposit: Amount,
}

/// Measures this machine; takes some seconds.
///
/// # Errors
/// [`ActionError`] where the browser does not run the benchmark.
pub async fn measure(tools: Tools, device: Device) -> Result<Measured, ActionError> {
    let runner = Runner::default();
    let measured = runner.measure().await;
    runner.end();
    let at = tools.clock.now.get_untracked();
    Ok(Measured { cores: device.cores, memory: device.memory, units_per_second: measured?, at })
}

/// Offers a share of this machine: one signature for the deposit and one transaction. This browser's key is kept before.
///
/// # Errors
/// [`ActionError`]; nothing is locked then.
pub async fn offer(
    tools: Tools,
    lending: Lending,
    computing: &Computing,
    chosen: Chosen,
    measured: Measured,
    says: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let Chosen { lent, price, deposit } = chosen;
    // What the rules refuse is refused before anything is kept or put anywhere.
    let draft = offering::offer(lent, &measured, price, Cid::of_block(b""));
    let now = tools.clock.now.get_untracked();
    computing.decide(account, now, &Move::Offer { amount: deposit, offer: draft })?;
    let known = match lending.settings() {
        Some(known) => known.with(lent, draft, measured.cores, measured.at),
        None => Settings::new(lent, draft, measured.cores, measured.at)?,
    };
    says("Putting what your machine has where clients find it");
    let details = offering::details(lent, &measured, known.key()?).map_err(ActionError::feature)?;
    let cid = Shelf { tools, account }.put(&details.to_bytes()).await?;
    let offer = Offer { details: cid.digest, ..draft };
    let contract = tools.deployment().demand(JOBS)?;
    let permit = if deposit > Amount::ZERO {
        says("Letting the contract take the deposit: your wallet asks for a permit");
        permit::ask(tools, contract, deposit).await?
    } else {
        None
    };
    lending.offers(tools, account, known.with(lent, offer, measured.cores, measured.at)).await?;
    says("Your wallet asks for the transaction");
    let data = calls::offer(deposit, &offer, permit.as_ref());
    tools.transactions.send("Lend this machine", contract, data, None).await?;
    Ok(())
}

/// Measures this machine again, and offers the same share of it at the same price.
///
/// # Errors
/// As [`offer`].
pub async fn measure_again(
    tools: Tools,
    lending: Lending,
    computing: &Computing,
    says: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let Some(known) = lending.settings() else { return Ok(()) };
    says("Measuring this machine, which takes some seconds");
    let measured = measure(tools, Device::here()).await?;
    let chosen = Chosen { lent: known.lent, price: known.offer.price, deposit: Amount::ZERO };
    offer(tools, lending, computing, chosen, measured, says).await
}

/// Something that needs nothing but a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    Pause,
    /// Takes jobs again, as they were offered before.
    Resume(Offer),
    /// With all that runs done, or at once.
    Leave {
        at_once: bool,
    },
    /// Takes the deposit back.
    Offboard,
}

/// Does it, if the rules allow it.
///
/// # Errors
/// [`ActionError`]
pub async fn plain(
    tools: Tools,
    lending: Lending,
    computing: &Computing,
    what: Plain,
    says: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let (title, asked, data) = match what {
        Plain::Leave { at_once } => {
            lending.leaves(Some(at_once)).await?;
            if computing.book.provider(account).is_none_or(|mine| mine.weight == 0) {
                return Ok(());
            }
            // Nobody locks a quote that is still under way.
            ("Pause", Move::Pause, calls::pause())
        }
        Plain::Pause => ("Pause", Move::Pause, calls::pause()),
        Plain::Resume(offer) => {
            lending.leaves(None).await?;
            ("Take jobs again", Move::Offer { amount: Amount::ZERO, offer }, calls::offer(Amount::ZERO, &offer, None))
        }
        Plain::Offboard => ("Take the deposit back", Move::Offboard, calls::offboard()),
    };
    computing.decide(account, tools.clock.now.get_untracked(), &asked)?;
    let contract = tools.deployment().demand(JOBS)?;
    says("Your wallet asks for the transaction");
    tools.transactions.send(title, contract, data, None).await?;
    if what == Plain::Offboard {
        lending.forgets(tools, account).await?;
    }
    Ok(())
}
