//! What the server sends of a file to a browser that takes brotli or gzip, packed once as small as it goes. Otherwise the
//! server would pack each file at each load, in a hurry.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use brotli::CompressorWriter;
use flate2::{Compression, write::GzEncoder};

use crate::{digest, kept, site::Site};

/// Of what packs; another one may pack otherwise.
const VERSIONS: &str = "brotli 9, flate2 1";
/// 0 to 11.
const BROTLI_QUALITY: u32 = 11;
/// Base-2 logarithm of the bytes that brotli looks back; 24 is the most that every browser takes.
const BROTLI_WINDOW: u32 = 24;
const BUFFER: usize = 1 << 16;
/// Bytes that fit into the first packet anyway.
const SMALL: usize = 1_400;

/// Puts `NAME.br` and `NAME.gz` beside each file where they are smaller. Those of an earlier run that began with the same
/// files are taken from `keep`.
///
/// # Errors
/// When `keep` cannot be read or written.
pub fn beside(site: &mut Site, keep: &Path) -> Result<()> {
    let files: Vec<(&PathBuf, &Vec<u8>)> =
        site.files().filter(|(path, bytes)| bytes.len() > SMALL && is_packable(path)).collect();
    let mut named: Vec<&[u8]> = vec![VERSIONS.as_bytes()];
    for (path, bytes) in &files {
        named.push(path.as_os_str().as_encoded_bytes());
        named.push(bytes);
    }
    let folder = kept::or_made(keep, "packed", &digest::of(&named), |folder| {
        for (path, bytes) in &files {
            for (extension, packed) in [("br", brotli(bytes)?), ("gz", gzip(bytes)?)] {
                if packed.len() < bytes.len() {
                    write(&folder.join(path).with_added_extension(extension), &packed)?;
                }
            }
        }
        Ok(())
    })?;
    site.add_folder(&folder, Path::new(""))
}

/// Whether files of this kind become smaller: pictures and fonts are packed already.
fn is_packable(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|e| ["wasm", "js", "css", "svg", "csv", "json", "txt", "onnx"].contains(&e))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packer = CompressorWriter::new(Vec::new(), BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    packer.write_all(bytes)?;
    Ok(packer.into_inner())
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let wrong = || format!("{} cannot be written", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(wrong)?;
    }
    fs::write(path, bytes).with_context(wrong)
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Read as _, path::PathBuf};

    use super::beside;
    use crate::site::Site;

    #[test]
    fn what_is_packed_is_smaller_and_unpacks_to_the_same_bytes() {
        let keep = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        let program: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        let mut site = Site::default();
        site.add(PathBuf::from("in/a.wasm"), program.clone());
        site.add(PathBuf::from("b.png"), vec![0; 5_000]);
        site.add(PathBuf::from("small.js"), b"let a = 1".to_vec());
        beside(&mut site, keep.path()).unwrap();
        assert_eq!(site.names(), ["b.png", "in/a.wasm", "in/a.wasm.br", "in/a.wasm.gz", "small.js"]);
        site.write(out.path(), "<html></html>").unwrap();
        let read = |name: &str| fs::read(out.path().join(name)).unwrap();
        let (br, gz) = (read("in/a.wasm.br"), read("in/a.wasm.gz"));
        assert!(br.len() < program.len() && gz.len() < program.len());
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(br.as_slice(), 4_096).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == program);
        unpacked.clear();
        flate2::read::GzDecoder::new(gz.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == program);
    }

    #[test]
    fn a_changed_file_is_packed_again() {
        let keep = tempfile::tempdir().unwrap();
        let packed = |bytes: &[u8]| {
            let mut site = Site::default();
            site.add(PathBuf::from("a.css"), bytes.to_vec());
            beside(&mut site, keep.path()).unwrap();
            let (_, br) = site.files().find(|(path, _)| path.ends_with("a.css.br")).unwrap();
            br.clone()
        };
        let first = packed(&[b'a'; 3_000]);
        assert_eq!(packed(&[b'a'; 3_000]), first);
        assert_ne!(packed(&[b'b'; 3_000]), first);
    }
}
