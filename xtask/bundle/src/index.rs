//! The links of index.html that name what belongs to the page. They are written for Trunk, which reads them too.

use anyhow::{Context, Result, bail};

/// One `<link data-trunk …>`.
#[derive(Debug, PartialEq, Eq)]
pub enum Link<'a> {
    /// A style sheet.
    Css(&'a str),
    /// A folder copied as it is.
    CopyDir(&'a str),
    /// A file copied as it is.
    CopyFile(&'a str),
    /// A file whose text takes the link's place.
    Inline(&'a str),
    /// A worker, which Trunk builds; here it has been built already.
    Worker,
}

/// HTML before a link, the link, and the HTML after it; `None` where there is no link.
///
/// # Errors
/// When a link is not closed, lacks an attribute, or is of a kind that is not known here.
pub fn next_link(html: &str) -> Result<Option<(&str, Link<'_>, &str)>> {
    const OPEN: &str = "<link data-trunk ";
    let Some(start) = html.find(OPEN) else { return Ok(None) };
    let inside = &html[start + OPEN.len()..];
    let end = inside.find("/>").context("a <link data-trunk …> of index.html does not end with />")?;
    let attributes = &inside[..end];
    let href = attribute(attributes, "href")?;
    let link = match attribute(attributes, "rel")? {
        "css" => Link::Css(href),
        "copy-dir" => Link::CopyDir(href),
        "copy-file" => Link::CopyFile(href),
        "inline" => Link::Inline(href),
        "rust" if attributes.contains(r#"data-type="worker""#) => Link::Worker,
        other => bail!("index.html has a link of the kind {other:?}, which xtask/bundle does not know"),
    };
    Ok(Some((&html[..start], link, &inside[end + "/>".len()..])))
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Result<&'a str> {
    let mut rest = attributes;
    loop {
        let (key, after) = rest
            .split_once("=\"")
            .with_context(|| format!("a <link data-trunk …> of index.html has no {name}: {attributes}"))?;
        let (value, after) =
            after.split_once('"').with_context(|| format!("an attribute of index.html is not closed: {attributes}"))?;
        // Attributes without a value may stand before this one.
        if key.split_whitespace().last() == Some(name) {
            return Ok(value);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, next_link};

    #[test]
    fn links_are_found_one_after_the_other() {
        let html = "<head>\n<link data-trunk rel=\"css\" href=\"../a.css\" />\n<link rel=\"icon\" href=\"/i.svg\" />\
                    <link data-trunk rel=\"inline\" type=\"svg\" href=\"icons.svg\" /></head>";
        let (before, link, rest) = next_link(html).unwrap().unwrap();
        assert_eq!((before, link), ("<head>\n", Link::Css("../a.css")));
        let (before, link, rest) = next_link(rest).unwrap().unwrap();
        assert_eq!((before, link), ("\n<link rel=\"icon\" href=\"/i.svg\" />", Link::Inline("icons.svg")));
        assert_eq!(rest, "</head>");
        assert!(next_link(rest).unwrap().is_none());
    }

    #[test]
    fn a_worker_has_been_built_already() {
        let html =
            r#"<link data-trunk rel="rust" href="w/Cargo.toml" data-type="worker" data-loader-shim data-x="0" />"#;
        assert_eq!(next_link(html).unwrap().unwrap().1, Link::Worker);
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for html in [
            r#"<link data-trunk rel="scss" href="a.scss" />"#,
            r#"<link data-trunk rel="rust" href="Cargo.toml" />"#,
            r#"<link data-trunk href="a.css" />"#,
            r#"<link data-trunk rel="css" href="a.css">"#,
        ] {
            assert!(next_link(html).is_err(), "{html}");
        }
    }
}
