mod entries;

use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use app_core::{
    action::read_file,
    feature::VaultKeys,
    vault::{Durability, Entry, Vault},
};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field, file_drop::FileDrop},
    download, format,
    messages::{
        empty::Empty,
        notice::{Notice, Problem},
    },
};
use entries::Entries;

/// What the panel knows.
#[derive(Clone, Copy)]
struct Panel {
    durability: RwSignal<Durability>,
    /// `None` until read, and where it cannot be.
    entries: RwSignal<Option<Vec<Entry>>>,
    error: RwSignal<Option<String>>,
    /// What went well last.
    done: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Panel {
    fn new() -> Self {
        Self {
            durability: RwSignal::new(Durability::Unknown),
            entries: RwSignal::new(None),
            error: RwSignal::new(None),
            done: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    fn reload(self) {
        spawn_local(async move {
            self.durability.try_set(Durability::now().await);
            let read = async { Vault::open().await?.entries().await }.await;
            match read {
                Ok(list) => {
                    self.entries.try_set(Some(list));
                }
                // What cannot be read is not empty.
                Err(e) => {
                    self.error.try_set(Some(e.to_string()));
                }
            }
        });
    }

    /// Runs an export or an import; either ends with a sentence.
    fn run(self, work: impl Future<Output = Result<String, String>> + 'static) {
        self.busy.set(true);
        self.error.set(None);
        self.done.set(None);
        spawn_local(async move {
            let ended = work.await;
            self.busy.try_set(false);
            match ended {
                Ok(text) => {
                    self.done.try_set(Some(text));
                    self.reload();
                }
                Err(text) => {
                    self.error.try_set(Some(text));
                }
            }
        });
    }
}

async fn export(passphrase: String) -> Result<String, String> {
    let sealed = async { Vault::open().await?.export(&passphrase).await }.await;
    download::save("modelmarket.vault", &sealed.map_err(|e| e.to_string())?);
    Ok("Exported. Keep the file and the passphrase apart from each other.".into())
}

async fn import(file: File, passphrase: String, keys: VaultKeys) -> Result<String, String> {
    let bytes = read_file(&file).await.map_err(|e| e.to_string())?;
    let vault = Vault::open().await.map_err(|e| e.to_string())?;
    let is_key_of = |entry: &Entry, file: &[u8]| keys.0.iter().any(|is_key_of| is_key_of(entry, file));
    let files = vault.import(&bytes, &passphrase, is_key_of).await.map_err(|e| e.to_string())?;
    Ok(format!("Imported {}.", format::plural(files as u64, "file")))
}

/// The committed files of this browser, and their export and import.
#[component]
pub fn VaultPanel() -> impl IntoView {
    let panel = Panel::new();
    panel.reload();
    let list = move || {
        let list = panel.entries.get()?;
        Some(if list.is_empty() {
            view! {
                <Empty icon="lock" title="The vault is empty">
                    <p>"It fills as you take part: when you post a bounty, submit, confirm a seat, publish a data set or lend this machine."</p>
                </Empty>
            }
            .into_any()
        } else {
            view! { <Entries list=list on_change=Callback::new(move |()| panel.reload()) /> }.into_any()
        })
    };
    view! {
        <section class="panel" id="vault">
            <header>
                <h2>"Vault"</h2>
            </header>
            <div class="body stack">
                <p class="soft">
                    "What only this browser knows. Files of bounties come back from your wallet and the source files. Hidden test sets, seats, shares of models, tables and lent jobs are nowhere else: export the vault."
                </p>
                <Problem error=panel.error />
                <KeptHowLong panel=panel />
                {move || panel.done.get().map(|text| view! { <Notice tone="good">{text}</Notice> })}
                {list}
                <Backup panel=panel />
            </div>
        </section>
    }
}

/// What the browser promises, and asking it for more.
#[component]
fn KeptHowLong(panel: Panel) -> impl IntoView {
    let ask = move |_| {
        spawn_local(async move {
            let answer = Durability::ask().await;
            if answer != Durability::Persistent {
                panel.error.try_set(Some(
                    "The browser did not agree to keep the vault. Bookmark this page or allow notifications and ask again, or export the vault.".into(),
                ));
            }
            panel.durability.try_set(answer);
        });
    };
    move || {
        match panel.durability.get() {
        Durability::Persistent => {
            view! { <p class="soft" id="vault-durability">"This browser keeps the vault until you delete it."</p> }.into_any()
        }
        Durability::BestEffort => view! {
            <Notice tone="warn">
                <p id="vault-durability">
                    "This browser may clear the vault when it runs short of space or after a time without a visit. Export it, or ask the browser to keep it."
                </p>
                <button class="button small" type="button" id="persist-vault" on:click=ask>
                    "Ask the browser to keep it"
                </button>
            </Notice>
        }
        .into_any(),
        Durability::Unknown => view! {
            <p class="soft" id="vault-durability">"This browser does not say how long it keeps the vault. Export it to be safe."</p>
        }
        .into_any(),
    }
    }
}

/// All files in one encrypted file, and back.
#[component]
fn Backup(panel: Panel) -> impl IntoView {
    let passphrase = RwSignal::new(String::new());
    let file = RwSignal::new_local(None::<File>);
    let keys = StoredValue::new(expect_context::<VaultKeys>());
    let on_export = Callback::new(move |()| panel.run(export(passphrase.get_untracked())));
    let on_import = Callback::new(move |()| {
        if let Some(chosen) = file.get_untracked() {
            panel.run(import(chosen, passphrase.get_untracked(), keys.get_value()));
        }
    });
    view! {
        <div class="fields">
            <Field
                id="field-passphrase"
                label="Passphrase"
                kind="password"
                value=passphrase
                hint="At least 8 characters. Encrypts an export, opens an import."
            />
            <FileDrop id="vault-file" label="Vault file to import" hint="modelmarket.vault" file=file />
        </div>
        <div class="row">
            <BusyButton
                label="Export vault"
                id="export-vault"
                busy=panel.busy
                disabled=Signal::derive(move || panel.entries.with(|e| e.as_ref().is_none_or(Vec::is_empty)))
                on_press=on_export
            />
            <BusyButton
                label="Import vault"
                id="import-vault"
                busy=panel.busy
                disabled=Signal::derive(move || file.with(Option::is_none))
                on_press=on_import
            />
        </div>
    }
}
