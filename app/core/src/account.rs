//! What an account has done, as the server tells it, or as this page counts it from the chain: where the server is away, and
//! whenever somebody doubts it.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use app_ui::{
    controls::busy_button::BusyButton,
    messages::{
        empty::Ghost,
        notice::{Notice, Problem},
        run::{Run, RunState},
    },
};

use crate::{
    chain::{Clock, Reader},
    live::{Live, Watched},
    server::ServerError,
};

type Pending<T> = Pin<Box<dyn Future<Output = T>>>;

/// Where a part of an account's page comes from.
pub struct Source<T: 'static> {
    /// What it is made of: whenever that changes, it is asked for again.
    pub family: &'static str,
    /// From the server.
    pub server: fn(Address) -> Pending<Result<T, ServerError>>,
    /// Counted from the chain at a time, seconds since the epoch; an error is a sentence.
    pub chain: fn(Reader, Address, u64) -> Pending<Result<T, String>>,
    /// Whether they say the same. The chain does not know names.
    pub same: fn(&T, &T) -> bool,
}

impl<T: 'static> Clone for Source<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Source<T> {}

/// What came of comparing server and chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Same,
    Differs,
    /// The server is away: what is shown was counted from the chain.
    Away,
}

/// A part of an account's page.
pub struct Told<T: Clone + Send + Sync + 'static> {
    pub value: RwSignal<Option<T>>,
    error: RwSignal<Option<String>>,
    compared: RwSignal<Option<Compared>>,
    account: Address,
    source: StoredValue<Source<T>>,
}

impl<T: Clone + Send + Sync + 'static> Clone for Told<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Clone + Send + Sync + 'static> Copy for Told<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Told<T> {
    /// Reads it now, and again whenever it changes.
    pub fn follow(account: Address, source: Source<T>) -> Self {
        let told = Self {
            value: RwSignal::new(None),
            error: RwSignal::new(None),
            compared: RwSignal::new(None),
            account,
            source: StoredValue::new(source),
        };
        let (live, reader, clock) = (expect_context::<Live>(), expect_context::<Reader>(), expect_context::<Clock>());
        Effect::new(move || {
            live.track([Watched::Family(source.family)]);
            spawn_local(async move {
                // Where the server says otherwise than the chain, it is not asked again.
                let is_doubted = told.compared.try_get_untracked().flatten() == Some(Compared::Differs);
                let said = if is_doubted { None } else { (source.server)(account).await.ok() };
                if let Some(value) = said {
                    told.compared.try_update(|compared| *compared = compared.filter(|c| *c != Compared::Away));
                    return told.show(value);
                }
                match (source.chain)(reader, account, clock.now.get_untracked()).await {
                    Ok(value) => {
                        told.compared.try_set(Some(if is_doubted { Compared::Differs } else { Compared::Away }));
                        told.show(value);
                    }
                    Err(error) => {
                        told.error.try_set(Some(error));
                    }
                }
            });
        });
        told
    }

    fn show(self, value: T) {
        self.error.try_set(None);
        if self.value.try_with_untracked(|known| known.as_ref() != Some(&value)) == Some(true) {
            self.value.try_set(Some(value));
        }
    }

    /// Counts it from the chain and compares. A difference counts only if the server, asked once more, still says so: a
    /// block may have come in between.
    async fn count(self, reader: Reader, now: u64) -> Result<(), String> {
        let source = self.source.get_value();
        let counted = (source.chain)(reader, self.account, now).await?;
        let mut said = self.value.try_get_untracked().flatten();
        if said.as_ref().is_none_or(|said| !(source.same)(said, &counted)) {
            said = (source.server)(self.account).await.ok();
        }
        match said {
            Some(said) if (source.same)(&said, &counted) => {
                self.compared.try_set(Some(Compared::Same));
                self.show(said);
            }
            said => {
                self.compared.try_set(Some(if said.is_some() { Compared::Differs } else { Compared::Away }));
                self.show(counted);
            }
        }
        Ok(())
    }

    /// Says whether there is anything, for the page around it.
    pub fn says_whether(self, any: RwSignal<Option<bool>>, is_any: fn(&T) -> bool) {
        Effect::new(move || {
            let found = self.value.with(|value| value.as_ref().map(is_any));
            // What cannot be read is not nothing.
            any.set(found.or_else(|| self.error.with(Option::is_some).then_some(true)));
        });
    }
}

/// A part of an account's page with its heading: shown as `view` makes it, with the way to count it from the chain.
/// Nothing where the account has done nothing.
#[component]
pub fn Section<T: Clone + PartialEq + Send + Sync + 'static>(
    told: Told<T>,
    any: RwSignal<Option<bool>>,
    /// Of the heading.
    id: &'static str,
    /// Of the button that counts.
    count_id: &'static str,
    title: &'static str,
    view: fn(T, Address) -> AnyView,
) -> impl IntoView {
    let (reader, clock) = (expect_context::<Reader>(), expect_context::<Clock>());
    let run = Run::new();
    let press = Callback::new(move |()| {
        run.start(async move { told.count(reader, clock.now.get_untracked()).await });
    });
    let said = move || {
        Some(match told.compared.get()? {
            Compared::Same => view! { <Notice tone="good">"Counted again from the chain: the same."</Notice> },
            Compared::Differs => view! {
                <Notice tone="warn">"The server says otherwise. What you see is counted from the chain."</Notice>
            },
            Compared::Away => view! {
                <Notice tone="warn">"The server is away. What you see is counted from the chain; names are missing."</Notice>
            },
        })
    };
    let is_read = Memo::new(move |_| any.get());
    move || {
        match is_read.get() {
        Some(false) => ().into_any(),
        None => view! { <Ghost lines=2 /> }.into_any(),
        Some(true) => view! {
            <section class="stack" aria-labelledby=id>
                <div class="row spread">
                    <h2 id=id>{title}</h2>
                    <BusyButton label="Count it from the chain" id=count_id class="small" busy=run.busy on_press=press />
                </div>
                <div>{said}</div>
                <Problem error=told.error />
                <RunState run=run />
                {move || told.value.get().map(|value| view(value, told.account))}
            </section>
        }
        .into_any(),
    }
    }
}
