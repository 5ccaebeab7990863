//! No function that holds a view is longer than a person reads at once.

use structure::{crates, root, sources};

const MOST: usize = 80;

#[test]
fn a_function_with_a_view_has_at_most_80_lines() {
    let mut long = Vec::new();
    let mut seen = 0;
    for folder in crates().unwrap() {
        for source in sources(&folder).unwrap() {
            for (name, lines) in functions_with_views(&source.text) {
                seen += 1;
                if lines > MOST {
                    let path = source.path.strip_prefix(root()).unwrap().display().to_string();
                    long.push(format!("{path}: {name} has {lines} lines"));
                }
            }
        }
    }
    // A reader that finds nothing proves nothing.
    assert!(seen > 100, "only {seen} functions with views were found");
    assert!(long.is_empty(), "Cut these into components named for what a person sees:\n{}", long.join("\n"));
}

/// Name and number of lines of each function that holds a `view!`. `cargo fmt` ends a function with a brace that stands
/// as far in as the function begins.
fn functions_with_views(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function(line) else { continue };
        let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
        let length = lines[at..].iter().position(|l| *l == end).map_or(lines.len() - at, |n| n + 1);
        if lines[at..at + length].iter().any(|l| l.contains("view!")) {
            found.push((name, length));
        }
    }
    found
}

/// The name of the function that a line begins.
fn function(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().skip_while(|w| w.starts_with("pub") || *w == "async" || *w == "const");
    if words.next() != Some("fn") {
        // `pub(in a::b) fn` has a space inside its brackets.
        return None;
    }
    Some(words.next()?.split(['(', '<']).next()?.to_owned())
}

#[test]
fn lines_are_counted_from_the_name_to_the_brace() {
    let text = "pub fn A() -> B {\n    view! { <p /> }\n}\n\nfn b() {\n}\n";
    assert_eq!(functions_with_views(text), [("A".to_owned(), 3)]);
}

/// In a tag, `>` outside of brackets ends the tag: what stands behind it would be shown as text, and be no condition.
#[test]
fn conditions_in_tags_stand_in_brackets() {
    let mut cut = Vec::new();
    let mut seen = 0;
    for folder in crates().unwrap().iter().filter(|folder| folder.starts_with(root().join("app"))) {
        for source in sources(folder).unwrap() {
            for (at, line) in source.text.lines().enumerate() {
                seen += u32::from(line.contains("=move |"));
                if ends_early(line) {
                    cut.push(format!("{}:{}", source.path.strip_prefix(root()).unwrap().display(), at + 1));
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} closures in tags were found");
    assert!(cut.is_empty(), "Put the conditions of these into {{ }}:\n{}", cut.join("\n"));
}

/// Whether a closure of this line, given to an attribute, has a comparison outside of brackets.
fn ends_early(line: &str) -> bool {
    line.split("=move |").skip(1).any(|rest| {
        let body = rest.split_once('|').map_or("", |(_, body)| body);
        let mut depth = 0;
        body.char_indices().any(|(at, c)| {
            depth += match c {
                '(' | '[' | '{' => 1,
                ')' | ']' | '}' => -1,
                _ => 0,
            };
            depth == 0 && [" > ", " >= "].iter().any(|sign| body[at..].starts_with(sign))
        })
    })
}

#[test]
fn a_comparison_outside_of_brackets_is_found() {
    for (line, expected) in [
        ("disabled=move || a.get() + page >= total.get()", true),
        ("disabled=move || { a.get() + page >= total.get() }", false),
        ("disabled=move || a.with(|a| a.len() > MOST)", false),
        ("<div class:on=move || a.get()>{text}</div>", false),
        ("let f = move || a > b;", false),
    ] {
        assert_eq!(ends_early(line), expected, "{line}");
    }
}
