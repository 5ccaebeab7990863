//! The page's HTML with a head that says what the page is about, for those who do not run it.

use super::{SITE, about::About};

/// index.html with title, description and what programs read that show a link: Open Graph, and Twitter's card. `url` is
/// the page's whole address where this server knows it. `asks`: what its program asks this server first, which browsers
/// then fetch beside the program.
pub fn with_head(html: &str, about: &About, url: Option<&str>, asks: &[String]) -> String {
    let (before, after) = cut(html, "<meta name=\"description\"", ">");
    let (before, after) = cut(&(before + &after), "<title>", "</title>");
    let title = match about.title.as_str() {
        SITE => SITE.to_owned(),
        title => format!("{title} · {SITE}"),
    };
    let mut tags = format!("<title>{}</title>", escaped(&title));
    let mut tag = |attribute: &str, name: &str, content: &str| {
        tags.push_str(&format!("\n    <meta {attribute}=\"{name}\" content=\"{}\" />", escaped(content)));
    };
    tag("name", "description", &about.description);
    tag("property", "og:site_name", SITE);
    tag("property", "og:type", "website");
    tag("property", "og:title", &about.title);
    tag("property", "og:description", &about.description);
    if let Some(url) = url {
        tag("property", "og:url", url);
    }
    tag("name", "twitter:card", "summary");
    if about.is_missing {
        tag("name", "robots", "noindex");
    }
    for ask in asks {
        let link =
            format!("\n    <link rel=\"preload\" href=\"{}\" as=\"fetch\" crossorigin=\"anonymous\" />", escaped(ask));
        tags.push_str(&link);
    }
    [before, tags, after].concat()
}

/// What stands before and after the first piece that begins and ends so; all of it before where there is none.
pub(super) fn cut(html: &str, begin: &str, end: &str) -> (String, String) {
    let found = html.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    found.map_or_else(|| (html.to_owned(), String::new()), |(before, after)| (before.to_owned(), after.to_owned()))
}

/// For text and for values between double quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{About, with_head};

    #[test]
    fn a_head_says_what_the_page_is_about() {
        let html = "<html><head><meta name=\"description\" content=\"old\" /><title>ModelMarket</title><link /></head>";
        let about = About { title: "\"><script>'&".into(), description: "<b>".into(), is_missing: false };
        let asks = ["/api/bounties?a=1&b=2".to_owned()];
        let made = with_head(html, &about, Some("https://a.example/bounties/1"), &asks);
        assert_eq!(
            made,
            "<html><head><title>&quot;&gt;&lt;script&gt;&#39;&amp; · ModelMarket</title>\n    \
             <meta name=\"description\" content=\"&lt;b&gt;\" />\n    \
             <meta property=\"og:site_name\" content=\"ModelMarket\" />\n    \
             <meta property=\"og:type\" content=\"website\" />\n    \
             <meta property=\"og:title\" content=\"&quot;&gt;&lt;script&gt;&#39;&amp;\" />\n    \
             <meta property=\"og:description\" content=\"&lt;b&gt;\" />\n    \
             <meta property=\"og:url\" content=\"https://a.example/bounties/1\" />\n    \
             <meta name=\"twitter:card\" content=\"summary\" />\n    \
             <link rel=\"preload\" href=\"/api/bounties?a=1&amp;b=2\" as=\"fetch\" crossorigin=\"anonymous\" />\
             <link /></head>"
        );
        let start = About { title: "ModelMarket".into(), description: "x".into(), is_missing: false };
        assert!(with_head(html, &start, None, &[]).contains("<title>ModelMarket</title>"));
    }
}
