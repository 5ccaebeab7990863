//! Joining, pausing, leaving.

use std::rc::Rc;

use compute_provider::{
    Lent,
    choosing::runs,
    offering::{self, Measured},
};
use jobs::{Provider, calls};
use protocol::{Address, Amount};
use serde_json::json;

use super::{
    benchmark,
    settings::{Folder, Settings},
    share::{cores, free_memory},
    shelf::Shelf,
    view::View,
};
use crate::{
    chain::Chain,
    cli::worker::{Onboard, WorkerOptions},
    failure::Failure,
    told::Printer,
};

/// The contract as it is now, for one account.
pub async fn seen(options: &WorkerOptions) -> Result<(View, Address), Failure> {
    let chain = Rc::new(Chain::open(&options.on).await?);
    let me = chain.account()?.address();
    let mut view = View::new(chain)?;
    view.refresh().await?;
    Ok((view, me))
}

/// Files of jobs.
pub fn shelf(options: &WorkerOptions, folder: &Folder, chain: Rc<Chain>) -> Result<Shelf, Failure> {
    Shelf::open(&options.files.clone().unwrap_or_else(|| folder.files()), &options.servers, chain)
}

fn known(view: &View, me: Address) -> Result<&Provider, Failure> {
    view.book.provider(me).ok_or_else(|| {
        Failure::Refused("This account is no provider. Offer this machine first, with `agent worker … onboard`.".into())
    })
}

/// `agent worker … onboard`
pub async fn onboard(options: &WorkerOptions, onboard: &Onboard, printer: Printer) -> Result<(), Failure> {
    let share = Lent::new(onboard.cpu, onboard.memory).map_err(|bad| Failure::Given(bad.to_string()))?;
    if onboard.price == Amount::ZERO {
        return Err(Failure::Given("A unit has a price above zero. Name one with --price, e.g. 0.000001.".into()));
    }
    let folder = Folder::open(&options.folder)?;
    let (view, _) = seen(options).await?;
    let shelf = shelf(options, &folder, view.chain.clone())?;
    let settings = measured(share, onboard.price, view.now(), &folder, &shelf, printer).await?;
    let permit = view.chain.permit(view.contract, onboard.deposit).await?;
    let call = calls::offer(onboard.deposit, &settings.offer, permit.as_ref());
    view.chain.send(view.contract, call).await?;
    folder.left();
    folder.keep(&settings)?;
    printer.say(&json!({
        "offered": settings.offer, "cpu": share.cpu, "memory": share.memory, "cores": cores(), "places": share.places(cores()),
        "deposited": onboard.deposit,
    }));
    Ok(())
}

/// Measures this machine, and puts the details where others find them: what can be offered.
pub async fn measured(
    share: Lent,
    price: Amount,
    now: u64,
    folder: &Folder,
    shelf: &Shelf,
    printer: Printer,
) -> Result<Settings, Failure> {
    let compiled = folder.compiled();
    let speed = tokio::task::spawn_blocking(move || benchmark::measure(&benchmark::engine(&compiled)?)).await;
    let speed = speed.map_err(|_| Failure::Failed("The measurement broke off. Start it again.".into()))??;
    let measured = Measured { cores: cores(), memory: free_memory(), units_per_second: speed, at: now };
    let details = offering::details(share, &measured, folder.link()?.1);
    let details = details.map_err(|error| Failure::Failed(format!("The pinned module has no identifier: {error}")))?;
    let (cid, refused) = shelf.put(&details.to_bytes()).await?;
    if let Some(refused) = refused {
        printer.event(0, "waits", &format!("The details are kept here alone. {refused}"));
    }
    Ok(Settings { share, offer: offering::offer(share, &measured, price, cid), measured_at: now })
}

/// `agent worker … pause`
pub async fn pause(options: &WorkerOptions, printer: Printer) -> Result<(), Failure> {
    let (view, me) = seen(options).await?;
    // Where it pauses already, nothing is to be sent.
    if known(&view, me)?.weight > 0 {
        view.chain.send(view.contract, calls::pause()).await?;
    }
    printer.say(&json!({"provider": me, "paused": true}));
    Ok(())
}

/// `agent worker … resume`
pub async fn resume(options: &WorkerOptions, printer: Printer) -> Result<(), Failure> {
    let settings = Folder::open(&options.folder)?.settings()?;
    let (view, me) = seen(options).await?;
    known(&view, me)?;
    view.chain.send(view.contract, calls::offer(Amount::ZERO, &settings.offer, None)).await?;
    printer.say(&json!({"provider": me, "paused": false}));
    Ok(())
}

/// `agent worker … offboard`
pub async fn offboard(options: &WorkerOptions, now: bool, printer: Printer) -> Result<(), Failure> {
    let folder = Folder::open(&options.folder)?;
    let (view, me) = seen(options).await?;
    known(&view, me)?;
    folder.leave(now)?;
    let open = view.jobs().filter(|(_, job)| runs(job, me) && !job.state.is_final()).count();
    if view.book.provider(me).is_some_and(|provider| provider.weight > 0) {
        // Nobody locks a quote that is still under way.
        view.chain.send(view.contract, calls::pause()).await?;
    }
    let Some(_lock) = folder.try_lock()? else {
        printer.say(&json!({"provider": me, "leaves": true, "by": "the program that runs jobs", "jobs": open}));
        return Ok(());
    };
    if open > 0 {
        printer.say(&json!({"provider": me, "leaves": true, "by": "agent worker run", "jobs": open}));
        return Ok(());
    }
    leave(&view, &folder, me).await?;
    printer.say(&json!({"provider": me, "left": true}));
    Ok(())
}

/// Takes the deposit back.
pub async fn leave(view: &View, folder: &Folder, me: Address) -> Result<(), Failure> {
    if view.book.provider(me).is_some() {
        view.chain.send(view.contract, calls::offboard()).await?;
    }
    folder.left();
    Ok(())
}
