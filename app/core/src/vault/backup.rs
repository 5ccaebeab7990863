//! The vault as one encrypted file: AES-256-GCM under a key that PBKDF2-SHA-256 derives from a passphrase.
//!
//! Form: `MMVAULT1 ‖ salt (16) ‖ iv (12) ‖ ciphertext`. The plain text is, for each file, its entry as JSON and its
//! bytes, each preceded by its length as 32 bits, little endian.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, CryptoKey, SubtleCrypto};

use super::{Entry, VaultError};

const MAGIC: &[u8; 8] = b"MMVAULT1";
const SALT: usize = 16;
const IV: usize = 12;
/// OWASP's figure for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet, 2023).
const ITERATIONS: f64 = 600_000.0;

/// Why an export or import did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    #[error("Choose a passphrase of at least 8 characters; whoever has it and the file has your secrets.")]
    WeakPassphrase,
    #[error("This is not a vault file of ModelMarket. Choose the file that “Export” saved.")]
    NotAVault,
    #[error("The vault file does not open with this passphrase, or it is damaged. Check the passphrase.")]
    WrongPassphrase,
    #[error("This browser offers no encryption here. Open the page over https or on localhost.")]
    NoCrypto,
    #[error(
        "“{name}” in this vault file is not the file that was committed, so nothing was imported. Export the vault again \
         where it came from."
    )]
    OtherFile { name: String },
    #[error(transparent)]
    Vault(#[from] VaultError),
}

pub async fn seal(contents: &[(Entry, Vec<u8>)], passphrase: &str) -> Result<Vec<u8>, BackupError> {
    if passphrase.chars().count() < 8 {
        return Err(BackupError::WeakPassphrase);
    }
    let mut plain = Vec::new();
    for (entry, file) in contents {
        let entry = serde_json::to_vec(entry).map_err(|e| VaultError::Storage(e.to_string()))?;
        for part in [&entry, file] {
            plain.extend((part.len() as u32).to_le_bytes());
            plain.extend_from_slice(part);
        }
    }
    let crypto = crypto()?;
    let mut random = [0u8; SALT + IV];
    crypto.get_random_values_with_u8_array(&mut random).map_err(|_| BackupError::NoCrypto)?;
    let (salt, iv) = random.split_at(SALT);
    let subtle = crypto.subtle();
    let key = derive(&subtle, passphrase, salt).await?;
    let sealed = subtle
        .encrypt_with_object_and_u8_array(&algorithm(&[("name", "AES-GCM".into()), ("iv", bytes(iv))]), &key, &plain)
        .map_err(|_| BackupError::NoCrypto)?;
    let sealed = JsFuture::from(sealed).await.map_err(|_| BackupError::NoCrypto)?;
    Ok([&MAGIC[..], &random, &Uint8Array::new(&sealed).to_vec()].concat())
}

pub async fn open(sealed: &[u8], passphrase: &str) -> Result<Vec<(Entry, Vec<u8>)>, BackupError> {
    let rest = sealed.strip_prefix(MAGIC).ok_or(BackupError::NotAVault)?;
    let (salt, rest) = rest.split_at_checked(SALT).ok_or(BackupError::NotAVault)?;
    let (iv, sealed) = rest.split_at_checked(IV).ok_or(BackupError::NotAVault)?;
    let subtle = crypto()?.subtle();
    let key = derive(&subtle, passphrase, salt).await?;
    let plain = subtle
        .decrypt_with_object_and_u8_array(&algorithm(&[("name", "AES-GCM".into()), ("iv", bytes(iv))]), &key, sealed)
        .map_err(|_| BackupError::NoCrypto)?;
    let plain = JsFuture::from(plain).await.map_err(|_| BackupError::WrongPassphrase)?;
    let plain = Uint8Array::new(&plain).to_vec();
    let mut contents = Vec::new();
    let mut rest = &plain[..];
    while !rest.is_empty() {
        let (entry, after) = part(rest).ok_or(BackupError::NotAVault)?;
        let (file, after) = part(after).ok_or(BackupError::NotAVault)?;
        contents.push((serde_json::from_slice(entry).map_err(|_| BackupError::NotAVault)?, file.to_vec()));
        rest = after;
    }
    Ok(contents)
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*len) as usize)
}

async fn derive(subtle: &SubtleCrypto, passphrase: &str, salt: &[u8]) -> Result<CryptoKey, BackupError> {
    let none = |_| BackupError::NoCrypto;
    let usages = |list: &[&str]| list.iter().map(|u| JsValue::from_str(u)).collect::<Array>();
    let material = subtle
        .import_key_with_str(
            "raw",
            &bytes(passphrase.as_bytes()).unchecked_into(),
            "PBKDF2",
            false,
            &usages(&["deriveKey"]),
        )
        .map_err(none)?;
    let material: CryptoKey = JsFuture::from(material).await.map_err(none)?.unchecked_into();
    let pbkdf2 = algorithm(&[
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", bytes(salt)),
        ("iterations", ITERATIONS.into()),
    ]);
    let aes = algorithm(&[("name", "AES-GCM".into()), ("length", 256.into())]);
    let key = subtle
        .derive_key_with_object_and_object(&pbkdf2, &material, &aes, false, &usages(&["encrypt", "decrypt"]))
        .map_err(none)?;
    Ok(JsFuture::from(key).await.map_err(none)?.unchecked_into())
}

fn crypto() -> Result<Crypto, BackupError> {
    web_sys::window().and_then(|w| w.crypto().ok()).ok_or(BackupError::NoCrypto)
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn algorithm(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
