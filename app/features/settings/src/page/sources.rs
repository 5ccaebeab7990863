use leptos::{prelude::*, task::spawn_local};

use app_core::{
    chain::{Rpc, urls},
    settings::{self, Settings},
    wallet::Wallet,
};
use app_ui::controls::{busy_button::BusyButton, field::Field};

/// Which node and which gateway the page reads from.
#[component]
pub fn Sources() -> impl IntoView {
    let settings = expect_context::<Settings>();
    let wallet = expect_context::<Wallet>();
    let home = wallet.home.get_value();
    let rpc = RwSignal::new(settings.rpc.get_untracked().unwrap_or_default());
    let gateway = RwSignal::new(settings.gateway.get_untracked().unwrap_or_default());
    let problem = RwSignal::new(None::<String>);
    let gateway_problem = RwSignal::new(None::<String>);
    let saved = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let (chain_id, chain_name) = (home.chain_id, home.chain_name.clone());
    let save = Callback::new(move |()| {
        saved.set(false);
        problem.set(None);
        let chosen = settings::gateway(&gateway.get_untracked());
        gateway_problem.set(chosen.as_ref().err().map(ToString::to_string));
        let Ok(chosen) = chosen else { return };
        busy.set(true);
        let chain_name = chain_name.clone();
        spawn_local(async move {
            let nodes = urls(&rpc.get_untracked());
            let checked = check_nodes(&nodes, chain_id, &chain_name).await;
            let nodes = Some(nodes.join(", ")).filter(|nodes| !nodes.is_empty());
            busy.try_set(false);
            match checked {
                Ok(()) => {
                    settings.rpc.set(nodes);
                    // As it will be asked.
                    gateway.try_set(chosen.clone().unwrap_or_default());
                    settings.gateway.set(chosen);
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
                <h2>"Network"</h2>
            </header>
            <div class="body stack">
                <div class="fields">
                    <div class="stack tight">
                        <Field
                            id="field-chain-node"
                            label="Chain node"
                            value=rpc
                            hint="JSON-RPC over http. Several, separated by commas, take over from each other and are compared. Empty: the nodes of this deployment."
                            problem=problem
                        />
                        <p class="small soft breakable">{format!("This deployment: {}", home.rpc_urls.join(", "))}</p>
                    </div>
                    <Field
                        id="field-gateway"
                        label="IPFS gateway"
                        kind="url"
                        value=gateway
                        problem=gateway_problem
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
                <Contracts />
            </div>
        </section>
    }
}

/// Where this deployment's contracts are.
#[component]
fn Contracts() -> impl IntoView {
    let home = expect_context::<Wallet>().home.get_value();
    let contracts: Vec<_> = home
        .contracts
        .iter()
        .map(|(name, address)| view! { <dt>{format!("{name} contract")}</dt> <dd class="mono">{address.to_string()}</dd> })
        .collect();
    view! {
        <dl class="pairs small">
            {contracts}
            <dt>"Chain"</dt>
            <dd>{format!("{} ({})", home.chain_name, home.chain_id)}</dd>
        </dl>
    }
}

/// Asks all of these nodes.
async fn check_nodes(urls: &[String], expected: u64, name: &str) -> Result<(), String> {
    for url in urls {
        check_node(url, expected, name).await?;
    }
    Ok(())
}

/// Asks a node which chain it is on before it is trusted with anything.
async fn check_node(url: &str, expected: u64, name: &str) -> Result<(), String> {
    let answer =
        Rpc::new(&[url.to_owned()]).request("eth_chainId", serde_json::json!([])).await.map_err(|e| e.to_string())?;
    let found = answer.as_str().and_then(|t| u64::from_str_radix(t.trim_start_matches("0x"), 16).ok());
    if found == Some(expected) {
        return Ok(());
    }
    let found = found.map_or("an unknown chain".into(), |id| format!("chain {id}"));
    Err(format!("This node is on {found}, but ModelMarket lives on {name} ({expected}). Enter a node of that chain."))
}
