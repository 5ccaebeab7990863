//! `/settings`: node, gateway, theme, vault.

use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

use crate::{
    actions::read_file,
    allow_list::AllowList,
    chain::Rpc,
    components::{
        busy_button::BusyButton,
        empty::Empty,
        field::Field,
        file_drop::FileDrop,
        notice::{Notice, Problem},
    },
    download, format,
    settings::{Settings, Theme},
    vault::{Entry, Vault},
    wallet::Wallet,
};

#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <div class="page">
            <div class="page-head">
                <div>
                    <h1>"Settings"</h1>
                    <p class="soft">"Kept in this browser only."</p>
                </div>
            </div>
            <Looks />
            <Sources />
            <Safety />
            <VaultPanel />
        </div>
    }
}

#[component]
fn Looks() -> impl IntoView {
    let settings = expect_context::<Settings>();
    view! {
        <section class="panel">
            <header>
                <h2>"Looks"</h2>
            </header>
            <div class="body">
                <div class="tabs" role="group" aria-label="Theme">
                    {Theme::ALL
                        .into_iter()
                        .map(|(theme, name)| {
                            view! {
                                <button
                                    type="button"
                                    aria-pressed=move || (settings.theme.get() == theme).to_string()
                                    on:click=move |_| settings.theme.set(theme)
                                >
                                    {name}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
        </section>
    }
}

/// What strangers wrote about their models is shown for all of them, or only for those on a list.
#[component]
fn Safety() -> impl IntoView {
    let list = expect_context::<AllowList>();
    view! {
        <section class="panel">
            <header>
                <h2>"Safety"</h2>
            </header>
            <div class="body stack">
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || list.on.get()
                        on:change=move |event| list.on.set(event_target_checked(&event))
                    />
                    <span>
                        <span class="strong">"Hide what strangers wrote"</span>
                        <br />
                        <span class="soft small">
                            "Names, descriptions, texts and pictures of models come from anybody. With this on, they are shown only for models that you allow on their pages."
                        </span>
                    </span>
                </label>
                <Show when=move || list.on.get()>
                    {move || {
                        let models = list.models.get();
                        if models.is_empty() {
                            return view! { <p class="soft small">"No model is allowed yet. Open one and press “Show texts and pictures”."</p> }.into_any();
                        }
                        view! {
                            <ul class="stack tight" aria-label="Allowed models">
                                {models
                                    .into_iter()
                                    .map(|model| {
                                        view! {
                                            <li class="row spread">
                                                <a href=crate::routes::model(model)>{model.short()}</a>
                                                <button class="button small" type="button" on:click=move |_| list.set(model, false)>
                                                    "Hide again"
                                                </button>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        }
                            .into_any()
                    }}
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Sources() -> impl IntoView {
    let settings = expect_context::<Settings>();
    let wallet = expect_context::<Wallet>();
    let home = wallet.home.get_value();
    let rpc = RwSignal::new(settings.rpc.get_untracked().unwrap_or_default());
    let gateway = RwSignal::new(settings.gateway.get_untracked().unwrap_or_default());
    let problem = RwSignal::new(None::<String>);
    let saved = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let (chain_id, chain_name) = (home.chain_id, home.chain_name.clone());
    let save = Callback::new(move |()| {
        busy.set(true);
        saved.set(false);
        problem.set(None);
        let chain_name = chain_name.clone();
        spawn_local(async move {
            let url = Some(rpc.get_untracked().trim().to_owned()).filter(|u| !u.is_empty());
            let checked = match &url {
                Some(url) => check_node(url, chain_id, &chain_name).await,
                None => Ok(()),
            };
            busy.try_set(false);
            match checked {
                Ok(()) => {
                    settings.rpc.set(url);
                    let gateway = gateway.get_untracked().trim().trim_end_matches('/').to_owned();
                    settings.gateway.set(Some(gateway).filter(|g| !g.is_empty()));
                    saved.try_set(true);
                }
                Err(why) => {
                    problem.try_set(Some(why));
                }
            }
        });
    });
    view! {
        <section class="panel">
            <header>
                <h2>"Where the page reads"</h2>
            </header>
            <div class="body stack">
                <div class="fields">
                    <div class="stack tight">
                        <Field
                            label="Chain node"
                            kind="url"
                            value=rpc
                            hint="JSON-RPC over http. Empty: the node of this deployment."
                            problem=problem
                        />
                        <p class="small soft breakable">{format!("This deployment: {}", home.rpc_url)}</p>
                    </div>
                    <Field
                        label="IPFS gateway"
                        kind="url"
                        value=gateway
                        placeholder="https://…"
                        hint="Asked when this server has no copy. Every file is checked against its CID, whoever sends it."
                    />
                </div>
                <div class="row">
                    <BusyButton label="Save" class="primary" busy=busy on_press=save />
                    <Show when=move || saved.get()>
                        <span role="status">"Saved."</span>
                    </Show>
                </div>
                <dl class="pairs small">
                    <dt>"Market contract"</dt>
                    <dd class="mono">{home.market.to_string()}</dd>
                    <dt>"ModelCoin contract"</dt>
                    <dd class="mono">{home.coin.to_string()}</dd>
                    <dt>"Chain"</dt>
                    <dd>{format!("{} ({})", home.chain_name, home.chain_id)}</dd>
                </dl>
            </div>
        </section>
    }
}

/// Asks a node which chain it is on before it is trusted with anything.
async fn check_node(url: &str, expected: u64, name: &str) -> Result<(), String> {
    let answer = Rpc::new(url).request("eth_chainId", serde_json::json!([])).await.map_err(|e| e.to_string())?;
    let found = answer.as_str().and_then(|t| u64::from_str_radix(t.trim_start_matches("0x"), 16).ok());
    if found == Some(expected) {
        return Ok(());
    }
    let found = found.map_or("an unknown chain".into(), |id| format!("chain {id}"));
    Err(format!("This node is on {found}, but ModelMarket lives on {name} ({expected}). Enter a node of that chain."))
}

#[component]
fn VaultPanel() -> impl IntoView {
    let entries = RwSignal::new(None::<Vec<Entry>>);
    let error = RwSignal::new(None::<String>);
    let done = RwSignal::new(None::<String>);
    let passphrase = RwSignal::new(String::new());
    let file = RwSignal::new_local(None::<File>);
    let busy = RwSignal::new(false);
    let reload = move || {
        spawn_local(async move {
            let read = async { Vault::open().await?.entries().await }.await;
            match read {
                Ok(list) => {
                    entries.try_set(Some(list));
                }
                Err(e) => {
                    error.try_set(Some(e.to_string()));
                    entries.try_set(Some(Vec::new()));
                }
            }
        });
    };
    reload();
    let finish = move |result: Result<String, String>| {
        busy.try_set(false);
        match result {
            Ok(text) => {
                done.try_set(Some(text));
                reload();
            }
            Err(text) => {
                error.try_set(Some(text));
            }
        }
    };
    let begin = move || {
        busy.set(true);
        error.set(None);
        done.set(None);
    };
    let export = Callback::new(move |()| {
        begin();
        spawn_local(async move {
            let sealed = async { Vault::open().await?.export(&passphrase.get_untracked()).await }.await;
            finish(sealed.map_err(|e| e.to_string()).map(|bytes| {
                download::save("modelmarket.vault", &bytes);
                "Exported. Keep the file and the passphrase apart from each other.".to_owned()
            }));
        });
    });
    let import = Callback::new(move |()| {
        let Some(chosen) = file.get_untracked() else { return };
        begin();
        spawn_local(async move {
            let result = async {
                let bytes = read_file(&chosen).await.map_err(|e| e.to_string())?;
                let vault = Vault::open().await.map_err(|e| e.to_string())?;
                vault.import(&bytes, &passphrase.get_untracked()).await.map_err(|e| e.to_string())
            }
            .await;
            finish(result.map(|n| format!("Imported {}.", format::plural(n as u64, "file"))));
        });
    });
    view! {
        <section class="panel" id="vault">
            <header>
                <h2>"Vault"</h2>
            </header>
            <div class="body stack">
                <p class="soft">
                    "Committed files wait here until you reveal them. If this browser is wiped, your wallet and the source file bring them back; an export does too, with any wallet."
                </p>
                <Problem error=error />
                {move || done.get().map(|text| view! { <Notice tone="good">{text}</Notice> })}
                {move || {
                    entries
                        .get()
                        .map(|list| {
                            if list.is_empty() {
                                view! {
                                    <Empty icon="lock" title="The vault is empty">
                                        <p>"It fills when you post a bounty or submit."</p>
                                    </Empty>
                                }
                                    .into_any()
                            } else {
                                view! { <Entries list=list on_change=Callback::new(move |()| reload()) /> }.into_any()
                            }
                        })
                }}
                <div class="fields">
                    <Field
                        label="Passphrase"
                        kind="password"
                        value=passphrase
                        hint="At least 8 characters. Encrypts an export, opens an import."
                    />
                    <FileDrop label="Vault file to import" hint="modelmarket.vault" file=file />
                </div>
                <div class="row">
                    <BusyButton
                        label="Export vault"
                        busy=busy
                        disabled=Signal::derive(move || entries.with(|e| e.as_ref().is_none_or(Vec::is_empty)))
                        on_press=export
                    />
                    <BusyButton
                        label="Import vault"
                        busy=busy
                        disabled=Signal::derive(move || file.with(Option::is_none))
                        on_press=import
                    />
                </div>
            </div>
        </section>
    }
}

#[component]
fn Entries(list: Vec<Entry>, on_change: Callback<()>) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"What"</th>
                        <th class="number">"Size"</th>
                        <th>"Kept since"</th>
                        <th></th>
                    </tr>
                </thead>
                <tbody>
                    {list
                        .into_iter()
                        .map(|entry| {
                            let superhash = entry.superhash;
                            let forget = move |_| {
                                let sure = window()
                                    .confirm_with_message(
                                        "Forget this file? If you still have to reveal it, only wallet and source file or an export bring it back.",
                                    );
                                if sure == Ok(true) {
                                    spawn_local(async move {
                                        if let Ok(vault) = Vault::open().await {
                                            // A file that stays is shown again by the reload.
                                            let _ = vault.forget(&superhash).await;
                                        }
                                        on_change.run(());
                                    });
                                }
                            };
                            view! {
                                <tr>
                                    <td class="lead breakable">{entry.title()}</td>
                                    <td class="number nowrap" data-label="Size">{format::bytes(entry.bytes)}</td>
                                    <td class="nowrap" data-label="Kept since">
                                        {format::exact_time(entry.saved_at / 1000)}
                                    </td>
                                    <td class="number">
                                        <button class="button quiet small" type="button" on:click=forget>"Forget"</button>
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
}
