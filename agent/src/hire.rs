//! Having a compute job run on somebody else's machine: the client's side, from the files to the result.
//!
//! | module | what it does |
//! |---|---|
//! | [`checking`] | what is wrong with files and limits, before anything is posted |
//! | [`posting`] | files and limits to a job that stands on chain |
//! | [`kept`], [`ordering`] | what is kept of a job in the client's folder, so that nobody orders and pays the same twice |
//! | [`choosing`] | asking who fits for quotes, the cheapest first, and locking the money for one |
//! | [`running`] | hearing the log, promising pay, claiming what comes back; `judging`: whether the result is right; `disputing`: what is sent to the contract, by `sent` not again and again |
//! | [`clock`] | the time of the chain between two looks |
//! | [`auditing`] | running parts of the job again, or its rest |
//! | [`resuming`] | going on with a job whose program was ended |
//! | [`claiming`] | what comes back of jobs whose program was ended |

mod auditing;
mod checking;
mod choosing;
mod claiming;
mod clock;
mod kept;
mod ordering;
mod posting;
mod resuming;
mod running;
#[cfg(test)]
mod samples;

use std::{path::PathBuf, rc::Rc};

use jobs::typed_data::Of;
use protocol::{Address, Digest, cid::Cid};

use self::clock::ChainClock;
use crate::{
    chain::Chain,
    cli::hire::{JobCommand, JobOptions, Limits, Order},
    failure::Failure,
    files,
    told::Printer,
    work::{settings::Folder, shelf::Shelf, view::View},
};

/// What all steps share.
pub struct Hiring {
    chain: Rc<Chain>,
    view: View,
    me: Address,
    shelf: Shelf,
    /// Where compiled modules are.
    compiled: PathBuf,
    /// Where orders are kept.
    hired: PathBuf,
    /// Providers look into the shelf's folder.
    is_shared: bool,
    /// Secret and key of links.
    link: ([u8; 32], Digest),
    servers: Vec<String>,
    clock: Rc<ChainClock>,
    printer: Printer,
}

impl Hiring {
    async fn open(options: &JobOptions, printer: Printer) -> Result<Self, Failure> {
        let chain = Rc::new(Chain::open(&options.on).await?);
        let folder = Folder::open(&options.folder)?;
        let me = chain.account()?.address();
        let mut view = View::new(chain.clone())?;
        view.refresh().await?;
        let files = options.files.clone().unwrap_or_else(|| folder.files());
        let shelf = Shelf::open(&files, &options.servers, chain.clone())?;
        let servers = options.servers.iter().map(|server| server.trim_end_matches('/').to_owned()).collect();
        let clock = Rc::new(ChainClock::at(view.now()));
        Ok(Self {
            chain,
            view,
            me,
            shelf,
            compiled: folder.compiled(),
            hired: folder.hired(),
            is_shared: options.files.is_some(),
            link: folder.link()?,
            servers,
            clock,
            printer,
        })
    }

    async fn refresh(&mut self) -> Result<(), Failure> {
        self.view.refresh().await?;
        self.clock.set(self.view.now());
        Ok(())
    }

    /// Removes checkpoints from which nobody goes on; not in a folder that is shared, where others may still look for them.
    fn forgets(&self, passed: impl IntoIterator<Item = Cid>) {
        if !self.is_shared {
            passed.into_iter().for_each(|file| self.shelf.forget(file));
        }
    }

    fn of(&self, job: u64) -> Of {
        self.view.of(job)
    }
}

/// `agent job`
pub async fn job(options: &JobOptions, printer: Printer) -> Result<(), Failure> {
    let order = match &options.command {
        JobCommand::Order(order) => order,
        JobCommand::Resume { job, out } => {
            has_server(options)?;
            return resuming::resume(&mut Hiring::open(options, printer).await?, *job, out.as_deref()).await;
        }
        JobCommand::Claim => return claiming::claim(&mut Hiring::open(options, printer).await?).await,
    };
    has_server(options)?;
    let limits = limits(order);
    files::can_be_written(&limits.out)?;
    let mut hiring = Hiring::open(options, printer).await?;
    let (posted, mut kept) = posting::post(&mut hiring, order, limits).await?;
    let chosen = choosing::choose(&mut hiring, &posted, &mut kept).await?;
    running::run(&mut hiring, posted, chosen, kept).await
}

fn has_server(options: &JobOptions) -> Result<(), Failure> {
    if options.servers.is_empty() {
        let missing = "Name a server that has the files of jobs with --server, or by MODELMARKET_SERVER.";
        return Err(Failure::Given(missing.to_string()));
    }
    Ok(())
}

fn limits(order: &Order) -> &Limits {
    match order {
        Order::Train { limits, .. } | Order::Run { limits, .. } => limits,
    }
}
