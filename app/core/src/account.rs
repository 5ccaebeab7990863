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
    answers::Answers,
    chain::Reader,
    live::{Live, Watched},
    server::ServerError,
};

type Pending<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// Where a part of an account's page comes from.
pub struct Source<T: 'static> {
    /// What it is made of: whenever that changes, it is asked for again.
    pub family: &'static str,
    /// Whether it changes by time alone, without any event.
    pub by_time: bool,
    /// From the server, with the block that its index stands at.
    pub server: fn(Address) -> Pending<(T, u64), ServerError>,
    /// Counted from the chain; an error is a sentence. What could be counted in part only is one.
    pub chain: fn(Reader, Address) -> Pending<T, String>,
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
    /// They differ, and the server's index stands at a block before the one that was counted up to.
    Behind {
        stands: u64,
        counted: u64,
    },
    /// The server is away: what is shown was counted from the chain.
    Away,
}

/// A part of an account's page.
pub struct Told<T: Clone + Send + Sync + 'static> {
    pub value: RwSignal<Option<T>>,
    error: RwSignal<Option<String>>,
    /// Of what is shown.
    compared: RwSignal<Option<Compared>>,
    answers: Answers,
    /// The newest block when it was counted because the server could not be asked or was wrong.
    counted_at: StoredValue<Option<u64>>,
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
            answers: Answers::new(),
            counted_at: StoredValue::new(None),
            account,
            source: StoredValue::new(source),
        };
        let (live, reader) = (expect_context::<Live>(), expect_context::<Reader>());
        Effect::new(move || {
            live.track([Watched::Family(source.family)]);
            if source.by_time {
                live.track_time();
            }
            spawn_local(told.read(reader, source));
        });
        told
    }

    /// Reads it from the server; from the chain where the server is away or said otherwise than the chain.
    async fn read(self, reader: Reader, source: Source<T>) {
        let question = self.answers.ask();
        let is_doubted = self.compared.try_get_untracked().flatten() == Some(Compared::Differs);
        let said = if is_doubted { None } else { (source.server)(self.account).await.ok() };
        if let Some((value, block)) = said {
            self.counted_at.try_set_value(None);
            if self.answers.takes(question) {
                self.show_said(value, block);
            }
            return;
        }
        // Without a new block there is nothing new to count.
        let head = reader.client().tallest();
        if self.counted_at.try_get_value().is_none_or(|counted| counted == Some(head)) {
            return;
        }
        let counted = (source.chain)(reader, self.account).await;
        if !self.answers.takes(question) {
            return;
        }
        match counted {
            Ok(value) => {
                self.counted_at.try_set_value(Some(head));
                self.show(value, Some(if is_doubted { Compared::Differs } else { Compared::Away }));
            }
            Err(error) => {
                self.error.try_set(Some(error));
            }
        }
    }

    /// Shows what the server says at a block. Nobody has counted it unless it is what was counted and found the same.
    fn show_said(self, value: T, block: u64) {
        match self.compared.try_get_untracked().flatten() {
            // What was counted is newer.
            Some(Compared::Behind { counted, .. }) if block < counted => {
                self.set_compared(Some(Compared::Behind { stands: block, counted }));
            }
            Some(Compared::Same) if !self.is_other(&value) => self.show(value, Some(Compared::Same)),
            _ => self.show(value, None),
        }
    }

    fn show(self, value: T, compared: Option<Compared>) {
        self.error.try_set(None);
        self.set_compared(compared);
        if self.is_other(&value) {
            self.value.try_set(Some(value));
        }
    }

    fn set_compared(self, compared: Option<Compared>) {
        if self.compared.try_get_untracked().is_some_and(|before| before != compared) {
            self.compared.try_set(compared);
        }
    }

    /// Whether something else is shown.
    fn is_other(self, value: &T) -> bool {
        self.value.try_with_untracked(|known| known.as_ref() != Some(value)) == Some(true)
    }

    /// Counts it from the chain, compares, and shows what came of it.
    async fn count(self, reader: Reader) -> Result<(), String> {
        let Some(source) = self.source.try_get_value() else { return Ok(()) };
        let before = self.answers.last();
        let (value, compared) = self.compare(reader, source).await?;
        let is_newest = self.answers.last() == before;
        if self.answers.takes(self.answers.ask()) {
            self.show(value, Some(compared));
        }
        // Something changed meanwhile.
        if !is_newest {
            self.read(reader, source).await;
        }
        Ok(())
    }

    /// Counts it and asks the server, both once more where they differ: a block may have come in between. An index that
    /// stands at an earlier block than was counted may be right about that one.
    async fn compare(self, reader: Reader, source: Source<T>) -> Result<(T, Compared), String> {
        let mut is_again = false;
        loop {
            // What is counted reaches the newest block that was heard of.
            reader.head().await.map_err(|error| error.to_string())?;
            let value = (source.chain)(reader, self.account).await?;
            let counted = reader.client().tallest();
            match (source.server)(self.account).await {
                Err(_) => return Ok((value, Compared::Away)),
                Ok((said, _)) if (source.same)(&said, &value) => return Ok((said, Compared::Same)),
                Ok((_, stands)) if stands < counted => return Ok((value, Compared::Behind { stands, counted })),
                Ok(_) if is_again => return Ok((value, Compared::Differs)),
                Ok(_) => is_again = true,
            }
        }
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
    let reader = expect_context::<Reader>();
    let run = Run::new();
    let press = Callback::new(move |()| {
        run.start(async move { told.count(reader).await });
    });
    let said = move || {
        Some(match told.compared.get()? {
            Compared::Same => view! { <Notice tone="good">"Counted again from the chain: the same."</Notice> },
            Compared::Differs => view! {
                <Notice tone="warn">"The server says otherwise. What you see is counted from the chain."</Notice>
            },
            Compared::Behind { stands, .. } => view! {
                <Notice tone="warn">
                    {format!("The list stands at block {stands}. What you see is counted from the chain.")}
                </Notice>
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
