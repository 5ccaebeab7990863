//! Reading and writing, with sentences that name the file.

use std::{
    fs::{self, File, TryLockError},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::failure::Failure;

/// Bytes of a file that is read into memory at most.
const LARGEST: u64 = 4 << 30;

pub fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let unread = |why: String| Failure::Given(format!("{} cannot be read: {why}. Name another file.", file.display()));
    let size = fs::metadata(file).map_err(|error| unread(error.to_string()))?.len();
    if size > LARGEST {
        return Err(unread(format!("it has {size} bytes, and {LARGEST} are possible")));
    }
    fs::read(file).map_err(|error| unread(error.to_string()))
}

pub fn read_json<T: DeserializeOwned>(file: &Path, what: &str) -> Result<T, Failure> {
    serde_json::from_slice(&read(file)?)
        .map_err(|error| Failure::Given(format!("{} is no {what}: {error}. Correct it.", file.display())))
}

pub fn folder(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)
        .map_err(|error| Failure::Given(format!("The folder {} cannot be made: {error}.", folder.display())))
}

/// Writes beside and moves, so that nobody ever sees half a file.
pub fn write(file: &Path, bytes: &[u8], secret: bool) -> Result<(), Failure> {
    let unwritten = |error: std::io::Error| {
        Failure::Failed(format!("{} cannot be written: {error}. Make room, or name another folder.", file.display()))
    };
    let beside = file.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    let mut open = options.open(&beside).map_err(unwritten)?;
    open.write_all(bytes).and_then(|()| open.sync_all()).map_err(unwritten)?;
    fs::rename(&beside, file).map_err(unwritten)
}

/// Looks whether [`write`] can write a file, before anything is done or paid for what goes into it.
pub fn can_be_written(file: &Path) -> Result<(), Failure> {
    let unwritten =
        |why: String| Failure::Given(format!("{} cannot be written: {why}. Name another file.", file.display()));
    if file.is_dir() {
        return Err(unwritten("it is a folder".to_string()));
    }
    let beside = file.with_extension("part");
    match fs::OpenOptions::new().write(true).create_new(true).open(&beside) {
        Ok(_) => fs::remove_file(&beside).map_err(|error| unwritten(error.to_string())),
        // Left by a program that was killed: it is written over.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unwritten(error.to_string())),
    }
}

/// The same file, whatever folder a later program is begun in.
pub fn absolute(file: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(file).map_err(|error| Failure::Given(format!("{} cannot be found: {error}.", file.display())))
}

fn lock_file(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| Failure::Given(format!("{} cannot be written: {error}.", path.display())))
}

fn unlocked(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("{} cannot be locked: {error}.", path.display()))
}

/// Takes a file that one program at a time can hold; nothing where another one holds it.
pub fn try_lock(path: &Path) -> Result<Option<File>, Failure> {
    let lock = lock_file(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(unlocked(path, &error)),
    }
}

/// The same, once whoever holds it lets it go: for what is held a moment only.
pub fn lock(path: &Path) -> Result<File, Failure> {
    let lock = lock_file(path)?;
    lock.lock().map_err(|error| unlocked(path, &error))?;
    Ok(lock)
}

pub fn write_json(file: &Path, value: &impl Serialize, secret: bool) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|error| Failure::Failed(format!("{} cannot be written: {error}.", file.display())))?;
    write(file, &text, secret)
}

/// The JSON files of a folder, by name.
pub fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| {
        Failure::Given(format!("There is no folder {} ({error}). Make it, and put tasks into it.", folder.display()))
    })?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_known_before_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        can_be_written(&at("model.onnx")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        for bad in [at("none/model.onnx"), folder.path().to_path_buf()] {
            assert!(matches!(can_be_written(&bad), Err(Failure::Given(_))), "{}", bad.display());
        }
        fs::write(at("model.part"), b"half").unwrap();
        can_be_written(&at("model.onnx")).unwrap();
        assert_eq!(fs::read(at("model.part")).unwrap(), b"half");
    }
}
