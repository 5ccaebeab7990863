//! A seat of the connected account while the task runs.

use app_core::action::Tools;
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{notice::Notice, run::Run},
};
use leptos::prelude::*;
use mpc_run::Stage;
use tasks::State;

use super::{Here, press::Press};
use crate::{
    actions::{Plain, join::join_run},
    playing::{Playing, Seats, View},
};

#[component]
pub fn Running(here: Here, seat: u8) -> impl IntoView {
    let tools = Tools::from_context();
    let playing = expect_context::<Seats>().of(here.id, seat);
    let view = playing.view.clone();
    let stored = StoredValue::new_local(playing);
    let run = Run::new();
    let join = Callback::new(move |()| {
        let Some(learning) = here.known.learning.get_untracked() else { return };
        let playing = stored.get_value();
        run.start(async move { join_run(tools, &learning, here.id, seat, &playing).await });
    });
    let active = {
        let view = view.clone();
        Memo::new(move |_| view.with(|view| view.is_active))
    };
    let shown = {
        let view = view.clone();
        move || view.get()
    };
    // A helper has no bond to lose, and is given up otherwise.
    let others_away = {
        let view = view.clone();
        Memo::new(move |_| view.with(|view| view.away.iter().any(|other| Some(*other) != view.helper)))
    };
    let is_over = here.look(|task| task.state.is_final() || task.state == State::Failed);
    let is_running = here.look(|task| task.state == State::Running);
    view! {
        <div class="stack" id="my-run">
            {move || {
                if is_over.get() == Some(true) && !active.get() {
                    ().into_any()
                } else if active.get() {
                    view! { <Progress view=shown.clone() playing=stored owns=seat < 2 /> }.into_any()
                } else {
                    view! {
                        <div class="row">
                            <BusyButton label=format!("Join with seat {}", seat + 1) id="join-run" class="primary" busy=run.busy on_press=join />
                            <span class="small soft">"Your seat is played in this tab. Keep it open until the end."</span>
                        </div>
                    }
                        .into_any()
                }
            }}
            {
                let view = view.clone();
                move || view.get().error.map(|why| view! { <Notice tone="bad">{why}</Notice> })
            }
            {move || {
                view.get()
                    .answer
                    .map(|sentence| view! { <Notice tone="warn">{sentence}</Notice> })
            }}
            {move || {
                (is_running.get() == Some(true) && (!active.get() || others_away.get()))
                    .then(|| {
                        view! {
                            <Press
                                here=here
                                what=Plain::Stall { seat }
                                id="stall"
                                label="Others are silent"
                                primary=false
                                hint="They have ten minutes to answer, or lose their bonds."
                            />
                        }
                    })
            }}
        </div>
    }
}

#[component]
fn Progress(
    view: impl Fn() -> View + Clone + Send + Sync + 'static,
    playing: StoredValue<Playing, LocalStorage>,
    /// An owner can give the helper up.
    owns: bool,
) -> impl IntoView {
    let (step, stage, bytes, away) = (view.clone(), view.clone(), view.clone(), view.clone());
    let helper = view.clone();
    let counted = move || counted(&view());
    let (done, of) = (counted.clone(), counted.clone());
    view! {
        <p class="strong" role="status">{move || step().step} "…"</p>
        <p>{move || words(&stage())}</p>
        <div class="progress">
            // Without a value it says that something goes on.
            <progress
                value=move || done().map(|counted| counted.done.to_string())
                max=move || of().map_or(1, |counted| counted.of.max(1)).to_string()
                aria-label=move || counted().map_or("Under way", |counted| counted.what)
            ></progress>
            <span class="small soft">
                {move || {
                    let view = bytes();
                    format!("{} sent, {} received", format::bytes(view.sent), format::bytes(view.received))
                }}
            </span>
        </div>
        {move || {
            let view = away();
            let seats: Vec<String> =
                view.away.iter().filter(|seat| Some(**seat) != view.helper).map(|seat| (seat + 1).to_string()).collect();
            (!seats.is_empty())
                .then(|| view! { <Notice tone="warn">{format!("Seat {} is silent; the run waits for it.", seats.join(" and "))}</Notice> })
        }}
        {move || {
            let view = helper();
            view.helper
                .is_some_and(|helper| view.away.contains(&helper))
                .then(|| view! { <HelperSilent playing=playing owns=owns gave_up=view.gave_up /> })
        }}
        <div class="row">
            <button id="stop-run" class="button small" type="button" on:click=move |_| playing.with_value(|playing| playing.party.stop())>
                "Stop"
            </button>
            <span class="small soft">"The other seats are told."</span>
        </div>
    }
}

/// The helper is silent: both owners can go on with the next one.
#[component]
fn HelperSilent(playing: StoredValue<Playing, LocalStorage>, owns: bool, gave_up: bool) -> impl IntoView {
    let text = match (owns, gave_up) {
        (false, _) => "The helper is silent. Both owners can go on with the next helper that they accept.",
        (true, false) => {
            "The helper is silent; the run waits for it. Go on with the next helper that both of you accept, once both of you say \
             so: it deals anew, and this one is paid nothing."
        }
        (true, true) => "You have given the helper up. The run goes on once the other owner says so too.",
    };
    view! {
        <Notice tone="warn">
            <p class="below">{text}</p>
            {(owns && !gave_up)
                .then(|| {
                    view! {
                        <div class="row">
                            <button
                                id="give-helper-up"
                                class="button small"
                                type="button"
                                on:click=move |_| playing.with_value(Playing::gives_helper_up)
                            >
                                "Go on with the next helper"
                            </button>
                        </div>
                    }
                })}
        </Notice>
    }
}

/// What is counted while a seat is at one stage.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Counted {
    what: &'static str,
    done: u64,
    of: u64,
}

/// How far the stage is of which [`words`] tell: the same rows or rounds; nothing where they count nothing.
fn counted(view: &View) -> Option<Counted> {
    match view.stage? {
        Stage::Aligning { done, of } => Some(Counted { what: "Rows aligned", done: done as u64, of: of as u64 }),
        Stage::Computed { rounds } => {
            Some(Counted { what: "Rounds done", done: rounds.into(), of: view.planned.into() })
        }
        Stage::Finished => Some(Counted { what: "Done", done: 1, of: 1 }),
        _ => None,
    }
}

/// Where the seat is.
fn words(view: &View) -> String {
    match view.stage {
        None | Some(Stage::Connecting) => "The links to the other seats open.".into(),
        Some(Stage::Aligning { done, of }) => {
            format!("Rows are aligned: {} of {}.", format::count(done as u64), format::count(of as u64))
        }
        Some(Stage::Aligned { rows }) => format!("{} in common.", format::plural(rows.into(), "row")),
        Some(Stage::Computing { rounds, .. }) => {
            format!("The seats compute on shares, in {}.", format::plural(rounds.into(), "round"))
        }
        Some(Stage::Computed { rounds }) => {
            format!(
                "The seats compute on shares: round {} of {}.",
                format::count(rounds.into()),
                format::count(view.planned.into())
            )
        }
        // Of which beginning this is the number is a round too, and on this page rounds are those that are computed in.
        Some(Stage::Again { .. }) => "A seat began anew; all go on from the last step that they have in common.".into(),
        Some(Stage::NotKept) => "This browser keeps nothing to go on from; the run goes on all the same.".into(),
        Some(Stage::Delivering) => "Results are sealed to whom they are for.".into(),
        Some(Stage::Signing) => "All seats sign what came out.".into(),
        Some(Stage::Finished) => "Done; the chain is told.".into(),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn the_bar_counts_what_the_words_beside_it_count() {
        let at = |stage| View { stage: Some(stage), planned: 40, ..View::default() };
        let rows = at(Stage::Aligning { done: 400, of: 800 });
        assert!(words(&rows).contains("400 of 800"));
        assert_eq!(counted(&rows), Some(Counted { what: "Rows aligned", done: 400, of: 800 }));
        let rounds = at(Stage::Computed { rounds: 7 });
        assert!(words(&rounds).contains("round 7 of 40"));
        assert_eq!(counted(&rounds), Some(Counted { what: "Rounds done", done: 7, of: 40 }));
        // Of these nothing is told that could be counted.
        for stage in [Stage::Connecting, Stage::Aligned { rows: 5 }, Stage::Again { round: 2 }, Stage::Signing] {
            assert_eq!(counted(&at(stage)), None);
        }
        assert_eq!(counted(&View::default()), None);
    }
}
