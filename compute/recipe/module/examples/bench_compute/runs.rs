//! A recipe as a module in wasmtime, counting and not, and by the same crate natively: in turns, the middle one of each.

use std::{
    cell::RefCell,
    fs,
    pin::pin,
    sync::{Arc, LazyLock},
    task::{Context, Waker},
    time::Instant,
};

use compute_engine::{Ended, Limits, Outcome, Run, Wasmtime, Work};
use compute_module::{Instrumented, instrument};
use compute_recipe::{MODULE, Recipe};
use recipe_module::Host;
use serde_json::{Value, json};

use crate::{Failed, plain::plain};

pub const TABLE: &[u8] = include_bytes!("../../../../../public/datasets/breast_cancer.csv");
const LIMITS: Limits = Limits { instructions: u64::MAX, result: 1 << 24, log: 1 << 24 };
const TURNS: usize = 5;

/// The recipe on the table, as this form of the module.
pub fn work(module: &Arc<Instrumented>, recipe: &Recipe) -> Work {
    Work { module: module.clone(), inputs: Arc::new([recipe.to_bytes(), TABLE.to_vec()]), limits: LIMITS }
}

/// Seconds of processor time that this thread has had: what else runs on the machine does not count. Where the system does
/// not say it, seconds since it was asked first.
pub fn spent() -> f64 {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let said = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = said.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok());
    spent.map_or_else(|| BEGIN.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

/// From the first step to the end, on a module that is compiled: seconds.
fn run(engine: &Wasmtime, work: &Work) -> Result<(f64, Outcome), Failed> {
    let begin = spent();
    let outcome = Run::start(engine, work)?.finish()?;
    let seconds = spent() - begin;
    if outcome.ended == Ended::Done { Ok((seconds, outcome)) } else { Err(outcome.ended.sentence().into()) }
}

/// The same crate without a module, compiled for this processor.
struct Native {
    inputs: [Vec<u8>; 2],
    result: RefCell<Vec<u8>>,
    lines: RefCell<Vec<Vec<u8>>>,
}

impl Host for &Native {
    fn read(&self, input: usize, offset: u64, to: &mut [u8]) -> i32 {
        let Some(input) = self.inputs.get(input) else { return -1 };
        let rest = usize::try_from(offset).ok().and_then(|offset| input.get(offset..)).unwrap_or_default();
        let many = rest.len().min(to.len());
        to[..many].copy_from_slice(&rest[..many]);
        // Not more than a piece of the table.
        many as i32
    }

    fn write(&self, bytes: &[u8]) {
        self.result.borrow_mut().extend_from_slice(bytes);
    }

    fn log(&self, line: &[u8]) {
        self.lines.borrow_mut().push(line.to_vec());
    }
}

fn natively(recipe: &Recipe) -> (f64, usize) {
    let begin = spent();
    let host =
        Native { inputs: [recipe.to_bytes(), TABLE.to_vec()], result: RefCell::default(), lines: RefCell::default() };
    let mut job = pin!(recipe_module::run(&host));
    while job.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {}
    let many = host.lines.borrow().len();
    (spent() - begin, many)
}

/// Two lines: counting against not counting, and the module against the crate.
pub fn counted(recipe: &Recipe) -> Result<Vec<Value>, Failed> {
    let instrumented = Arc::new(instrument(MODULE)?);
    // The counters stand still in it, and nothing is gone on with.
    let bare = Instrumented::of(plain(MODULE)?, instrumented.pages, Vec::new());
    let (counting, bare) = (work(&instrumented, recipe), work(&Arc::new(bare), recipe));
    let engine = Wasmtime::new()?;
    let (mut counts, mut plains, mut natives, mut units) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for turn in 0..=TURNS {
        let (seconds, outcome) = run(&engine, &counting)?;
        let (without, same) = run(&engine, &bare)?;
        if (&outcome.result, outcome.head) != (&same.result, same.head) {
            return Err("the module comes to another result without counting".into());
        }
        let (native, lines) = natively(recipe);
        if lines == 0 {
            return Err("the crate logged nothing".into());
        }
        // The first turn compiles and warms.
        if turn > 0 {
            units = outcome.units();
            counts.push(seconds);
            plains.push(without);
            natives.push(native);
        }
    }
    let name = json!(recipe.algorithm);
    let name = name.as_str().unwrap_or_default();
    let line = |what: String, peer: &[f64]| {
        let (ours, other) = (middle(&counts), middle(peer));
        json!({
            "what": what, "rounds": recipe.rounds, "units": units, "ours": ours, "peer": other, "unit": "s of processor time",
            "ratio": ours / other, "all": [counts, peer],
        })
    };
    Ok(vec![
        line(
            format!("metering: the recipe {name} in wasmtime, counting its instructions, against the plain module"),
            &plains,
        ),
        line(
            format!("native_to_plain_rust: the recipe {name} as a module in wasmtime, against the same crate natively"),
            &natives,
        ),
    ])
}

/// One run from nothing: seconds until the module is compiled and started, and until its end.
pub fn once(recipe: &Recipe) -> Result<Value, Failed> {
    let work = work(&Arc::new(instrument(MODULE)?), recipe);
    let begin = Instant::now();
    let run = Run::start(&Wasmtime::new()?, &work)?;
    let started = begin.elapsed().as_secs_f64();
    let outcome = run.finish()?;
    let text = String::from_utf8(recipe.to_bytes())?;
    Ok(json!({
        "started": started, "seconds": begin.elapsed().as_secs_f64(), "hash": outcome.hash(), "units": outcome.units(),
        "recipe": text,
    }))
}

/// The middle one.
pub fn middle(found: &[f64]) -> f64 {
    let mut sorted = found.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
