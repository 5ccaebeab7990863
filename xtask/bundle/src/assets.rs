//! What index.html names: styles get a hash in their name, files are copied, icons stand in the HTML itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    digest,
    index::{Link, next_link},
    site::Site,
};

/// index.html with every `data-trunk` link replaced by what it stands for; the files go to the site.
///
/// # Errors
/// When a link is not understood or names a file that is not there.
pub fn resolve(html: &str, folder: &Path, site: &mut Site) -> Result<String> {
    let mut done = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, link, after)) = next_link(rest)? {
        done.push_str(before);
        match link {
            Link::Css(href) => {
                let bytes = read(&folder.join(href))?;
                let stem = name(href)?.trim_end_matches(".css");
                let named = format!("{stem}-{}.css", digest::of(&[&bytes]));
                done.push_str(&format!("<link rel=\"stylesheet\" href=\"/{named}\" />"));
                site.add(PathBuf::from(named), bytes);
            }
            Link::CopyDir(href) => site.add_folder(&folder.join(href), Path::new(name(href)?))?,
            Link::CopyFile(href) => site.add(PathBuf::from(name(href)?), read(&folder.join(href))?),
            Link::Inline(href) => done.push_str(&String::from_utf8(read(&folder.join(href))?)?),
            Link::Worker => {}
        }
        rest = after;
    }
    done.push_str(rest);
    Ok(done)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("index.html names {}, which cannot be read", path.display()))
}

fn name(href: &str) -> Result<&str> {
    href.rsplit('/').next().filter(|name| !name.is_empty()).with_context(|| format!("{href} names no file"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::resolve;
    use crate::site::Site;

    #[test]
    fn links_become_what_they_stand_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("a.css"), "p {}").unwrap();
        fs::write(path.join("icons.svg"), "<svg/>").unwrap();
        fs::create_dir_all(path.join("data/inner")).unwrap();
        fs::write(path.join("data/inner/x.csv"), "1,2").unwrap();
        let html = "<head><link data-trunk rel=\"css\" href=\"a.css\" /></head>\
                    <link data-trunk rel=\"copy-dir\" href=\"data\" />\
                    <body><link data-trunk rel=\"inline\" href=\"icons.svg\" /></body>";
        let mut site = Site::default();
        let html = resolve(html, path, &mut site).unwrap();
        let css = site.names().into_iter().find(|name| name.ends_with(".css")).unwrap();
        assert_eq!(html, format!("<head><link rel=\"stylesheet\" href=\"/{css}\" /></head><body><svg/></body>"));
        assert!(site.names().contains(&"data/inner/x.csv".to_owned()));
    }

    #[test]
    fn a_file_that_is_missing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let html = "<link data-trunk rel=\"copy-file\" href=\"gone.js\" />";
        let error = resolve(html, folder.path(), &mut Site::default()).unwrap_err();
        assert!(error.to_string().contains("gone.js"), "{error}");
    }
}
