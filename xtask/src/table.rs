//! What each part took, as a table at the end.

use std::{
    cell::Cell,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

struct Line {
    depth: usize,
    what: String,
    took: Took,
}

enum Took {
    Unfinished,
    Done(Duration),
    Failed(Duration),
    /// It is a note.
    Nothing,
}

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

fn lines() -> MutexGuard<'static, Vec<Line>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many steps this thread is inside of.
pub fn depth() -> usize {
    DEPTH.get()
}

/// For a thread that works inside the steps of another.
pub fn set_depth(depth: usize) {
    DEPTH.set(depth);
}

/// A step begins; the number of its line.
pub fn begin(what: &str) -> usize {
    let mut lines = lines();
    lines.push(Line { depth: depth(), what: what.to_owned(), took: Took::Unfinished });
    DEPTH.set(depth() + 1);
    lines.len() - 1
}

/// The step ends.
pub fn end(line: usize, took: Duration, well: bool) {
    DEPTH.set(depth().saturating_sub(1));
    if let Some(line) = lines().get_mut(line) {
        line.took = if well { Took::Done(took) } else { Took::Failed(took) };
    }
}

/// A line without a time: what was left out, for instance. It is said at once too.
pub fn note(what: &str) {
    println!("    {what}");
    lines().push(Line { depth: depth(), what: what.to_owned(), took: Took::Nothing });
}

/// Prints what each step so far took. Steps that ran at the same time add up to more than the whole.
pub fn print(whole: Duration) {
    let lines = lines();
    if lines.is_empty() {
        return;
    }
    println!("\n{:>9}  part", "seconds");
    for Line { depth, what, took } in lines.iter() {
        let (seconds, how) = match took {
            Took::Done(took) => (format!("{:.1}", took.as_secs_f64()), ""),
            Took::Failed(took) => (format!("{:.1}", took.as_secs_f64()), "  FAILED"),
            Took::Unfinished => ("-".to_owned(), "  not finished"),
            Took::Nothing => (String::new(), ""),
        };
        println!("{seconds:>9}  {:indent$}{what}{how}", "", indent = depth * 2);
    }
    println!("{:>9.1}  all", whole.as_secs_f64());
}
