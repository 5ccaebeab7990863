//! Posting a prediction market: a hidden test set, a bounty, and how long it is open.

mod hidden_set;

use leptos::{prelude::*, task::spawn_local};
use protocol::Amount;
use shared_model::{
    Model,
    calls::market::Offer,
    market_limits::{CONTRIBUTIONS, PIECES, WINDOW},
};
use web_sys::File;

use super::super::ModelContext;
use crate::actions::market;
use app_core::{
    action::{ActionError, Tools, read_file},
    wallet::Wallet,
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field, file_drop::FileDrop},
    format,
    messages::{
        notice::Problem,
        run::{Run, RunState},
    },
};

use hidden_set::{cut, read_rows};

const MINUTE: u32 = 60;
const DAY: u32 = 86_400;

/// The terms of a market, as typed.
#[derive(Clone, Copy)]
struct OfferTerms {
    bounty: RwSignal<String>,
    stake: RwSignal<String>,
    pieces: RwSignal<String>,
    limit: RwSignal<String>,
    /// Minutes.
    open: RwSignal<String>,
    /// Minutes.
    show: RwSignal<String>,
    /// Minutes.
    window: RwSignal<String>,
}

impl OfferTerms {
    /// On a development chain windows are short, so that a newcomer sees all of it.
    fn new(on_development_chain: bool) -> Self {
        let text = |value: &str| RwSignal::new(value.to_owned());
        let (open, window) = if on_development_chain { ("10", "10") } else { ("10080", "1440") };
        Self {
            bounty: text("100"),
            stake: text("1"),
            pieces: text("4"),
            limit: text("32"),
            open: text(open),
            show: text(window),
            window: text(window),
        }
    }

    /// The offer and the number of pieces, if all is in order.
    fn offer(self) -> Option<(Offer, usize)> {
        let seconds = |minutes: RwSignal<String>| {
            let typed = minutes.with(|text| text.trim().parse::<f64>()).ok();
            let seconds = typed.map(|minutes| (minutes * f64::from(MINUTE)) as u32);
            seconds.filter(|seconds| WINDOW.contains(seconds))
        };
        let count = self.pieces.with(|p| p.trim().parse::<usize>()).ok().filter(|p| PIECES.contains(p))?;
        let offer = Offer {
            commitments: Vec::new(),
            bounty: amount(self.bounty).ok()?,
            stake: amount(self.stake).ok()?,
            limit: self.limit.with(|l| l.trim().parse().ok()).filter(|l| CONTRIBUTIONS.contains(l))?,
            open_seconds: seconds(self.open)?,
            show_window: seconds(self.show)?,
            reveal_window: seconds(self.window)?,
        };
        Some((offer, count))
    }
}

/// An amount of more than nothing, as typed, or why it is none.
fn amount(text: RwSignal<String>) -> Result<Amount, String> {
    match text.with(|text| format::read_mdc(text)) {
        Ok(Amount::ZERO) => Err("More than 0 MDC is needed.".to_owned()),
        Ok(amount) => Ok(amount),
        Err(why) => Err(why.to_string()),
    }
}

/// Why an amount cannot be taken as it is typed.
fn problem(text: RwSignal<String>) -> Signal<Option<String>> {
    Signal::derive(move || amount(text).err())
}

/// What the button does, with the amount that it locks.
fn label(terms: OfferTerms) -> String {
    match amount(terms.bounty) {
        Ok(bounty) => format!("Post the market and lock {}", format::cost(bounty)),
        Err(_) => "Post the market".to_owned(),
    }
}

/// What is still to be done before the market can be posted.
fn missing(rows: Option<usize>, pieces: Option<usize>) -> Option<String> {
    match (rows, pieces) {
        (None, _) => Some("Choose the hidden test set first.".to_owned()),
        (_, None) => Some(format!(
            "Amounts must be more than 0, times {} to {} minutes ({} days), pieces {} to {}, contributions {} to {}.",
            WINDOW.start() / MINUTE,
            format::count((WINDOW.end() / MINUTE).into()),
            WINDOW.end() / DAY,
            PIECES.start(),
            PIECES.end(),
            CONTRIBUTIONS.start(),
            CONTRIBUTIONS.end()
        )),
        (Some(rows), Some(pieces)) if rows < pieces => {
            Some(format!("{} cannot be cut into {pieces} pieces.", format::plural(rows as u64, "row")))
        }
        _ => None,
    }
}

#[component]
pub fn OfferForm(context: ModelContext) -> impl IntoView {
    let tools = Tools::from_context();
    let wallet = expect_context::<Wallet>();
    let chosen = RwSignal::new_local(None::<File>);
    let rows = RwSignal::new(None::<Vec<Vec<u8>>>);
    let problem = RwSignal::new(None::<String>);
    let terms = OfferTerms::new(wallet.on_development_chain());
    let run = Run::new();
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        spawn_local(async move {
            rows.try_set(None);
            let read = match read_file(&file).await {
                Ok(_) if !context.is_there() => return,
                Ok(bytes) => read_rows(context, &bytes),
                Err(e) => Err(e.to_string()),
            };
            problem.try_set(read.as_ref().err().cloned());
            rows.try_set(read.ok());
        });
    });
    let offer = Memo::new(move |_| terms.offer());
    let label = Memo::new(move |_| label(terms));
    let missing =
        move || missing(rows.with(|r| r.as_ref().map(Vec::len)), offer.with(|o| o.as_ref().map(|(_, pieces)| *pieces)));
    let press = Callback::new(move |()| {
        let (Some(rows), Some((offer, count))) = (rows.get_untracked(), offer.get_untracked()) else { return };
        let Some(model) = context.with_model_now(Model::clone) else { return };
        run.start(async move {
            let cut = cut(&rows, count).map_err(ActionError::Feature)?;
            market::post(tools, &model, cut, offer, run.says()).await
        });
    });
    view! {
        <p class="soft">
            "Post a bounty for whoever makes this model better on a test set that only you know. Rows, labels and their salts stay in your vault until you reveal them; export it in Settings, since without them half of the bounty is burned and the contributors get the other half."
        </p>
        <FileDrop
            id="hidden-test-file"
            label="Hidden test set"
            hint="CSV with the model’s columns and a label column, at most 64 rows"
            accept=".csv,text/csv"
            file=chosen
        />
        <Problem error=problem />
        {move || rows.with(|r| r.as_ref().map(|r| view! { <p class="small">{format!("{} read and encoded.", format::plural(r.len() as u64, "row"))}</p> }))}
        <TermsFields terms=terms />
        <RunState run=run />
        <div class="row">
            {move || {
                let disabled = Signal::derive(move || missing().is_some());
                view! { <BusyButton label=label.get() id="post-market" class="primary" busy=run.busy disabled=disabled on_press=press /> }
            }}
            <span class="small soft">{missing}</span>
        </div>
    }
}

#[component]
fn TermsFields(terms: OfferTerms) -> impl IntoView {
    view! {
        <div class="fields">
            <Field id="field-bounty" label="Bounty" value=terms.bounty suffix="MDC" problem=problem(terms.bounty) />
            <Field id="field-least-stake" label="Stake" value=terms.stake suffix="MDC" hint="Of each contribution" problem=problem(terms.stake) />
            <Field id="field-pieces" label="Pieces" value=terms.pieces hint="One is drawn, shown at once, and does not count" />
            <Field id="field-limit" label="Most contributions" value=terms.limit />
            <Field id="field-open-for" label="Open for" value=terms.open suffix="min" />
            <Field id="field-show-window" label="Time to show" value=terms.show suffix="min" hint="For contributors, after it has closed" />
            <Field id="field-window" label="Time to reveal" value=terms.window suffix="min" hint="If you are late, you lose the bounty" />
        </div>
    }
}
