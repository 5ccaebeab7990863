//! `/run`: a model out of an own file; `/run/{cid}`: a published one. Both run in this page, in a worker.

mod answer;
mod card;
mod lineage;
mod opened;
mod own;
mod picture;
mod publish;
mod published;
mod row;
mod table;
mod wait;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use answer::AnswerPanel;
use app_ui::controls::choices::{Choice, TabPanel, Tabs};
use card::CardPanel;
use lineage::LineagePanel;
use opened::{Loaded, Opened};
use own::OwnFile;
use picture::PictureForm;
use published::Published;
use row::RowForm;
use table::TablePanel;

#[component]
pub fn RunPage() -> impl IntoView {
    let parameters = use_params_map();
    let query = use_query_map();
    let cid = Memo::new(move |_| parameters.with(|p| p.get("cid")));
    let bounty = Memo::new(move |_| query.with(|q| q.get("bounty")).and_then(|id| id.parse::<u64>().ok()));
    move || match cid.get() {
        Some(cid) => view! { <Published cid=cid bounty=bounty.get() /> }.into_any(),
        None => view! { <OwnFile /> }.into_any(),
    }
}

/// How a row is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Picture,
    Row,
    Table,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Picture => "Picture",
            Self::Row => "One row",
            Self::Table => "CSV file",
        }
    }

    /// The id of the button that chooses it.
    fn id(self) -> &'static str {
        match self {
            Self::Picture => "way-picture",
            Self::Row => "way-row",
            Self::Table => "way-table",
        }
    }
}

/// Trying a model that is open, and what is known about it.
#[component]
fn Model(opened: Opened) -> impl IntoView {
    let card = opened.loaded.with_value(|l| l.card.clone());
    let ways: Vec<Way> = [
        card.picture.is_some().then_some(Way::Picture),
        (!card.fields.is_empty()).then_some(Way::Row),
        Some(Way::Table),
    ]
    .into_iter()
    .flatten()
    .collect();
    let way = RwSignal::new(ways.first().copied().unwrap_or(Way::Table));
    let tabs: Vec<Choice> = ways.iter().map(|way| (way.id().to_owned(), way.name().to_owned())).collect();
    let ways = StoredValue::new(ways);
    let chosen = Signal::derive(move || ways.with_value(|ways| ways.iter().position(|one| *one == way.get())));
    let choose = Callback::new(move |at: usize| {
        let to = ways.with_value(|ways| ways.get(at).copied()).unwrap_or(Way::Table);
        if way.get_untracked() != to {
            // What is under way belongs to what is left.
            opened.models.with_value(|m| m.stop());
            opened.forget();
            way.set(to);
        }
    });
    let is = move |what: Way| Signal::derive(move || way.get() == what);
    view! {
        <div class="row spread">
            <Tabs label="What to predict" panel="asked" tabs=tabs.clone() chosen=chosen on_choose=choose />
            <answer::EngineSelect opened=opened />
        </div>
        <TabPanel id="asked" tabs=tabs chosen=chosen>
            <div class="split try" class:rows=is(Way::Row) hidden=is(Way::Table)>
                <section class="panel" aria-labelledby="try">
                    <header>
                        <h2 id="try">"Ask the model"</h2>
                        <span class="small soft">"Free; what you enter stays in this page"</span>
                    </header>
                    <div class="body stack">
                        <Switched shown=is(Way::Picture)>
                            <PictureForm opened=opened shown=is(Way::Picture) />
                        </Switched>
                        <Switched shown=is(Way::Row)>
                            <RowForm opened=opened />
                        </Switched>
                    </div>
                </section>
                <AnswerPanel opened=opened />
            </div>
            <Switched shown=is(Way::Table)>
                <TablePanel opened=opened />
            </Switched>
        </TabPanel>
        <div class="split wide">
            <CardPanel opened=opened />
            <LineagePanel
                cid=opened.loaded.with_value(|l| l.cid.clone())
                from=opened.loaded.with_value(|l| l.bounty.clone())
                listed=opened.loaded.with_value(|l| l.listed)
                note=opened.loaded.with_value(|l| l.card.metadata.get("modelmarket.bounty").cloned())
            />
        </div>
    }
}

/// Built when first shown; from then on what was typed, drawn or chosen in it stays.
#[component]
fn Switched(shown: Signal<bool>, children: ChildrenFn) -> impl IntoView {
    let built = Memo::new(move |built: Option<&bool>| built == Some(&true) || shown.get());
    move || built.get().then(|| view! { <div hidden=move || !shown.get()>{children()}</div> })
}
