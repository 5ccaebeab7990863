//! Step 3: what the model is for, and what is paid.

use bounty::{DEFAULT_WINDOW, MAX_DURATION, MAX_WINDOW, MIN_WINDOW};
use leptos::prelude::*;
use protocol::Amount;

use super::{StepButtons, Wizard};
use app_core::forms::draft::Draft;
use app_ui::{controls::field::Field, format};

/// Shortest time that leaves anybody a chance to submit, in minutes.
const LEAST_OPEN: f64 = 1.0;

/// What a person types about a bounty.
#[derive(Clone, Copy)]
pub struct Form {
    pub title: RwSignal<String>,
    pub description: RwSignal<String>,
    pub reward: RwSignal<String>,
    pub stake: RwSignal<String>,
    /// Minutes.
    pub open_for: RwSignal<String>,
    /// Minutes.
    pub window: RwSignal<String>,
    /// Per cent.
    pub least: RwSignal<String>,
    /// All of them, as they are kept until the bounty is posted.
    pub draft: Draft,
    /// Whose clock can be moved, so that short windows harm nobody.
    on_development_chain: bool,
}

/// The form, understood.
#[derive(Clone, Copy, PartialEq)]
pub struct Numbers {
    pub reward: Amount,
    pub stake: Amount,
    /// Seconds.
    pub open_for: u64,
    /// Seconds.
    pub window: u32,
    pub min_correct: u32,
}

impl Form {
    /// On a development chain windows are short, so that a newcomer sees all of it.
    pub fn new(on_development_chain: bool) -> Self {
        let (open_for, window) = if on_development_chain {
            ("10".into(), (MIN_WINDOW / 60).to_string())
        } else {
            ("10080".into(), (DEFAULT_WINDOW / 60).to_string())
        };
        let [title, description] = [String::new(), String::new()].map(RwSignal::new);
        let [reward, stake, least] = ["100", "5", "0"].map(|number| RwSignal::new(number.to_owned()));
        let [open_for, window] = [open_for, window].map(RwSignal::new);
        let draft = Draft::of(
            "bounty",
            [
                ("title", title),
                ("description", description),
                ("reward", reward),
                ("stake", stake),
                ("open for", open_for),
                ("window", window),
                ("least score", least),
            ],
        );
        Self { title, description, reward, stake, open_for, window, least, draft, on_development_chain }
    }

    pub fn title_problem(self) -> Option<String> {
        let title = self.title.get();
        match title.trim().chars().count() {
            0 => Some("Give it a name, so that trainers know what it is.".into()),
            1..=120 => None,
            n => Some(format!("At most 120 characters; this has {n}.")),
        }
    }

    pub fn reward_problem(self) -> Option<String> {
        match format::read_mdc(&self.reward.get()) {
            Ok(Amount(0)) => Some("A bounty needs a reward of more than 0.".into()),
            Ok(_) => None,
            Err(e) => Some(e.to_string()),
        }
    }

    pub fn stake_problem(self) -> Option<String> {
        format::read_mdc(&self.stake.get()).err().map(|e| e.to_string())
    }

    pub fn open_problem(self) -> Option<String> {
        let most = (MAX_DURATION / 60) as f64 - 60.0;
        range(&self.open_for.get(), LEAST_OPEN, most, "minutes")
    }

    pub fn window_problem(self) -> Option<String> {
        range(&self.window.get(), f64::from(MIN_WINDOW) / 60.0, f64::from(MAX_WINDOW) / 60.0, "minutes")
    }

    /// Whether somebody can sleep through a whole window.
    fn window_is_short(self) -> bool {
        let minutes = self.window.get().trim().parse::<f64>();
        !self.on_development_chain && minutes.is_ok_and(|minutes| minutes * 60.0 < f64::from(DEFAULT_WINDOW))
    }

    pub fn least_problem(self) -> Option<String> {
        range(&self.least.get(), 0.0, 100.0, "per cent")
    }

    /// All numbers, if all are in order.
    pub fn numbers(self, test_rows: u32) -> Option<Numbers> {
        let problems = [
            self.title_problem(),
            self.reward_problem(),
            self.stake_problem(),
            self.open_problem(),
            self.window_problem(),
            self.least_problem(),
        ];
        if problems.iter().any(Option::is_some) {
            return None;
        }
        let number = |field: RwSignal<String>| field.get().trim().parse::<f64>().ok();
        Some(Numbers {
            reward: format::read_mdc(&self.reward.get()).ok()?,
            stake: format::read_mdc(&self.stake.get()).ok()?,
            open_for: (number(self.open_for)? * 60.0) as u64,
            window: (number(self.window)? * 60.0).round() as u32,
            min_correct: bounty::scoring::rows_of(number(self.least)?, test_rows),
        })
    }
}

fn range(text: &str, least: f64, most: f64, unit: &str) -> Option<String> {
    match text.trim().parse::<f64>() {
        Ok(number) if (least..=most).contains(&number) => None,
        _ => Some(format!("Write a number of {unit} from {least} to {most}.")),
    }
}

/// Minutes in larger units, where that reads better.
fn minutes(text: &str) -> String {
    match text.trim().parse::<f64>() {
        Ok(minutes) if minutes >= 90.0 => format!("= {}", format::duration((minutes * 60.0) as u64)),
        _ => String::new(),
    }
}

#[component]
pub fn TermsStep(wizard: Wizard) -> impl IntoView {
    let form = wizard.form;
    let rows = wizard.prepared.with_untracked(|p| p.as_ref().map_or(0, |p| p.truth.len() as u32));
    view! {
        <div class="stack">
            <PurposePanel form=form />
            <MoneyPanel form=form />
            <StepButtons
                next="Review"
                ready=Signal::derive(move || form.numbers(rows).is_some())
                missing="Give the bounty a title, and correct what is marked."
                to=super::REVIEW
            />
        </div>
    }
}

#[component]
fn PurposePanel(form: Form) -> impl IntoView {
    view! {
        <section class="panel">
            <header>
                <h2>"What it is for"</h2>
            </header>
            <div class="body stack">
                <Field
                    id="field-title"
                    label="Title"
                    value=form.title
                    hint="Public, for instance: Handwritten digits, 8 × 8 pixels"
                    problem=Signal::derive(move || form.title.with(|t| !t.is_empty()).then(|| form.title_problem()).flatten())
                />
                <div class="field">
                    <label for="description">"Description"</label>
                    <textarea
                        id="description"
                        prop:value=move || form.description.get()
                        on:input=move |event| form.description.set(event_target_value(&event))
                    ></textarea>
                    <span class="hint">"Public. What the columns mean, what a good model is for you, licence of the data."</span>
                </div>
            </div>
        </section>
    }
}

#[component]
fn MoneyPanel(form: Form) -> impl IntoView {
    view! {
        <section class="panel">
            <header>
                <h2>"Money and time"</h2>
            </header>
            <div class="body fields">
                <Field
                    id="field-reward"
                    label="Reward"
                    value=form.reward
                    suffix="MDC"
                    hint="Locked when you post. Goes to the best verified model."
                    problem=Signal::derive(move || form.reward_problem())
                />
                <Field
                    id="field-stake"
                    label="Stake"
                    value=form.stake
                    suffix="MDC"
                    hint="Each trainer locks it; false claims lose it. Discourages spam."
                    problem=Signal::derive(move || form.stake_problem())
                />
                <Field
                    id="field-least-score"
                    label="Minimum score (optional)"
                    value=form.least
                    suffix="%"
                    hint="Below it nobody wins and your reward comes back."
                    problem=Signal::derive(move || form.least_problem())
                />
                <div>
                    <Field
                        id="field-open-for"
                        label="Open for"
                        value=form.open_for
                        suffix="min"
                        hint="Trainers submit until then."
                        problem=Signal::derive(move || form.open_problem())
                    />
                    <span class="small soft">{move || minutes(&form.open_for.get())}</span>
                </div>
                <div>
                    <Field
                        id="field-window"
                        label="Response window"
                        value=form.window
                        suffix="min"
                        hint="Time for each of: you reveal the labels, trainers claim, trainers reveal. Be there for the first."
                        problem=Signal::derive(move || form.window_problem())
                    />
                    <span class="small soft">{move || minutes(&form.window.get())}</span>
                    <Show when=move || form.window_is_short()>
                        <span class="small" id="short-window">
                            "Shorter than a day: who sleeps or travels misses it. You would lose your reward, trainers their stakes."
                        </span>
                    </Show>
                </div>
            </div>
        </section>
    }
}
