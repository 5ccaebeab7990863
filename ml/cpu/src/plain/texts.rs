//! Texts: normalised, cut into words, joined, counted.

use std::collections::{HashMap, HashSet};

use ml_onnx::{Data, ElementType, Node, Tensor};

use super::cast::converted;
use super::pattern::Pattern;
use super::strides::{broadcast, stretched};
use crate::kernel::{Kernel, Reason, closure, elements, input, one};

fn texts(tensor: &Tensor) -> Result<&[String], Reason> {
    tensor
        .as_strings()
        .ok_or_else(|| Reason(format!("it is given {:?} where texts are wanted.", tensor.element_type())))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
    Kept,
}

impl Case {
    fn of(name: &str) -> Result<Self, Reason> {
        match name {
            "LOWER" => Ok(Self::Lower),
            "UPPER" => Ok(Self::Upper),
            "NONE" => Ok(Self::Kept),
            other => Err(Reason(format!("its case_change_action {other} is none that ONNX knows."))),
        }
    }

    fn apply(self, text: &str) -> String {
        match self {
            // Letter by letter, as the C library does.
            Self::Lower => text.chars().map(|c| only(c.to_lowercase(), c)).collect(),
            Self::Upper => text.chars().map(|c| only(c.to_uppercase(), c)).collect(),
            Self::Kept => text.to_owned(),
        }
    }
}

/// The one letter that another becomes, or the other where it would be several.
fn only(mut letters: impl Iterator<Item = char>, otherwise: char) -> char {
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => otherwise,
    }
}

/// `StringNormalizer`: other case, and without stop words.
pub(super) fn normalise(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let case = Case::of(node.text("case_change_action").unwrap_or("NONE"))?;
    let sensitive = node.int("is_case_sensitive", 0) != 0;
    // Without regard to case, words are compared in the case that they become.
    let compared = match case {
        _ if sensitive => Case::Kept,
        Case::Kept => Case::Lower,
        case => case,
    };
    let stop: HashSet<String> =
        node.texts("stopwords").unwrap_or_default().into_iter().map(|word| compared.apply(word)).collect();
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let mut shape = tensor.shape().to_vec();
        if !matches!(shape[..], [_] | [1, _]) && !stop.is_empty() {
            return Err("words can only be left out of one row.".into());
        }
        let kept = texts(tensor)?.iter().filter(|text| stop.is_empty() || !stop.contains(&compared.apply(text)));
        let mut values: Vec<String> = kept.map(|text| case.apply(text)).collect();
        if !stop.is_empty() {
            if values.is_empty() {
                values.push(String::new());
            }
            if let Some(last) = shape.last_mut() {
                *last = values.len();
            }
        }
        one(shape, Data::String(values))
    }))
}

/// `StringConcat`
pub(super) fn join() -> Box<dyn Kernel> {
    closure(|inputs| {
        let (a, b) = (input(inputs, 0)?, input(inputs, 1)?);
        let shape = broadcast(&[a.shape(), b.shape()])?;
        let (first, second) = (texts(a)?, texts(b)?);
        let pairs = stretched(a.shape(), &shape)?.into_iter().zip(stretched(b.shape(), &shape)?);
        let joined = pairs.map(|(i, j)| format!("{}{}", first[i], second[j])).collect();
        one(shape, Data::String(joined))
    })
}

/// Lists of words as one tensor: the shorter ones are filled up.
fn padded(mut shape: Vec<usize>, lists: Vec<Vec<String>>, filling: &str) -> Result<(Tensor, Vec<i64>), Reason> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    shape.push(longest);
    let mut values = Vec::with_capacity(elements(&shape)?);
    let counts = lists.iter().map(|list| list.len() as i64).collect();
    for mut list in lists {
        list.resize(longest, filling.to_owned());
        values.append(&mut list);
    }
    Ok((Tensor::new(shape, Data::String(values))?, counts))
}

/// `StringSplit`: the parts, and how many there are.
pub(super) fn split(node: &Node) -> Box<dyn Kernel> {
    let delimiter = node.text("delimiter").unwrap_or("").to_owned();
    let most = usize::try_from(node.int("maxsplit", i64::MAX)).unwrap_or(usize::MAX);
    closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let owned = |parts: &mut dyn Iterator<Item = &str>| parts.map(str::to_owned).collect::<Vec<_>>();
        let list = |text: &String| match delimiter.as_str() {
            "" => blanks(text, most),
            _ if text.is_empty() => Vec::new(),
            delimiter => owned(&mut text.splitn(most.saturating_add(1), delimiter)),
        };
        let lists = texts(tensor)?.iter().map(list).collect();
        let (parts, counts) = padded(tensor.shape().to_vec(), lists, "")?;
        Ok(vec![parts, Tensor::new(tensor.shape().to_vec(), Data::I64(counts))?])
    })
}

/// Parts between runs of blanks, at most so many cut off.
fn blanks(text: &str, most: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        match rest.find(char::is_whitespace) {
            Some(end) if parts.len() < most => {
                parts.push(rest[..end].to_owned());
                rest = rest[end..].trim_start();
            }
            _ => {
                parts.push(rest.trim_end().to_owned());
                break;
            }
        }
    }
    parts
}

/// `Tokenizer` of onnxruntime: words by what they look like, or what is between separators; or letters.
pub(super) fn tokenise(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    if node.int("mark", 0) != 0 {
        return Err("its marks for the beginning and end of a text are not written here.".into());
    }
    let filling = node.text("pad_value").ok_or("its pad_value is missing.")?.to_owned();
    let least = usize::try_from(node.int("mincharnum", 1)).unwrap_or(1).max(1);
    let words = node.text("tokenexp").filter(|text| !text.is_empty()).map(Pattern::read).transpose()?;
    let separators = node.texts("separators").unwrap_or_default();
    let letters = matches!(separators[..], [""]);
    if words.is_none() && (separators.is_empty() || (!letters && separators.contains(&""))) {
        return Err("it has neither a tokenexp nor separators.".into());
    }
    if words.is_some() && !separators.is_empty() {
        return Err("it has both a tokenexp and separators.".into());
    }
    let separators: Vec<Pattern> =
        if letters { Vec::new() } else { separators.into_iter().map(Pattern::read).collect::<Result<_, _>>()? };
    Ok(closure(move |inputs| {
        let tensor = input(inputs, 0)?;
        let list = |text: &String| {
            let parts: Vec<String> = match &words {
                Some(words) => words.all(text),
                None if letters => text.chars().map(String::from).collect(),
                None => separators.iter().fold(vec![text.clone()], |parts, separator| {
                    parts.iter().flat_map(|part| separator.between(part)).collect()
                }),
            };
            parts.into_iter().filter(|part| part.chars().count() >= least).collect()
        };
        let lists = texts(tensor)?.iter().map(list).collect();
        let (parts, _) = padded(tensor.shape().to_vec(), lists, &filling)?;
        Ok(vec![parts])
    }))
}

/// What is counted: sequences of words or numbers, by the place of each in the result.
struct Grams {
    /// Words or numbers of the pool, numbered.
    words: HashMap<String, usize>,
    /// For each sequence the column of its count.
    places: HashMap<Vec<usize>, usize>,
    width: usize,
    least: usize,
    most: usize,
    skips: usize,
    weights: Vec<f32>,
    weigh: Weigh,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weigh {
    /// How often.
    Count,
    /// By its weight where it occurs.
    Weight,
    /// Both.
    Product,
}

/// `TfIdfVectorizer`
pub(super) fn count(node: &Node) -> Result<Box<dyn Kernel>, Reason> {
    let grams = Grams::of(node)?;
    Ok(closure(move |inputs| grams.run(input(inputs, 0)?)))
}

impl Grams {
    fn of(node: &Node) -> Result<Self, Reason> {
        let weigh = match node.text("mode") {
            Some("TF") => Weigh::Count,
            Some("IDF") => Weigh::Weight,
            Some("TFIDF") => Weigh::Product,
            _ => return Err("its mode is none that ONNX knows.".into()),
        };
        let length =
            |name: &str| usize::try_from(node.int(name, -1)).ok().filter(|&n| name == "max_skip_count" || n > 0);
        let missing = |name: &str| Reason(format!("its {name} is missing or no length."));
        let of = |name: &'static str| length(name).ok_or_else(|| missing(name));
        let (least, most, skips) = (of("min_gram_length")?, of("max_gram_length")?, of("max_skip_count")?);
        let pool: Vec<String> = match (node.texts("pool_strings"), node.ints("pool_int64s")) {
            (Some(texts), None) => texts.into_iter().map(str::to_owned).collect(),
            (None, Some(numbers)) => numbers.iter().map(i64::to_string).collect(),
            _ => return Err("it needs either pool_strings or pool_int64s.".into()),
        };
        let lengths = |name: &str| super::arrange::lengths(node.ints(name).unwrap_or_default());
        let (starts, places) = (lengths("ngram_counts")?, lengths("ngram_indexes")?);
        let width = places.iter().max().map_or(0, |last| last + 1);
        elements(&[width])?;
        let mut words = HashMap::new();
        let numbered: Vec<usize> = pool
            .into_iter()
            .map(|word| {
                let next = words.len();
                *words.entry(word).or_insert(next)
            })
            .collect();
        let mut found = HashMap::new();
        let mut next = places.iter();
        for (at, &start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(numbered.len());
            let part = numbered.get(start..end).ok_or("its ngram_counts do not fit its pool.")?;
            for gram in part.chunks(at + 1) {
                let &place = next.next().ok_or("it has fewer ngram_indexes than sequences.")?;
                // Only what is long enough is counted, but every sequence has its index.
                if gram.len() == at + 1 && (least..=most).contains(&gram.len()) {
                    found.insert(gram.to_vec(), place);
                }
            }
        }
        let weights = node.floats("weights").unwrap_or_default();
        if !weights.is_empty() && weights.len() != places.len() {
            return Err("it has another number of weights than sequences.".into());
        }
        // Weights are listed as the indexes are.
        let mut by_place = vec![1.0; width];
        weights.iter().zip(&places).for_each(|(&weight, &place)| by_place[place] = weight);
        Ok(Self { words, places: found, width, least, most, skips, weights: by_place, weigh })
    }

    fn run(&self, tensor: &Tensor) -> Result<Vec<Tensor>, Reason> {
        let words: Vec<Option<usize>> = match tensor.data() {
            Data::String(texts) => texts.iter().map(|word| self.words.get(word).copied()).collect(),
            data => {
                let Data::I64(values) = converted(data, ElementType::I64)? else {
                    return Err("it counts texts or whole numbers.".into());
                };
                values.iter().map(|value| self.words.get(&value.to_string()).copied()).collect()
            }
        };
        let (shape, length) = match *tensor.shape() {
            [] => (vec![self.width], 1),
            [length] => (vec![self.width], length),
            [rows, length] => (vec![rows, self.width], length),
            ref other => return Err(Reason(format!("it is given {other:?} where rows of words are wanted."))),
        };
        let mut counts = vec![0.0_f32; elements(&shape)?];
        for (row, counts) in words.chunks(length.max(1)).zip(counts.chunks_exact_mut(self.width.max(1))) {
            self.row(row, counts);
        }
        one(shape, Data::F32(counts))
    }

    fn row(&self, words: &[Option<usize>], counts: &mut [f32]) {
        // A gram that is longer than the row is not in it, whatever a damaged file asks for.
        for length in self.least..=self.most.min(words.len()) {
            // A single word skips nothing.
            for step in 1..=(if length == 1 { 1 } else { self.skips.saturating_add(1) }) {
                let reach = (length - 1).saturating_mul(step);
                if reach >= words.len() {
                    break;
                }
                for start in 0..words.len() - reach {
                    let gram: Option<Vec<usize>> = (0..length).map(|at| words[start + at * step]).collect();
                    if let Some(&place) = gram.and_then(|gram| self.places.get(&gram)) {
                        counts[place] += 1.0;
                    }
                }
            }
        }
        for (count, weight) in counts.iter_mut().zip(&self.weights) {
            match self.weigh {
                Weigh::Count => {}
                Weigh::Weight if *count > 0.0 => *count = *weight,
                Weigh::Weight => {}
                Weigh::Product => *count *= weight,
            }
        }
    }
}
