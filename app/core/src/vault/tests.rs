//! In a real browser's IndexedDB.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use protocol::{
    Address, Digest,
    cid::{Cid, FileHasher},
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{BackupError, Entry, Kind, MAX_KEPT_MODEL, Vault, backup, database::Database};

const TRUTH: Kind = Kind::new("truth");
const PIECES: Kind = Kind::new("pieces");
const CONTRACT: Address = Address([0x11; 20]);
const PASSPHRASE: &str = "correct horse";

async fn vault(name: &str) -> Vault {
    let unique = format!("test-{name}-{}", js_sys::Math::random());
    Vault { database: Database::open_named(&unique).await.unwrap() }
}

fn entry(kind: Kind, superhash: Digest, file: &[u8]) -> Entry {
    Entry {
        kind,
        chain_id: 1,
        market: CONTRACT,
        superhash,
        owner: Address([0x33; 20]),
        name: "Wards".into(),
        cid: Cid::of_block(file).to_string(),
        bytes: file.len() as u64,
        saved_at: 9,
    }
}

/// Where no feature knows files by keys of its own.
fn no_other_key(_: &Entry, _: &[u8]) -> bool {
    false
}

/// A committed file of one block.
fn committed(file: &[u8]) -> Entry {
    entry(TRUTH, Cid::of_block(file).superhash(), file)
}

/// A file that belongs to a contract.
fn of_contract(file: &[u8]) -> Entry {
    entry(PIECES, PIECES.key_of(CONTRACT), file)
}

#[wasm_bindgen_test]
async fn what_is_kept_is_read_back_by_another_tab() {
    let name = format!("test-tabs-{}", js_sys::Math::random());
    let open = || async { Vault { database: Database::open_named(&name).await.unwrap() } };
    let (one, other) = (open().await, open().await);
    let (mine, yours) = (committed(b"mine"), committed(b"yours"));
    let (a, b) = futures::join!(one.keep(&mine, b"mine"), other.keep(&yours, b"yours"));
    a.unwrap();
    b.unwrap();
    assert_eq!(one.file(&yours.superhash).await.unwrap().unwrap(), b"yours");
    assert_eq!(other.file(&mine.superhash).await.unwrap().unwrap(), b"mine");
    assert_eq!(one.entries().await.unwrap().len(), 2);
}

#[wasm_bindgen_test]
async fn a_file_of_a_contract_does_not_take_the_place_of_the_one_before() {
    let vault = vault("pieces").await;
    for file in [&b"first"[..], b"second", b"third", b"third"] {
        vault.keep(&of_contract(file), file).await.unwrap();
    }
    let mut kept = vault.files_of(&PIECES, CONTRACT).await.unwrap();
    assert_eq!(kept.remove(0), b"third", "the newest first");
    kept.sort();
    assert_eq!(kept, [b"first".to_vec(), b"second".to_vec()]);
    assert!(vault.files_of(&PIECES, Address([0x12; 20])).await.unwrap().is_empty());
    // All of them are in an export and come back from it.
    let sealed = vault.export(PASSPHRASE).await.unwrap();
    let elsewhere = self::vault("elsewhere").await;
    assert_eq!(elsewhere.import(&sealed, PASSPHRASE, no_other_key).await.unwrap(), 3);
    assert_eq!(elsewhere.files_of(&PIECES, CONTRACT).await.unwrap().len(), 3);
}

#[wasm_bindgen_test]
async fn a_note_of_a_large_model_does_not_replace_the_model() {
    let vault = vault("note").await;
    let entry = committed(b"a model");
    vault.keep(&entry, b"a model").await.unwrap();
    vault.keep(&entry, b"").await.unwrap();
    assert_eq!(vault.file(&entry.superhash).await.unwrap().unwrap(), b"a model");
}

#[wasm_bindgen_test]
async fn an_import_with_one_exchanged_file_imports_nothing() {
    let (good, bad) = (committed(b"good"), committed(b"what was committed"));
    let contents = [(good, b"good".to_vec()), (bad, b"something else....".to_vec())];
    let sealed = backup::seal(&contents, PASSPHRASE).await.unwrap();
    let vault = vault("import").await;
    let refused = vault.import(&sealed, PASSPHRASE, no_other_key).await;
    assert_eq!(refused, Err(BackupError::OtherFile { name: "Wards".into() }));
    assert!(vault.entries().await.unwrap().is_empty());
}

#[wasm_bindgen_test]
async fn what_is_kept_under_a_commitment_comes_back_from_an_export_with_everything_else() {
    const CONTRIBUTION: Kind = Kind::new("contribution");
    let vault = vault("commitment").await;
    let (hidden, truth) = (&b"an example and its salt"[..], &b"truth"[..]);
    let kept = entry(CONTRIBUTION, Digest([0x44; 32]), hidden);
    vault.keep(&kept, hidden).await.unwrap();
    vault.keep(&committed(truth), truth).await.unwrap();
    let sealed = vault.export(PASSPHRASE).await.unwrap();
    let elsewhere = self::vault("commitment-elsewhere").await;
    // A file under a key that nobody can tell anything of is refused.
    let refused = elsewhere.import(&sealed, PASSPHRASE, no_other_key).await;
    assert!(matches!(refused, Err(BackupError::OtherFile { .. })), "{refused:?}");
    let is_key_of = |entry: &Entry, file: &[u8]| entry.kind == CONTRIBUTION && file == hidden;
    assert_eq!(elsewhere.import(&sealed, PASSPHRASE, is_key_of).await.unwrap(), 2);
    assert_eq!(elsewhere.file(&kept.superhash).await.unwrap().unwrap(), hidden);
    assert!(!kept.names(b"another example.......!", is_key_of), "the CID is compared as before");
}

#[wasm_bindgen_test]
fn an_entry_names_its_file_only() {
    let file = vec![7; 300_000];
    let cid = FileHasher::hash(&file).cid;
    let model = Entry { cid: cid.to_string(), superhash: cid.superhash(), ..committed(&file) };
    assert!(model.names(&file, no_other_key), "a file of several blocks");
    assert!(!model.names(&file[1..], no_other_key));
    assert!(!Entry { superhash: Digest([1; 32]), ..model.clone() }.names(&file, no_other_key));
    assert!(!Entry { bytes: 5, ..model.clone() }.names(&file, no_other_key));
    assert!(!model.names(b"", no_other_key), "a small file is never only noted");
    assert!(Entry { bytes: MAX_KEPT_MODEL + 1, ..model }.names(b"", no_other_key));
}

#[wasm_bindgen_test]
fn an_entry_of_another_version_is_read_and_written_as_it_is() {
    let text = r#"{"kind":"grant","chain_id":1,"market":"0x1111111111111111111111111111111111111111","superhash":"0x2222222222222222222222222222222222222222222222222222222222222222","owner":"0x3333333333333333333333333333333333333333","name":"Wards","cid":"bafkreih","bytes":7,"saved_at":9}"#;
    let entry: Entry = serde_json::from_str(text).unwrap();
    assert_eq!(entry.kind.to_string(), "grant");
    assert_eq!(serde_json::to_value(&entry).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
}

#[wasm_bindgen_test]
fn the_kinds_of_earlier_versions_are_what_they_were() {
    assert_eq!(serde_json::from_str::<Kind>("\"truth\"").unwrap(), Kind::new("truth"));
}
