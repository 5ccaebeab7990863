//! What the form for teaching holds, and what follows from it.

use leptos::prelude::*;
use protocol::Amount;
use shared_model::{
    IncentiveKind, Model, Sample,
    encoder::Original,
    state::{MarketStage, record_key},
};

use super::super::{ModelContext, form::encode};
use crate::actions::{contribution, models};
use app_core::{
    action::{ActionError, Tools},
    chain::Clock,
};
use app_ui::messages::run::Run;

/// One example to teach.
#[derive(Clone, Copy)]
pub struct TeachForm {
    pub context: ModelContext,
    tools: Tools,
    pub original: RwSignal<Option<Original>>,
    pub label: RwSignal<Option<u16>>,
    /// Whether the original is to be published too.
    pub publish: RwSignal<bool>,
    /// Raised by every contribution: the form is built anew for the next one, empty.
    pub round: RwSignal<u32>,
    /// Name of the class that was taught last.
    pub taught: RwSignal<Option<String>>,
    pub run: Run,
    pub incentive: Memo<Option<IncentiveKind>>,
    pub deposit: Memo<Amount>,
    /// What the person agrees to pay: the stake of a market, or the deposit of now, which can only fall.
    pub most: Memo<Amount>,
    /// Whether a market waits for what was committed to, so that nothing new can be contributed.
    pub showing: Memo<bool>,
    encoded: Memo<Option<Result<Sample, String>>>,
    /// Whether the model says so already.
    pub known: Memo<bool>,
    /// Why the example cannot be used, or why the contract would refuse it, before the wallet opens.
    pub problem: Signal<Option<String>>,
    pub ready: Memo<bool>,
}

impl TeachForm {
    pub fn new(context: ModelContext) -> Self {
        let tools = Tools::from_context();
        let clock = expect_context::<Clock>();
        let original = RwSignal::new(None::<Original>);
        let label = RwSignal::new(None::<u16>);
        let encoded = Memo::new(move |_| {
            context.metadata.track();
            original.with(|o| o.as_ref().map(|o| encode(context, o)))
        });
        let incentive = Memo::new(move |_| context.with_model(|model| model.incentive));
        let deposit = Memo::new(move |_| {
            let now = clock.now.get();
            context.with_model(|model| model.deposit(now)).unwrap_or(Amount::ZERO)
        });
        let showing = Memo::new(move |_| {
            let now = clock.now.get();
            let stage = context.with_model(|model| model.market.as_ref().map(|market| market.stage(now))).flatten();
            stage == Some(MarketStage::Showing)
        });
        let most = deposit;
        let refusal = Memo::new(move |_| {
            let Some(Ok(sample)) = encoded.get() else { return None };
            let (account, label) = (tools.wallet.account.get()?, label.get()?);
            let most = most.get();
            if showing.get() {
                return None;
            }
            let now = clock.now.get();
            let sample = sample.to_bytes();
            context
                .with_model(|model| model.contribute(&account, &sample, label, most, now).err())?
                .map(|e| e.to_string())
        });
        let known = Memo::new(move |_| {
            let (Some(Ok(sample)), Some(label)) = (encoded.get(), label.get()) else { return false };
            context.history.with(|h| {
                h.as_ref().is_some_and(|h| h.classifier().predict(&sample).is_ok_and(|predicted| predicted == label))
            })
        });
        let problem = Signal::derive(move || encoded.get().and_then(Result::err).or_else(|| refusal.get()));
        let ready = Memo::new(move |_| {
            matches!(encoded.get(), Some(Ok(_)))
                && label.get().is_some()
                && problem.get().is_none()
                && tools.wallet.account.get().is_some()
        });
        Self {
            context,
            tools,
            original,
            label,
            showing,
            publish: RwSignal::new(false),
            round: RwSignal::new(0),
            taught: RwSignal::new(None),
            run: Run::new(),
            incentive,
            deposit,
            most,
            encoded,
            known,
            problem,
            ready,
        }
    }

    pub fn is_market(self) -> bool {
        self.incentive.get() == Some(IncentiveKind::Market)
    }

    /// What contributing to a market means, before the button is pressed.
    pub fn market_story(self) -> &'static str {
        if self.showing.get() {
            return "Contributions are shown now, under Prediction market. One that this browser does not have is made again from the same example, class and wallet.";
        }
        "You commit now, and nobody sees what it is. When the market has closed you show it: come back in time, or the stake is lost. The salt comes from a signature of your wallet, and your vault keeps the example; keep the example yourself too, since a wiped browser cannot make it again without it."
    }

    /// What is said when it is done.
    pub fn done(self, name: &str) -> String {
        match (self.is_market(), self.showing.get_untracked()) {
            (false, _) => format!("Taught as “{name}”. Follow it under My data."),
            (true, false) => format!("Committed as “{name}”. Show it when the market has closed."),
            (true, true) => format!("Shown as “{name}”."),
        }
    }

    pub fn has_wallet(self) -> bool {
        self.tools.wallet.account.get().is_some()
    }

    /// Contributes the example, then publishes its original where that was asked for.
    pub fn contribute(self) {
        let (Some(Ok(sample)), Some(label)) = (self.encoded.get_untracked(), self.label.get_untracked()) else {
            return;
        };
        self.taught.set(None);
        self.run.start(self.send(sample.to_bytes(), label, self.most.get_untracked()));
    }

    async fn send(self, sample: Vec<u8>, label: u16, most: Amount) -> Result<(), ActionError> {
        let (tools, context) = (self.tools, self.context);
        let name = context.class(label);
        let kept = self.publish.get_untracked().then(|| self.original.get_untracked()).flatten();
        let account = tools.account()?;
        let Some(model) = context.with_model_now(Model::clone) else { return Ok(()) };
        let says = self.run.says();
        if model.incentive != IncentiveKind::Market {
            let missing = model.missing(&account, most);
            models::contribute(tools, context.address, &sample, label, most, missing, says).await?;
        } else if self.showing.get_untracked() {
            contribution::show_again(tools, &model, &sample, label, says).await?;
        } else {
            contribution::commit(tools, &model, &sample, label, says).await?;
        }
        self.taught.try_set(Some(name));
        self.original.try_set(None);
        self.label.try_set(None);
        self.round.try_update(|round| *round += 1);
        if let Some(original) = kept {
            says("Publishing the original");
            let key = record_key(&account, label, &sample);
            models::publish_original(tools, context.address, key, &original.to_bytes()).await?;
        }
        Ok(())
    }
}
