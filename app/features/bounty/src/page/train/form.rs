use leptos::prelude::*;
use ml_task::{Algorithm, EngineChoice};

use super::options::{ALGORITHMS, FOLDS, Options};
use app_ui::controls::{choices::OneOfSeveral, field::Field};

/// The choices of a training.
#[component]
pub fn OptionsForm(options: Options) -> impl IntoView {
    let algorithms = ALGORITHMS.map(|(algorithm, name, _)| (button_id(algorithm).to_owned(), name.to_owned())).to_vec();
    let chosen =
        Signal::derive(move || ALGORITHMS.iter().position(|(algorithm, ..)| *algorithm == options.algorithm.get()));
    let choose = Callback::new(move |at: usize| options.choose(ALGORITHMS[at].0));
    view! {
        <div class="stack">
            <div class="field">
                <span class="label">"Algorithm"</span>
                <OneOfSeveral label="Algorithm" choices=algorithms chosen=chosen on_choose=choose />
                <span class="hint">
                    {move || ALGORITHMS.into_iter().find(|(a, _, _)| *a == options.algorithm.get()).map(|(_, _, story)| story)}
                </span>
            </div>
            <div class="fields">
                {move || match options.algorithm.get() {
                    Algorithm::Trees => {
                        view! {
                            <Field id="field-trees" label="Trees at most" value=options.rounds hint="for each class; ends early when it gets no better" />
                            <Field id="field-depth" label="Depth" value=options.depth hint="1 to 12" />
                        }
                            .into_any()
                    }
                    Algorithm::Mlp => {
                        view! {
                            <Field id="field-epochs" label="Epochs at most" value=options.rounds hint="ends early when it gets no better" />
                            <Field id="field-hidden-layers" label="Hidden layers" value=options.hidden hint="widths, as in 128, 64" />
                        }
                            .into_any()
                    }
                    Algorithm::Logistic => {
                        view! { <Field id="field-epochs" label="Epochs at most" value=options.rounds hint="ends early when it gets no better" /> }
                            .into_any()
                    }
                }}
                <Field id="field-learning-rate" label="Learning rate" value=options.rate hint="smaller is slower and steadier" />
            </div>
            <MoreOptions options=options />
        </div>
    }
}

/// The id of the button that chooses an algorithm.
fn button_id(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Trees => "algorithm-trees",
        Algorithm::Mlp => "algorithm-mlp",
        Algorithm::Logistic => "algorithm-logistic",
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
            <summary id="more-options">"More options"</summary>
            <div class="stack">
                <div class="fields">
                    <Field id="field-kept-aside" label="Rows kept aside" value=options.validation suffix="%" hint="of train.csv, to judge by" />
                    <Field id="field-seed" label="Seed" value=options.seed hint="the same seed gives the same model" />
                    <Field id="field-licence" label="Licence" value=options.licence hint="written into the file" />
                    <div class="field">
                        <label for="train-engine">"Engine"</label>
                        <select id="train-engine" on:change=move |event| engine(event_target_value(&event))>
                            <option value="measured">"Fastest here"</option>
                            <option value="cpu">"CPU"</option>
                            <option value="gpu">"WebGPU"</option>
                        </select>
                        <span class="hint">"for neural networks; the others train on the CPU"</span>
                    </div>
                    <Folds options=options />
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

/// Whether every row is kept aside once.
#[component]
fn Folds(options: Options) -> impl IntoView {
    let folds = options.folds;
    let choose = move |event| folds.set(event_target_value(&event).parse().unwrap_or_default());
    view! {
        <div class="field">
            <label for="train-folds">"Cross-validation"</label>
            <select id="train-folds" on:change=choose>
                {FOLDS
                    .into_iter()
                    .map(|count| {
                        let text = if count == 0 { "None".to_owned() } else { format!("{count} parts") };
                        view! {
                            <option value=count.to_string() selected=move || folds.get_untracked() == count>
                                {text}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <span class="hint">"trains once more without each part, so that every row is judged by; takes as many times as long"</span>
        </div>
    }
}
