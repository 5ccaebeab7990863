//! Posting a prediction market: a hidden test set, a bounty, and how long it is open.

use contracts::calls::market::Offer;
use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Amount, Digest,
    shared_model::{Original, table::Table},
};
use web_sys::File;

use super::{Shown, form};
use crate::actions::market::{self, HiddenPiece};
use app_core::{
    action::{Tools, read_file},
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

/// Most rows of a hidden test set: each is asked after each contribution, on chain.
const MOST_ROWS: usize = 64;
/// Pieces that a test set may be cut into.
const PIECES: std::ops::RangeInclusive<usize> = 2..=16;

#[component]
pub fn OfferForm(shown: Shown) -> impl IntoView {
    let tools = Tools::from_context();
    let wallet = expect_context::<Wallet>();
    let chosen = RwSignal::new_local(None::<File>);
    let rows = RwSignal::new(None::<Vec<Vec<u8>>>);
    let problem = RwSignal::new(None::<String>);
    let text = |value: &str| RwSignal::new(value.to_owned());
    let (open, window) = if wallet.on_development_chain() { ("10", "10") } else { ("10080", "1440") };
    let (bounty, stake, pieces, limit) = (text("100"), text("1"), text("4"), text("32"));
    let (open, window) = (text(open), text(window));
    let run = Run::new();
    Effect::new(move || {
        let Some(file) = chosen.get() else { return };
        spawn_local(async move {
            rows.try_set(None);
            let read = match read_file(&file).await {
                Ok(bytes) => read_rows(shown, &bytes),
                Err(e) => Err(e.to_string()),
            };
            problem.try_set(read.as_ref().err().cloned());
            rows.try_set(read.ok());
        });
    });
    let offer = Memo::new(move |_| {
        let minutes = |t: RwSignal<String>| t.with(|t| t.trim().parse::<f64>()).ok().filter(|m| *m > 0.0 && *m < 1e6);
        let amount = |t: RwSignal<String>| t.with(|t| t.trim().parse::<Amount>()).ok().filter(|a| a.0 > 0);
        let count = pieces.with(|p| p.trim().parse::<usize>()).ok().filter(|p| PIECES.contains(p))?;
        let offer = Offer {
            commitments: Vec::new(),
            bounty: amount(bounty)?,
            min_stake: amount(stake)?,
            limit: limit.with(|l| l.trim().parse().ok()).filter(|l| (1..=256).contains(l))?,
            open_seconds: (minutes(open)? * 60.0) as u32,
            reveal_window: (minutes(window)? * 60.0) as u32,
        };
        Some((offer, count))
    });
    let missing = move || {
        let enough = rows.with(|r| r.as_ref().map(Vec::len));
        match (enough, offer.get()) {
            (None, _) => Some("Choose the hidden test set first.".to_owned()),
            (_, None) => Some(format!(
                "Amounts and times must be more than 0, pieces {} to {}, contributions 1 to 256.",
                PIECES.start(),
                PIECES.end()
            )),
            (Some(rows), Some((_, pieces))) if rows < pieces => {
                Some(format!("{} cannot be cut into {pieces} pieces.", format::plural(rows as u64, "row")))
            }
            _ => None,
        }
    };
    let press = Callback::new(move |()| {
        let (Some(rows), Some((offer, count))) = (rows.get_untracked(), offer.get_untracked()) else { return };
        let Some(model) = shown.history.with_untracked(|h| h.as_ref().map(|h| h.model.clone())) else { return };
        run.start(async move {
            let cut = cut(&rows, count).map_err(app_core::action::ActionError::Feature)?;
            market::post(tools, &model, cut, offer, run.says()).await
        });
    });
    view! {
        <p class="soft">
            "Post a bounty for whoever makes this model better on a test set that only you know. Rows, labels and their salts stay in your vault until you reveal them; export it in Settings, since without them the bounty goes to the contributors."
        </p>
        <FileDrop
            label="Hidden test set"
            hint="CSV with the model’s columns and a label column, at most 64 rows"
            accept=".csv,text/csv"
            file=chosen
        />
        <Problem error=problem />
        {move || rows.with(|r| r.as_ref().map(|r| view! { <p class="small">{format!("{} read and encoded.", format::plural(r.len() as u64, "row"))}</p> }))}
        <div class="fields">
            <Field label="Bounty" value=bounty suffix="MDC" />
            <Field label="Least stake" value=stake suffix="MDC" hint="Of each contribution" />
            <Field label="Pieces" value=pieces hint="One is drawn, shown at once, and does not count" />
            <Field label="Most contributions" value=limit />
            <Field label="Open for" value=open suffix="min" />
            <Field label="Time to reveal" value=window suffix="min" hint="If you are late, the bounty is shared by stake" />
        </div>
        <RunState run=run />
        <div class="row">
            <BusyButton
                label="Post the market"
                class="primary"
                busy=run.busy
                disabled=Signal::derive(move || missing().is_some())
                on_press=press
            />
            <span class="small soft">{missing}</span>
        </div>
    }
}

/// Rows as the contract reads them: label, length of the sample, sample.
fn read_rows(shown: Shown, bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let table = Table::read(bytes, None).map_err(|e| e.to_string())?;
    if table.rows.len() > MOST_ROWS {
        return Err(format!(
            "The file has {} rows; at most {MOST_ROWS} can be counted on chain after every contribution.",
            table.rows.len()
        ));
    }
    let names = shown.classes();
    let kind = shown
        .metadata
        .get_untracked()
        .and_then(Result::ok)
        .and_then(|m| m.encoder.build().ok())
        .map(|e| e.original())
        .ok_or("The model's description is not there, so nothing can be encoded for it.")?;
    let mut rows = Vec::new();
    for (i, (cells, label)) in table.rows.iter().enumerate() {
        let class = &table.classes[usize::from(*label)];
        let label = names.iter().position(|name| name == class).ok_or_else(|| {
            format!("Row {} is labelled “{class}”, which is no class of this model ({}).", i + 1, names.join(", "))
        })?;
        let original: Original = Table::original(cells, &kind);
        let sample = form::encode(shown, &original).map_err(|why| format!("Row {}: {why}", i + 1))?.to_bytes();
        let mut row = (label as u16).to_be_bytes().to_vec();
        row.extend((sample.len() as u16).to_be_bytes());
        row.extend(sample);
        rows.push(row);
    }
    Ok(rows)
}

/// Shuffles rows and cuts them into pieces of nearly equal size, each with a salt of its own. All of it from the
/// browser's source of randomness: whoever could guess it would know the test.
fn cut(rows: &[Vec<u8>], count: usize) -> Result<Vec<HiddenPiece>, String> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    for last in (1..order.len()).rev() {
        let random = u32::from_be_bytes(random::<4>()?) as usize;
        order.swap(last, random % (last + 1));
    }
    (0..count)
        .map(|piece| {
            let some = order.iter().skip(piece).step_by(count);
            let bytes: Vec<u8> = some.flat_map(|row| rows[*row].iter().copied()).collect();
            Ok(HiddenPiece { salt: Digest(random::<32>()?), rows: hex::encode(bytes) })
        })
        .collect()
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    let crypto = window().crypto().map_err(|_| "This browser has no source of randomness.")?;
    crypto.get_random_values_with_u8_array(&mut bytes).map_err(|_| "This browser has no source of randomness.")?;
    Ok(bytes)
}
