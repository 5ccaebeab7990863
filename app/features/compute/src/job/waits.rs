//! Whom a job waits for, until when, and what becomes of the money then.

use app_ui::format;
use compute_session::code;
use jobs::{Dispute, ESCALATE_WINDOW, Job, Run, State};
use protocol::Amount;

/// A sentence, and the moment that it is about.
pub type Wait = (String, Option<u64>);

/// What a job waits for at a moment.
pub fn waits(job: &Job, now: u64) -> Wait {
    let over = job.expires_at().is_some_and(|at| now >= at);
    match (&job.run, job.state) {
        (Some(run), State::Locked) => locked(job, run, over),
        (Some(run), State::Running) => running(job, run, now),
        (Some(run), State::Submitted) => submitted(job, run, over),
        (_, State::Disputed) => job.dispute.as_ref().map_or_else(|| ended(job), |dispute| disputed(dispute, now)),
        (_, State::Posted) => posted(job, now),
        _ => ended(job),
    }
}

fn posted(job: &Job, now: u64) -> Wait {
    let until = job.terms.lock_by();
    if now >= until {
        return (
            "Nobody locked it in time, and no money is in it. The client can withdraw it and post it anew.".into(),
            None,
        );
    }
    let text = "No money is in it yet. The client takes a provider’s quote and locks the money, which leaves ten minutes to start and \
                the time to run.";
    (text.into(), Some(until))
}

fn locked(job: &Job, run: &Run, over: bool) -> Wait {
    let escrow = job.terms.escrow(run.price);
    if over {
        return (
            format!(
                "The provider has not started in time. Anybody can close it: the client gets {} back.",
                format::mdc(escrow)
            ),
            None,
        );
    }
    let locked = format::cost(escrow);
    let text = format!("The client has locked {locked}. The provider starts, or all of it goes back.");
    (text, job.expires_at())
}

fn running(job: &Job, run: &Run, now: u64) -> Wait {
    let promised = match run.agreed {
        0 => "No voucher was shown yet: as it stands, all would go back to the client.".to_owned(),
        agreed => format!(
            "By the last voucher that was shown, {} would be paid ({}).",
            format::plural(agreed, "unit"),
            format::mdc(Amount(run.price.0.saturating_mul(agreed.into())))
        ),
    };
    if now < job.terms.deadline {
        return (
            format!("The provider runs it, and submits the result by the deadline. {promised}"),
            Some(job.terms.deadline),
        );
    }
    if job.expires_at().is_some_and(|at| now < at) {
        let text = format!(
            "The deadline is over without a result. For an hour the provider can still show the client’s vouchers. {promised}"
        );
        return (text, job.expires_at());
    }
    (format!("The deadline is over without a result. Anybody can close it. {promised}"), None)
}

fn submitted(job: &Job, run: &Run, over: bool) -> Wait {
    let (units, pay) = (job.paid_units(run), Amount(run.price.0.saturating_mul(job.paid_units(run).into())));
    let back = Amount(job.terms.escrow(run.price).0.saturating_sub(pay.0));
    let split = format!(
        "{} for {} to the provider, {} back to the client",
        format::mdc(pay),
        format::plural(units, "unit"),
        format::mdc(back)
    );
    if over {
        return (format!("Nobody challenged the result in time. Anybody can close it: {split}."), None);
    }
    let text = format!(
        "The result is there. The client looks at it: accepting it pays at once ({split}). Whoever finds it wrong can challenge it under a bond. \
         If nobody does, it is paid when the time is over."
    );
    (text, job.expires_at())
}

fn disputed(dispute: &Dispute, now: u64) -> Wait {
    let open = |until: u64, text: &str| (text.to_owned(), Some(until));
    if !dispute.drawn {
        let until = dispute.concludes_at();
        return if now < until {
            open(until, "The result is disputed. Anybody can draw the jurors, by the hash of a block.")
        } else {
            ("Nobody drew the jurors in time. Anybody can close the dispute: bonds go back, and the last voucher counts.".into(), None)
        };
    }
    if now < dispute.commit_by {
        return open(
            dispute.commit_by,
            "The jurors run it again, and commit to what they found. Who is silent loses a part of its deposit.",
        );
    }
    if now < dispute.reveal_by {
        return open(
            dispute.reveal_by,
            "The jurors reveal what they found, and the provider shows to what it committed.",
        );
    }
    let until = dispute.reveal_by + ESCALATE_WINDOW;
    if dispute.round == 1 && now < until {
        return open(
            until,
            "The jurors have spoken. The side that lost may ask once for a second round, of three times as many jurors.",
        );
    }
    ("The dispute is over. Anybody can close it, and everything is paid by what the jurors found.".into(), None)
}

fn ended(job: &Job) -> Wait {
    let (paid, back) = job.parts();
    let (paid, back) = (format::mdc(paid), format::mdc(back));
    let text = match job.state {
        State::Settled => format!("It is done: {paid} for the provider, {back} back to the client."),
        State::Partial => {
            format!(
                "It stopped before all of it was computed: {paid} for the provider, as the client’s last voucher promised, and \
                 {back} back to the client."
            )
        }
        State::Refunded => format!("It ended without pay: {back} back to the client."),
        State::Slashed => format!("The result was wrong: {back} back to the client, and the provider lost its stake."),
        _ => "It was withdrawn before any money was locked.".to_owned(),
    };
    let why = job.run.as_ref().and_then(|run| code::sentence(run.code));
    let text = match why {
        Some(why) => format!("{text} {why}"),
        None => text,
    };
    (text, None)
}
