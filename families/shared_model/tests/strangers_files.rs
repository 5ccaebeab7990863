//! Files about shared models come from strangers: whatever is in them, reading ends in a value or a sentence.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use protocol::{Digest, cid::Cid};
use shared_model::{
    ClassifierKind, EncoderSpec, ModelFile, ModelMetadata, Original, Sample, Shape, Terms, TestSet,
    encoder::parse_vocabulary, metadata::TestFile,
};

fn model() -> ModelFile {
    let kind = ClassifierKind::NaiveBayes;
    let shape = Shape { kind, features: 7, capacity: 3, classes: 2, setting: 1_000_000, headers: vec![3, 4] };
    ModelFile {
        name: "Reviews".into(),
        description: "Short ones.".into(),
        classes: vec!["bad".into(), "good".into()],
        encoder: EncoderSpec::Vocabulary { words: ["a", "b", "c", "d", "e", "f", "g"].map(String::from).to_vec() },
        words: vec![0; shape.needed() * 30],
        shape,
    }
}

/// What happens to a file on its way.
#[derive(Debug, Clone)]
enum Damage {
    Replace(usize, u8),
    Remove(usize),
    Cut(usize),
    Double(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (any::<usize>(), "[0-9{}\\[\\]\",:-]").prop_map(|(at, text)| Damage::Replace(at, text.as_bytes()[0])),
        any::<usize>().prop_map(Damage::Remove),
        any::<usize>().prop_map(Damage::Cut),
        (any::<usize>(), 1usize..20).prop_map(|(at, length)| Damage::Double(at, length)),
    ]
}

fn damaged(file: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut file = file.to_vec();
    for damage in damages {
        let length = file.len().max(1);
        match *damage {
            Damage::Replace(at, byte) => file.iter_mut().skip(at % length).take(1).for_each(|old| *old = byte),
            Damage::Remove(at) if !file.is_empty() => {
                file.remove(at % length);
            }
            Damage::Remove(_) => {}
            Damage::Cut(at) => file.truncate(at % length),
            Damage::Double(at, count) => {
                let at = (at % length).min(file.len());
                let copy = file[at..(at + count).min(file.len())].to_vec();
                file.splice(at..at, copy);
            }
        }
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What is read can be written and read again; what is refused is refused with a sentence.
    #[test]
    fn damaged_files_are_read_or_refused(damages in prop::collection::vec(damage(), 1..4)) {
        let model = model();
        match ModelFile::read(&damaged(&model.to_bytes(), &damages)) {
            Ok(read) => {
                prop_assert_eq!(read.check(), Ok(()));
                prop_assert_eq!(ModelFile::read(&read.to_bytes()), Ok(read));
            }
            Err(error) => prop_assert!(error.to_string().ends_with('.'), "{}", error),
        }
        let test = TestFile { cid: Cid::raw(Digest::ZERO), rows: 3 };
        match ModelMetadata::parse(&damaged(&model.metadata(Some(test)).to_bytes(), &damages)) {
            Ok(read) => {
                if let Err(error) = read.encoder_for(&model.shape) {
                    prop_assert!(error.to_string().ends_with('.'), "{}", error);
                }
                prop_assert_eq!(ModelMetadata::parse(&read.to_bytes()), Ok(read));
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
        let rows = vec![(Sample::Sparse(vec![0, 3]), 0), (Sample::Sparse(vec![6]), 2)];
        if let Ok(read) = TestSet::parse(&model.shape, &damaged(&TestSet { rows }.to_bytes(), &damages)) {
            prop_assert_eq!(TestSet::parse(&model.shape, &read.to_bytes()), Ok(read));
        }
        let original = Original::Numbers { values: vec!["1".into(), "-2.5".into()] };
        if let Ok(read) = Original::parse(&damaged(&original.to_bytes(), &damages)) {
            prop_assert_eq!(Original::parse(&read.to_bytes()), Ok(read));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = ModelFile::read(&bytes);
        let _ = ModelMetadata::parse(&bytes);
        let _ = Original::parse(&bytes);
        let _ = parse_vocabulary(&bytes);
        let _ = TestSet::parse(&model().shape, &bytes);
        let _ = Terms::from_bytes(&bytes);
        for kind in ClassifierKind::ALL {
            if let Ok(shape) = Shape::from_bytes(kind, &bytes) {
                prop_assert_eq!(shape.to_bytes(), &bytes[..]);
                let _ = Sample::parse(&shape, &bytes);
            }
        }
    }
}
