//! Where the page's program is cut: what the second file has, and fetching it (`app_core::second_file`).

use std::{future::Future, pin::Pin};

use app_core::{components::not_found::NotFoundPage, feature::MyWork, second_file::Open};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::features::SECOND_FILE;

/// Fetches the second file.
pub fn fetch() -> Pin<Box<dyn Future<Output = Option<Open>>>> {
    Box::pin(async { second_file().await.ok() })
}

/// Everything that only `open` reaches is cut out of the first file.
#[wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible, preload(fetch_second_file))]
fn second_file() -> Result<Open, SplitLoaderError> {
    Ok(open)
}

fn open(name: &str) -> AnyView {
    provide_context(MyWork(SECOND_FILE.iter().filter_map(|feature| feature.my_work).collect()));
    let mut pages = SECOND_FILE.iter().flat_map(|feature| feature.pages);
    match pages.find(|(known, _)| *known == name) {
        Some((_, page)) => page(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}
