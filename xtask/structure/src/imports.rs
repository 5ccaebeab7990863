//! What a Rust file names from its own crate.

/// Paths from the crate's root, as in `page::teach::TeachTab`, that a module names. Comments, texts and the tests at the
/// end of a file are left out. Modules made inside a file (`mod x { … }`) are not followed.
pub fn imports(module: &str, text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code = without_comments_and_texts(text);
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = next_keyword(rest, "use") {
        found.extend(paths(&rest[..at]));
        let (tree, after) = rest[at + "use".len()..].split_once(';').unwrap_or_default();
        found.extend(expanded(tree));
        rest = after;
    }
    found.extend(paths(rest));
    found.iter().filter_map(|path| absolute(module, path)).collect()
}

/// Where a keyword stands on its own.
fn next_keyword(code: &str, keyword: &str) -> Option<usize> {
    code.match_indices(keyword).map(|(at, _)| at).find(|&at| {
        let before = code[..at].chars().next_back();
        let after = code[at + keyword.len()..].chars().next();
        !before.is_some_and(is_word) && after.is_some_and(char::is_whitespace)
    })
}

/// Paths in code that begin at the crate or beside the module.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            // The rest of a longer path has been found with its beginning.
            if before.is_some_and(|c| is_word(c) || c == ':') {
                continue;
            }
            let path: String = code[at..].chars().take_while(|c| is_word(*c) || *c == ':').collect();
            found.push(path.trim_end_matches(':').to_owned());
        }
    }
    found
}

/// The paths of a tree of imports: `a::{b, c::{self, d}}` is `a::b`, `a::c::self`, `a::c::d`.
fn expanded(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, inside)) = tree.split_once('{') else {
        let path = tree.split_whitespace().next().unwrap_or_default();
        return vec![path.to_owned()];
    };
    let inside = inside.trim_end().strip_suffix('}').unwrap_or(inside);
    let mut found = Vec::new();
    let (mut depth, mut begin) = (0, 0);
    for (at, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inside[begin..at].trim();
                if !part.is_empty() {
                    found.extend(expanded(part).into_iter().map(|path| format!("{}{path}", before.trim())));
                }
                begin = at + 1;
            }
            _ => {}
        }
    }
    found
}

/// The path from the crate's root; `None` for what may be another crate's.
fn absolute(module: &str, path: &str) -> Option<String> {
    let mut at: Vec<&str> = module.split("::").filter(|p| !p.is_empty()).collect();
    let mut parts = path.split("::").peekable();
    match *parts.peek()? {
        "crate" => {
            parts.next();
            at.clear();
        }
        "self" => {
            parts.next();
        }
        "super" => {
            while parts.peek() == Some(&"super") {
                parts.next();
                at.pop();
            }
        }
        // A module's own child may be named without `self`.
        _ => {}
    }
    Some(at.into_iter().chain(parts).collect::<Vec<_>>().join("::"))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn without_comments_and_texts(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        let mut in_text = false;
        let mut escaped = false;
        let mut last = ' ';
        for c in line.chars() {
            if in_text {
                in_text = escaped || c != '"';
                escaped = !escaped && c == '\\';
            } else if c == '"' && last != '\'' {
                in_text = true;
            } else if c == '/' && last == '/' {
                code.pop();
                break;
            } else {
                code.push(c);
            }
            last = c;
        }
        code.push('\n');
    }
    code
}

#[cfg(test)]
mod tests {
    use super::imports;

    #[test]
    fn trees_of_imports_are_told_apart() {
        let text = "use crate::{a, b::{self, C as D}};\nuse super::e::F;\npub use g::H;\n";
        assert_eq!(imports("x::y", text), ["a", "b::self", "b::C", "x::e::F", "x::y::g::H"]);
    }

    #[test]
    fn paths_in_code_count_and_those_in_comments_and_texts_do_not() {
        let text = "// crate::no\nfn f() -> crate::a::B {\n    \"super::no\";\n    super::c()\n}\n";
        assert_eq!(imports("x::y", text), ["a::B", "x::c"]);
    }

    #[test]
    fn tests_at_the_end_of_a_file_import_what_they_like() {
        assert!(imports("x", "\n#[cfg(test)]\nmod tests {\n    use crate::y;\n}\n").is_empty());
    }
}
