//! What the tasks take of the grants, number by number, before anything is signed.

use app_core::chain::Learning;
use leptos::prelude::*;
use mpc::Seat;
use mpc_learn::{Receiver, What};
use mpc_run::{Spec, spec::Work};

use super::making::Stage;
use crate::names;

/// A line of what is counted.
struct Line {
    what: String,
    to: &'static str,
    count: u32,
}

fn lines(spec: &Spec) -> Vec<Line> {
    let to = |seat: u8| match seat {
        0 => "the first owner",
        1 => "the second owner",
        _ => "you",
    };
    let receiver = to(spec.receiver().unwrap_or_default());
    match &spec.work {
        Work::Intersect(_) => vec![Line { what: "How many rows are common".into(), to: "both owners", count: 1 }],
        Work::Predict(_) => Vec::new(),
        Work::Train(_) => spec
            .facts()
            .into_iter()
            .map(|facts| Line {
                what: names::told(What::Fact(facts.fact)),
                to: match facts.to {
                    None => "both owners",
                    Some(Receiver::Owner(Seat::First)) => to(0),
                    Some(Receiver::Owner(Seat::Second)) => to(1),
                    Some(Receiver::Requester) => receiver,
                },
                count: facts.count,
            })
            .collect(),
    }
}

/// Numbers that all tasks tell, rows that they predict, and what the grants have left of both.
#[component]
pub fn Counted(specs: Vec<(Stage, Spec)>, learning: std::sync::Arc<Learning>, grants: [u64; 2]) -> impl IntoView {
    let all: u32 = specs.iter().map(|(_, spec)| spec.fact_count()).sum();
    let predicts = |(_, spec): &(Stage, Spec)| matches!(spec.work, Work::Predict(_)).then(|| spec.most_rows());
    let rows: usize = specs.iter().filter_map(predicts).sum();
    let left = grants.into_iter().filter_map(|id| {
        let (grant, _) = learning.book.registry.grant(id)?;
        let uses = grant.terms.times.saturating_sub(grant.used + grant.held);
        let tries = grant.terms.tries.saturating_sub(grant.tried);
        Some(format!(
            "Grant {id} has {} of them left, {}, {} and {}.",
            grant.facts_left(),
            app_ui::format::plural(grant.rows_left().into(), "predicted row"),
            app_ui::format::plural(uses.into(), "use"),
            if tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") },
        ))
    });
    let rows_of = specs.iter().flat_map(|(_, spec)| lines(spec)).map(|Line { what, to, count }| {
        view! { <tr><td>{what}</td><td>{to}</td><td class="number">{count}</td></tr> }
    });
    view! {
        <div class="stack tight">
            <h3>"What is counted against both grants"</h3>
            <div class="table-wrap">
                <table class="snug" id="counted">
                    <thead><tr><th>"Number"</th><th>"Told to"</th><th class="number">"Counts"</th></tr></thead>
                    <tbody>{rows_of.collect_view()}</tbody>
                    <tfoot><tr><th>"All together"</th><td></td><td class="number strong" id="facts-told">{all}</td></tr></tfoot>
                </table>
            </div>
            {(rows > 0).then(|| view! { <p>{format!("And at most {} rows are predicted.", app_ui::format::count(rows as u64))}</p> })}
            <p class="small soft">
                {format!("One use of each grant, and {}. ", if specs.len() == 1 { "1 try".to_owned() } else { format!("{} tries", specs.len()) })}
                {left.collect::<Vec<_>>().join(" ")}
            </p>
        </div>
    }
}
