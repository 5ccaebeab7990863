//! The prediction market of a model: where it stands, who must act, and the button for it.

mod offer;
mod show;
mod step;

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, Amount};
use shared_model::{
    Model,
    hidden_set::HiddenPiece,
    state::{Market, MarketStage, Over},
};

use super::ModelContext;
use crate::actions::market;
use app_core::{action::Tools, chain::Clock, components::account::Account};
use app_ui::{format, messages::run::Run};
use offer::OfferForm;
use show::Show;
use step::Step;

#[component]
pub fn MarketPanel(context: ModelContext) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let model = Memo::new(move |_| context.with_model(Model::clone));
    // Only a change of stage builds the panel anew, not every second. Read from the context and not from `model`: a
    // view that reads two memos of which one is made of the other misses changes that only the other has.
    let stage = Memo::new(move |_| {
        let now = clock.now.get();
        context.with_model(|model| model.market.as_ref().map(|market| market.stage(now)))
    });
    // Duties and buttons are those of one account: for another one all is built anew.
    let seen = Memo::new(move |_| {
        let account = tools.wallet.account.get();
        let mine = account.is_some() && context.with_model(|model| model.owner) == account;
        stage.get().map(|stage| Seen { stage, account, mine })
    });
    let pieces = RwSignal::new(None::<Vec<HiddenPiece>>);
    Effect::new(move || {
        let Some(market) = model.with(|model| model.as_ref().and_then(|model| model.market.clone())) else { return };
        spawn_local(async move {
            let kept = market::kept_pieces(context.address, &market).await;
            pieces.try_set(kept);
        });
    });
    move || {
        let Some(seen) = seen.get() else { return ().into_any() };
        let stage = seen.stage;
        let runs = Runs::new();
        let inner = match stage {
            // What is being filled in stays when the model changes.
            None | Some(MarketStage::Over(Over::Voided)) => nothing(context, seen.mine),
            Some(stage) => {
                let going_on = move || {
                    let model = model.get()?;
                    let market = model.market.clone()?;
                    Some(going_on(context, model, market, stage, (seen, runs), pieces.get()))
                };
                going_on.into_any()
            }
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

/// Where the market stands, and who looks.
#[derive(Clone, Copy, PartialEq)]
struct Seen {
    /// `None` where there is no market.
    stage: Option<MarketStage>,
    account: Option<Address>,
    /// Whether the account is the model's owner.
    mine: bool,
}

/// What this account has begun in this stage. It outlives what is shown of the market, which every event builds anew.
#[derive(Clone, Copy)]
struct Runs {
    show: Run,
    step: Run,
    times_out: Run,
}

impl Runs {
    fn new() -> Self {
        Self { show: Run::new(), step: Run::new(), times_out: Run::new() }
    }
}

fn name(stage: MarketStage) -> &'static str {
    match stage {
        MarketStage::Drawing => "Drawing",
        MarketStage::FirstReveal => "First reveal",
        MarketStage::Open => "Open",
        MarketStage::Showing => "Showing",
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

fn nothing(context: ModelContext, mine: bool) -> AnyView {
    if mine {
        return view! { <OfferForm context=context /> }.into_any();
    }
    view! { <p class="soft">"Its owner has not posted a market yet, so nothing can be contributed."</p> }.into_any()
}

fn going_on(
    context: ModelContext,
    model: Model,
    market: Market,
    stage: MarketStage,
    (seen, runs): (Seen, Runs),
    pieces: Option<Vec<HiddenPiece>>,
) -> AnyView {
    let shows = stage == MarketStage::Showing;
    view! {
        <dl class="terms">
            <div>
                <dt>"Bounty"</dt>
                <dd>{format!("{} MDC", market.bounty)}</dd>
            </div>
            <div>
                <dt>"Stake"</dt>
                <dd>{format!("{} MDC", market.stake)}</dd>
            </div>
            <div>
                <dt>"Commitments"</dt>
                <dd>{format!("{} of at most {}, {} shown", market.entries.len(), market.limit, market.entries.len() - market.unshown())}</dd>
            </div>
            <div>
                <dt>"Test set"</dt>
                <dd>{format!("{} of {} pieces revealed", market.pieces.len(), market.commitments.len())}</dd>
            </div>
        </dl>
        {shows.then(|| view! { <Show model=model.clone() market=market.clone() account=seen.account run=runs.show /> })}
        <Step context=context model=model.clone() market=market.clone() stage=stage seen=seen runs=runs pieces=pieces />
        <Scores model=model market=market />
    }
    .into_any()
}

/// How each contribution scored in the last pass.
#[component]
fn Scores(model: Model, market: Market) -> impl IntoView {
    let Some(pass) = market.trainings.iter().map(|t| t.pass).max() else { return ().into_any() };
    let rows = market.rows();
    let row = |t: &shared_model::state::Training| {
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
                    <Account address=by />
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
                .map(|_| view! { <p class="small soft">{format!("{} of bounty and stakes were earned by nobody and went to the owner.", format::mdc(paid))}</p> })}
        </details>
    }
    .into_any()
}
