//! What the model says about one row, and how it was computed.

use leptos::prelude::*;
use ml_task::{Engine, EngineChoice, Ran};

use super::Opened;
use app_ui::{format, icon::Icon, messages::notice::Notice, plots::scores::Answered};

/// Which engine is to run.
#[component]
pub fn EngineSelect(opened: Opened) -> impl IntoView {
    let no_gpu = opened.loaded.with_value(|l| l.card.no_gpu.clone());
    let choose = move |key: String| {
        opened.engine.set(match key.as_str() {
            "cpu" => EngineChoice::Cpu,
            "gpu" => EngineChoice::Gpu,
            _ => EngineChoice::Measured,
        });
    };
    view! {
        <label class="row tight" title=no_gpu>
            <span class="small soft">"Engine"</span>
            <select id="engine" style:width="auto" aria-label="Engine" on:change=move |event| choose(event_target_value(&event))>
                <option value="measured">"Fastest here"</option>
                <option value="cpu">"CPU"</option>
                <option value="gpu">"WebGPU"</option>
            </select>
        </label>
    }
}

#[component]
pub fn AnswerPanel(opened: Opened) -> impl IntoView {
    let named = opened.loaded.with_value(|l| !l.card.classes.is_empty());
    view! {
        <section class="panel answer" aria-labelledby="answer">
            <header>
                <h2 id="answer">"Prediction"</h2>
                {move || {
                    opened
                        .busy
                        .get()
                        .then(|| {
                            view! {
                                <span class="row tight" role="status">
                                    <Icon name="spinner" spin=true />
                                    <span class="small soft">"Running"</span>
                                    <button
                                        class="button small"
                                        type="button"
                                        id="stop-prediction"
                                        on:click=move |_| opened.stop()
                                    >
                                        "Stop"
                                    </button>
                                </span>
                            }
                        })
                }}
            </header>
            <div class="body stack">
                {move || match opened.answer.get() {
                    None => view! { <p class="soft">"The model's answer appears here."</p> }.into_any(),
                    Some(Err(why)) => view! { <Notice tone="warn">{why}</Notice> }.into_any(),
                    Some(Ok((prediction, ran))) => {
                        view! {
                            <Answered prediction=prediction named=named />
                            <HowItRan opened=opened ran=ran />
                        }
                            .into_any()
                    }
                }}
            </div>
        </section>
    }
}

/// Engine, time, and the comparison that decided.
#[component]
pub fn HowItRan(opened: Opened, ran: Ran) -> impl IntoView {
    let per_second = ran.rows as f64 / (ran.micros / 1e6).max(1e-9);
    let took = match ran.rows {
        1 => format!("Ran on {}: this answer took {}.", engine(ran.engine), format::span(ran.micros)),
        rows => format!(
            "Ran on {}: {} rows in {}, {} rows/s.",
            engine(ran.engine),
            format::count(rows),
            format::span(ran.micros),
            if per_second < 10.0 { format!("{per_second:.2}") } else { format::count(per_second as u64) }
        ),
    };
    let measured = ran.measured.as_ref().and_then(|m| {
        let (gpu, rows) = (m.gpu_us?, format::plural(m.batch.into(), "row"));
        Some(format!(
            "The engine was chosen by runs that were repeated here, without the slower first ones: WebGPU {}, CPU {} for {rows}.",
            format::span(gpu),
            format::span(m.cpu_us)
        ))
    });
    let why = match ran.engine {
        Engine::Gpu => None,
        Engine::Cpu => {
            let missing = opened.loaded.with_value(|l| l.card.no_gpu.clone());
            ran.fell_back.clone().or_else(|| ran.measured.as_ref()?.why.clone()).or(missing)
        }
    };
    view! {
        <div class="small soft stack tight" id="ran" data-engine=key(ran.engine) data-micros=ran.micros.to_string() data-rows=ran.rows.to_string()>
            <p>{took}</p>
            {measured.map(|text| view! { <p id="measured">{text}</p> })}
            {why.map(|text| view! { <p id="no-gpu">{format!("WebGPU was not used: {text}")}</p> })}
            {ran.guessed.map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            {ran.unread.map(|text| view! { <p id="unread">{text}</p> })}
        </div>
    }
}

/// What an engine is called in a sentence.
pub fn engine(engine: Engine) -> &'static str {
    match engine {
        Engine::Cpu => "the CPU",
        Engine::Gpu => "WebGPU",
    }
}

fn key(engine: Engine) -> &'static str {
    match engine {
        Engine::Cpu => "cpu",
        Engine::Gpu => "gpu",
    }
}
