//! How a text is split into words.

/// The words of a text, in order, with repetitions.
///
/// The text is put into lower case (as Unicode has it, whatever the language); a word is a run of letters and digits,
/// with single apostrophes between two of them (`'` and `’` alike, kept as `'`): `“Don’t!”` has the word `don't`.
/// Everything else separates.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut apostrophe = false;
    for character in text.to_lowercase().chars() {
        if character.is_alphanumeric() {
            if apostrophe && !word.is_empty() {
                word.push('\'');
            }
            apostrophe = false;
            word.push(character);
        } else if matches!(character, '\'' | '’') && !word.is_empty() && !apostrophe {
            apostrophe = true;
        } else {
            apostrophe = false;
            if !word.is_empty() {
                found.push(std::mem::take(&mut word));
            }
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn texts_are_split_as_documented() {
        for (text, expected) in [
            ("", vec![]),
            (" …!? ", vec![]),
            ("A film, a FILM.", vec!["a", "film", "a", "film"]),
            ("“Don’t!” 'tis the dogs' rock'n'roll", vec!["don't", "tis", "the", "dogs", "rock'n'roll"]),
            ("two''quotes", vec!["two", "quotes"]),
            ("1980s sci-fi 7/10", vec!["1980s", "sci", "fi", "7", "10"]),
            ("Ärger in ΑΘΗΝΑ 東京", vec!["ärger", "in", "αθηνα", "東京"]),
            ("snake_case", vec!["snake", "case"]),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }
}
