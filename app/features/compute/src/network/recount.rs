//! Counting the figures anew from the chain's logs, and saying whether the server told the truth.

use app_core::{
    action::Tools,
    chain::{ChainError, Reader},
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use jobs::api::{Network, NetworkDetail};
use leptos::prelude::*;

/// What a comparison came to: how much was counted, and the figures that differ.
#[derive(Clone, PartialEq)]
struct Outcome {
    block: u64,
    jobs: u64,
    /// The server was away: what is shown was counted from the chain before, and says nothing of the server.
    is_away: bool,
    /// Name, what is shown, what the chain says now.
    differs: Vec<(&'static str, String, String)>,
}

impl Outcome {
    /// Whether both are the same, in words.
    fn sentence(&self) -> String {
        let (block, jobs) = (self.block, format::plural(self.jobs, "job"));
        match (self.is_away, self.differs.is_empty()) {
            (true, true) => "The server is away; counting again gives what is shown.".to_owned(),
            (true, false) => format!("The server is away. Up to block {block} these are others than what is shown:"),
            (false, true) => format!(
                "The server told the truth: counting {jobs} up to block {block} gives the same totals and the same trend."
            ),
            (false, false) => {
                format!("The server’s figures are not those of the chain, up to block {block}. Rely on the chain’s:")
            }
        }
    }

    fn tone(&self) -> &'static str {
        match (self.is_away, self.differs.is_empty()) {
            (true, _) => "warn",
            (false, true) => "good",
            (false, false) => "bad",
        }
    }
}

#[component]
pub fn Recount(told: RwSignal<Option<NetworkDetail>>) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let outcome = RwSignal::new(None::<Outcome>);
    let press = Callback::new(move |()| {
        let Some(detail) = told.get_untracked() else { return };
        outcome.set(None);
        run.start(async move {
            let found = recounted(tools.reader, detail).await?;
            outcome.try_set(Some(found));
            Ok::<(), ChainError>(())
        });
    });
    view! {
        <div class="stack tight">
            <div class="row">
                <BusyButton
                    label="Count it anew from the chain"
                    id="recount"
                    busy=run.busy
                    disabled=Signal::derive(move || told.with(Option::is_none))
                    on_press=press
                />
                <span class="small soft">"Reads every event of every job in this browser, and compares with what the server says."</span>
            </div>
            <RunState run=run />
            {move || outcome.get().map(|outcome| view! { <Said outcome=outcome /> })}
        </div>
    }
}

#[component]
fn Said(outcome: Outcome) -> impl IntoView {
    let who = if outcome.is_away { "shown" } else { "the server says" };
    let (tone, sentence) = (outcome.tone(), outcome.sentence());
    let line = move |(name, shown, chain)| view! { <li>{format!("{name}: {who} {shown}, the chain {chain}.")}</li> };
    let lines = outcome.differs.into_iter().map(line).collect_view();
    view! {
        <div id="recounted">
            <Notice tone=tone>
                <p>{sentence}</p>
                {(!lines.is_empty()).then(|| view! { <ul class="bullets">{lines}</ul> })}
            </Notice>
        </div>
    }
}

/// Counts up to the block at which the server stands, or to the newest where it was away.
async fn recounted(reader: Reader, told: NetworkDetail) -> Result<Outcome, ChainError> {
    let all = reader.computing().await?;
    let today = told.network.days.last().map_or(0, |day| day.from);
    let is_away = told.status.block == 0;
    let block = if is_away { reader.head().await?.0 } else { told.status.block };
    let counted = all.until(block).network(today);
    Ok(Outcome { block, jobs: counted.totals.jobs, is_away, differs: differing(&told.network, &counted) })
}

fn differing(server: &Network, chain: &Network) -> Vec<(&'static str, String, String)> {
    let figures = |network: &Network| {
        let totals = network.totals;
        [
            ("Providers", totals.providers.to_string()),
            ("Providers that take jobs", totals.ready.to_string()),
            ("Units a second, together", totals.units_per_second.to_string()),
            ("Jobs", totals.jobs.to_string()),
            ("Jobs that wait", totals.open.to_string()),
            ("Jobs that run", totals.running.to_string()),
            ("Jobs that were paid", totals.paid_jobs.to_string()),
            ("Units", totals.units.to_string()),
            ("Paid", totals.paid.to_string()),
            ("Locked", totals.escrowed.to_string()),
            ("Jobs posted in 15 days", network.days.iter().map(|day| day.posted).sum::<u64>().to_string()),
            ("Jobs ended in 15 days", network.days.iter().map(|day| day.ended).sum::<u64>().to_string()),
        ]
    };
    let both = figures(server).into_iter().zip(figures(chain));
    let mut differs: Vec<_> =
        both.filter(|(a, b)| a.1 != b.1).map(|((name, server), (_, chain))| (name, server, chain)).collect();
    // Sums may agree where days do not.
    let days = server.days.iter().zip(&chain.days).filter(|(a, b)| a != b).count();
    if days > 0 || server.days.len() != chain.days.len() {
        differs.push(("Days of the trend that differ", "0".to_owned(), days.to_string()));
    }
    differs
}

#[cfg(test)]
mod tests {
    use super::*;
    use jobs::api::Day;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_server_that_is_away_has_told_no_truth() {
        let differs = vec![("Jobs", "1".to_owned(), "2".to_owned())];
        let outcome = |is_away, differs: &[_]| Outcome { block: 7, jobs: 2, is_away, differs: differs.to_vec() };
        let away = outcome(true, &[]);
        assert_eq!(away.sentence(), "The server is away; counting again gives what is shown.");
        assert_eq!(away.tone(), "warn");
        assert!(!outcome(true, &differs).sentence().contains("server’s figures"));
        assert!(outcome(false, &[]).sentence().starts_with("The server told the truth: counting 2 jobs up to block 7"));
        assert_eq!(outcome(false, &differs).tone(), "bad");
    }

    #[wasm_bindgen_test]
    fn a_server_that_counts_one_job_too_many_is_found_and_so_is_one_that_moves_it_to_another_day() {
        let mut chain = Network { days: Day::until(2_000_000_000), ..Network::default() };
        chain.days[3].posted = 2;
        assert!(differing(&chain, &chain).is_empty());
        let mut server = chain.clone();
        server.totals.jobs += 1;
        assert_eq!(differing(&server, &chain), [("Jobs", "1".to_owned(), "0".to_owned())]);
        let mut server = chain.clone();
        (server.days[3].posted, server.days[4].posted) = (1, 1);
        assert_eq!(differing(&server, &chain).len(), 1);
    }
}
