//! Where the page's program is cut: what the later files have, and fetching them (`app_core::later_file`).

use std::{future::Future, pin::Pin};

use app_core::{
    chain::{Clock, Reader},
    components::not_found::NotFoundPage,
    feature::{AccountParts, Features, MyWork, Page, VaultKeys},
    forms::leaving,
    later_file::Code,
    reminders, scrolled,
    transactions::Transactions,
    wallet::Wallet,
};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::features::{FOURTH_FILE, FOURTH_FILE_BEGINS, SECOND_FILE, SECOND_FILE_BEGINS, THIRD_FILE};

/// Fetches the second file.
pub fn second() -> Pin<Box<dyn Future<Output = Option<Code>>>> {
    Box::pin(async { second_file().await.ok() })
}

/// Fetches the third file.
pub fn third() -> Pin<Box<dyn Future<Output = Option<Code>>>> {
    Box::pin(async { third_file().await.ok() })
}

/// Fetches the fourth file.
pub fn fourth() -> Pin<Box<dyn Future<Output = Option<Code>>>> {
    Box::pin(async { fourth_file().await.ok() })
}

/// Everything that only `open_bounty` and `begin` reach is cut out of the first file, into this one.
#[wasm_split(bounty, wasm_split_path = leptos::wasm_split, fallible)]
fn second_file() -> Result<Code, SplitLoaderError> {
    Ok(Code { open: open_bounty, begin })
}

/// Everything that only `open_page` and `begin_pages` reach is in none of the others.
#[wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible)]
fn third_file() -> Result<Code, SplitLoaderError> {
    Ok(Code { open: open_page, begin: begin_pages })
}

/// Everything that only `open_learning` and `begin_learning` reach is in none of the others.
#[wasm_split(learning, wasm_split_path = leptos::wasm_split, fallible)]
fn fourth_file() -> Result<Code, SplitLoaderError> {
    Ok(Code { open: open_learning, begin: begin_learning })
}

/// Asks nodes and wallets from now on: nothing in the first file does.
fn begin() {
    let reader = expect_context::<Reader>();
    expect_context::<Wallet>().begin();
    expect_context::<Clock>().follow(reader);
    expect_context::<Transactions>().resume();
    scrolled::follow();
    leaving::asks_while_anything_lasts();
    reminders::start(&expect_context::<Features>(), expect_context());
    for begin in SECOND_FILE_BEGINS {
        begin();
    }
}

fn open_bounty(name: &str) -> AnyView {
    shown(name, SECOND_FILE.iter().copied().flatten())
}

fn begin_pages() {
    for begin in THIRD_FILE.iter().filter_map(|feature| feature.begin) {
        begin();
    }
}

fn open_page(name: &str) -> AnyView {
    provide_context(MyWork(THIRD_FILE.iter().filter_map(|feature| feature.my_work).collect()));
    provide_context(AccountParts(THIRD_FILE.iter().filter_map(|feature| feature.account).collect()));
    provide_context(VaultKeys(THIRD_FILE.iter().filter_map(|feature| feature.vault_key).collect()));
    shown(name, THIRD_FILE.iter().flat_map(|feature| feature.pages))
}

fn begin_learning() {
    for begin in FOURTH_FILE_BEGINS {
        begin();
    }
}

fn open_learning(name: &str) -> AnyView {
    shown(name, FOURTH_FILE.iter().copied().flatten())
}

fn shown<'a>(name: &str, mut pages: impl Iterator<Item = &'a Page>) -> AnyView {
    match pages.find(|(known, _)| *known == name) {
        Some((_, page)) => page(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}
