//! Finished parts of earlier runs. A part is a folder named after the digest of everything that it is made from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The folder of the part, made by `work` unless an earlier run made it; other folders of the same name are removed.
///
/// # Errors
/// Those of the work, and of the file system.
pub fn or_made(keep: &Path, name: &str, digest: &str, work: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let parts = keep.join(name);
    let folder = parts.join(digest);
    if folder.exists() {
        return Ok(folder);
    }
    if parts.exists() {
        fs::remove_dir_all(&parts).with_context(|| format!("{} cannot be removed", parts.display()))?;
    }
    // Under another name until it is whole.
    let unfinished = parts.join("unfinished");
    fs::create_dir_all(&unfinished).with_context(|| format!("{} cannot be made", unfinished.display()))?;
    work(&unfinished)?;
    fs::rename(&unfinished, &folder)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, fs};

    use anyhow::bail;

    use super::or_made;

    #[test]
    fn what_is_there_is_not_made_again_and_what_failed_is() {
        let keep = tempfile::tempdir().unwrap();
        let made = Cell::new(0);
        let make = |digest: &str, fails: bool| {
            or_made(keep.path(), "part", digest, |folder| {
                made.set(made.get() + 1);
                fs::write(folder.join("x"), digest)?;
                if fails {
                    bail!("half-way");
                }
                Ok(())
            })
        };
        assert!(make("1", true).is_err());
        let first = make("1", false).unwrap();
        assert_eq!(make("1", false).unwrap(), first);
        assert_eq!(made.get(), 2);
        let second = make("2", false).unwrap();
        assert_eq!(fs::read_to_string(second.join("x")).unwrap(), "2");
        assert!(!first.exists(), "an earlier version is removed");
    }
}
