use std::rc::Rc;

use leptos::prelude::*;
use ml_evaluation::Confusion;

use super::super::{Opened, answer::HowItRan};
use app_core::workers::models::Predicted;
use app_ui::{
    download,
    evaluation::{Evaluation, words},
    format,
    icon::Icon,
    messages::notice::Notice,
    tables::name::Name,
};

/// Classes whose share is shown.
const SHOWN: usize = 12;

/// What was predicted: how often each class, how much is right, and the file to download.
#[component]
pub fn Outcome(opened: Opened, result: Rc<Predicted>, name: String) -> impl IntoView {
    let save = Rc::clone(&result);
    let name = format!("predictions-{}", name.trim_end_matches(".csv").trim_end_matches(".tsv")) + ".csv";
    let classes = opened.loaded.with_value(|l| l.card.classes.clone());
    let known = result.classes.iter().filter(|class| usize::from(**class) < classes.len()).count();
    let shares = shares(&result.classes, &result.names);
    let rows = result.rows;
    let judged = result.correct.map(|_| view! { <Judged result=Rc::clone(&result) /> });
    let unnamed = (!classes.is_empty() && known == 0 && rows > 0).then(|| unnamed(&shares, &classes));
    view! {
        <div class="stack" id="table-result" role="status">
            <p class="verdict">
                {match result.correct {
                    Some(correct) => format!("{} correct", format::score(correct as u32, rows as u32)),
                    None => format!("{} predicted", format::plural(rows, "row")),
                }}
                {result.correct.map(|correct| view! { <span class="small soft nowrap">{format!(" {}", words::likely(correct, rows))}</span> })}
            </p>
            {unnamed.map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            {result.called.clone().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            {judged}
            <div class="scores">
                {shares
                    .into_iter()
                    .map(|(name, count)| {
                        view! {
                            <span class="breakable"><Name text=name.clone() /></span>
                            <meter min="0" max=rows value=count aria-label=format!("Rows predicted as {name}")></meter>
                            <span class="number">{format::count(count)}</span>
                        }
                    })
                    .collect_view()}
            </div>
            <div class="row">
                <button class="button" type="button" id="save-table" on:click=move |_| download::save(&name, &save.csv)>
                    <Icon name="download" />
                    "Download predictions"
                </button>
            </div>
            <HowItRan opened=opened ran=result.ran.clone() />
        </div>
    }
}

/// What the score rests on, where the file has labels.
#[component]
fn Judged(result: Rc<Predicted>) -> impl IntoView {
    let pairs = result.truth.iter().zip(&result.classes).map(|(truth, said)| (usize::from(*truth), usize::from(*said)));
    let counted = Confusion::of(result.names.len(), pairs);
    let always = words::always(&counted, &result.names);
    view! {
        <div class="stack tight small">
            <p class="soft">{words::LIKELY}</p>
            {always.map(|text| view! { <p id="table-baseline">{text}</p> })}
        </div>
        <details>
            <summary id="table-evaluation">"Which classes it tells apart"</summary>
            <Evaluation counted=counted classes=result.names.clone() />
        </details>
    }
}

/// How often each class was predicted, the most frequent first.
fn shares(classes: &[u16], names: &[String]) -> Vec<(String, u64)> {
    let mut counts = vec![0u64; names.len()];
    for class in classes {
        if let Some(count) = counts.get_mut(usize::from(*class)) {
            *count += 1;
        }
    }
    let mut shares: Vec<_> = names.iter().cloned().zip(counts).filter(|(_, count)| *count > 0).collect();
    shares.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    shares.truncate(SHOWN);
    shares
}

/// Why no row was given one of the classes.
fn unnamed(shares: &[(String, u64)], classes: &[String]) -> String {
    let listed = |names: &mut dyn Iterator<Item = &String>| {
        names.take(4).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ")
    };
    let classes = listed(&mut classes.iter());
    match listed(&mut shares.iter().map(|(name, _)| name)) {
        said if said.is_empty() => {
            format!("The model gives numbers, while the classes are {classes}: it is no model of these classes.")
        }
        said => format!(
            "The model says {said}, while the classes are {classes}: it calls them otherwise, or is a model of other classes."
        ),
    }
}
