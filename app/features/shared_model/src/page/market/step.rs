use leptos::prelude::*;
use shared_model::{
    Model,
    hidden_set::HiddenPiece,
    state::{Market, MarketStage, Over},
};

use super::{super::ModelContext, Runs, Seen};
use crate::actions::market;
use app_core::{
    action::{ActionError, Tools},
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

/// What happens next, by whom, and the button of whoever looks.
#[component]
pub fn Step(
    context: ModelContext,
    model: Model,
    market: Market,
    stage: MarketStage,
    seen: Seen,
    runs: Runs,
    pieces: Option<Vec<HiddenPiece>>,
) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let Runs { step: run, times_out, .. } = runs;
    let (connected, mine) = (seen.account.is_some(), seen.mine);
    let address = model.address;
    // The time to show stands beside its button.
    let until = if stage == MarketStage::Showing { None } else { market.until(clock.now.get_untracked()) };
    let sequenced = stage == MarketStage::Drawing && app_core::chain::has_one_sequencer(tools.deployment().chain_id);
    // What is taught and counted is in the events; everything else the contract knows.
    let waits = stage == MarketStage::Training && context.history.with_untracked(Option::is_none);
    let (label, needs_owner) = if waits { (String::new(), false) } else { button(stage, &model, &market) };
    let missing = needs_owner && mine && pieces.is_none();
    let offered = connected && !label.is_empty() && (!needs_owner || (mine && pieces.is_some()));
    let ends = matches!(stage, MarketStage::FirstReveal | MarketStage::Revealing | MarketStage::Training);
    // Others may try before, since steps within a contribution are in no event; the chain says when it is time. The owner is
    // not offered to end the own market while it can go on, but must be able to where it cannot: what nobody has shown
    // anything for comes back by that alone.
    let late = Memo::new(move |_| ends && until.is_some_and(|until| clock.now.get() >= until));
    let reveals = matches!(stage, MarketStage::FirstReveal | MarketStage::Revealing);
    let press = Callback::new(move |()| {
        run.start(advance(tools, run, stage, model.clone(), market.clone(), pieces.clone()));
    });
    let give_up = Callback::new(move |()| times_out.start(async move { market::timeout(tools, address).await }));
    view! {
        <p>{story(stage)}</p>
        {sequenced
            .then(|| {
                view! { <Notice tone="warn">"On this network one sequencer makes every block, so that it could choose what is drawn."</Notice> }
            })}
        {until.map(|at| view! {
            <p class="small soft row tight">{if stage == MarketStage::Open { "Closes " } else { "Ends " }} <Moment at=at /></p>
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
            <Show when=move || offered && !(reveals && late.get())>
                <BusyButton label=label.clone() id=button_id(stage) class="primary" busy=run.busy on_press=press />
            </Show>
            <Show when=move || ends && connected && (!mine || late.get())>
                <BusyButton label="End the market if its time is over" class="small quiet" busy=times_out.busy on_press=give_up />
            </Show>
        </div>
    }
}

/// What a stage is for, and who acts.
fn story(stage: MarketStage) -> &'static str {
    match stage {
        MarketStage::Drawing => {
            "One piece of the test set is drawn by the hash of a block that came after the post, so that nobody could choose it. Anyone can draw. After 8,191 blocks the hash is gone, and the bounty is burned."
        }
        MarketStage::FirstReveal => {
            "The owner reveals the drawn piece, so that everybody sees what the test is like. It will not count. If not in time, the bounty is burned."
        }
        MarketStage::Open => {
            "Commit to contributions under Teach. Nobody sees them yet, and the model does not learn yet; each locks the stake."
        }
        MarketStage::Showing => {
            "The market is closed, and contributors show what they committed to. The stake of what is not shown goes to the pot."
        }
        MarketStage::Revealing => {
            "The owner reveals the other pieces in order. If not in time, anyone can time the market out: stakes go back, half of the pot is burned, and the contributors share the other half. Where nobody has shown a contribution, the pot goes back to the owner."
        }
        MarketStage::Training => {
            "The contract teaches every contribution in order and counts the test set after each, a large one in several steps. Anyone can do the next step. After three days without one, and after 30 days in any case, anyone can end it: stakes go back and the pot is burned."
        }
        MarketStage::Over(Over::Paid) => "Paid out to the balances in this model. Withdraw yours under My data.",
        MarketStage::Over(Over::Voided) => {
            "The market is void and its bounty burned: the draw lapsed, or the drawn piece was not revealed."
        }
        MarketStage::Over(Over::TimedOut) => {
            "The market ended before it was evaluated. Stakes of what was shown are back; the pot was burned, or half of it where the owner did not reveal in time, or nothing where nobody had shown a contribution by then."
        }
    }
}

/// The words on the button, and whether only the owner can press it. Empty where nothing is to be done.
fn button(stage: MarketStage, model: &Model, market: &Market) -> (String, bool) {
    let next = next_piece(market);
    let left = market::waiting(model, market).len();
    match stage {
        MarketStage::Drawing => ("Draw the piece".to_owned(), false),
        MarketStage::FirstReveal | MarketStage::Revealing => {
            (next.map_or(String::new(), |i| format!("Reveal piece {}", i + 1)), true)
        }
        MarketStage::Training if left > 0 => {
            (format!("Evaluate, {} left in this pass", format::plural(left as u64, "contribution")), false)
        }
        MarketStage::Training => ("End this pass and pay".to_owned(), false),
        MarketStage::Open | MarketStage::Showing | MarketStage::Over(_) => (String::new(), false),
    }
}

/// The id of the button of a stage.
fn button_id(stage: MarketStage) -> &'static str {
    match stage {
        MarketStage::Drawing => "draw-piece",
        MarketStage::FirstReveal | MarketStage::Revealing => "reveal-piece",
        MarketStage::Training => "evaluate",
        // They have none.
        MarketStage::Open | MarketStage::Showing | MarketStage::Over(_) => "",
    }
}

/// Takes the next step of the market.
async fn advance(
    tools: Tools,
    run: Run,
    stage: MarketStage,
    model: Model,
    market: Market,
    pieces: Option<Vec<HiddenPiece>>,
) -> Result<(), ActionError> {
    let address = model.address;
    match stage {
        MarketStage::Drawing => market::draw(tools, address, market.posted_block, run.says()).await,
        MarketStage::FirstReveal | MarketStage::Revealing => {
            let index = next_piece(&market);
            let piece = index.zip(pieces).and_then(|(i, p)| p.get(usize::from(i)).cloned().map(|p| (i, p)));
            match piece {
                Some((index, piece)) => market::reveal(tools, address, index, &piece).await,
                None => Ok(()),
            }
        }
        MarketStage::Training if market::waiting(&model, &market).is_empty() => market::end_pass(tools, address).await,
        MarketStage::Training => market::evaluate(tools, &model, &market, run.says()).await,
        MarketStage::Open | MarketStage::Showing | MarketStage::Over(_) => Ok(()),
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
