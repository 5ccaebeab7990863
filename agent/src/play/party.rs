//! Folders of tasks, several of which run at once: those of an owner that its rules allow, and those of a helper.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use mpc_run::Spec;
use serde_json::json;

use super::{
    rules::Rules,
    seat::{self, Inputs},
};
use crate::{
    cli::Party,
    failure::Failure,
    files,
    keys::{Keys, Public},
    local::Local,
    told::Printer,
};

/// How often the folder is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// `agent party`
pub async fn run(options: &Party, printer: Printer) -> Result<(), Failure> {
    let folder = &options.folder;
    let rules = Rules::read(folder)?;
    let keys = Keys::read(&folder.join("keys.json"))?;
    let public = keys.public()?;
    let limit = Duration::from_secs(options.limit);
    let play = async |task: PathBuf| one(folder, &rules, &keys, &public, &task, limit, printer).await;
    watch(folder, options.once, printer, play).await
}

/// Plays the tasks of `folder`/tasks, each once, all at the same time. One that fails is no reason for another to.
pub async fn watch(
    folder: &Path,
    once: bool,
    printer: Printer,
    play: impl AsyncFn(PathBuf) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let tasks = folder.join("tasks");
    let mut seen = BTreeSet::new();
    let mut running = FuturesUnordered::new();
    let (mut failed, mut ended) = (0, 0);
    loop {
        for task in files::json_files(&tasks)? {
            if seen.insert(task.clone()) {
                running.push(async { play(task).await });
            }
        }
        if once && running.is_empty() {
            return match failed {
                0 => Ok(()),
                _ => Err(Failure::Failed(format!("{failed} of {ended} tasks did not finish; why stands above."))),
            };
        }
        tokio::select! {
            Some(done) = running.next() => {
                ended += 1;
                if let Err(failure) = done {
                    printer.failure(&failure);
                    failed += 1;
                }
            }
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn one(
    folder: &Path,
    rules: &Rules,
    keys: &Keys,
    public: &Public,
    task: &Path,
    limit: Duration,
    printer: Printer,
) -> Result<(), Failure> {
    let local = Local::read(task)?;
    let Some(seat) = local.seat_of(public) else {
        return Err(Failure::Given(format!("No seat of {} has the keys of this party.", task.display())));
    };
    let owner = Spec::owner_of(seat);
    let named = |failure: Failure| match failure {
        Failure::Refused(sentence) => Failure::Refused(format!("Task {} is refused. {sentence}", local.task)),
        other => other,
    };
    let inputs = match owner {
        None => Inputs::default(),
        Some(owner) => {
            let seats: Vec<_> = local.seats.iter().map(|seat| seat.signer).collect();
            let data = rules.admit(&local.spec, owner, &seats).map_err(named)?;
            let model = match local.spec.named_model() {
                Some(model) => Some(files::read_json(&results(folder, model.task).join("model.json"), "model")?),
                None => None,
            };
            let table = seat::table(&folder.join(&data.file))?;
            Inputs { table: Some(table), kept: model, account: None, least_rows: rules.least_rows }
        }
    };
    let out = results(folder, local.task);
    files::folder(&out)?;
    let ended = out.join(format!("ended-{}.json", local.attempt));
    if ended.exists() {
        printer.event(local.task, "known", "has ended before; its attempt is not run again");
        return Ok(());
    }
    printer.event(local.task, "confirmed", "is allowed by the rules and runs");
    let played = seat::play(&local, seat, keys, &inputs, &out, limit, printer).await.map_err(named);
    let sentence = played.as_ref().map_or_else(ToString::to_string, |_| "Finished.".to_string());
    files::write_json(&ended, &json!({"attempt": local.attempt, "sentence": sentence}), false)?;
    played.map(|_| printer.event(local.task, "finished", "results are in the folder of results"))
}

/// What came of a task.
fn results(folder: &Path, task: u64) -> PathBuf {
    folder.join("results").join(task.to_string())
}
