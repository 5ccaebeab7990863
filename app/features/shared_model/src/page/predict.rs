use leptos::prelude::*;
use shared_model::{Sample, encoder::Original};

use super::{
    ModelContext,
    form::{OriginalForm, encode},
};
use app_core::chain::Reader;
use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
    plots::scores::Scores,
};

/// Asking the model: in the page, from the weights that its events made. No wallet, no fee, nothing leaves the page.
#[component]
pub fn PredictTab(context: ModelContext) -> impl IntoView {
    let original = RwSignal::new(None::<Original>);
    let encoded = Memo::new(move |_| {
        context.metadata.track();
        original.with(|o| o.as_ref().map(|o| encode(context, o)))
    });
    let problem = Signal::derive(move || encoded.get().and_then(Result::err));
    let sample = Memo::new(move |_| encoded.get().and_then(Result::ok));
    let scores = Memo::new(move |_| {
        let sample = sample.get()?;
        context.history.with(|h| {
            let h = h.as_ref()?;
            Some((h.model.shape.kind, h.classifier().scores(&sample).map_err(|e| e.to_string())))
        })
    });
    view! {
        <div class="split">
            <section class="panel">
                <header>
                    <h2>"Ask the model"</h2>
                    <span class="small soft">"Free, without a wallet; what you enter stays in this page"</span>
                </header>
                <div class="body stack">
                    <OriginalForm context=context original=original with_examples=true />
                    <Problem error=problem />
                </div>
            </section>
            <section class="panel">
                <header>
                    <h2>"Prediction"</h2>
                </header>
                <div class="body stack">
                    {move || match scores.get() {
                        // The page has no weights before it has read all events; the contract has them.
                        None if context.history.with(Option::is_none) && sample.with(Option::is_some) => {
                            view! { {sample.get().map(|sample| view! { <AskChain context=context sample=sample /> })} }.into_any()
                        }
                        None => view! { <p class="soft">"The model's answer appears here while you type or draw."</p> }.into_any(),
                        Some((_, Err(why))) => view! { <Notice tone="warn">{why}</Notice> }.into_any(),
                        Some((kind, Ok(scores))) => {
                            view! {
                                <Scores kind=kind classes=context.classes() scores=scores />
                                {sample.get().map(|sample| view! { <AskChain context=context sample=sample /> })}
                            }
                                .into_any()
                        }
                    }}
                </div>
            </section>
        </div>
    }
}

/// The contract's own answer, to compare.
#[component]
fn AskChain(context: ModelContext, sample: Sample) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let run = Run::new();
    let answer = RwSignal::new(None::<u16>);
    let bytes = StoredValue::new(sample.to_bytes());
    let press = Callback::new(move |()| {
        let Some(classifier) = untrack(|| context.with_model(|model| model.classifier)) else {
            return;
        };
        run.start(async move {
            let class = reader.predict(classifier, &bytes.get_value()).await?;
            answer.try_set(Some(class));
            Ok::<(), app_core::chain::ChainError>(())
        });
    });
    view! {
        <div class="row tight">
            <BusyButton label="Ask the contract too" id="ask-contract" class="small quiet" busy=run.busy on_press=press />
            {move || answer.get().map(|class| view! { <span class="small">{format!("The contract says: {}.", context.class(class))}</span> })}
        </div>
        <RunState run=run />
    }
}
