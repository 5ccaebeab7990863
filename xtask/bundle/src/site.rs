//! The folder that the server serves. It is written while it is served: what index.html names is there before
//! index.html names it, and what no longer belongs to the page goes last.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

use crate::digest;

/// The script of a development page, and the file that it watches.
const RELOAD: (&str, &str) = ("reload.js", "build.txt");

/// All files of the page but index.html.
#[derive(Default)]
pub struct Site {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Site {
    /// A file by its path below the root.
    pub fn add(&mut self, path: PathBuf, bytes: Vec<u8>) {
        self.files.insert(path, bytes);
    }

    /// All files by their paths, sorted.
    pub fn files(&self) -> impl Iterator<Item = (&PathBuf, &Vec<u8>)> {
        self.files.iter()
    }

    /// All files of a folder and of the folders in it.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn add_folder(&mut self, from: &Path, to: &Path) -> Result<()> {
        for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
            let entry = entry?;
            let to = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.add_folder(&entry.path(), &to)?;
            } else {
                self.add(to, fs::read(entry.path())?);
            }
        }
        Ok(())
    }

    /// Puts beside each large program what the server takes as its gzip and need not compress itself: the program as it
    /// is, in gzip's wrapping. A development server on loopback would compress for longer than it sends.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn spare_the_server(&mut self) -> Result<()> {
        let mut wrapped = Vec::new();
        for (path, bytes) in self.files.iter().filter(|(path, bytes)| is_large_program(path, bytes)) {
            let mut gzip = GzEncoder::new(Vec::with_capacity(bytes.len() + (bytes.len() >> 8)), Compression::none());
            gzip.write_all(bytes)?;
            wrapped.push((path.with_added_extension("gz"), gzip.finish()?));
        }
        self.files.extend(wrapped);
        Ok(())
    }

    /// index.html that loads itself again when the page has changed; for development only.
    ///
    /// # Errors
    /// When the HTML has no head.
    pub fn reload_in(&mut self, html: &str) -> Result<String> {
        let (script, build) = RELOAD;
        let (head, body) = html.split_once("</head>").context("index.html has no head")?;
        let html = format!("{head}  <script type=\"module\" src=\"/{script}\"></script>\n  </head>{body}");
        let files: Vec<&[u8]> = self.files.values().map(Vec::as_slice).chain([html.as_bytes()]).collect();
        let now = digest::of(&files);
        let watch = include_str!("reload.js").replace("BUILD", &now);
        self.add(PathBuf::from(script), watch.into_bytes());
        self.add(PathBuf::from(build), now.into_bytes());
        Ok(html)
    }

    /// Writes all files, then index.html, and removes what no longer belongs to the page.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(mut self, out: &Path, html: &str) -> Result<()> {
        // What tells open pages of the change comes after the change.
        let build = self.files.remove_entry(Path::new(RELOAD.1));
        let last = [Some((PathBuf::from("index.html"), html.as_bytes().to_vec())), build];
        let last: Vec<_> = last.into_iter().flatten().collect();
        for (path, bytes) in self.files.iter().chain(last.iter().map(|(path, bytes)| (path, bytes))) {
            write(&out.join(path), bytes)?;
        }
        self.files.extend(last);
        self.remove_others(out, Path::new(""))
    }

    fn remove_others(&self, out: &Path, below: &Path) -> Result<()> {
        for entry in fs::read_dir(out.join(below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.remove_others(out, &path)?;
                // Refused, and rightly, where files are left.
                let _ = fs::remove_dir(out.join(&path));
            } else if !self.files.contains_key(&path) {
                fs::remove_file(out.join(&path))?;
            }
        }
        Ok(())
    }

    /// Paths of all files.
    #[cfg(test)]
    pub fn names(&self) -> Vec<String> {
        self.files.keys().map(|path| path.display().to_string()).collect()
    }
}

fn is_large_program(path: &Path, bytes: &[u8]) -> bool {
    path.extension().is_some_and(|extension| extension == "wasm") && bytes.len() > 1 << 20
}

/// Whole or not at all, and only where it differs.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let wrong = || format!("{} cannot be written", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(wrong)?;
    }
    let unfinished = path.with_added_extension("unfinished");
    fs::write(&unfinished, bytes).with_context(wrong)?;
    fs::rename(&unfinished, path).with_context(wrong)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::Site;

    #[test]
    fn a_site_replaces_the_one_before() {
        let out = tempfile::tempdir().unwrap();
        let mut first = Site::default();
        first.add(PathBuf::from("old/a.txt"), b"a".to_vec());
        first.add(PathBuf::from("b.txt"), b"b".to_vec());
        first.write(out.path(), "<html>1</html>").unwrap();
        let mut second = Site::default();
        second.add(PathBuf::from("b.txt"), b"c".to_vec());
        second.write(out.path(), "<html>2</html>").unwrap();
        assert!(!out.path().join("old").exists());
        assert_eq!(fs::read(out.path().join("b.txt")).unwrap(), b"c");
        assert_eq!(fs::read_to_string(out.path().join("index.html")).unwrap(), "<html>2</html>");
    }

    #[test]
    fn what_stands_beside_a_large_program_is_the_same_program() {
        let program: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let mut site = Site::default();
        site.add(PathBuf::from("a.wasm"), program.clone());
        site.add(PathBuf::from("small.wasm"), vec![0; 100]);
        site.spare_the_server().unwrap();
        assert_eq!(site.names(), ["a.wasm", "a.wasm.gz", "small.wasm"]);
        let mut unwrapped = Vec::new();
        let wrapped = site.files[&PathBuf::from("a.wasm.gz")].as_slice();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(wrapped), &mut unwrapped).unwrap();
        assert!(unwrapped == program);
    }

    #[test]
    fn only_a_development_page_loads_itself_again() {
        let mut site = Site::default();
        let html = site.reload_in("<head></head>").unwrap();
        assert!(html.contains("/reload.js"));
        let mut other = Site::default();
        other.add(PathBuf::from("a.css"), b"p {}".to_vec());
        other.reload_in("<head></head>").unwrap();
        let build = PathBuf::from("build.txt");
        assert_ne!(site.files[&build], other.files[&build], "another page has another build");
        let out = tempfile::tempdir().unwrap();
        Site::default().write(out.path(), "<head></head>").unwrap();
        assert!(!out.path().join("reload.js").exists());
    }
}
