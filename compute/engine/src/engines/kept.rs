//! Compiled modules in a folder, so that a program that is started again does not compile for seconds what it had compiled.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process,
    time::SystemTime,
};

use protocol::Digest;
use wasmtime::{Engine, Module};

/// Modules that a folder keeps: the ones written last.
const MOST: usize = 16;
/// What their names end with.
const END: &str = "cwasm";

/// A folder that belongs to this machine's user alone. Whatever cannot be read or written there is compiled anew.
#[derive(Debug, Clone)]
pub struct Kept(PathBuf);

impl Kept {
    pub fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Named by the module, and by all that its compiled form depends on.
    fn file(&self, engine: &Engine, module: &Digest) -> PathBuf {
        let mut depends = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut depends);
        self.0.join(format!("{module}-{:016x}.{END}", depends.finish()))
    }

    /// The compiled form of a module, if it was kept and is whole.
    pub fn find(&self, engine: &Engine, module: &Digest) -> Option<Module> {
        let file = fs::read(self.file(engine, module)).ok()?;
        let (digest, compiled) = file.split_at_checked(32)?;
        if Digest::of(compiled).0 != digest {
            return None;
        }
        // SAFETY: these bytes are what `Module::serialize` of this very engine made, as the name and the digest before them
        // say: `keep` writes nothing else, and whoever else can write into this folder of the user can change the program itself.
        unsafe { Module::deserialize(engine, compiled) }.ok()
    }

    /// Keeps a compiled form; what was written longest ago goes.
    pub fn keep(&self, engine: &Engine, module: &Digest, compiled: &Module) {
        let Ok(bytes) = compiled.serialize() else { return };
        let file = self.file(engine, module);
        // Written aside, and whole once it has its name.
        let aside = file.with_extension(process::id().to_string());
        let written = fs::create_dir_all(&self.0)
            .and_then(|()| fs::write(&aside, [&Digest::of(&bytes).0[..], &bytes].concat()))
            .and_then(|()| fs::rename(&aside, &file));
        if written.is_ok() {
            self.make_room();
        }
    }

    fn make_room(&self) {
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        let mut all: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let path = entry.path();
                let is_kept = path.extension().is_some_and(|end| end == END);
                is_kept.then_some((entry.metadata().ok()?.modified().ok()?, path))
            })
            .collect();
        all.sort();
        let over = all.len().saturating_sub(MOST);
        for (_, path) in all.into_iter().take(over) {
            // The next one tries again.
            let _ = fs::remove_file(path);
        }
    }
}
