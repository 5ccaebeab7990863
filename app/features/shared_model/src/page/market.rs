//! The prediction market of a model: where it stands, who must act, and the button for it.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Amount,
    shared_model::{
        Model,
        state::{Market, MarketStage, Over},
    },
};

use super::{Shown, market_offer::OfferForm};
use crate::actions::market::{self, HiddenPiece};
use app_core::{
    action::Tools,
    chain::Clock,
    components::{pass_time::PassTime, time::Moment},
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};

#[component]
pub fn MarketPanel(shown: Shown) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let model = Memo::new(move |_| shown.history.with(|h| h.as_ref().map(|h| h.model.clone())));
    // Only a change of stage builds the panel anew, not every second. Read from the history and not from `model`: a
    // view that reads two memos of which one is made of the other misses changes that only the other has.
    let stage = Memo::new(move |_| {
        let now = clock.now.get();
        shown.history.with(|h| h.as_ref().map(|h| h.model.market.as_ref().map(|market| market.stage(now))))
    });
    let mine =
        Memo::new(move |_| shown.history.with(|h| h.as_ref().map(|h| h.model.owner)) == tools.wallet.account.get());
    let connected = Memo::new(move |_| tools.wallet.account.with(Option::is_some));
    let pieces = RwSignal::new(None::<Vec<HiddenPiece>>);
    Effect::new(move || {
        stage.track();
        spawn_local(async move {
            let kept = market::kept_pieces(shown.address).await;
            pieces.try_set(kept);
        });
    });
    move || {
        let Some(model) = model.get() else { return ().into_any() };
        let Some(stage) = stage.get() else { return ().into_any() };
        // Whoever connects meanwhile gets the button.
        connected.track();
        let inner = match (stage, &model.market) {
            (None, _) | (_, None) | (Some(MarketStage::Over(Over::Voided)), _) => nothing(shown, mine.get()),
            (Some(stage), Some(market)) => going_on(shown, &model, market, stage, mine.get(), pieces.get()),
        };
        view! {
            <section class="panel" id="market">
                <header>
                    <h2>"Prediction market"</h2>
                    {stage.map(|s| view! { <span class=format!("chip {}", tone(s))>{name(s)}</span> })}
                </header>
                <div class="body stack">{inner}</div>
            </section>
        }
        .into_any()
    }
}

fn name(stage: MarketStage) -> &'static str {
    match stage {
        MarketStage::Drawing => "Drawing",
        MarketStage::FirstReveal => "First reveal",
        MarketStage::Open => "Open",
        MarketStage::Revealing => "Revealing",
        MarketStage::Training => "Evaluating",
        MarketStage::Over(Over::Paid) => "Paid out",
        MarketStage::Over(Over::Voided) => "Void",
        MarketStage::Over(Over::TimedOut) => "Timed out",
    }
}

fn tone(stage: MarketStage) -> &'static str {
    match stage {
        MarketStage::Open => "live",
        MarketStage::Over(Over::Paid) => "good",
        MarketStage::Over(_) => "bad",
        _ => "warn",
    }
}

fn nothing(shown: Shown, mine: bool) -> AnyView {
    if mine {
        return view! { <OfferForm shown=shown /> }.into_any();
    }
    view! { <p class="soft">"Its owner has not posted a market yet, so nothing can be contributed."</p> }.into_any()
}

fn going_on(
    shown: Shown,
    model: &Model,
    market: &Market,
    stage: MarketStage,
    mine: bool,
    pieces: Option<Vec<HiddenPiece>>,
) -> AnyView {
    view! {
        <dl class="terms">
            <div>
                <dt>"Bounty"</dt>
                <dd>{format!("{} MDC", market.bounty)}</dd>
            </div>
            <div>
                <dt>"Least stake"</dt>
                <dd>{format!("{} MDC", market.min_stake)}</dd>
            </div>
            <div>
                <dt>"Contributions"</dt>
                <dd>{format!("{} of at most {}", market.contributions, market.limit)}</dd>
            </div>
            <div>
                <dt>"Test set"</dt>
                <dd>{format!("{} of {} pieces revealed", market.pieces.len(), market.commitments.len())}</dd>
            </div>
        </dl>
        <Step shown=shown model=model.clone() market=market.clone() stage=stage mine=mine pieces=pieces />
        <Scores model=model.clone() market=market.clone() />
    }
    .into_any()
}

/// What happens next, by whom, and the button of whoever looks.
#[component]
fn Step(
    shown: Shown,
    model: Model,
    market: Market,
    stage: MarketStage,
    mine: bool,
    pieces: Option<Vec<HiddenPiece>>,
) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let connected = tools.wallet.account.get_untracked().is_some();
    let address = model.address;
    let (story, until) = match stage {
        MarketStage::Drawing => (
            "One piece of the test set is drawn by the hash of a block that came after the post, so that nobody could choose it. Anyone can draw.",
            None,
        ),
        MarketStage::FirstReveal => (
            "The owner reveals the drawn piece, so that everybody sees what the test is like. It will not count.",
            None,
        ),
        MarketStage::Open => (
            "Contribute under Teach. The model does not learn yet; every contribution is recorded with its stake.",
            market.closes_at,
        ),
        MarketStage::Revealing => (
            "The owner reveals the other pieces in order. If not in time, anyone can time the market out: stakes go back and the bounty is shared by stake.",
            None,
        ),
        MarketStage::Training => (
            "The contract teaches every contribution in order and counts the test set after each. Anyone can do the next step.",
            None,
        ),
        MarketStage::Over(Over::Paid) => {
            ("Paid out to the balances in this model. Withdraw yours under My data.", None)
        }
        MarketStage::Over(Over::Voided) => ("The market was void; the bounty went back to the owner.", None),
        MarketStage::Over(Over::TimedOut) => {
            ("The owner did not reveal in time. Stakes are back, and the bounty was shared by stake.", None)
        }
    };
    let next = next_piece(&market);
    let left = market::waiting(&model, &market).len();
    let (label, needs_owner) = match stage {
        MarketStage::Drawing => ("Draw the piece".to_owned(), false),
        MarketStage::FirstReveal | MarketStage::Revealing => {
            (next.map_or(String::new(), |i| format!("Reveal piece {}", i + 1)), true)
        }
        MarketStage::Training if left > 0 => {
            (format!("Evaluate, {} left in this pass", format::plural(left as u64, "contribution")), false)
        }
        MarketStage::Training => ("End this pass and pay".to_owned(), false),
        MarketStage::Open | MarketStage::Over(_) => (String::new(), false),
    };
    let missing = needs_owner && mine && pieces.is_none();
    let offered = connected && !label.is_empty() && (!needs_owner || (mine && pieces.is_some()));
    let overdue = matches!(stage, MarketStage::FirstReveal | MarketStage::Revealing | MarketStage::Training);
    let press = Callback::new(move |()| {
        let (model, market, pieces) = (model.clone(), market.clone(), pieces.clone());
        run.start(async move {
            match stage {
                MarketStage::Drawing => {
                    let posted = shown.history.with_untracked(|h| h.as_ref().and_then(market::posted_in));
                    market::draw(tools, address, posted.unwrap_or_default(), run.says()).await
                }
                MarketStage::FirstReveal | MarketStage::Revealing => {
                    let piece = next.zip(pieces).and_then(|(i, p)| p.get(usize::from(i)).cloned().map(|p| (i, p)));
                    match piece {
                        Some((index, piece)) => market::reveal(tools, address, index, &piece).await,
                        None => Ok(()),
                    }
                }
                MarketStage::Training if market::waiting(&model, &market).is_empty() => {
                    market::end_pass(tools, address).await
                }
                MarketStage::Training => market::evaluate(tools, &model, &market).await,
                MarketStage::Open | MarketStage::Over(_) => Ok(()),
            }
        });
    });
    let times_out = Run::new();
    let give_up = Callback::new(move |()| times_out.start(async move { market::timeout(tools, address).await }));
    view! {
        <p>{story}</p>
        {until.map(|at| view! {
            <p class="small soft row tight">"Closes " <Moment at=at /></p>
            <PassTime until=at />
        })}
        {missing
            .then(|| {
                view! {
                    <Notice tone="warn">
                        "This browser does not have the hidden test set. Import your vault in Settings; without it the market times out."
                    </Notice>
                }
            })}
        <RunState run=run />
        <RunState run=times_out />
        <div class="row">
            {offered.then(|| view! { <BusyButton label=label class="primary" busy=run.busy on_press=press /> })}
            {(overdue && connected && !mine)
                .then(|| view! { <BusyButton label="Time out" class="small quiet" busy=times_out.busy on_press=give_up /> })}
        </div>
    }
}

/// The piece to reveal next: the drawn one, then the others in order.
fn next_piece(market: &Market) -> Option<u16> {
    let drawn = market.drawn?;
    if !market.pieces.contains_key(&drawn) {
        return Some(drawn);
    }
    (0..market.commitments.len() as u16).find(|i| !market.pieces.contains_key(i))
}

/// How each contribution scored in the last pass.
#[component]
fn Scores(model: Model, market: Market) -> impl IntoView {
    let Some(pass) = market.trainings.iter().map(|t| t.pass).max() else { return ().into_any() };
    let rows = market.rows();
    let row = |t: &protocol::shared_model::state::Training| {
        let by = t.contributor;
        let text = match t.score {
            0 => "no change".to_owned(),
            s if s > 0 => format!("+{s} of {rows} rows"),
            s => format!("−{} of {rows} rows", s.unsigned_abs()),
        };
        view! {
            <tr>
                <td class="number" data-label="No.">{t.index + 1}</td>
                <td data-label="Contributor">
                    <app_core::components::account::Account address=by />
                </td>
                <td class="number" data-label="Score">{text}</td>
            </tr>
        }
    };
    let last: Vec<_> = market.trainings.iter().filter(|t| t.pass == pass).map(row).collect();
    let paid: Amount = model.market.as_ref().and_then(|m| m.remainder).unwrap_or_default();
    view! {
        <details open>
            <summary>{format!("Scores of pass {}", pass + 1)}</summary>
            <div class="table-wrap">
                <table class="cards">
                    <thead>
                        <tr>
                            <th class="number">"No."</th>
                            <th>"Contributor"</th>
                            <th class="number">"Score"</th>
                        </tr>
                    </thead>
                    <tbody>{last}</tbody>
                </table>
            </div>
            {market
                .over
                .map(|_| view! { <p class="small soft">{format!("{} of the bounty were not earned and went back to the owner.", format::mdc(paid))}</p> })}
        </details>
    }
    .into_any()
}
