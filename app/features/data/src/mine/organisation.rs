//! My organisation: joining with a profile and a key, another profile, leaving.

use app_core::{action::Tools, components::time::Moment, learning::Known, server};
use app_ui::{
    controls::{busy_button::BusyButton, copy::Copyable, field::Field},
    messages::{
        notice::Notice,
        run::{Run, RunState},
    },
};
use directory::{Node, Organisation, Profile};
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

use crate::actions::organisation as actions;

/// What is typed of a profile.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    text: RwSignal<String>,
    url: RwSignal<String>,
    /// Kept as they are.
    nodes: RwSignal<Vec<Node>>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { name: text(), text: text(), url: text(), nodes: RwSignal::new(Vec::new()) }
    }

    fn profile(self) -> Profile {
        let trimmed = |text: RwSignal<String>| text.get().trim().to_owned();
        Profile {
            name: trimmed(self.name),
            text: trimmed(self.text),
            url: trimmed(self.url),
            image: String::new(),
            nodes: self.nodes.get(),
        }
    }
}

#[component]
pub fn OrganisationPanel(account: Address, organisation: Option<Organisation>, known: Known) -> impl IntoView {
    let form = Form::new();
    let joined = organisation.as_ref().is_some_and(|organisation| organisation.joined);
    if organisation.is_some() {
        spawn_local(async move {
            let Some(row) = server::organisation(account).await.ok().and_then(|found| found.row) else { return };
            form.name.try_set(row.name.unwrap_or_default());
            form.text.try_set(row.text.unwrap_or_default());
            form.url.try_set(row.url.unwrap_or_default());
            form.nodes.try_set(row.nodes);
        });
    }
    view! {
        <section class="panel" aria-labelledby="organisation">
            <header>
                <h2 id="organisation">"Your organisation"</h2>
                {match joined {
                    true => view! { <span class="chip good">"Takes part"</span> },
                    false => view! { <span class="chip">"Does not take part"</span> },
                }}
            </header>
            <div class="body stack">
                {organisation.filter(|organisation| organisation.joined).map(|organisation| view! { <Standing organisation=organisation /> })}
                {(!joined).then(|| view! {
                    <p class="soft">
                        "Only organisations publish data sets, confirm seats of tasks and help others to learn. Joining stores a profile that everybody can read, and a key to which results are sealed. Your wallet's signature gives that key, so that the same wallet has it again on any device."
                    </p>
                })}
                <ProfileForm form=form joined=joined known=known />
            </div>
        </section>
    }
}

#[component]
fn Standing(organisation: Organisation) -> impl IntoView {
    view! {
        <dl class="terms">
            <div>
                <dt>"Since"</dt>
                <dd><Moment at=organisation.joined_at /></dd>
            </div>
            <div>
                <dt>"Key, version " {organisation.key_version}</dt>
                <dd><Copyable shown=organisation.key.short() whole=organisation.key.to_string() what="key" /></dd>
            </div>
        </dl>
    }
}

#[component]
fn ProfileForm(form: Form, joined: bool, known: Known) -> impl IntoView {
    let tools = Tools::from_context();
    let run = Run::new();
    let problem = Signal::derive(move || form.profile().check().err().map(|error| error.to_string()));
    // Nothing is wrong with a form that nobody has begun.
    let shown = Signal::derive(move || problem.get().filter(|_| form.name.with(|name| !name.is_empty())));
    let leaving = RwSignal::new(false);
    let save = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        let profile = form.profile();
        run.start(async move {
            match joined {
                true => actions::set_profile(tools, &learning, &profile, run.says()).await,
                false => actions::join(tools, &learning, &profile, run.says()).await,
            }
        });
    });
    let leave = Callback::new(move |()| {
        let Some(learning) = known.learning.get_untracked() else { return };
        run.start(async move { actions::leave(tools, &learning).await });
    });
    view! {
        <div class="fields">
            <Field id="org-name" label="Name" value=form.name hint="1 to 32 characters, public" problem=shown />
            <Field id="org-url" label="Web page" value=form.url hint="https://…, may stay empty" />
        </div>
        <Field id="org-text" label="What it is" value=form.text hint="At most 1,000 characters, may stay empty" />
        <RunState run=run />
        <div class="row">
            <BusyButton
                label=if joined { "Change the profile" } else { "Join" }
                class=if joined { "" } else { "primary" }
                id="save-organisation"
                busy=run.busy
                disabled=Signal::derive(move || problem.get().is_some())
                on_press=save
            />
            {joined.then(|| view! {
                <button class="button quiet" type="button" id="leave" disabled=move || run.busy.get() || leaving.get() on:click=move |_| leaving.set(true)>
                    "Leave…"
                </button>
            })}
        </div>
        <Show when=move || leaving.get()>
            <Notice tone="warn">
                <div class="stack tight">
                    <span>"Who left publishes nothing and is drawn as helper no more. What was published and granted stays. You can join again."</span>
                    <div class="row">
                        <BusyButton label="Leave the directory" class="danger" id="leave-sure" busy=run.busy on_press=leave />
                        <button class="button quiet" type="button" on:click=move |_| leaving.set(false)>"Stay"</button>
                    </div>
                </div>
            </Notice>
        </Show>
    }
}
