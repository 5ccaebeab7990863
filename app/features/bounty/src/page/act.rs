//! What the connected person can do with this bounty now.

mod claim;
mod counting;
mod next;
mod publish_again;
mod recover;
mod reveal_prediction;
mod reveal_truth;
#[cfg(test)]
mod sample;
pub(super) mod submit;

use bounty::{Action, Phase, Terms, calls};
use leptos::prelude::*;
use protocol::{Address, Amount};

use super::PageState;
use crate::{about::about, names};
use app_core::{
    action::{ActionError, Tools},
    components::pass_time::PassTime,
    wallet::Wallet,
};
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use claim::ClaimPanel;
use next::Next;
use publish_again::PublishAgain;
use reveal_prediction::RevealPredictionPanel;
use reveal_truth::RevealTruthPanel;
use submit::{ReplacePanel, SubmitPanel};

#[component]
pub fn Act(context: PageState, phase: Memo<Option<Phase>>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let tools = Tools::from_context();
    // Compared by value, so that a panel with a half-filled form, or a transaction under way, is not rebuilt by a new
    // block or by what others do; only by another phase or person, to whom the same action means something else.
    let allowed = Memo::new(move |_| {
        let account = wallet.account.get().unwrap_or(Address::ZERO);
        let now = tools.clock.now.get();
        let stored = context.known.with(|known| known.as_ref().map(|known| known.allowed(&account)));
        let told = || context.history.with(|h| h.as_ref().map(|h| h.bounty.allowed(&account, now)));
        let allowed = stored.or_else(told).unwrap_or_default();
        let phase = phase.get();
        // After the deadline withdrawing only loses the stake; whoever claims, or just waits, loses no more than that.
        let useful = |action: &Action| *action != Action::Withdraw || phase == Some(Phase::Open);
        allowed.into_iter().filter(useful).map(|action| (phase, account, action)).collect::<Vec<_>>()
    });
    let ends = Memo::new(move |_| {
        phase.get();
        match context.known.with(|known| known.as_ref().map(|known| known.stored.phase_ends())) {
            Some(stored) => stored,
            None => context.history.with(|h| h.as_ref().and_then(|h| h.bounty.phase_ends(tools.clock.now.get()))),
        }
    });
    view! {
        <div class="stack" id="act">
            {move || {
                let connected = wallet.account.get().is_some();
                let running = phase.get().is_some_and(|p| !p.is_final());
                (!connected && running)
                    .then(|| {
                        view! {
                            <Notice>
                                "You are reading without a wallet. Connect one from the header to take part; everything here stays readable."
                            </Notice>
                        }
                    })
            }}
            <Next context=context phase=phase />
            <For each=move || allowed.get() key=|of| *of children=move |(_, _, action)| panel(action, context) />
            <Slashable context=context />
            <PublishAgain context=context />
            {move || {
                ends.get().map(|end| view! { <PassTime until=end /> })
            }}
        </div>
    }
}

fn panel(action: Action, context: PageState) -> AnyView {
    match action {
        Action::Submit => view! { <SubmitPanel context=context /> }.into_any(),
        Action::Replace => view! { <ReplacePanel context=context /> }.into_any(),
        Action::Claim => view! { <ClaimPanel context=context /> }.into_any(),
        Action::RevealTruth => view! { <RevealTruthPanel context=context /> }.into_any(),
        Action::RevealPrediction => view! { <RevealPredictionPanel context=context /> }.into_any(),
        Action::Withdraw | Action::Cancel | Action::Timeout | Action::Settle | Action::Collect => {
            view! { <Simple action=action context=context /> }.into_any()
        }
        // Told by itself below, to everybody.
        Action::SendStake => ().into_any(),
    }
}

/// An action that needs nothing but a transaction.
#[component]
fn Simple(action: Action, context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let asked = RwSignal::new(false);
    let Some(bounty) = context.bounty() else { return ().into_any() };
    let (id, terms, key) = (bounty.id, bounty.terms, button_id(action));
    // Others may submit or withdraw meanwhile, and an account may be due more.
    let counted = Memo::new(move |_| {
        let account = tools.wallet.account.get().unwrap_or(Address::ZERO);
        let stored = context.known.with(|k| k.as_ref().map(|k| (k.active(), k.stored.due)));
        let told = || context.history.with(|h| h.as_ref().map(|h| (h.bounty.active(), h.bounty.due(&account))));
        stored.or_else(told).unwrap_or_default()
    });
    let said = Memo::new(move |_| {
        let (active, due) = counted.get();
        words_of(action, &terms, active, due)
    });
    // A confirmation is of what was read.
    Effect::new(move || {
        said.get();
        asked.set(false);
    });
    let act = Callback::new(move |()| {
        if said.with_untracked(|(_, class)| *class == "danger") && !asked.get_untracked() {
            asked.set(true);
            return;
        }
        let (active, _) = counted.get_untracked();
        run.start(async move {
            let account = tools.account()?;
            let data = match action {
                // The contract refuses where more are active than the person was told.
                Action::Cancel => calls::cancel(id, active as u32),
                Action::Withdraw => calls::withdraw_in_time(id),
                Action::Timeout => calls::timeout(id),
                Action::Settle => calls::settle(id),
                _ => calls::collect(id, account),
            };
            let title = names::action(action);
            tools
                .transactions
                .send(title, tools.deployment().demand(bounty::BOUNTY_MARKET)?, data, Some(about(id)))
                .await?;
            Ok::<(), ActionError>(())
        });
    });
    let tone = if said.with_untracked(|(_, class)| *class == "primary") { "turn" } else { "" };
    view! {
        <Notice tone=tone>
            <div class="stack tight">
                <p>{move || said.with(|(text, _)| text.clone())}</p>
                <RunState run=run />
                <div class="row">
                    {move || {
                        let label = if asked.get() {
                            format!("Yes, {}", names::action(action).to_lowercase())
                        } else {
                            names::action(action).to_owned()
                        };
                        view! { <BusyButton label=label id=key class=said.with(|(_, class)| *class) busy=run.busy on_press=act /> }
                    }}
                    <Show when=move || asked.get() && !run.busy.get()>
                        <button class="button" type="button" id="keep-as-it-is" on:click=move |_| asked.set(false)>
                            "No, keep it as it is"
                        </button>
                    </Show>
                </div>
            </div>
        </Notice>
    }
    .into_any()
}

/// The id of the button of an action that needs nothing but a transaction.
fn button_id(action: Action) -> &'static str {
    match action {
        Action::Withdraw => "withdraw-submission",
        Action::Cancel => "cancel-bounty",
        Action::Timeout => "end-overdue",
        Action::Settle => "settle",
        _ => "collect",
    }
}

/// What an action does to the person's money, and the class of its button.
fn words_of(action: Action, terms: &Terms, active: usize, due: Amount) -> (String, &'static str) {
    let Terms { stake, reward, .. } = terms;
    match action {
        Action::Withdraw => (
            format!("You have submitted. Until the deadline you can withdraw and get your stake of {stake} MDC back."),
            "",
        ),
        Action::Cancel if active == 0 => ("Nobody has submitted: cancelling returns your whole reward.".to_owned(), ""),
        Action::Cancel => (
            format!(
                "Cancelling now costs your whole reward of {reward} MDC: half is burned, half is shared by the {active} who submitted. You get nothing back."
            ),
            "danger",
        ),
        Action::Timeout if active == 0 => (
            format!(
                "Nobody has submitted. End the bounty, and the reward of {reward} MDC goes back to the requester. Anyone may \
                 do it."
            ),
            "primary",
        ),
        Action::Timeout => (
            format!(
                "The requester did not reveal in time. End the bounty, so that trainers can collect half of the reward of \
                 {reward} MDC and their stakes; the other half is burned. Anyone may do it."
            ),
            "primary",
        ),
        Action::Settle => (
            "The windows are over. Settle the bounty so that everyone is paid. Anyone may do it.".to_owned(),
            "primary",
        ),
        Action::Collect => (format!("{due} MDC are due to you. There is no deadline."), "primary"),
        _ => (String::new(), ""),
    }
}

/// Stakes of claimants who stayed silent above the winner; anyone may send them to the winner.
#[component]
fn Slashable(context: PageState) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let silent = Memo::new(move |_| {
        context.history.with(|h| h.as_ref().map(|h| h.bounty.silent().collect::<Vec<_>>()).unwrap_or_default())
    });
    let slash = Callback::new(move |()| {
        let (Some(id), Some(trainer)) = (
            context.history.with_untracked(|h| h.as_ref().map(|h| h.bounty.id)),
            silent.get_untracked().first().copied(),
        ) else {
            return;
        };
        run.start(async move {
            let title = format!("Slash {}", trainer.short());
            let data = calls::slash_silent(id, trainer);
            tools
                .transactions
                .send(title, tools.deployment().demand(bounty::BOUNTY_MARKET)?, data, Some(about(id)))
                .await?;
            Ok::<(), ActionError>(())
        });
    });
    view! {
        <Show when=move || { tools.wallet.account.get().is_some() && !silent.with(Vec::is_empty) }>
            <Notice>
                <div class="stack tight">
                    <p>
                        {move || {
                            let first = silent.with(|s| s.first().map(Address::short)).unwrap_or_default();
                            format!("{first} made a claim that ranks above the winner's and stayed silent. The stake belongs to the winner; anyone can send it.")
                        }}
                    </p>
                    <RunState run=run />
                    <div class="row">
                        <BusyButton label="Send the stake to the winner" id="slash" busy=run.busy on_press=slash />
                    </div>
                </div>
            </Notice>
        </Show>
    }
}
