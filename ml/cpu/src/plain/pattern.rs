//! The regular expressions that text pipelines cut words with: letters and classes of them, each once or repeated, and
//! borders of words. What is beyond that is refused. As in onnxruntime, `\w`, `\d`, `\s` and `\b` know ASCII only.

use crate::kernel::Reason;

/// Positions that are tried for one text at most.
const MOST_STEPS: usize = 1 << 22;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Class {
    except: bool,
    ranges: Vec<(char, char)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    /// One of these letters, so many times.
    Letters { class: Class, least: usize, most: usize },
    /// The border of a word.
    Border,
}

/// A pattern that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    items: Vec<Item>,
}

impl Class {
    fn of(ranges: &[(char, char)]) -> Self {
        Self { except: false, ranges: ranges.to_vec() }
    }

    fn has(&self, letter: char) -> bool {
        self.ranges.iter().any(|&(from, to)| (from..=to).contains(&letter)) != self.except
    }
}

const WORD: [(char, char); 4] = [('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
const DIGIT: [(char, char); 1] = [('0', '9')];
const SPACE: [(char, char); 3] = [(' ', ' '), ('\t', '\n'), ('\x0c', '\r')];

impl Pattern {
    /// # Errors
    /// A sentence about what is not understood.
    pub(super) fn read(text: &str) -> Result<Self, Reason> {
        let refused =
            || Reason(format!("its expression {text} is not understood; classes of letters and repetitions are."));
        let mut letters = text.strip_prefix("(?u)").unwrap_or(text).chars().peekable();
        let mut items = Vec::new();
        while let Some(letter) = letters.next() {
            let class = match letter {
                '\\' => match letters.next().ok_or_else(refused)? {
                    'b' => {
                        items.push(Item::Border);
                        continue;
                    }
                    other => escaped(other).ok_or_else(refused)?,
                },
                '[' => bracket(&mut letters).ok_or_else(refused)?,
                '.' => Class { except: true, ranges: vec![('\n', '\n')] },
                '(' | ')' | '|' | '^' | '$' | '*' | '+' | '?' | '{' => return Err(refused()),
                other => Class::of(&[(other, other)]),
            };
            let (least, most) = match letters.peek() {
                Some('+') => (1, usize::MAX),
                Some('*') => (0, usize::MAX),
                Some('?') => (0, 1),
                Some('{') => {
                    letters.next();
                    let inside: String = letters.by_ref().take_while(|&c| c != '}').collect();
                    let (least, most) = inside.split_once(',').unwrap_or((&inside, &inside));
                    let least = least.trim().parse().map_err(|_| refused())?;
                    let most = if most.trim().is_empty() { Ok(usize::MAX) } else { most.trim().parse() };
                    let most = most.map_err(|_| refused())?;
                    items.push(Item::Letters { class, least, most });
                    // A repetition of a repetition, or one that takes as little as it can.
                    if matches!(letters.peek(), Some('+' | '*' | '?' | '{')) {
                        return Err(refused());
                    }
                    continue;
                }
                _ => (1, 1),
            };
            if (least, most) != (1, 1) {
                letters.next();
                if matches!(letters.peek(), Some('+' | '*' | '?' | '{')) {
                    return Err(refused());
                }
            }
            items.push(Item::Letters { class, least, most });
        }
        if items.is_empty() { Err(refused()) } else { Ok(Self { items }) }
    }

    /// Everything that matches, from left to right.
    pub(super) fn all(&self, text: &str) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        self.found(&letters).into_iter().map(|(from, to)| letters[from..to].iter().collect()).collect()
    }

    /// Everything between matches that is not empty.
    pub(super) fn between(&self, text: &str) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        let mut parts = Vec::new();
        let mut start = 0;
        for (from, to) in self.found(&letters).into_iter().chain([(letters.len(), letters.len())]) {
            if from > start {
                parts.push(letters[start..from].iter().collect());
            }
            start = to;
        }
        parts
    }

    /// Beginnings and ends of matches that are not empty.
    fn found(&self, letters: &[char]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let (mut at, mut steps) = (0, 0);
        while at < letters.len() && steps < MOST_STEPS {
            match self.end(letters, at, 0, &mut steps) {
                Some(end) if end > at => {
                    found.push((at, end));
                    at = end;
                }
                _ => at += 1,
            }
        }
        found
    }

    /// Where the items from `item` on end if they begin at `at`; the longest repetitions are tried first.
    fn end(&self, letters: &[char], at: usize, item: usize, steps: &mut usize) -> Option<usize> {
        *steps += 1;
        let Some(next) = self.items.get(item) else { return Some(at) };
        if *steps > MOST_STEPS {
            return None;
        }
        match next {
            Item::Border => {
                let word =
                    |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|&c| Class::of(&WORD).has(c));
                if word(at.checked_sub(1)) == word(Some(at)) { None } else { self.end(letters, at, item + 1, steps) }
            }
            Item::Letters { class, least, most } => {
                let run = letters[at..].iter().take(*most).take_while(|&&letter| class.has(letter)).count();
                (*least..=run).rev().find_map(|length| self.end(letters, at + length, item + 1, steps))
            }
        }
    }
}

/// The class of letters that a letter after a backslash stands for.
fn escaped(letter: char) -> Option<Class> {
    Some(match letter {
        'w' => Class::of(&WORD),
        'd' => Class::of(&DIGIT),
        's' => Class::of(&SPACE),
        'W' => Class { except: true, ..Class::of(&WORD) },
        'D' => Class { except: true, ..Class::of(&DIGIT) },
        'S' => Class { except: true, ..Class::of(&SPACE) },
        'n' => Class::of(&[('\n', '\n')]),
        't' => Class::of(&[('\t', '\t')]),
        'r' => Class::of(&[('\r', '\r')]),
        other if other.is_ascii_punctuation() => Class::of(&[(other, other)]),
        _ => return None,
    })
}

/// The class that begins after a bracket.
fn bracket(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Class> {
    let except = letters.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    let mut first = true;
    loop {
        let from = match letters.next()? {
            ']' if !first => return Some(Class { except, ranges }),
            '[' if letters.peek() == Some(&':') => return None,
            '\\' => {
                let class = escaped(letters.next()?)?;
                match class.ranges[..] {
                    [(from, to)] if !class.except && from == to => from,
                    _ if class.except => return None,
                    _ => {
                        ranges.extend(class.ranges);
                        first = false;
                        continue;
                    }
                }
            }
            letter => letter,
        };
        first = false;
        let to = match letters.next_if_eq(&'-') {
            None => from,
            Some(_) if letters.peek() == Some(&']') => {
                ranges.push(('-', '-'));
                from
            }
            Some(_) => match letters.next()? {
                '\\' => match escaped(letters.next()?)?.ranges[..] {
                    [(to, end)] if to == end => to,
                    _ => return None,
                },
                to => to,
            },
        };
        ranges.push((from, to));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn all(pattern: &str, text: &str) -> Vec<String> {
        Pattern::read(pattern).unwrap().all(text)
    }

    #[test]
    fn words_are_cut_as_pipelines_cut_them() {
        assert_eq!(all("[a-zA-Z0-9_]+", "a b1, c_d!"), ["a", "b1", "c_d"]);
        assert_eq!(all(r"(?u)\b\w\w+\b", "I am 42, b"), ["am", "42"]);
        assert_eq!(all(r"\d{2,3}", "1 22 4444"), ["22", "444"]);
        assert_eq!(all(r"[^\s,]+", "a-b,c d"), ["a-b", "c", "d"]);
        assert_eq!(all(".", "né"), ["n", "é"]);
        // Letters beyond ASCII are no letters of words.
        assert_eq!(all(r"\w+", "größe"), ["gr", "e"]);
        assert_eq!(Pattern::read(r"\s+").unwrap().between(" a  b "), ["a", "b"]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in ["(a|b)", "a|b", "a+?", "^a", r"\p{L}", "", "[a", "[[:alpha:]]", "a{x}", "*"] {
            assert!(Pattern::read(pattern).is_err(), "{pattern}");
        }
    }
}
