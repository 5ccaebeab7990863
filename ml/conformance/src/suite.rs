//! Runs all cases on an engine and tells what passed, failed and is not supported.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use anyhow::{Result, ensure};
use ml_onnx::{Limits, Model};

use crate::case::{self, Case};
use crate::compare::{self, Tolerance};
use crate::engine::{Engine, Stop, Tensors};
use crate::expectation::List;
use crate::peer;

/// What became of a case.
enum Outcome {
    Passed,
    Failed(String),
    /// By the reader.
    Refused {
        kind: String,
        reason: String,
    },
    /// By the engine.
    Unsupported {
        operator: String,
        reason: String,
    },
}

/// Runs the cases of `script`, which is also the name of the suite, on `engine`. Gives the names of those that passed.
///
/// # Errors
/// When an answer is wrong, when a case is not supported but not on the list, and when one is on the list that passes
/// or does not exist. The report is printed, and kept in `target/peer/reports/` next to what the list would have to say.
pub fn run(suite: &str, engine: &dyn Engine) -> Result<BTreeSet<String>> {
    let folder = peer::cases(suite)?;
    let cases = case::all(&folder)?;
    ensure!(!cases.is_empty(), "{suite} has no cases");
    let mut outcomes = BTreeMap::new();
    for case in &cases {
        // A broken engine must not hide what the others do.
        let outcome = catch_unwind(AssertUnwindSafe(|| one(case, &folder, engine)));
        let outcome = outcome.unwrap_or_else(|_| Ok(Outcome::Failed("it panicked".into())))?;
        outcomes.insert(format!("{suite}/{}", case.name), outcome);
    }
    let lists = Lists { refused: List::read("read")?, unsupported: List::read(engine.name())? };
    let faults = faults(suite, engine.name(), &lists, &outcomes);
    let report = report(suite, engine.name(), &outcomes, &faults);
    std::fs::create_dir_all(peer::reports())?;
    std::fs::write(peer::reports().join(format!("{suite}-{}.txt", engine.name())), &report)?;
    std::fs::write(peer::reports().join(format!("{suite}-{}-unsupported.txt", engine.name())), lines(&outcomes))?;
    println!("{report}");
    ensure!(faults.is_empty(), "{suite} on {}: {} faults, see above", engine.name(), faults.len());
    let passed =
        cases.iter().filter(|case| matches!(outcomes.get(&format!("{suite}/{}", case.name)), Some(Outcome::Passed)));
    Ok(passed.map(|case| case.name.clone()).collect())
}

fn one(case: &Case, folder: &Path, engine: &dyn Engine) -> Result<Outcome> {
    let model = match Model::read(&case.model(folder)?, &Limits::default()) {
        Ok(model) => model,
        Err(error) => {
            let kind = format!("{error:?}");
            let kind = kind.split([' ', '(']).next().unwrap_or_default().to_owned();
            return Ok(Outcome::Refused { kind, reason: error.to_string() });
        }
    };
    let sets = case.sets(folder)?;
    let inputs: Vec<_> = sets.iter().map(|set| set.inputs.clone()).collect();
    let answers = match engine.run(&model, &inputs) {
        Ok(answers) => answers,
        Err(Stop::Unsupported { operator, reason }) => return Ok(Outcome::Unsupported { operator, reason }),
        Err(Stop::Failed(why) | Stop::Broken(why)) => return Ok(Outcome::Failed(why)),
    };
    let tolerance = Tolerance { relative: case.rtol, absolute: case.atol };
    for (answer, set) in answers.iter().zip(&sets) {
        let as_disputed = |disputed: &Tensors| compare::outputs(answer, disputed, tolerance).is_ok();
        if let Err(difference) = compare::outputs(answer, &set.outputs, tolerance)
            && !set.disputed.as_ref().is_some_and(as_disputed)
        {
            return Ok(Outcome::Failed(difference));
        }
    }
    Ok(Outcome::Passed)
}

/// What is committed about the reader, and about an engine.
struct Lists {
    refused: List,
    unsupported: List,
}

/// What is not as it should be or not as the lists say.
fn faults(suite: &str, engine: &str, lists: &Lists, outcomes: &BTreeMap<String, Outcome>) -> Vec<String> {
    let Lists { refused, unsupported } = lists;
    let mut faults = Vec::new();
    for (name, outcome) in outcomes {
        let on = |list: &List| list.entry(name).is_some();
        match outcome {
            Outcome::Failed(why) => faults.push(format!("{name} failed: {why}")),
            Outcome::Passed if on(refused) => faults.push(format!("{name} passed, but is on the list of the reader")),
            Outcome::Passed if on(unsupported) => {
                faults.push(format!("{name} passed, but is on the list of {engine}"));
            }
            Outcome::Refused { reason, .. } if !on(refused) => faults.push(format!("{name} is refused: {reason}")),
            Outcome::Unsupported { operator, reason } if !on(unsupported) => {
                faults.push(format!("{name} is not supported: {operator}: {reason}"));
            }
            _ => {}
        }
    }
    for entry in refused.of_suite(suite).chain(unsupported.of_suite(suite)) {
        if !outcomes.keys().any(|name| entry.matches(name)) {
            faults.push(format!("{} is on a list, but there is no such case", entry.pattern));
        }
    }
    faults
}

/// What the engine does not support, as lines of a list.
fn lines(outcomes: &BTreeMap<String, Outcome>) -> String {
    let unsupported = outcomes.iter().filter_map(|(name, outcome)| match outcome {
        Outcome::Unsupported { operator, reason } => Some(format!("{name} {operator}: {reason}\n")),
        _ => None,
    });
    unsupported.collect()
}

fn report(suite: &str, engine: &str, outcomes: &BTreeMap<String, Outcome>, faults: &[String]) -> String {
    let mut passed = 0;
    let mut failed = 0;
    let mut refused: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unsupported: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes.values() {
        match outcome {
            Outcome::Passed => passed += 1,
            Outcome::Failed(_) => failed += 1,
            Outcome::Refused { kind, .. } => *refused.entry(kind).or_default() += 1,
            Outcome::Unsupported { operator, .. } => *unsupported.entry(operator).or_default() += 1,
        }
    }
    let sum = |counts: &BTreeMap<&str, usize>| counts.values().sum::<usize>();
    let mut report = format!(
        "{suite} on {engine}: {} cases, {passed} passed, {failed} failed, {} refused by the reader, {} not supported\n",
        outcomes.len(),
        sum(&refused),
        sum(&unsupported)
    );
    let mut list = |what: &str, counts: &BTreeMap<&str, usize>| {
        let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        if !counts.is_empty() {
            let _ = writeln!(report, "  {what}: {}", counts.join(", "));
        }
    };
    list("refused by the reader", &refused);
    list("not supported", &unsupported);
    for fault in faults {
        let _ = writeln!(report, "  {fault}");
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(of: impl IntoIterator<Item = (&'static str, Outcome)>) -> BTreeMap<String, Outcome> {
        of.into_iter().map(|(name, outcome)| (format!("s/{name}"), outcome)).collect()
    }

    fn unsupported() -> Outcome {
        Outcome::Unsupported { operator: "Conv".into(), reason: "no kernel".into() }
    }

    fn refused() -> Outcome {
        Outcome::Refused { kind: "Operator".into(), reason: "unknown".into() }
    }

    /// Faults about `outcomes` where the lists have `read` and `engine`.
    fn about(read: &str, engine: &str, outcomes: &BTreeMap<String, Outcome>) -> Vec<String> {
        let lists = Lists { refused: List::parse(read).unwrap(), unsupported: List::parse(engine).unwrap() };
        faults("s", "cpu", &lists, outcomes)
    }

    #[test]
    fn what_the_lists_say_is_no_fault() {
        let outcomes = outcomes([("a", Outcome::Passed), ("b", unsupported()), ("c", refused())]);
        assert!(about("s/c why", "# remark\n\ns/b* why\nother/x why", &outcomes).is_empty());
    }

    #[test]
    fn a_wrong_answer_is_a_fault_even_where_it_is_listed() {
        let outcomes = outcomes([("a", Outcome::Failed("1 instead of 2".into()))]);
        assert_eq!(about("", "s/a why", &outcomes), ["s/a failed: 1 instead of 2"]);
    }

    #[test]
    fn what_is_not_listed_or_listed_in_vain_is_a_fault() {
        let outcomes = outcomes([("a", Outcome::Passed), ("b", unsupported()), ("c", refused())]);
        let found = about("", "s/a why\ns/gone why", &outcomes);
        assert_eq!(found.len(), 4, "{found:?}");
        let found = found.join("\n");
        for part in ["s/a passed", "s/b is not supported", "s/c is refused", "s/gone is on a list"] {
            assert!(found.contains(part), "{found}");
        }
        // Each list speaks of its own only.
        assert_eq!(about("s/b why", "s/c why", &outcomes).len(), 2);
    }

    #[test]
    fn a_line_without_a_reason_is_no_line() {
        assert!(List::parse("s/a").is_err());
    }
}
