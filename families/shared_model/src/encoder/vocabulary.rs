//! A list of known words; the position of a word is its feature.

use std::collections::{BTreeMap, HashMap};

use super::{
    Encoder, Features,
    error::{EncodeError, SpecError},
    hashed_words::text,
    original::{Original, OriginalKind},
    words::words,
};
use crate::shape::Form;

/// Most words of a vocabulary.
pub const MAX_VOCABULARY_WORDS: usize = 100_000;
/// Largest vocabulary file, in bytes.
pub const MAX_VOCABULARY_BYTES: u64 = 2 << 20;

/// Reads a vocabulary as it is uploaded: UTF-8 text, one word a line, in any case; blank lines do not count. Who knows
/// the size of a file asks [`check_size`] before reading it.
///
/// # Errors
/// [`SpecError`] for what is too large, or where a line is not one word.
pub fn parse_vocabulary(file: &[u8]) -> Result<Vec<String>, SpecError> {
    check_size(file.len() as u64)?;
    let text = std::str::from_utf8(file).map_err(|_| SpecError::VocabularyNotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut list = Vec::new();
    for (line, word) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let [word] = words(word)
            .try_into()
            .map_err(|_| SpecError::NotAWord { position: line + 1, word: word.trim().to_owned() })?;
        list.push(word);
    }
    Vocabulary::new(&list)?;
    Ok(list)
}

/// Whether a vocabulary file of so many bytes can be read at all.
///
/// # Errors
/// [`SpecError::VocabularyTooLarge`].
pub fn check_size(bytes: u64) -> Result<(), SpecError> {
    if bytes > MAX_VOCABULARY_BYTES { Err(SpecError::VocabularyTooLarge { bytes }) } else { Ok(()) }
}

/// The words that are in most of the texts, at most `count`, the most frequent first; ties in alphabetical order.
pub fn most_frequent_words<'a>(texts: impl IntoIterator<Item = &'a str>, count: usize) -> Vec<String> {
    let mut frequencies = BTreeMap::<String, u32>::new();
    for text in texts {
        let mut once = words(text);
        once.sort_unstable();
        once.dedup();
        for word in once {
            *frequencies.entry(word).or_default() += 1;
        }
    }
    let mut ranked: Vec<(String, u32)> = frequencies.into_iter().collect();
    // Stable: words of one frequency stay in alphabetical order.
    ranked.sort_by_key(|(_, frequency)| std::cmp::Reverse(*frequency));
    ranked.into_iter().take(count.min(MAX_VOCABULARY_WORDS)).map(|(word, _)| word).collect()
}

/// See [`super::EncoderSpec::Vocabulary`].
pub(super) struct Vocabulary {
    list: Vec<String>,
    positions: HashMap<String, u32>,
}

impl Vocabulary {
    pub(super) fn new(list: &[String]) -> Result<Self, SpecError> {
        if list.is_empty() {
            return Err(SpecError::EmptyVocabulary);
        }
        if list.len() > MAX_VOCABULARY_WORDS {
            return Err(SpecError::TooManyWords { found: list.len() });
        }
        check_size(list.iter().map(|word| word.len() as u64 + 1).sum::<u64>() - 1)?;
        let mut positions = HashMap::with_capacity(list.len());
        for (at, word) in list.iter().enumerate() {
            let position = at + 1;
            if words(word) != [word.as_str()] {
                return Err(SpecError::NotAWord { position, word: word.clone() });
            }
            if positions.insert(word.clone(), at as u32).is_some() {
                return Err(SpecError::SameWord { position, word: word.clone() });
            }
        }
        Ok(Self { list: list.to_vec(), positions })
    }
}

impl Encoder for Vocabulary {
    fn original(&self) -> OriginalKind {
        OriginalKind::Text
    }

    fn form(&self) -> Form {
        Form::Sparse
    }

    fn features(&self) -> u32 {
        self.list.len() as u32
    }

    fn describe(&self) -> String {
        format!("Which of {} known words occur in a text.", self.list.len())
    }

    fn feature_name(&self, feature: u32) -> Option<String> {
        self.list.get(feature as usize).cloned()
    }

    fn extract(&self, original: &Original) -> Result<Features, EncodeError> {
        let mut indices: Vec<u32> =
            words(text(original)?).iter().filter_map(|word| self.positions.get(word).copied()).collect();
        indices.sort_unstable();
        indices.dedup();
        Ok(Features::Sparse(indices))
    }
}
