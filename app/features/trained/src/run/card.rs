//! What a model's file says about it.

use leptos::prelude::*;
use ml_task::PortInfo;
use protocol::cid::Cid;

use super::Opened;
use app_ui::{controls::copy::Copyable, format};

/// Longest text out of the file that is shown whole; strangers write there.
const SHOWN: usize = 2_000;

#[component]
pub fn CardPanel(opened: Opened) -> impl IntoView {
    let (cid, card) = opened.loaded.with_value(|l| (l.cid.clone(), l.card.clone()));
    let short = cid.parse::<Cid>().map_or_else(|_| "not a CID".to_owned(), |c| c.short());
    let operators = card
        .operators
        .iter()
        .map(|(name, times)| if *times > 1 { format!("{name} × {times}") } else { name.clone() })
        .collect::<Vec<_>>();
    let description = card.metadata.get("description").map(|text| cut(text));
    let trained = card.metadata.get("modelmarket.algorithm").map(|text| cut(text));
    let engines = match &card.no_gpu {
        None => "CPU and WebGPU".to_owned(),
        Some(why) => format!("CPU. {why}"),
    };
    // Files of ai.onnx.ml alone name no opset.
    let opset = if card.opset > 0 { format!("opset {}", card.opset) } else { String::new() };
    let by = [card.producer.clone(), opset];
    let by = by.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(", ");
    view! {
        <section class="panel" aria-labelledby="card">
            <header>
                <h2 id="card">"Model card"</h2>
                <span class="small soft">"Read from the file"</span>
            </header>
            <div class="body stack">
                {description.map(|text| view! { <p class="breakable">{text}</p> })}
                <dl class="pairs">
                    <dt>"CID"</dt>
                    <dd>
                        <Copyable shown=short whole=cid what="CID" />
                    </dd>
                    <dt>"Size"</dt>
                    <dd>{format::bytes(card.bytes)} ", " {format::plural(card.parameters, "parameter")}</dd>
                    {trained
                        .map(|text| {
                            view! {
                                <dt>"Algorithm"</dt>
                                <dd>{text}</dd>
                            }
                        })}
                    <dt>"Takes"</dt>
                    <dd>{ports(&card.inputs)}</dd>
                    <dt>"Gives"</dt>
                    <dd>{ports(&card.outputs)}</dd>
                    {(!card.classes.is_empty())
                        .then(|| {
                            view! {
                                <dt>"Classes"</dt>
                                <dd>{few(&card.classes)}</dd>
                            }
                        })}
                    <dt>"Operators"</dt>
                    <dd id="operators">{few(&operators)}</dd>
                    <dt>"Runs on"</dt>
                    <dd>{engines}</dd>
                    <dt>"Made with"</dt>
                    <dd>{by}</dd>
                    <dt>"Licence"</dt>
                    <dd id="licence" class="licence">
                        {card.licence.as_deref().map_or("The file names none.".to_owned(), cut)}
                    </dd>
                </dl>
            </div>
        </section>
    }
}

/// Inputs or outputs, one a line; a table's columns can be hundreds.
fn ports(ports: &[PortInfo]) -> impl IntoView + use<> {
    const LISTED: usize = 6;
    let more = ports.len().saturating_sub(LISTED);
    let lines = ports.iter().take(LISTED).map(|port| {
        view! {
            <li>
                <span class="strong">{port.name.clone()}</span>
                " "
                <span class="mono soft">{format!("{} {}", port.element, port.shape)}</span>
            </li>
        }
    });
    view! {
        <ul>
            {lines.collect_view()}
            {(more > 0).then(|| view! { <li class="soft">{format!("and {more} more")}</li> })}
        </ul>
    }
}

/// The first names of a list, and how many more there are.
fn few(names: &[String]) -> String {
    const LISTED: usize = 24;
    let shown = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}… (the file has more)", &text[..at]),
    }
}
