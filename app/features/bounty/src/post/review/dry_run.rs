use leptos::{prelude::*, task::spawn_local};

use super::super::terms::Numbers;
use app_core::{action::Tools, server, vault::Vault};
use app_ui::icon::Icon;

/// Everything that could stop the posting, looked at before anything is locked.
#[component]
pub fn DryRun(numbers: Numbers) -> impl IntoView {
    let tools = Tools::from_context();
    let lines = RwSignal::new(Vec::<(bool, String)>::new());
    Effect::new(move || {
        tools.clock.head.track();
        let account = tools.wallet.account.get();
        let wrong_chain = tools.wallet.wrong_chain();
        spawn_local(async move {
            let mut found = vec![match account {
                None => (false, "No wallet is connected; connect one from the header.".into()),
                Some(_) if wrong_chain => {
                    (false, "The wallet is on another network; switch it from the header.".into())
                }
                Some(account) => (true, format!("Wallet {} is connected.", account.short())),
            }];
            if let Some(account) = account {
                found.push(match tools.reader.balances(account).await {
                    Ok(b) if b.coin < numbers.reward => {
                        (false, format!("The account holds {} MDC, less than the reward of {} MDC. Get the airdrop from the wallet menu, or lower the reward.", b.coin, numbers.reward))
                    }
                    Ok(b) if b.ether == 0 => (false, "The account has no ETH for the network fee.".into()),
                    Ok(b) => (true, format!("The account holds {} MDC and {} ETH for fees.", b.coin, b.ether_text())),
                    Err(e) => (false, e.to_string()),
                });
            }
            found.push(match server::status().await {
                Ok(_) => (true, "The server takes the public files.".into()),
                Err(e) => (false, e.to_string()),
            });
            found.push(match Vault::open().await {
                Ok(_) => (true, "The vault of this browser keeps the labels.".into()),
                Err(e) => (false, e.to_string()),
            });
            lines.try_set(found);
        });
    });
    view! {
        <section class="panel" id="dry-run">
            <header>
                <h2>"Dry run"</h2>
            </header>
            <ul class="body stack tight">
                {move || {
                    lines
                        .get()
                        .into_iter()
                        .map(|(good, text)| {
                            let icon = if good { "check" } else { "warn" };
                            view! {
                                <li class="row tight" class:problem=!good>
                                    <Icon name=icon />
                                    <span>{text}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </section>
    }
}
