//! What the page calls phases, states and actions, and what they mean for a person's money and data.

use app_ui::format;
use bounty::{Action, Bounty, Coming, Depends, Ending, Phase, Reliability, Standing};

/// Name, icon and tone of a phase's chip.
pub fn phase(phase: Phase) -> (&'static str, &'static str, &'static str) {
    match phase {
        Phase::Open => ("Open", "flag", "live"),
        Phase::AwaitingTruth => ("Awaiting ground truth", "clock", "warn"),
        Phase::TruthOverdue => ("Ground truth overdue", "warn", "bad"),
        Phase::Claiming => ("Claiming", "scale", "warn"),
        Phase::Revealing => ("Revealing", "eye", "warn"),
        Phase::SettleDue => ("Ready to settle", "turn", "warn"),
        Phase::Settled => ("Settled", "check", "good"),
        Phase::Cancelled => ("Cancelled", "cross", ""),
        Phase::Forfeited => ("Forfeited", "cross", "bad"),
        Phase::Refunded => ("Refunded", "turn", ""),
    }
}

/// Who must act in a phase, and what happens if they do not; `active` submissions stand. Where none does once submitting is
/// over, the reward goes back to the requester.
pub fn phase_story(phase: Phase, active: usize) -> &'static str {
    match phase {
        Phase::AwaitingTruth if active == 0 => {
            "Nobody has submitted, so nothing has to be revealed. When this window ends, anyone can end the bounty, and the \
             reward goes back to the requester."
        }
        Phase::TruthOverdue if active == 0 => {
            "Nobody has submitted. Anyone can end the bounty now, and the reward goes back to the requester."
        }
        Phase::Claiming if active == 0 => {
            "Nobody has submitted. When this window ends, anyone can settle the bounty, and the reward goes back to the \
             requester."
        }
        Phase::Open => {
            "Trainers submit until the deadline. They lock a stake and commit to predictions and a model without \
             showing either."
        }
        Phase::AwaitingTruth => {
            "The requester must reveal the ground truth before this window ends. If not, half of the reward is burned, the \
             trainers share the other half, and their stakes go back."
        }
        Phase::TruthOverdue => {
            "The requester missed the window. Anyone can end the bounty now: half of the reward is burned, the trainers \
             share the other half, and their stakes go back."
        }
        Phase::Claiming => {
            "Trainers claim their scores now. Whoever has not claimed when this window ends loses the stake."
        }
        Phase::Revealing => {
            "Claimants reveal their predictions and the chain counts. The best verified reveal wins; a false claim \
             loses its stake at once."
        }
        Phase::SettleDue => "The windows are over. Anyone can settle the bounty now; the contract pays whoever is due.",
        Phase::Settled => "The best verified reveal was paid. Its model is public.",
        Phase::Cancelled => {
            "The requester cancelled. The reward went back if nobody had submitted; otherwise half of it was burned."
        }
        Phase::Forfeited => {
            "The requester never revealed the ground truth. The trainers share half of the reward and get their stakes back; \
             the other half was burned."
        }
        Phase::Refunded => "No reveal was valid. The reward went back to the requester; lost stakes were burned.",
    }
}

/// How the words about a requester's reliability look: whoever cost trainers their work stands out.
pub fn reliability(reliability: &Reliability) -> &'static str {
    if reliability.is_bad() { "small missed" } else { "small soft" }
}

/// Name and tone of a submission's chip.
pub fn submission(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Committed => ("Submitted", ""),
        Standing::NotClaimed => ("Not claimed: stake lost", "bad"),
        Standing::ShareDue => ("Share and stake to collect", "good"),
        Standing::Withdrawn => ("Withdrawn", ""),
        Standing::Abandoned => ("Withdrawn late: stake lost", "bad"),
        Standing::Claimed => ("Claimed", "warn"),
        Standing::NotRevealed => ("Not revealed: stake lost", "bad"),
        Standing::Conceded => ("Below minimum", ""),
        Standing::Verified => ("Verified", "good"),
        Standing::StakeDue => ("Stake to collect", ""),
        Standing::Slashed => ("Stake lost", "bad"),
        Standing::Paid => ("Paid", "good"),
    }
}

/// How a bounty ended, by what became of the money; nothing while it goes on.
pub fn ending_story(bounty: &Bounty) -> Option<String> {
    Some(match bounty.ending.as_ref()? {
        Ending::Settled { .. } => return None,
        Ending::Cancelled { burned, .. } if burned.0 == 0 => {
            "The requester cancelled before anyone had submitted, and the reward went back.".to_owned()
        }
        Ending::Cancelled { share, burned } => format!(
            "The requester cancelled. Half of the reward, {burned} MDC, was burned; each active trainer may collect {share} \
             MDC and the stake."
        ),
        Ending::Forfeited { share, burned } => format!(
            "The requester never revealed the ground truth. Half of the reward and whatever stakes were lost, {burned} MDC, \
             were burned; each active trainer may collect {share} MDC and the stake."
        ),
        Ending::Refunded { reward, .. } if bounty.active() == 0 => {
            format!("Nobody had a submission at the end, and the reward of {reward} MDC went back to the requester.")
        }
        Ending::Refunded { reward, burned } => format!(
            "No reveal was valid. The reward of {reward} MDC went back to the requester; {burned} MDC of lost stakes were \
             burned."
        ),
    })
}

/// What to do, for buttons and reminders.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::Submit => "Submit predictions",
        Action::Replace => "Replace the submission",
        Action::Withdraw => "Withdraw",
        Action::Cancel => "Cancel the bounty",
        Action::RevealTruth => "Reveal the ground truth",
        Action::Claim => "Claim your score",
        Action::RevealPrediction => "Reveal your predictions",
        Action::Timeout => "End the overdue bounty",
        Action::Settle => "Settle the bounty",
        Action::Collect => "Collect what is due to you",
        Action::SendStake => "Have the stake of a silent claimant sent to you",
    }
}

/// What a person loses by not acting.
pub fn stake_of_waiting(action: Action) -> &'static str {
    match action {
        Action::RevealTruth => {
            "If you do not although somebody has submitted, you lose the reward: half is burned, half goes to the trainers."
        }
        Action::Claim => "If you do not, your stake is lost.",
        Action::RevealPrediction => {
            "If you do not, you cannot win, and your stake is lost unless somebody wins who ranks above your claim."
        }
        Action::Timeout => "Until somebody does, what belongs to you stays locked.",
        Action::Settle => "Until somebody does, nobody is paid.",
        Action::Collect | Action::SendStake => "It waits for you; there is no deadline.",
        Action::Submit | Action::Replace | Action::Withdraw | Action::Cancel => "",
    }
}

/// On what a window that is still to come depends; nothing where that is time alone.
pub fn depends(coming: &Coming) -> String {
    let window = coming.window;
    let length = format::duration(window.until - window.from);
    match coming.depends {
        Depends::Nothing => String::new(),
        Depends::Truth { later } => format!(
            "This depends on when the requester reveals the ground truth: it begins {} at the earliest and up to {} later, \
             lasts {length}, and does not come at all if the truth is not revealed in time. Here is the earliest that it can \
             be; look at the bounty then.",
            format::exact_time(window.from),
            format::duration(later + 1)
        ),
        Depends::OwnClaim => "This depends on you: it comes only if you claim your score before.".to_owned(),
    }
}
