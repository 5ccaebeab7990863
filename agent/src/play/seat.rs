//! Plays one seat of a task, and writes what came of it.

use std::{path::Path, rc::Rc, sync::Arc, time::Duration};

use link::{
    Links, Own, SeatNumber, transport,
    transport::native::{Time, connector},
};
use mpc::{
    Seat,
    draw::{Registry, Seed, SeenSeeds},
};
use mpc_run::{
    Alone, Attempt, Brings, Ended, Finished, Kept, Keys as Signing, Mail, PIECE, Report, RunError, Seated, Spec, Table,
    help, own, preflight, receive,
};
use protocol::relay::Room;
use serde_json::json;

use super::connecting::Telling;
use crate::{
    chain::Account,
    cli::{Check, Run},
    failure::Failure,
    files,
    keys::{Keys, random},
    local::Local,
    told::Printer,
};

/// What a seat brings beside its keys.
#[derive(Default)]
pub struct Inputs {
    pub table: Option<Table>,
    pub kept: Option<Kept>,
    /// Signs what a helper deals, instead of its keys.
    pub account: Option<Account>,
    pub least_rows: u32,
}

/// Seeds that a helper has had; kept in a file.
pub const SEEN: &str = "seen.json";

pub fn table(file: &Path) -> Result<Table, Failure> {
    let text = files::read(file)?;
    Table::read(&text).map_err(|error| Failure::Given(format!("{}: {error}", file.display())))
}

/// `agent check`
pub fn check(options: &Check, printer: Printer) -> Result<(), Failure> {
    let bytes = files::read(&options.task)?;
    let spec = match serde_json::from_slice::<Local>(&bytes) {
        Ok(local) => local.spec,
        Err(_) => Spec::parse(&bytes).map_err(RunError::from)?,
    };
    let Some(owner) = Spec::owner_of(options.seat) else {
        return Err(Failure::Given(format!("Seat {} has no data. The owners have the seats 0 and 1.", options.seat)));
    };
    let table = table(&options.data)?;
    table.notes().iter().for_each(|note| printer.note(&note.to_string()));
    report(preflight(&spec, owner, &table), printer)
}

fn report(report: Report, printer: Printer) -> Result<(), Failure> {
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    printer.say(&json!({"rows": report.rows, "fit": report.is_fit(), "findings": findings}));
    if report.is_fit() { Ok(()) } else { Err(Failure::Refused(findings.join("\n"))) }
}

/// `agent run`
pub async fn run(options: &Run, printer: Printer) -> Result<(), Failure> {
    let local = Local::read(&options.task)?;
    let keys = Keys::read(&options.keys)?;
    let public = keys.public()?;
    let seat = local.seat_of(&public).ok_or_else(|| {
        Failure::Given("No seat of this task has these keys. Compare them with `agent key show`.".to_string())
    })?;
    let inputs = Inputs {
        table: options.data.as_deref().map(table).transpose()?,
        kept: options.model.as_deref().map(|file| files::read_json(file, "model of a training")).transpose()?,
        account: options.account.as_deref().map(Account::read).transpose()?,
        least_rows: options.least_rows,
    };
    files::folder(&options.out)?;
    let limit = Duration::from_secs(options.limit);
    let ended = play(&local, seat, &keys, &inputs, &options.out, limit, printer).await?;
    printer.say(&ended);
    Ok(())
}

/// Plays a seat to its end and writes into `out` what came of it; answers what may be printed of it.
pub async fn play(
    local: &Local,
    seat: SeatNumber,
    keys: &Keys,
    inputs: &Inputs,
    out: &Path,
    limit: Duration,
    printer: Printer,
) -> Result<serde_json::Value, Failure> {
    let attempt = local.attempt()?;
    let playing = seated(local, &attempt, seat, keys, inputs, out, printer);
    let ended = tokio::time::timeout(limit, playing).await.map_err(|_| {
        Failure::Failed(format!(
            "Task {} did not end within {} s, so it was given up here. See who was not there, and start it again.",
            local.task,
            limit.as_secs()
        ))
    })??;
    let Some(ended) = ended else { return Ok(json!({"task": local.task, "seat": seat, "dealt": true})) };
    match ended {
        Ended::Answered { sentence, .. } => Err(Failure::Answered(sentence)),
        Ended::Finished(finished) => {
            let (task, attempt, table) = (local.task, local.attempt, inputs.table.as_ref());
            write(&Came { spec: &local.spec, task, attempt, seat, table }, &finished, out)
        }
    }
}

async fn seated(
    local: &Local,
    attempt: &Attempt,
    seat: SeatNumber,
    keys: &Keys,
    inputs: &Inputs,
    out: &Path,
    printer: Printer,
) -> Result<Option<Ended>, Failure> {
    let clock = Rc::new(Time::default());
    let peers = attempt.spec.peers(seat);
    let room = Room::Task { task: local.task, attempt: local.attempt };
    let address = transport::address(&local.relay, room, seat);
    let own_key = Own { seat, secret: keys.link().into(), confirmation: Vec::new() };
    let connect = connector(address, "local".to_string());
    let connect = Box::new(Telling::new(connect, &local.relay, local.task, printer));
    let links = Links::new(attempt.terms.clone(), Arc::new(own_key), &peers, PIECE, random()?, connect, clock.clone())
        .map_err(RunError::from)?;
    let mail = Mail::new(links, &peers, clock);
    let mut draw = || random().map_err(|_| RunError::NoRandomBytes);
    let mut observe = |stage| printer.stage(local.task, stage);
    let seated = Seated { attempt, seat, mail, random: &mut draw, observe: &mut observe, outside: &Alone };
    if attempt.spec.helper() == Some(seat) {
        // Written before the seed is used; tasks that run at once take turns here.
        let file = out.join(SEEN);
        let session = inputs.account.as_ref().map_or_else(|| keys.session(), Account::session)?;
        help(seated, &session, &mut |seed| note(&file, seed)).await?;
        return Ok(None);
    }
    let session = keys.session()?;
    let signing = Signing { session: &session, directory: keys.directory() };
    if Spec::owner_of(seat).is_none() {
        return Ok(Some(receive(seated, signing).await?));
    }
    let table = inputs
        .table
        .as_ref()
        .ok_or_else(|| Failure::Given("An owner needs its table. Name the CSV with --data.".to_string()))?;
    let registry = &mut Registry::default();
    let brings = Brings { table, kept: inputs.kept.as_ref(), least_rows: inputs.least_rows, registry };
    Ok(Some(own(seated, signing, brings).await?))
}

/// Whose result it is.
pub struct Came<'a> {
    pub spec: &'a Spec,
    pub task: u64,
    pub attempt: u16,
    pub seat: SeatNumber,
    pub table: Option<&'a Table>,
}

/// Writes model.json, predictions.csv and common.csv, where there are such, and last of all result.json: whoever sees it has
/// everything.
pub fn write(came: &Came<'_>, finished: &Finished, out: &Path) -> Result<serde_json::Value, Failure> {
    files::folder(out)?;
    let signatures: Vec<String> =
        finished.signatures.iter().map(|signature| format!("0x{}", hex::encode(signature))).collect();
    let result = json!({
        "task": came.task,
        "attempt": came.attempt,
        "seat": came.seat,
        "rows": finished.rows,
        "told": finished.told,
        "outcome": finished.outcome,
        "signatures": signatures,
        "traffic": finished.traffic,
    });
    if let Some(kept) = &finished.kept {
        files::write_json(&out.join("model.json"), kept, true)?;
    }
    if let Some(csv) = mpc_task::files::predictions(&finished.told) {
        files::write(&out.join("predictions.csv"), &csv, true)?;
    }
    if let Some(rows) = &finished.common {
        let owner = Spec::owner_of(came.seat).unwrap_or(Seat::First);
        // Where the table is not at hand any more, rows have numbers alone.
        let cells = came.table.zip(came.spec.key_of(owner)).and_then(|(table, key)| table.cells(key).ok());
        let cells = cells.unwrap_or_default();
        files::write(&out.join("common.csv"), &mpc_task::files::common(rows, cells), true)?;
    }
    files::write_json(&out.join("result.json"), &result, true)?;
    Ok(result)
}

/// Notes a seed before it is used.
pub fn note(file: &Path, seed: &Seed) -> Result<(), RunError> {
    let not_kept = |failure: Failure| RunError::NotKept { why: failure.to_string() };
    let mut seen: SeenSeeds =
        if file.exists() { files::read_json(file, "list of seeds").map_err(not_kept)? } else { SeenSeeds::default() };
    seen.note(seed)?;
    files::write_json(file, &seen, false).map_err(not_kept)
}
