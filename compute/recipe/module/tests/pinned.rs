//! The committed module is the one that is named, and what everybody runs of it too.

#![allow(clippy::unwrap_used)]
#![cfg(not(target_arch = "wasm32"))]

use std::{env, fs, path::Path};

use compute_module::instrument;
use compute_recipe::{INSTRUMENTED_CID, MODULE, MODULE_CID};
use protocol::cid::FileHasher;

#[test]
fn the_identifiers_are_those_of_the_file_and_of_its_instrumented_form() {
    let cid = FileHasher::hash(MODULE).cid.to_string();
    let instrumented = instrument(MODULE).unwrap();
    let instrumented_cid = FileHasher::hash(&instrumented.bytes).cid.to_string();
    if env::var_os("MODELMARKET_BLESS").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts");
        fs::write(folder.join("recipe.cid"), format!("{cid}\n")).unwrap();
        fs::write(folder.join("recipe.instrumented.cid"), format!("{instrumented_cid}\n")).unwrap();
        return;
    }
    assert_eq!((cid.as_str(), instrumented_cid.as_str()), (MODULE_CID, INSTRUMENTED_CID), "run cargo xtask recipe");
    // What a provider has to lend for it.
    assert_eq!(instrumented.pages.1, 4_096);
}
