//! What the wallet is asked for: each once by itself, and then behind a button.

use std::rc::Rc;

use app_core::{action::ActionError, routes, transactions::About};
use compute_provider::{Act, Look, What, cannot_judge, choosing::runs, due, offering};
use compute_session::{Signature, SignedQuote, code};
use jobs::{Job, Quote, State, Step, typed_data};
use leptos::{prelude::GetUntracked, task::spawn_local};

use super::{
    Tab,
    live::{Live, Prepared},
};
use crate::lending::{kept::Asked, view::Waits};

/// Seconds for which a quote that is given once more can be locked at least.
const FRESH: u64 = 60;
/// Milliseconds in which the page reads from the chain what it has sent.
const READ: f64 = 8_000.0;
/// What a client is told whose quote was not signed.
const UNSIGNED: &str = "Whoever lends this machine has not signed a quote for this job. Ask another one.";

impl Live {
    /// Answers who asks for a quote: with the one that was signed, or with one that the wallet is asked to sign.
    pub fn quote(self: &Rc<Self>, tab: &Rc<Tab>, job: &Job, nonce: u64, now: u64) {
        let Some(prepared) = self.prepared() else { return };
        let signed = self.kept.look(|kept| kept.record.quote);
        if let Some(signed) = signed.filter(|signed| now + FRESH < signed.quote.expiry) {
            self.is_asked.set(false);
            return prepared.side.with(|side| side.quote(signed));
        }
        if self.kept.look(|kept| kept.is_refused) {
            return self.decline(tab, UNSIGNED);
        }
        if self.is_asking.replace(true) {
            return;
        }
        let quote = offering::quote(tab.me, tab.settings().offer.price, nonce, job, now, offering::QUOTED);
        let (live, tab) = (self.clone(), tab.clone());
        spawn_local(async move {
            if let Err(error) = live.signs(&tab, quote).await {
                let kept = live.kept.change(|kept| kept.is_refused = true).await;
                live.decline(&tab, UNSIGNED);
                tab.says(live.id, &kept.map_or_else(|error| error.to_string(), |()| error.to_string()));
            }
            live.is_asked.set(false);
            live.is_asking.set(false);
            tab.lending.wake_up();
        });
    }

    async fn signs(&self, tab: &Tab, quote: Quote) -> Result<(), ActionError> {
        let Some(Prepared { deal, side, .. }) = self.prepared() else { return Ok(()) };
        tab.says(self.id, "A client asks for a quote: your wallet asks you to sign it.");
        let request = deal.of.quote_request(typed_data::terms(&deal.terms), &quote);
        let signature = tab.asks(async { Ok(tab.tools.wallet.sign_typed(tab.me, &request).await?) }).await?;
        let signature: Signature = signature.parse().map_err(ActionError::feature)?;
        let signed = SignedQuote { quote, signature };
        deal.check_quote(&signed, tab.tools.clock.now.get_untracked()).map_err(ActionError::feature)?;
        self.kept.change(|kept| (kept.record.quote, kept.is_refused) = (Some(signed), false)).await?;
        side.with(|side| side.quote(signed));
        tab.says(self.id, "Quoted. The client can lock the job now.");
        Ok(())
    }

    /// Does what the chain waits for, as far as the wallet was not asked for it before.
    pub fn act(self: &Rc<Self>, tab: &Rc<Tab>, job: &Job, steps: &[Step], now: u64) {
        if runs(job, tab.me) && matches!(job.state, State::Submitted | State::Disputed | State::Settled) {
            self.show();
        }
        if self.is_asking.get() {
            return;
        }
        if self.looks(tab, job, steps, now, cannot_judge) {
            self.stop();
            self.keeps(tab, |job| job.record.failed = Some(code::CANNOT));
            return tab.says(self.id, "It could not be run again in time; your answer as a juror says so.");
        }
        let act = self.looks(tab, job, steps, now, due);
        let was_asked = |act: &Act| self.kept.look(|kept| kept.asked.contains(&asked(act)));
        let waits = match &act {
            Some(act) if was_asked(act) => Some(Waits::Act(act.clone())),
            None if self.is_signed_out.get() => Some(Waits::SignIn),
            None if job.state == State::Posted && self.kept.look(|kept| kept.is_refused) => Some(Waits::Quote),
            _ => None,
        };
        let is_by_itself = waits.is_none();
        let is_read = js_sys::Date::now() >= self.waits_at.get();
        tab.shows(self.id, |view| view.waits = waits.filter(|_| is_read));
        if let Some(act) = act.filter(|_| is_by_itself) {
            self.is_asking.set(true);
            let (live, tab) = (self.clone(), tab.clone());
            spawn_local(async move {
                let sent = async {
                    live.kept.change(|kept| kept.asked.push(asked(&act))).await?;
                    live.sends(&tab, act).await
                };
                if let Err(error) = sent.await {
                    tab.says(live.id, &error.to_string());
                }
                live.is_asking.set(false);
                tab.lending.wake_up();
            });
        }
    }

    /// What a rule says of the job as it stands.
    fn looks<T>(&self, tab: &Tab, job: &Job, steps: &[Step], now: u64, rule: fn(&Look<'_>) -> T) -> T {
        let (id, me, is_prepared) = (self.id, tab.me, self.prepared().is_some());
        self.kept.look(|kept| rule(&Look { id, job, steps, record: &kept.record, is_prepared, me, now }))
    }

    /// Sends the first call; whatever follows is due once it stands.
    async fn sends(&self, tab: &Tab, act: Act) -> Result<(), ActionError> {
        let title = title(&act, self.id);
        let Some(call) = act.calls.into_iter().next() else { return Ok(()) };
        let about = About { href: routes::job(self.id), name: format!("Job {}", self.id) };
        tab.says(self.id, "Your wallet asks for a transaction.");
        let sent = async { Ok(tab.tools.transactions.send(title, tab.contract, call, Some(about)).await?) };
        tab.asks(sent).await?;
        self.waits_at.set(js_sys::Date::now() + READ);
        tab.says(self.id, "The transaction is in a block.");
        Ok(())
    }

    /// The person pressed the button of what waits.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn pressed(&self, tab: &Tab, job: &Job, nonce: u64, waits: Waits) -> Result<(), ActionError> {
        if self.is_asking.replace(true) {
            return Err(ActionError::feature("Your wallet is asked already. Answer there."));
        }
        let done = match waits {
            Waits::Quote => {
                let now = tab.tools.clock.now.get_untracked();
                let price = tab.settings().offer.price;
                self.signs(tab, offering::quote(tab.me, price, nonce, job, now, offering::QUOTED)).await
            }
            Waits::Act(act) => self.sends(tab, act).await,
            Waits::SignIn => {
                tab.signs_in_again();
                tab.says(self.id, "Signing in at the relay: your wallet asks you to sign.");
                Ok(())
            }
        };
        self.is_asking.set(false);
        tab.lending.wake_up();
        done
    }
}

fn asked(act: &Act) -> Asked {
    Asked::Act(act.what, act.calls.len())
}

fn title(act: &Act, id: u64) -> String {
    let what = match act.what {
        _ if act.calls.len() > 1 => "Show a voucher of",
        What::Start => "Start",
        What::Submit => "Submit the result of",
        What::GiveUp => "Give up",
        What::Settle => "Close",
        What::Show => "Show the result of",
        What::Claim => "Collect the pay of",
        What::Draw => "Draw the jurors of",
        What::Conclude => "Close the dispute about",
        What::Redeem => "Show the promised pay of",
        What::Commit => "Commit to an answer about",
        What::Reveal => "Reveal an answer about",
    };
    format!("{what} job {id}")
}
