//! What is sent to the contract about a job.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use compute_provider::{Act, Look, cannot_judge, choosing::runs, due};
use compute_session::code;
use jobs::{Job, State, Step};
use tokio::task::spawn_local;

use super::{Context, live::Live};
use crate::failure::Failure;

/// Before what was refused is tried again.
const AGAIN: Duration = Duration::from_secs(3);

impl Live {
    /// Does what the chain waits for, one transaction after the other, beside everything else.
    pub fn act(self: &Rc<Self>, context: &Rc<Context>, job: &Job, steps: &[Step], now: u64) {
        if runs(job, context.me) && matches!(job.state, State::Submitted | State::Disputed | State::Settled) {
            self.show();
        }
        let is_soon = self.acted.get().is_some_and(|since| since.elapsed() < AGAIN);
        if self.acting.get() || is_soon {
            return;
        }
        let (act, cannot_judge) = {
            let kept = self.kept.borrow();
            let is_prepared = self.is_prepared();
            let look = Look { id: self.id, job, steps, record: kept.record(), is_prepared, me: context.me, now };
            (due(&look), cannot_judge(&look))
        };
        if cannot_judge {
            self.stop();
            return self.fail(context, code::CANNOT, "it could not be run again in time, which its dispute is told");
        }
        if let Some(until) = lost(job, steps, context) {
            let said =
                format!("the jurors did not find its result right; until {until} `escalate` asks for a second round");
            self.tell(context, "lost", &said);
        }
        let Some(act) = act else { return };
        self.acting.set(true);
        let (live, context) = (self.clone(), context.clone());
        spawn_local(async move {
            let done = act.what.done();
            match send(&context, act).await {
                Ok(()) => live.tell(&context, done, &format!("{done}: in a block")),
                Err(failure) => {
                    live.acted.set(Some(Instant::now()));
                    live.tell(&context, "waits", &failure.to_string());
                }
            }
            live.acting.set(false);
            context.changed.notify_one();
        });
    }
}

/// Until when the provider that lost the first round can ask for another one.
fn lost(job: &Job, steps: &[Step], context: &Context) -> Option<u64> {
    steps.iter().filter(|_| runs(job, context.me)).find_map(|step| match step {
        Step::Escalate { until, .. } => Some(*until),
        _ => None,
    })
}

async fn send(context: &Context, act: Act) -> Result<(), Failure> {
    for call in act.calls {
        context.chain.send(context.contract, call).await?;
    }
    Ok(())
}
