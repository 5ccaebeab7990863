//! What waits for the account in jobs: a result to accept or challenge, money to collect, and until when. Found by the account's
//! own events; whoever has no part in any job costs two questions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use app_core::{
    chain::{OwnJob, Reader},
    parts::{MyParts, Parts},
    routes,
    tasks::{Coming, Task},
};
use app_ui::format;
use jobs::{FAMILY, JOBS, Job, State, Step};
use protocol::{Address, Amount};

/// The jobs that the connected account has a part in, shared through the context.
pub type MyJobs = MyParts<Jobs>;

/// Jobs as something that accounts take part in.
#[derive(Clone, Copy)]
pub struct Jobs;

/// A job by its number, or what an account is owed beside its parts of jobs; as the family names its subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    Job(u64),
    Owed(Address),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Job(id) => id.fmt(f),
            Self::Owed(account) => account.fmt(f),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Job(OwnJob),
    /// `last`: the newest job of the account, on whose page it collects.
    Owed {
        account: Address,
        amount: Amount,
        last: u64,
    },
}

impl Parts for Jobs {
    const FAMILY: &'static str = FAMILY;
    type Id = Id;
    type Part = Part;

    fn id(part: &Part) -> Id {
        match part {
            Part::Job(job) => Id::Job(job.id()),
            Part::Owed { account, .. } => Id::Owed(*account),
        }
    }

    async fn found(self, reader: Reader, account: Address, _thorough: bool) -> Result<BTreeSet<Id>, String> {
        // A deployment of before has no jobs.
        if reader.deployment().contract(JOBS).is_none() {
            return Ok(BTreeSet::new());
        }
        let (jobs, _) = reader.own_jobs(account).await.map_err(|error| error.to_string())?;
        let owed = (!jobs.is_empty()).then_some(Id::Owed(account));
        Ok(jobs.iter().map(|job| Id::Job(job.id())).chain(owed).collect())
    }

    async fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<Id>,
        _known: BTreeMap<Id, Part>,
        _thorough: bool,
    ) -> Result<Vec<Part>, String> {
        let (jobs, owed) = reader.own_jobs(account).await.map_err(|error| error.to_string())?;
        let last = jobs.last().map_or(0, OwnJob::id);
        let parts = jobs.into_iter().map(Part::Job).chain([Part::Owed { account, amount: owed, last }]);
        Ok(parts.filter(|part| ids.contains(&Self::id(part))).collect())
    }

    async fn titles(self, _account: Address) -> Vec<(Id, String)> {
        // Jobs have numbers alone.
        Vec::new()
    }

    fn tasks(part: &Part, account: &Address, now: u64, _title: Option<&str>) -> Vec<Task> {
        match part {
            Part::Job(own) => {
                let Some(job) = own.job() else { return Vec::new() };
                own.steps(*account, now).iter().filter_map(|step| waits(own.id(), job, step, *account)).collect()
            }
            Part::Owed { amount: Amount::ZERO, .. } => Vec::new(),
            Part::Owed { amount, last, .. } => vec![Task {
                key: "jobs owed".into(),
                action: "Collect",
                href: routes::job(*last),
                about: "what you are owed beside your jobs".into(),
                until: None,
                otherwise: format!("{} wait for you; nothing is lost.", format::mdc(*amount)).into(),
            }],
        }
    }

    fn coming(_part: &Part, _account: &Address, _now: u64, _title: Option<&str>) -> Vec<Coming> {
        Vec::new()
    }

    fn changes_at(part: &Part, _account: &Address, now: u64) -> Option<u64> {
        match part {
            Part::Job(job) => job.changes_at(now),
            Part::Owed { .. } => None,
        }
    }
}

/// What waits for an account. What anybody may do waits for nobody, unless it has money in it.
fn waits(id: u64, job: &Job, step: &Step, account: Address) -> Option<Task> {
    let is_client = account == job.client;
    let is_provider = job.run.as_ref().is_some_and(|run| run.provider == account);
    let (key, action, until, otherwise) = match step {
        Step::Accept => {
            let until = job.expires_at();
            (
                "accept",
                "Accept the result, or challenge it",
                until,
                "The result counts as right, and is paid.".to_owned(),
            )
        }
        Step::Start { until } => {
            ("start", "Let your machine start it", Some(*until), "The money goes back to the client.".into())
        }
        Step::Submit { until } => {
            ("submit", "Let your machine finish it", Some(*until), "You are paid by the last voucher alone.".into())
        }
        Step::Commit { until, .. } => {
            ("commit", "Let your machine judge it", Some(*until), "You lose a part of your deposit.".into())
        }
        Step::Reveal { until, .. } => {
            ("reveal", "Let your machine reveal its answer", Some(*until), "You lose a part of your deposit.".into())
        }
        Step::Show { until } => {
            ("show", "Let your machine show its result", Some(*until), "You lose your stake.".into())
        }
        Step::Claim { amount } => {
            ("claim", "Collect", None, format!("{} wait for you; nothing is lost.", format::mdc(*amount)))
        }
        Step::Expire if (is_client || is_provider) && job.state != State::Posted => {
            ("expire", "Close it", None, "Your money stays where it is until somebody does.".into())
        }
        Step::Conclude if job.parties().contains(&account) => {
            ("conclude", "Close the dispute", None, "Your money stays where it is until somebody does.".into())
        }
        Step::Draw { until } if is_client || is_provider => {
            ("draw", "Draw the jurors", Some(*until), "The dispute ends undecided, and the last voucher counts.".into())
        }
        _ => return None,
    };
    let (href, about) = (routes::job(id), format!("job {id}"));
    Some(Task { key: format!("job {id} {key}"), action, href, about, until, otherwise: otherwise.into() })
}
