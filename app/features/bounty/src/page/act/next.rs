//! The one next step of whoever looks at a bounty: with what is at stake, until when, and what happens otherwise.

use bounty::{Bounty, Ending, Phase, Submission, SubmissionState};
use leptos::prelude::*;
use protocol::{Address, Amount};

use super::super::PageState;
use app_core::wallet::Wallet;
use app_ui::{format, messages::notice::Notice};

/// What is next for the connected person, if they have a part in it.
#[component]
pub fn Next(context: PageState, phase: Memo<Option<Phase>>) -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let said = Memo::new(move |_| {
        let (person, phase) = (wallet.account.get()?, phase.get()?);
        let active = context.active();
        let told = |bounty: &Bounty| sentence(bounty, &person, phase, active);
        // What the contract stores decides where it is known, but does not say how it ended.
        let known = context.known.with(|known| known.as_ref().map(|known| told(&known.bounty)));
        match known.filter(|_| !phase.is_final()) {
            Some(known) => known,
            None => context.history.with(|h| h.as_ref().and_then(|h| told(&h.bounty))),
        }
    });
    view! {
        {move || {
            said.get()
                .map(|(tone, text)| {
                    view! {
                        <div id="next">
                            <Notice tone=tone>{text}</Notice>
                        </div>
                    }
                })
        }}
    }
}

type Said = (&'static str, String);

/// Tone and sentence of what is next for a person; nothing for whoever has no part in it. The bounty may have this person's
/// submission only; `active` submissions stand.
fn sentence(bounty: &Bounty, person: &Address, phase: Phase, active: usize) -> Option<Said> {
    if let Some(ending) = &bounty.ending {
        return ended(bounty, ending, person);
    }
    if bounty.requester == *person {
        return requesters(bounty, phase, active);
    }
    // While the truth is being looked for nobody can say until when.
    let waits = matches!(phase, Phase::Claiming | Phase::Revealing) && bounty.truth.is_none();
    if waits { None } else { trainers(bounty, bounty.submission(person)?, phase) }
}

fn requesters(bounty: &Bounty, phase: Phase, active: usize) -> Option<Said> {
    let (reward, window) = (bounty.terms.reward, format::duration(bounty.terms.window.into()));
    let truth = bounty.truth_window();
    let lost = format!("you lose your {reward} MDC: half is burned, half goes to the trainers.");
    Some(match phase {
        Phase::Open => (
            "",
            format!(
                "Come back at {}. From then you have {window}, until {}, to reveal the ground truth. If you do not although \
                 somebody has submitted, {lost}",
                format::exact_time(truth.from),
                format::exact_time(truth.until),
            ),
        ),
        Phase::AwaitingTruth if active == 0 => (
            "",
            format!(
                "Nobody has submitted: nothing to do until {}. End the bounty then, and your {reward} MDC come back.",
                format::exact_time(truth.until),
            ),
        ),
        Phase::AwaitingTruth => {
            let until = format::exact_time(truth.until);
            ("turn", format!("Reveal the ground truth below until {until}. If you do not, {lost}"))
        }
        Phase::TruthOverdue if active == 0 => {
            ("turn", format!("Once the bounty is ended below, your {reward} MDC come back."))
        }
        Phase::TruthOverdue => (
            "bad",
            format!(
                "You did not reveal the ground truth by {}: your {reward} MDC are lost. Half is burned, half goes to \
                 the trainers.",
                format::exact_time(truth.until),
            ),
        ),
        Phase::Claiming if active == 0 => (
            "",
            format!("Nobody has submitted. When this window ends, settle the bounty, and your {reward} MDC come back."),
        ),
        Phase::Claiming => ("", "Nothing to do for you: trainers claim their scores, then they reveal.".to_owned()),
        Phase::Revealing => ("", "Nothing to do for you: trainers reveal, and the best one is paid.".to_owned()),
        // The button below says to everybody what is to be done.
        _ => return None,
    })
}

fn trainers(bounty: &Bounty, mine: &Submission, phase: Phase) -> Option<Said> {
    use SubmissionState::{Abandoned, Active, Claimed, Conceded, Slashed, Verified};
    let (stake, window) = (bounty.terms.stake, format::duration(bounty.terms.window.into()));
    let lost = format!("If you do not, your stake of {stake} MDC is lost.");
    let silent = format!(
        "If you do not, you cannot win, and your stake of {stake} MDC is lost unless somebody wins who ranks above your claim."
    );
    let until = |window: Option<bounty::Window>| window.map(|w| format::exact_time(w.until)).unwrap_or_default();
    let truth = format::exact_time(bounty.truth_window().until);
    Some(match (phase, mine.state) {
        (Phase::Open, Active) => (
            "",
            format!(
                "Your stake of {stake} MDC is locked. Look again after {}: the requester then has {window}, until {truth}, to \
                 reveal the ground truth. From that moment you have {window} to claim your score, and after it {window} \
                 to reveal. {lost}",
                format::exact_time(bounty.terms.deadline),
            ),
        ),
        (Phase::AwaitingTruth, Active) => (
            "",
            format!(
                "Wait for the ground truth: the requester has until {truth}. As soon as it is there you have {window} to \
                 claim your score. {lost} If it does not come, half of the reward is shared by the trainers, and your \
                 stake comes back."
            ),
        ),
        (Phase::TruthOverdue, Active) => (
            "turn",
            format!(
                "Once the bounty is ended below, your stake of {stake} MDC and your share of half of the reward can be \
                 collected."
            ),
        ),
        (Phase::Claiming, Active) => {
            ("turn", format!("Claim your score below until {}. {lost}", until(bounty.claim_window())))
        }
        (Phase::Claiming, Claimed) => (
            "",
            format!(
                "You have claimed. Come back between {} and {} to reveal predictions and model. {silent}",
                until(bounty.claim_window()),
                until(bounty.reveal_window()),
            ),
        ),
        (Phase::Revealing, Claimed) => {
            ("turn", format!("Reveal predictions and model below until {}. {silent}", until(bounty.reveal_window()),))
        }
        (Phase::Revealing, Verified) => (
            "",
            format!(
                "You have revealed; nothing more to do. It ends at {} at the latest.",
                until(bounty.reveal_window())
            ),
        ),
        // The button below says to everybody what is to be done.
        (Phase::SettleDue, _) => return None,
        (_, Conceded) => (
            "",
            format!(
                "Your score is below the least that can win; your stake of {stake} MDC comes back when the bounty ends."
            ),
        ),
        (_, Slashed) => {
            ("bad", format!("The chain counted another number than you claimed: your stake of {stake} MDC is lost."))
        }
        (_, Abandoned) => ("bad", format!("You withdrew after the deadline: your stake of {stake} MDC is lost.")),
        (_, Active) => ("bad", format!("You did not claim in time: your stake of {stake} MDC is lost.")),
        _ => return None,
    })
}

fn ended(bounty: &Bounty, ending: &Ending, person: &Address) -> Option<Said> {
    if bounty.requester == *person {
        return Some(ended_for_requester(bounty, ending));
    }
    let mine = bounty.submission(person)?;
    let (stake, due) = (bounty.terms.stake, bounty.due(person));
    // The button below says how much, and that there is no deadline.
    if due.0 > 0 {
        return None;
    }
    if let Ending::Settled { winner, paid, .. } = ending
        && winner == person
    {
        return Some(("good", won(bounty.terms.reward, stake, *paid)));
    }
    Some(match mine.state {
        SubmissionState::Paid => ("good", format!("You have collected {} MDC; nothing more is due.", mine.received)),
        SubmissionState::Withdrawn => return None,
        _ if stake.0 == 0 => return None,
        _ => ("bad", format!("Your stake of {stake} MDC is lost.")),
    })
}

/// What a winner got, part by part: reward, stakes that others lost, own stake.
fn won(reward: Amount, stake: Amount, paid: Amount) -> String {
    let others = Amount(paid.0.saturating_sub(reward.0).saturating_sub(stake.0));
    let lost = if others.0 > 0 { format!(" and {others} MDC of stakes that others lost") } else { String::new() };
    let back = if stake.0 > 0 { format!(", and your stake of {stake} MDC came back") } else { String::new() };
    format!("You won {reward} MDC{lost}{back}.")
}

fn ended_for_requester(bounty: &Bounty, ending: &Ending) -> Said {
    let reward = bounty.terms.reward;
    match ending {
        Ending::Settled { correct, .. } => (
            "good",
            format!(
                "Your {reward} MDC went to the winner, who has {}. The model is below.",
                format::score(*correct, bounty.terms.test_rows)
            ),
        ),
        Ending::Cancelled { burned, .. } if burned.0 == 0 => {
            ("", format!("You cancelled before anyone had submitted: your {reward} MDC came back."))
        }
        Ending::Cancelled { burned, share } => (
            "bad",
            format!("You cancelled: of your {reward} MDC {burned} were burned, and each trainer may collect {share}."),
        ),
        Ending::Forfeited { share, .. } => (
            "bad",
            format!(
                "You did not reveal the ground truth in time: half of your {reward} MDC was burned, and each trainer may \
                 collect {share} of the other half."
            ),
        ),
        Ending::Refunded { .. } => ("", format!("Nobody won: your {reward} MDC came back.")),
    }
}

#[cfg(test)]
mod tests {
    use bounty::TruthReveal;
    use protocol::Digest;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{
        super::sample::{REQUESTER, stored},
        *,
    };

    #[wasm_bindgen_test]
    fn a_requester_loses_the_reward_only_where_submissions_stand() {
        let said = |phase, active| sentence(&stored(), &REQUESTER, phase, active).expect("it is theirs");
        for phase in [Phase::AwaitingTruth, Phase::TruthOverdue, Phase::Claiming] {
            let (_, text) = said(phase, 0);
            assert!(text.contains("your 100 MDC come back") && !text.contains("lose"), "{phase:?}: {text}");
        }
        let (tone, text) = said(Phase::AwaitingTruth, 1);
        assert!(tone == "turn" && text.contains("you lose your 100 MDC"), "{text}");
        let (tone, text) = said(Phase::TruthOverdue, 2);
        assert!(tone == "bad" && text.contains("your 100 MDC are lost"), "{text}");
    }

    #[wasm_bindgen_test]
    fn a_claimant_hears_that_silence_costs_the_stake_also_where_nobody_wins() {
        let mine = Submission { claim: Some(7), ..submission(SubmissionState::Claimed) };
        let trainer = mine.trainer;
        let truth = Some(TruthReveal { digest: Digest::ZERO, at: 1_000, tx: Digest::ZERO });
        let bounty = Bounty { submissions: vec![mine], truth, ..stored() };
        for phase in [Phase::Claiming, Phase::Revealing] {
            let (_, text) = sentence(&bounty, &trainer, phase, 1).expect("it is theirs");
            assert!(text.contains("your stake of 5 MDC is lost unless somebody wins who ranks above"), "{text}");
        }
    }

    #[wasm_bindgen_test]
    fn what_the_button_below_says_is_not_said_above_it_too() {
        assert_eq!(sentence(&stored(), &REQUESTER, Phase::SettleDue, 1), None);
        let mine = submission(SubmissionState::Active);
        let trainer = mine.trainer;
        let ending = Some(Ending::Cancelled { share: Amount::mdc(50), burned: Amount::mdc(50) });
        let bounty = Bounty { submissions: vec![mine], ending, ..stored() };
        assert_eq!(bounty.due(&trainer), Amount::mdc(55));
        assert_eq!(sentence(&bounty, &trainer, Phase::Cancelled, 1), None);
    }

    fn submission(state: SubmissionState) -> Submission {
        Submission {
            trainer: Address([2; 20]),
            order: 1,
            commitment: Digest::ZERO,
            state,
            claim: None,
            reveal: None,
            received: Amount::ZERO,
        }
    }
}
