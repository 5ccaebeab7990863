//! Programs that watch the chain and play the seats of one account by themselves.
//!
//! | module | what it does |
//! |---|---|
//! | [`watcher`] | looks again and again, does what is to be done, keeps seats playing |
//! | [`party`] | what an account with data, or one that asks for tasks, does by its rules |
//! | [`admitting`] | whether a seat is taken by itself |
//! | [`purposes`] | what grants are for |
//! | [`helper`] | a helper |
//! | [`seating`] | from the chain to the attempt that seats play; whose keys they are |
//! | [`seat`] | one seat at play, and what came of it |
//! | [`afterwards`] | keys of a finished task: demanded, posted, opened |
//! | [`kept`] | what a seat has kept of it |
//! | [`outside`] | the chain and the disk as a run sees them |
//! | [`state`] | what is kept in the folder |

mod admitting;
mod afterwards;
mod helper;
mod kept;
mod outside;
mod party;
mod purposes;
mod seat;
mod seating;
mod state;
mod watcher;

use std::path::Path;

use directory::{DIRECTORY, calls, returns};
use protocol::Amount;
use tasks::Task;

use self::{helper::Helper, party::Party, watcher::Watcher};
use crate::{
    cli::{self, Watching, chain::On},
    failure::Failure,
    told::Printer,
};

/// `agent party` on a chain.
pub async fn party(options: &cli::Party, on: &Watching, printer: Printer) -> Result<(), Failure> {
    let party = Party::read(&options.folder, options.limit)?;
    let watcher = Watcher::open(&on.on(), &options.folder, &on.servers, printer).await?;
    compare_keys(&watcher).await?;
    watcher.watch(party, options.once).await
}

/// Says where no result could be opened: they are sealed to the key with which an account joined the directory.
async fn compare_keys(watcher: &Watcher) -> Result<(), Failure> {
    let own = watcher.keys.public()?.directory;
    let contract = watcher.chain.contract(DIRECTORY)?;
    let found = watcher.chain.call(contract, calls::directory::organisation(watcher.me)).await?;
    // An answer that cannot be read is told where the chain is watched.
    let joined = returns::organisation(&found).ok().flatten().filter(|found| found.joined);
    if joined.is_some_and(|found| found.key != own) {
        let said = "keys.json is not the file with which this account joined the directory, so results that are sealed to it \
                    cannot be opened here. Use that file.";
        watcher.printer.event(0, "keys", said);
    }
    Ok(())
}

/// `agent helper` on a chain.
pub async fn helper(options: &cli::Serve, on: &Watching, printer: Printer) -> Result<(), Failure> {
    let least_per_megabyte = options.least_per_megabyte.unwrap_or(Amount::ZERO);
    let watcher = Watcher::open(&on.on(), &options.folder, &on.servers, printer).await?;
    watcher.watch(Helper { least_per_megabyte, limit: options.limit }, options.once).await
}

/// `agent task deliver`
pub async fn deliver(on: &On, folder: &Path, id: u64, seat: u8, printer: Printer) -> Result<(), Failure> {
    let (watcher, task) = of_folder(on, folder, id, printer).await?;
    afterwards::deliver(&watcher, id, &task, seat).await.map(drop)
}

/// `agent task demand`
pub async fn demand(on: &On, folder: &Path, id: u64, seat: u8, printer: Printer) -> Result<(), Failure> {
    let (watcher, task) = of_folder(on, folder, id, printer).await?;
    let is_here = |mine| watcher.state.has_result(id, task.attempt, mine);
    if task.receiving(watcher.me).is_some_and(is_here) {
        let here = watcher.state.results(id).join("result.json");
        return Err(Failure::Refused(format!(
            "The result of task {id} is here, in {}, so that nothing is demanded. A key that is demanded costs its owner a \
             transaction within a day, or its bond.",
            here.display()
        )));
    }
    if afterwards::demand(&watcher, id, &task, seat).await? {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "Seat {seat} owes this account no key of task {id}, by what this folder has kept of the result. Only a requester that \
         receives the result can demand keys, and only those that all have signed."
    )))
}

async fn of_folder(on: &On, folder: &Path, id: u64, printer: Printer) -> Result<(Watcher, Task), Failure> {
    let mut watcher = Watcher::open(on, folder, &[], printer).await?;
    watcher.view.refresh().await?;
    let task = watcher.view.book.task(id).cloned();
    let task = task.ok_or_else(|| Failure::Given(format!("There is no task {id}. Look at the number again.")))?;
    Ok((watcher, task))
}
