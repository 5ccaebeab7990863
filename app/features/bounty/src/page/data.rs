//! The published files: what they hold, and ways to get them.

mod get;
mod look;
mod session;

use leptos::prelude::*;

use super::PageState;
use app_core::components::download::Download;
use app_ui::{
    controls::copy::Copyable,
    format,
    messages::{empty::Ghost, notice::Notice},
};
use get::Get;
use look::Look;
use session::Session;

/// The published files.
#[component]
pub fn Data(context: PageState) -> impl IntoView {
    let session = Session::new(context);
    let cids = Memo::new(move |_| {
        context.history.with(|h| {
            h.as_ref().map(|h| (h.bounty.train_cid.clone(), h.bounty.test_cid.clone(), h.bounty.metadata_cid.clone()))
        })
    });
    view! {
        <section class="panel" aria-labelledby="data">
            <header>
                <h2 id="data">"Data"</h2>
            </header>
            <div class="body stack">
                {move || {
                    cids.get()
                        .map(|(train, test, metadata)| {
                            let sizes = context
                                .metadata
                                .with(|m| match m {
                                    Some(Ok(m)) => Some((m.train.clone(), m.test.clone())),
                                    _ => None,
                                });
                            let size = |info: Option<&dataset::metadata::FileInfo>| {
                                info.map(|i| {
                                    format!("{}, {}", format::plural(i.rows, "row"), format::bytes(i.bytes))
                                })
                                    .unwrap_or_default()
                            };
                            view! {
                                <ul class="stack">
                                    <File name="train.csv" what="Training data, with labels" detail=size(sizes.as_ref().map(|s| &s.0)) cid=train />
                                    <File name="test.csv" what="Test data, without labels" detail=size(sizes.as_ref().map(|s| &s.1)) cid=test />
                                    <File name="metadata.json" what="Columns, classes, sizes" detail=String::new() cid=metadata />
                                </ul>
                            }
                        })
                }}
                {move || match context.metadata.get() {
                    None => Some(view! { <Ghost lines=2 /> }.into_any()),
                    Some(Err(text)) => Some(view! { <Notice tone="warn">{text}</Notice> }.into_any()),
                    Some(Ok(metadata)) => {
                        Some(
                            view! {
                                <dl class="pairs">
                                    <dt>"Label"</dt>
                                    <dd>{dataset::plain(&metadata.label)}</dd>
                                    <dt>"Classes"</dt>
                                    <dd>{shorten(&metadata.classes)}</dd>
                                    <dt>"Features"</dt>
                                    <dd>{format!("{}: {}", metadata.features.len(), shorten(&metadata.features))}</dd>
                                </dl>
                            }
                                .into_any(),
                        )
                    }
                }}
                <Get session=session />
                <Look session=session />
            </div>
        </section>
    }
}

#[component]
fn File(name: &'static str, what: &'static str, detail: String, cid: String) -> impl IntoView {
    let short = cid.parse::<protocol::cid::Cid>().map_or_else(|_| "not a CID".to_owned(), |c| c.short());
    view! {
        <li class="row spread">
            <div>
                <div class="strong">{what}</div>
                <div class="small soft">
                    {detail} " " <Copyable shown=short whole=cid.clone() what="CID" />
                </div>
            </div>
            <Download cid=cid name=name />
        </li>
    }
}

/// The first names of a list, and how many more there are.
fn shorten(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let first = names.iter().take(SHOWN).map(|name| dataset::plain(name)).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
