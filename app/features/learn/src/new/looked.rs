//! Every rule that can be asked before anything is signed.

use app_core::{action::Tools, chain::Learning};
use directory::Charge;
use leptos::prelude::*;
use mpc_run::{Finding, Spec, spec::Rows};
use protocol::{Address, Amount};
use tasks::Draft;

use super::{
    form::{Form, Process, Typed},
    making::Stage,
};
use crate::{
    actions::{publish::locks, purpose},
    context::Known,
};

/// Tasks that are ready, or everything that keeps them from being so.
#[derive(Clone, PartialEq)]
pub struct Looked {
    pub specs: Vec<(Stage, Spec)>,
    pub drafts: Vec<Draft>,
    pub locks: Amount,
    pub problems: Vec<String>,
}

impl Looked {
    pub fn specs(&self) -> Vec<Spec> {
        self.specs.iter().map(|(_, spec)| spec.clone()).collect()
    }
}

/// Asks them.
pub fn look(tools: Tools, known: Known, form: Form) -> Option<Looked> {
    let learning = known.learning.get()?;
    let relay = window().location().origin().unwrap_or_default();
    let typed = form.typed.get();
    // Times are counted from when it is published.
    let now = tools.clock.now.get_untracked();
    tools.wallet.account.track();
    let stages = typed.stages();
    let specs: Vec<(Stage, Spec)> =
        stages.iter().map(|stage| (*stage, typed.spec(*stage, &learning, &relay))).collect();
    let mut looked = Looked { specs, drafts: Vec::new(), locks: Amount::ZERO, problems: missing(&typed) };
    rows_of_data_sets(&typed, &learning, &mut looked);
    for (_, spec) in &looked.specs {
        let found = spec.problems().iter().map(ToString::to_string).collect::<Vec<_>>();
        looked.problems.extend(found);
    }
    match typed.drafts(&learning, &looked.specs(), now) {
        Ok(drafts) => looked.drafts = drafts,
        Err(problem) => looked.problems.push(problem),
    }
    if looked.problems.is_empty() {
        match locks(tools, &learning, &looked.drafts) {
            Ok(amount) => looked.locks = amount,
            Err(error) => looked.problems.push(error.to_string()),
        }
        let charges: Vec<Charge> = (0..)
            .zip(&looked.drafts)
            .map(|(place, draft)| Charge { covered: place > 0, facts: draft.facts, rows: draft.rows })
            .collect();
        for grant in typed.grants {
            looked.problems.extend(learning.holds(grant, now, &charges).err().map(|error| error.to_string()));
        }
    }
    // What is wrong in two tasks is said once.
    let mut said = std::collections::BTreeSet::new();
    looked.problems.retain(|problem| said.insert(problem.clone()));
    Some(looked)
}

/// What was not chosen yet.
fn missing(typed: &Typed) -> Vec<String> {
    let mut problems = Vec::new();
    for (grant, place) in typed.grants.iter().zip(["first", "second"]) {
        if *grant == 0 {
            problems.push(format!("Choose the grant of the {place} owner."));
        }
    }
    if typed.helpers.is_empty() && typed.process != Process::Align {
        problems.push("Name at least one candidate for helper.".into());
    }
    if typed.process == Process::Predict && typed.model == 0 {
        problems.push("Choose the model.".into());
    }
    if typed.label.trim().is_empty() && typed.process.trains() {
        problems.push("Name the label column.".into());
    }
    problems
}

/// How many rows there are is on chain: what cannot work with so many is said before the owners are asked.
fn rows_of_data_sets(typed: &Typed, learning: &Learning, looked: &mut Looked) {
    if typed.grants.contains(&0) {
        return;
    }
    let [first, second] = typed.rows(learning);
    let fewer = first.min(second);
    for (_, spec) in &looked.specs {
        if matches!(spec.rows, Rows::Given { .. }) && first != second {
            let finding = Finding::OtherRows { rows: second as usize, wanted: first as usize };
            looked.problems.push(format!("Of the second owner: {finding}"));
        }
        // What is declared is padded, so that the task's own rules see more rows than there are.
        if spec.problems().is_empty() {
            looked.problems.extend(spec.too_few(fewer as usize).map(|problem| problem.to_string()));
        }
    }
    if typed.min_rows.trim().parse::<u32>().is_ok_and(|least| least > fewer) {
        looked.problems.push(format!(
            "At most {fewer} rows can be common, and with fewer than {} the run ends. Agree to fewer rows, or choose larger data sets.",
            typed.min_rows.trim()
        ));
    }
}

/// What the owners' grants do not cover, task by task. The files that say what they are for are read for it.
pub async fn uncovered(
    tools: Tools,
    learning: &Learning,
    typed: &Typed,
    specs: &[Spec],
    account: Address,
) -> Vec<String> {
    let owner = |place: u8| {
        let grant = typed.grants.get(usize::from(place))?;
        learning.book.registry.grant(*grant).map(|(_, dataset)| dataset.owner)
    };
    let receiver = owner(typed.receiver).unwrap_or(account);
    let mut found = Vec::new();
    for spec in specs {
        for (grant, seat) in typed.grants.into_iter().zip(0..) {
            let problem = purpose::problem(tools, learning, grant, spec, seat, receiver).await;
            found.extend(problem.filter(|problem| !found.contains(problem)));
        }
    }
    found
}
