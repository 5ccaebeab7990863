//! Everyone who submitted, beside what is scored without looking, and what each revealed score rests on.

mod baselines;
mod details;
mod evidence;
mod importance;

use bounty::{Standing, Submission};
use leptos::prelude::*;
use protocol::Amount;

use super::PageState;
use crate::chips::SubmissionChip;
use app_core::{
    chain::{Clock, History},
    components::{account::Account, download::Download},
    routes,
};
use app_ui::{controls::copy::Copyable, evaluation::words, format, messages::empty::Empty};
use baselines::Baselines;
use details::Details;
use evidence::Evidence;

/// Everyone who submitted, the best first.
#[component]
pub fn Submissions(context: PageState) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let evidence = Evidence::new(context);
    let submissions = Memo::new(move |_| {
        let now = clock.now.get();
        context.history.with(|h| {
            let Some(History { bounty, .. }) = h else { return (0, Vec::new(), 1, false) };
            let mut list = bounty.submissions.clone();
            list.sort_by_key(|s| (std::cmp::Reverse(s.reveal.as_ref().map(|r| r.correct).or(s.claim)), s.order));
            let standing = |s: &Submission| bounty.standing(&s.trainer, now);
            let list: Vec<_> = list.into_iter().filter_map(|s| Some((standing(&s)?, s))).collect();
            (bounty.id, list, bounty.terms.test_rows, bounty.ending.is_some())
        })
    });
    view! {
        <section class="panel" aria-labelledby="submissions">
            <header>
                <h2 id="submissions">"Submissions"</h2>
                <span class="small soft">
                    {move || submissions.with(|(_, list, ..)| format::plural(list.len() as u64, "submission"))}
                </span>
            </header>
            {move || {
                let (bounty, list, rows, ended) = submissions.get();
                if list.is_empty() && ended {
                    view! { <Empty icon="lock" title="Nobody submitted"><p>"The bounty has ended."</p></Empty> }.into_any()
                } else if list.is_empty() {
                    view! {
                        <Empty icon="lock" title="Nobody has submitted yet">
                            <p>"A submission shows only that it was made; predictions and model stay sealed until the end."</p>
                        </Empty>
                    }
                        .into_any()
                } else {
                    view! {
                        <div class="table-wrap">
                            <table class="cards snug">
                                <thead>
                                    <tr>
                                        <th>"Trainer"</th>
                                        <th>"State"</th>
                                        <th>"Score"</th>
                                        <th class="number">"Received"</th>
                                        <th>"Model"</th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {list.into_iter().map(|(standing, s)| view! { <Row bounty=bounty submission=s standing=standing rows=rows evidence=evidence /> }).collect_view()}
                                    <Baselines evidence=evidence />
                                </tbody>
                            </table>
                        </div>
                    }
                        .into_any()
                }
            }}
            {move || evidence.labels().map(|_| view! { <p class="body small soft">{words::LIKELY}</p> })}
            {move || evidence.open.get().map(|trainer| view! { <Details evidence=evidence trainer=trainer /> })}
        </section>
    }
}

#[component]
fn Row(bounty: u64, submission: Submission, standing: Standing, rows: u32, evidence: Evidence) -> impl IntoView {
    let (trainer, received) = (submission.trainer, submission.received != Amount::ZERO);
    let score = match (&submission.reveal, submission.claim) {
        (Some(reveal), _) => view! {
            <div class="score">
                <span class="nowrap">{format::score(reveal.correct, rows)}</span>
                <meter min="0" max=rows value=reveal.correct aria-label="Score"></meter>
                <div class="row tight">
                    <span class="small soft nowrap">{words::likely(reveal.correct.into(), rows.into())}</span>
                    <button
                        class="button small quiet"
                        type="button"
                        aria-expanded=move || evidence.is_open(trainer).to_string()
                        aria-label=format!("Details of the score of {}", trainer.short())
                        id=format!("details-{trainer}")
                        on:click=move |_| evidence.toggle(trainer)
                    >
                        "Details"
                    </button>
                </div>
            </div>
        }
        .into_any(),
        (None, Some(claim)) => {
            view! { <span class="soft nowrap">{format!("claims {}", format::score(claim, rows))}</span> }.into_any()
        }
        _ => view! { <span class="soft">"sealed"</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-label="Trainer">
                <Account address=submission.trainer />
            </td>
            <td class="state" data-label="State">
                <SubmissionChip standing=standing />
            </td>
            <td data-label="Score">{score}</td>
            <td class="number amount" data-label="Received" title=received.then(|| format!("{} MDC", submission.received))>
                {if received { format::mdc(submission.received) } else { "–".into() }}
            </td>
            <td data-label="Model">
                {match &submission.reveal {
                    Some(reveal) => view! { <Model bounty=bounty cid=reveal.model_cid.clone() /> }.into_any(),
                    None => view! { <span class="soft">"sealed"</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}

/// A revealed model. Its CID is a text from a stranger: it becomes a link only if it is a CID.
#[component]
fn Model(bounty: u64, cid: String) -> impl IntoView {
    match cid.parse::<protocol::cid::Cid>() {
        Ok(parsed) => view! {
            <div>
                <span class="nowrap">
                    <Download cid=cid.clone() name="model" label=parsed.short() quiet=true />
                    <Copyable shown="" whole=cid.clone() what="model CID" />
                </span>
                <div class="small">
                    <a href=routes::run(&cid, Some(bounty))>"Try"</a>
                </div>
            </div>
        }
        .into_any(),
        Err(_) => view! { <span class="soft">"not a CID"</span> }.into_any(),
    }
}
