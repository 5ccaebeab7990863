//! Names of columns and classes. They are long and have no spaces, and are not to be broken inside a word.

use leptos::prelude::*;

/// Characters of a piece that stays whole; a longer one may be broken anywhere.
const WHOLE: usize = 20;

/// A name, which breaks between its pieces where it is longer than the line.
#[component]
pub fn Name(text: String) -> impl IntoView {
    let piece = |(at, piece): (usize, &str)| {
        let is_long = piece.chars().count() > WHOLE;
        view! {
            {(at > 0).then(|| view! { <wbr /> })}
            <span class:breakable=is_long>{piece.to_owned()}</span>
        }
    };
    let pieces = pieces(&text).into_iter().enumerate().map(piece).collect_view();
    view! { <span class="pieces">{pieces}</span> }
}

/// The pieces of a name between which it may be broken: after signs that join words, and where a word begins with a capital.
fn pieces(text: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let (mut pieces, mut from, mut has_words) = (Vec::new(), 0, false);
    for (place, pair) in letters.windows(2).enumerate() {
        let [(_, before), (at, next)] = *pair else { continue };
        has_words |= before.is_alphanumeric();
        let after = letters.get(place + 2).map(|(_, after)| *after);
        if has_words && breaks(before, next, after) {
            pieces.push(&text[from..at]);
            (from, has_words) = (at, false);
        }
    }
    pieces.push(&text[from..]);
    pieces
}

/// Whether a name may be broken between two letters; `after` is the one behind them.
fn breaks(before: char, next: char, after: Option<char>) -> bool {
    let joins = |letter: char| matches!(letter, '_' | '-' | '.');
    // Part of a number: 0.5, 2020-01.
    let in_number = |letter: char| letter.is_ascii_digit();
    if joins(before) {
        return !joins(next) && (before == '_' || !in_number(next));
    }
    let begins_word = before.is_lowercase() || before.is_ascii_digit();
    // The last capital of several begins a word: HTTPServer.
    let ends_capitals = before.is_uppercase() && after.is_some_and(char::is_lowercase);
    next.is_uppercase() && (begins_word || ends_capitals)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn names_break_where_their_words_meet() {
        for expected in [
            "fractal_|dimension_|error",
            "Iris-|setosa",
            "df.|target.|name",
            "sepal|Length|Cm",
            "HTTP|Server|Error",
            "a__|b",
            "_id",
            "trailing_",
            "versicolor",
            "BMI",
            "over_|0.5",
            "2020-01-31",
            "größe_|ärmel|Länge",
            "two words",
            "",
        ] {
            let name = expected.replace('|', "");
            assert_eq!(pieces(&name).join("|"), expected, "{name}");
        }
    }
}
