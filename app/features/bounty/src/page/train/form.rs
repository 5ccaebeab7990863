use leptos::prelude::*;
use ml_task::{Algorithm, EngineChoice};

use super::options::{ALGORITHMS, Options};
use app_ui::controls::field::Field;

/// The choices of a training.
#[component]
pub fn OptionsForm(options: Options) -> impl IntoView {
    view! {
        <div class="stack">
            <div class="field">
                <span class="label" id="algorithm">"Algorithm"</span>
                <div class="tabs" role="group" aria-labelledby="algorithm">
                    {ALGORITHMS
                        .into_iter()
                        .map(|(algorithm, name, _)| {
                            view! {
                                <button
                                    type="button"
                                    aria-pressed=move || (options.algorithm.get() == algorithm).to_string()
                                    on:click=move |_| options.choose(algorithm)
                                >
                                    {name}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
                <span class="hint">
                    {move || ALGORITHMS.into_iter().find(|(a, _, _)| *a == options.algorithm.get()).map(|(_, _, story)| story)}
                </span>
            </div>
            <div class="fields">
                {move || match options.algorithm.get() {
                    Algorithm::Trees => {
                        view! {
                            <Field label="Trees at most" value=options.rounds hint="for each class; ends early when it gets no better" />
                            <Field label="Depth" value=options.depth hint="1 to 12" />
                        }
                            .into_any()
                    }
                    Algorithm::Mlp => {
                        view! {
                            <Field label="Epochs at most" value=options.rounds hint="ends early when it gets no better" />
                            <Field label="Hidden layers" value=options.hidden hint="widths, as in 128, 64" />
                        }
                            .into_any()
                    }
                    Algorithm::Logistic => {
                        view! { <Field label="Epochs at most" value=options.rounds hint="ends early when it gets no better" /> }
                            .into_any()
                    }
                }}
                <Field label="Learning rate" value=options.rate hint="smaller is slower and steadier" />
            </div>
            <MoreOptions options=options />
        </div>
    }
}

#[component]
fn MoreOptions(options: Options) -> impl IntoView {
    let engine = move |key: String| {
        options.engine.set(match key.as_str() {
            "cpu" => EngineChoice::Cpu,
            "gpu" => EngineChoice::Gpu,
            _ => EngineChoice::Measured,
        });
    };
    view! {
        <details>
            <summary>"More options"</summary>
            <div class="stack">
                <div class="fields">
                    <Field label="Kept aside" value=options.validation suffix="%" hint="rows of train.csv to judge by" />
                    <Field label="Seed" value=options.seed hint="the same seed gives the same model" />
                    <Field label="Licence" value=options.licence hint="written into the file" />
                    <div class="field">
                        <label for="train-engine">"Engine"</label>
                        <select id="train-engine" on:change=move |event| engine(event_target_value(&event))>
                            <option value="measured">"Fastest here"</option>
                            <option value="cpu">"CPU"</option>
                            <option value="gpu">"WebGPU"</option>
                        </select>
                        <span class="hint">"for neural networks; the others train on the CPU"</span>
                    </div>
                </div>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || options.balance.get()
                        on:change=move |event| options.balance.set(event_target_checked(&event))
                    />
                    "Give rare classes the same weight as frequent ones"
                </label>
            </div>
        </details>
    }
}
