//! What waits for the account in tasks: who must confirm, start, join, answer, deliver, and until when. Found by the account's
//! own events and asked of the contracts; the server only names tasks that a node may have left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use app_core::{
    chain::{Clock, OwnTask, Reader},
    parts::{Denied, MyParts, Parts, Unread},
    routes, server,
    tasks::{Coming, Task},
};
use app_ui::format;
use leptos::prelude::*;
use protocol::{Address, Amount};
use tasks::{FAMILY, Step, TASKS, api::TaskQuery, own::Found};

/// Rows that the server is asked for at once, its most.
const ROWS: u64 = 100;

/// The tasks that the connected account has a part in, shared through the context.
pub type MyTasks = MyParts<Tasks>;

/// Tasks as something that accounts take part in.
#[derive(Clone, Copy)]
pub struct Tasks {
    clock: Clock,
    /// What was found last.
    found: StoredValue<Found>,
    denied: Denied<u64>,
    unread: Unread<Id>,
}

impl Tasks {
    pub fn new(clock: Clock) -> Self {
        let unread = Unread::none(|id: &Id| match id {
            Id::Task(number) => ("task", number.to_string()),
            Id::Owed(account) => ("the account", account.short()),
        });
        Self { clock, found: StoredValue::new(Found::default()), denied: Denied::none(), unread }
    }
}

/// A task by its number, or what an account is owed beside its parts of tasks; as the family names its subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Id {
    Task(u64),
    Owed(Address),
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Task(id) => id.fmt(f),
            Self::Owed(account) => account.fmt(f),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Task(Box<OwnTask>),
    /// `last`: the newest task of the account, on whose page it collects.
    Owed {
        account: Address,
        amount: Amount,
        last: u64,
    },
}

impl Parts for Tasks {
    const FAMILY: &'static str = FAMILY;
    type Id = Id;
    type Part = Part;

    fn id(part: &Part) -> Id {
        match part {
            Part::Task(task) => Id::Task(task.id()),
            Part::Owed { account, .. } => Id::Owed(*account),
        }
    }

    async fn found(self, reader: Reader, account: Address, thorough: bool) -> Result<BTreeSet<Id>, String> {
        // A deployment of before has no tasks.
        if reader.deployment().contract(TASKS).is_none() {
            return Ok(BTreeSet::new());
        }
        let found = reader.own(account).await.map_err(|error| error.to_string())?;
        let mut ids: BTreeSet<u64> = found.tasks.keys().copied().collect();
        self.found.set_value(found);
        if thorough {
            let mut named = named(account).await;
            self.denied.sift(account, &mut named);
            ids.extend(named);
        }
        let ids: BTreeSet<Id> = ids.into_iter().map(Id::Task).chain([Id::Owed(account)]).collect();
        if thorough {
            self.unread.keep_only(&ids);
        }
        Ok(ids)
    }

    async fn read(
        self,
        reader: Reader,
        account: Address,
        ids: BTreeSet<Id>,
        mut known: BTreeMap<Id, Part>,
        _thorough: bool,
    ) -> Result<Vec<Part>, String> {
        let (now, found) = (self.clock.now.get_untracked(), self.found.get_value());
        let mut parts = Vec::new();
        for id in &ids {
            let read = match id {
                Id::Task(number) => match known.remove(id) {
                    // Of most tasks of most accounts nothing will ever have to be known again.
                    Some(Part::Task(task)) if task.is_over(account, now) => Ok(Some(Part::Task(task))),
                    _ => {
                        let task = reader.own_task(account, *number, found.drafts.get(number)).await;
                        task.map(|task| task.map(|task| Part::Task(Box::new(task))))
                    }
                },
                Id::Owed(account) => {
                    let last = found.tasks.keys().next_back().copied().unwrap_or_default();
                    reader.owed(*account).await.map(|amount| Some(Part::Owed { account: *account, amount, last }))
                }
            };
            // The others have deadlines of their own.
            parts.extend(self.unread.take_down(*id, read).flatten());
        }
        // What could not be read may be there.
        let read = ids.iter().filter(|id| !self.unread.has(id));
        let asked = read.filter_map(|id| if let Id::Task(number) = id { Some(*number) } else { None }).collect();
        self.denied.asked(account, &asked, |id| parts.iter().any(|part| Self::id(part) == Id::Task(*id)));
        self.unread.rest(&ids, parts)
    }

    fn unread(self) -> Option<(BTreeSet<Id>, String)> {
        self.unread.said()
    }

    async fn titles(self, _account: Address) -> Vec<(Id, String)> {
        // Tasks have numbers alone.
        Vec::new()
    }

    fn tasks(part: &Part, account: &Address, now: u64, _title: Option<&str>) -> Vec<Task> {
        match part {
            Part::Task(task) => {
                let asks = task.task().is_some_and(|task| task.requester == *account);
                task.steps(*account, now).iter().filter_map(|step| waits(task.id(), step, asks)).collect()
            }
            Part::Owed { amount: Amount::ZERO, .. } => Vec::new(),
            Part::Owed { amount, last, .. } => vec![Task {
                key: "tasks owed".into(),
                action: "Collect",
                href: routes::task(*last),
                about: "what you are owed beside your seats".into(),
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
            Part::Task(task) => task.changes_at(now),
            Part::Owed { .. } => None,
        }
    }
}

/// Numbers of an account's tasks as the server has them; none while it is away.
async fn named(account: Address) -> BTreeSet<u64> {
    let query = TaskQuery { person: Some(account), limit: Some(ROWS), ..TaskQuery::default() };
    let rows = server::tasks(&query).await.map(|list| list.rows).unwrap_or_default();
    rows.into_iter().map(|row| row.id).collect()
}

/// Whether an account has a part in a task: as requester, on a seat, or as a candidate for helper.
pub fn is_mine(task: &tasks::Task, account: Address) -> bool {
    let helps = task.helper.as_ref().is_some_and(|helper| helper.candidates.iter().any(|one| one.helper == account));
    task.requester == account || helps || task.seats.iter().any(|seat| seat.holder == account)
}

/// `asks`: the account is the requester, who draws and tries again; others may draw too, and need not.
fn waits(id: u64, step: &Step, asks: bool) -> Option<Task> {
    let (key, action, until, otherwise) = match step {
        Step::Confirm { seat, until } => {
            (format!("confirm {seat}"), "Confirm your seat, or say no", Some(*until), "The task expires.".to_owned())
        }
        Step::Start { until } => ("start".into(), "Start the run", Some(*until), "The task expires.".into()),
        Step::Begin { seat, until } => (
            format!("join {seat}"),
            "Join the run",
            Some(*until),
            "The run fails, and counts as a try of every grant.".into(),
        ),
        Step::Respond { seat, until } => {
            (format!("respond {seat}"), "Say that you are there", Some(*until), "Your bond is lost.".into())
        }
        Step::Deliver { seat, until } => {
            (format!("deliver {seat}"), "Post the key of your result", Some(*until), "Bond and fee are lost.".into())
        }
        Step::Retry { until } => {
            ("retry".into(), "Try again, or cancel", Some(*until), "The task expires, and fees come back.".into())
        }
        Step::Serve { until } => {
            ("serve".into(), "Run your helper program", Some(*until), "The next helper is drawn.".into())
        }
        Step::Collect { part, amount } => (
            format!("collect {part}"),
            "Collect",
            None,
            format!("{} wait for you; nothing is lost.", format::mdc(*amount)),
        ),
        Step::DrawHelper { until } if asks => (
            "draw".into(),
            "Draw the helper",
            Some(*until),
            "The task expires; the draw itself is missed after 256 blocks.".into(),
        ),
        Step::AcceptHelpers { .. } | Step::DrawHelper { .. } | Step::Cancel | Step::Expire | Step::Demand { .. } => {
            return None;
        }
    };
    let (href, about) = (routes::task(id), format!("task {id}"));
    Some(Task { key: format!("task {id} {key}"), action, href, about, until, otherwise: otherwise.into() })
}
