use super::*;
use crate::lanes;

fn text(text: &str) -> Original {
    Original::Text { text: text.into() }
}

fn numbers(values: &[&str]) -> Original {
    Original::Numbers { values: values.iter().map(|value| value.to_string()).collect() }
}

fn image(pixels: &[u8]) -> Original {
    Original::Image { pixels: pixels.to_vec() }
}

fn built(spec: &EncoderSpec) -> Box<dyn Encoder> {
    spec.build().unwrap()
}

fn refused(spec: EncoderSpec) -> SpecError {
    spec.build().err().unwrap()
}

fn column(name: &str, offset: &str, scale: &str) -> NumberColumn {
    NumberColumn { name: name.into(), offset: offset.parse().unwrap(), scale: scale.parse().unwrap() }
}

fn vocabulary(words: &[&str]) -> EncoderSpec {
    EncoderSpec::Vocabulary { words: words.iter().map(|word| word.to_string()).collect() }
}

#[test]
fn a_row_like_a_sample_is_encoded_to_it_again() {
    let columns = vec![column("a", "10", "0.5"), column("b", "-1", "1")];
    let row = row_like(&columns, &[600_000, 800_000]);
    // 10 + 0.6 · √2 / 0.5, and −1 + 0.8 · √2.
    assert_eq!(row, ["11.6971", "0.131371"]);
    let spec = EncoderSpec::Numbers { columns };
    let Ok(Sample::Dense(again)) = built(&spec).encode(&Original::Numbers { values: row }) else { panic!("dense") };
    assert!(again.iter().zip([600_000, 800_000]).all(|(value, expected)| value.abs_diff(expected) < 50), "{again:?}");
    // A stranger's scale may be anything.
    assert_eq!(row_like(&[column("a", "1", "0")], &[1_000_000]), ["0"]);
}

#[test]
fn numbers_are_moved_scaled_and_normalised() {
    let spec = EncoderSpec::Numbers { columns: vec![column("a", "10", "0.5"), column("b", "-1", "1")] };
    // (16 − 10) · 0.5 = 3 and 3 + 1 = 4: length 5.
    let expected = Sample::Dense(vec![600_000, 800_000]);
    assert_eq!(built(&spec).encode(&numbers(&["16", " 3.0"])), Ok(expected));
    assert_eq!(built(&spec).encode(&numbers(&["4", "3e0"])), Ok(Sample::Dense(vec![-600_000, 800_000])));
    let encode = |values: &[&str]| built(&spec).encode(&numbers(values)).unwrap_err();
    assert_eq!(encode(&["10", "-1"]), EncodeError::AllZero);
    assert_eq!(encode(&["10"]), EncodeError::WrongColumns { found: 1, expected: 2 });
    let error = EncodeError::NotANumber { column: 2, name: "b".into(), text: "x".into(), why: DecimalError::Form };
    assert_eq!(encode(&["10", "x"]), error);
    assert_eq!(encode(&["10", "1e9"]), EncodeError::NumberTooLarge { column: 2, name: "b".into() });
    let kind = EncodeError::WrongKind { expected: "a row of numbers", found: "a text" };
    assert_eq!(built(&spec).encode(&text("1")).unwrap_err(), kind);
}

#[test]
fn small_numbers_are_as_good_as_large_ones() {
    // The squares of the raw values add up to 3, whose root would be 1 in integers.
    let third = Sample::Dense(vec![577_350; 3]);
    let spec = EncoderSpec::Numbers { columns: ["a", "b", "c"].map(|name| column(name, "0", "1")).into() };
    for value in ["1", "0.000000001", "0.003", "100000000"] {
        let Ok(Sample::Dense(lanes)) = built(&spec).encode(&numbers(&[value; 3])) else { panic!("{value}") };
        assert!(lanes::is_unit(&lanes), "{value}: {lanes:?}");
        assert_eq!(Sample::Dense(lanes), third, "{value}");
    }
}

#[test]
fn raw_numbers_are_taken_as_they_are_or_not_at_all() {
    let spec = EncoderSpec::Raw { columns: vec!["a".into(), "b".into()] };
    let encode = |values: &[&str]| built(&spec).encode(&numbers(values));
    assert_eq!(encode(&["-600000", "800000"]), Ok(Sample::Dense(vec![-600_000, 800_000])));
    assert_eq!(encode(&["3", "4"]), Err(EncodeError::NotUnit { squared_norm: 25 }));
    let whole = EncodeError::NotWhole { column: 1, name: "a".into(), text: "0.6".into() };
    assert_eq!(encode(&["0.6", "800000"]), Err(whole));
    assert_eq!(encode(&["8388608", "0"]), Err(EncodeError::NumberTooLarge { column: 1, name: "a".into() }));
    let choice = EncoderSpec::Subset { of: Box::new(spec.clone()), keep: vec![1] };
    assert_eq!(built(&choice).encode(&numbers(&["3", "4"])), Ok(Sample::Dense(vec![1_000_000])));
}

#[test]
fn words_are_hashed_with_seed_zero_whatever_their_place() {
    let encoder = built(&EncoderSpec::HashedWords { buckets: 1_000 });
    // 0xba6bd213 mod 1000, from the published vector of "test".
    let expected = Sample::Sparse(vec![0xba6b_d213_u32 % 1_000]);
    for same in ["test", "Test", "test, TEST!"] {
        assert_eq!(encoder.encode(&text(same)), Ok(expected.clone()));
    }
    assert_eq!(encoder.encode(&text("one two")), encoder.encode(&text("two one")));
    assert_eq!(encoder.encode(&text("…")), Err(EncodeError::NoKnownWord));
    let long = "x".repeat(MAX_ORIGINAL + 1);
    assert_eq!(encoder.encode(&text(&long)), Err(EncodeError::TextTooLong { bytes: MAX_ORIGINAL + 1 }));
    let many: Vec<String> = (0..2_000).map(|i| i.to_string()).collect();
    let encoder = built(&EncoderSpec::HashedWords { buckets: MAX_BUCKETS });
    let Err(EncodeError::TooManyFeatures { found }) = encoder.encode(&text(&many.join(" "))) else { panic!("taken") };
    assert!(found > 1_900, "few collisions among {found}");
    assert_eq!(refused(EncoderSpec::HashedWords { buckets: 0 }), SpecError::Buckets { found: 0 });
    assert_eq!(refused(EncoderSpec::HashedWords { buckets: 100_001 }), SpecError::Buckets { found: 100_001 });
}

#[test]
fn of_a_row_of_a_table_nobody_is_told_what_to_type_or_draw() {
    let typed = [EncodeError::AllZero, EncodeError::NoKnownWord, EncodeError::EmptyPicture, EncodeError::NothingLeft];
    for error in typed {
        let said = error.of_row();
        let advice = ["Write", "draw", "change", "give"].into_iter().find(|advice| said.contains(advice));
        assert_eq!(advice, None, "{said}");
    }
    let long = EncodeError::TextTooLong { bytes: 1 };
    assert_eq!(long.of_row(), long.to_string());
}

#[test]
fn a_vocabulary_names_what_a_text_has() {
    let encoder = built(&vocabulary(&["film", "don't", "good"]));
    assert_eq!(encoder.encode(&text("Good FILM, good! I don’t mind.")), Ok(Sample::Sparse(vec![0, 1, 2])));
    assert_eq!(encoder.encode(&text("bad movie")), Err(EncodeError::NoKnownWord));
    assert_eq!(encoder.feature_name(1).as_deref(), Some("don't"));
    assert_eq!(encoder.feature_name(3), None);
    assert_eq!(encoder.original(), OriginalKind::Text);
}

#[test]
fn uploaded_vocabularies_are_checked() {
    assert_eq!(parse_vocabulary(b"\xef\xbb\xbfGood\r\n\r\nfilm\n"), Ok(vec!["good".into(), "film".into()]));
    assert_eq!(parse_vocabulary(b""), Err(SpecError::EmptyVocabulary));
    assert_eq!(parse_vocabulary(b"\xff\xfe"), Err(SpecError::VocabularyNotText));
    let two = SpecError::NotAWord { position: 2, word: "two words".into() };
    assert_eq!(parse_vocabulary(b"one\ntwo words"), Err(two));
    let twice = SpecError::SameWord { position: 2, word: "one".into() };
    assert_eq!(parse_vocabulary(b"one\nOne"), Err(twice));
    let capital = SpecError::NotAWord { position: 1, word: "One".into() };
    assert_eq!(refused(vocabulary(&["One"])), capital);
    // Ten million words: refused by their number or, from a file, by its size alone.
    let words: Vec<String> = (0..100_001).map(|i| format!("{i:x}")).collect();
    assert_eq!(refused(EncoderSpec::Vocabulary { words: words.clone() }), SpecError::TooManyWords { found: 100_001 });
    assert!(EncoderSpec::Vocabulary { words: words[..100_000].to_vec() }.build().is_ok());
    let file = b"word\n".repeat(10_000_000);
    let refusal = parse_vocabulary(&file).unwrap_err();
    assert_eq!(refusal, SpecError::VocabularyTooLarge { bytes: 50_000_000 });
    assert_eq!(check_vocabulary_size(50_000_000), Err(refusal));
    let long: Vec<String> = (0..30_000).map(|i| format!("{i:0100}")).collect();
    let refusal = refused(EncoderSpec::Vocabulary { words: long });
    assert!(matches!(refusal, SpecError::VocabularyTooLarge { .. }), "{refusal}");
}

#[test]
fn the_most_frequent_words_come_first_and_ties_by_alphabet() {
    let texts = ["b a a a", "b c", "b d"];
    assert_eq!(most_frequent_words(texts, 3), ["b", "a", "c"]);
    assert_eq!(most_frequent_words(texts, 9), ["b", "a", "c", "d"]);
}

#[test]
fn pictures_become_pixels() {
    let dense = built(&EncoderSpec::Pixels { side: 2, brightest: 16, threshold: None });
    assert_eq!(dense.encode(&image(&[3, 0, 0, 4])), Ok(Sample::Dense(vec![600_000, 0, 0, 800_000])));
    assert_eq!(dense.encode(&image(&[3, 0, 0])), Err(EncodeError::ImageSize { found: 3, side: 2 }));
    assert_eq!(dense.encode(&image(&[0; 4])), Err(EncodeError::EmptyPicture));
    let bright = EncodeError::TooBright { position: 1, value: 17, brightest: 16 };
    assert_eq!(dense.encode(&image(&[0, 17, 0, 0])), Err(bright));
    assert_eq!(dense.feature_name(2).as_deref(), Some("row 2, column 1"));
    let sparse = built(&EncoderSpec::Pixels { side: 2, brightest: 16, threshold: Some(4) });
    assert_eq!(sparse.encode(&image(&[3, 5, 0, 4])), Ok(Sample::Sparse(vec![1, 3])));
    assert_eq!(sparse.encode(&image(&[3, 3, 3, 3])), Err(EncodeError::EmptyPicture));
    let spec = |side, brightest, threshold| refused(EncoderSpec::Pixels { side, brightest, threshold });
    assert_eq!(spec(65, 1, None), SpecError::Side { found: 65 });
    assert_eq!(spec(0, 1, None), SpecError::Side { found: 0 });
    assert_eq!(spec(2, 0, None), SpecError::NoBrightness);
    assert_eq!(spec(2, 16, Some(17)), SpecError::Threshold { threshold: 17, brightest: 16 });
    assert_eq!(spec(2, 16, Some(0)), SpecError::Threshold { threshold: 0, brightest: 16 });
}

#[test]
fn a_choice_of_features_is_normalised_by_itself() {
    let columns = ["a", "b", "c"].map(|name| column(name, "0", "1")).to_vec();
    let numbers_spec = EncoderSpec::Numbers { columns };
    let subset = |of: &EncoderSpec, keep: &[u32]| EncoderSpec::Subset { of: Box::new(of.clone()), keep: keep.to_vec() };
    let encoder = built(&subset(&numbers_spec, &[0, 2]));
    assert_eq!(encoder.encode(&numbers(&["3", "1000", "4"])), Ok(Sample::Dense(vec![600_000, 800_000])));
    assert_eq!(encoder.feature_name(1).as_deref(), Some("c"));
    assert_eq!(encoder.features(), 2);
    let words = vocabulary(&["zero", "one", "two", "three"]);
    let encoder = built(&subset(&words, &[1, 3]));
    assert_eq!(encoder.encode(&text("three two")), Ok(Sample::Sparse(vec![1])));
    assert_eq!(encoder.encode(&text("two")), Err(EncodeError::NothingLeft));
    assert_eq!(refused(subset(&words, &[])), SpecError::EmptySubset);
    assert_eq!(refused(subset(&words, &[2, 2])), SpecError::SubsetNotIncreasing { position: 1 });
    assert_eq!(refused(subset(&words, &[4])), SpecError::SubsetOutOfRange { index: 4, features: 4 });
    assert_eq!(refused(subset(&subset(&words, &[1]), &[0])), SpecError::NestedSubset);
}

#[test]
fn columns_need_names_of_their_own() {
    let same = EncoderSpec::Raw { columns: vec!["a".into(), "a".into()] };
    assert_eq!(refused(same), SpecError::SameColumn { name: "a".into() });
    assert_eq!(refused(EncoderSpec::Numbers { columns: vec![] }), SpecError::NoColumns);
    let many = (0..4_097).map(|i| i.to_string()).collect();
    assert_eq!(refused(EncoderSpec::Raw { columns: many }), SpecError::TooManyColumns { found: 4_097 });
}

#[test]
fn fitted_columns_have_mean_zero_and_deviation_one() {
    let rows: Vec<Vec<String>> =
        [1.0, 2.0, 3.0, 4.0].map(|x| vec![format!("{x}"), "7".into(), if x > 3.0 { "?" } else { "5" }.into()]).into();
    let names = ["x", "same", "holes"].map(String::from);
    let fitted = fit_columns(&names, &rows);
    // Deviation of 1, 2, 3, 4 is √1.25; its inverse 0.8944.
    assert_eq!(fitted, [column("x", "2.5", "0.8944"), column("same", "7", "1"), column("holes", "5", "1")]);
}

#[test]
fn specs_and_originals_survive_json() {
    for spec in [
        EncoderSpec::Raw { columns: vec!["a".into()] },
        EncoderSpec::Numbers { columns: vec![column("a", "-0.25", "1.5")] },
        EncoderSpec::HashedWords { buckets: 7 },
        vocabulary(&["don't", "東京"]),
        EncoderSpec::Pixels { side: 8, brightest: 16, threshold: None },
        EncoderSpec::Subset { of: Box::new(EncoderSpec::HashedWords { buckets: 7 }), keep: vec![0, 6] },
    ] {
        let json = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<EncoderSpec>(&json).unwrap(), spec, "{json}");
        assert!(!built(&spec).describe().is_empty());
    }
    for original in [text("“a”\n"), numbers(&["1", "x"]), image(&[0, 255])] {
        assert_eq!(Original::parse(&original.to_bytes()), Ok(original));
    }
    assert!(Original::parse(b"{}").is_err());
    assert!(serde_json::from_str::<EncoderSpec>(r#"{"kind":"telepathy"}"#).is_err());
}

#[cfg(not(target_arch = "wasm32"))]
mod properties {
    use proptest::prelude::*;

    use super::*;
    use crate::shape::{ClassifierKind, Shape};

    fn shape_of(encoder: &dyn Encoder) -> Shape {
        let kind = match encoder.form() {
            Form::Dense => ClassifierKind::DenseCentroid,
            Form::Sparse => ClassifierKind::SparseCentroid,
        };
        Shape { kind, features: encoder.features(), capacity: 2, classes: 2, setting: 0, headers: vec![0, 0] }
    }

    proptest! {
        /// Whatever the numbers, what is normalised is of length 1 for the chain, and points where the numbers do.
        #[test]
        fn normalised_values_are_of_length_one(
            values in prop::collection::vec(-MAX_VALUE..=MAX_VALUE, 1..300),
            shift in 0u32..57,
        ) {
            let values: Vec<i64> = values.iter().map(|value| value >> shift).collect();
            match normalise(&values) {
                Ok(lanes) => {
                    prop_assert!(lanes::is_unit(&lanes), "{}", lanes::squared_norm(&lanes));
                    let length = values.iter().map(|v| (*v as f64).powi(2)).sum::<f64>().sqrt();
                    for (lane, value) in lanes.iter().zip(&values) {
                        prop_assert!((f64::from(*lane) - *value as f64 / length * 1e6).abs() < 3.0);
                    }
                }
                Err(error) => {
                    prop_assert_eq!(error, EncodeError::AllZero);
                    prop_assert!(values.iter().all(|value| *value == 0));
                }
            }
        }

        /// A sample that an encoder makes is one that a model of its form takes, and unpacks to itself.
        #[test]
        fn samples_are_taken_by_the_model(
            words in prop::collection::vec("[a-z]{1,3}", 1..60),
            pixels in prop::collection::vec(0u8..=16, 64),
            threshold in prop::option::of(1u8..=16),
            cells in prop::collection::vec(-1.0e6f64..1.0e6, 5),
        ) {
            let text = Original::Text { text: words.join(" ") };
            let columns = ["a", "b", "c", "d", "e"].map(|name| column(name, "1", "0.001")).to_vec();
            let cells = Original::Numbers { values: cells.iter().map(|cell| format!("{cell:.9}")).collect() };
            for (spec, original) in [
                (EncoderSpec::HashedWords { buckets: 50 }, &text),
                (EncoderSpec::Vocabulary { words: most_frequent_words([words.join(" ").as_str()], 20) }, &text),
                (EncoderSpec::Pixels { side: 8, brightest: 16, threshold }, &Original::Image { pixels }),
                (EncoderSpec::Numbers { columns }, &cells),
            ] {
                let encoder = built(&spec);
                match encoder.encode(original) {
                    Ok(sample) => {
                        prop_assert_eq!(Sample::parse(&shape_of(&*encoder), &sample.to_bytes()), Ok(sample));
                    }
                    Err(error) => prop_assert!(
                        matches!(error, EncodeError::EmptyPicture), "{}", error),
                }
            }
        }

        #[test]
        fn words_do_not_depend_on_what_separates_them(
            words in prop::collection::vec("[a-zà-öø-ü0-9]{1,6}", 0..20),
            separators in prop::collection::vec("[ ,.!?\\-\n\"]{1,3}", 21),
        ) {
            let mut text = separators[0].clone();
            for (word, separator) in words.iter().zip(&separators[1..]) {
                text += word;
                text += separator;
            }
            prop_assert_eq!(super::words(&text.to_uppercase().to_lowercase()), super::words(&text));
            let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
            prop_assert_eq!(super::words(&text), lower);
        }

        /// Decimals read back as shown, and agree with binary fractions where these are exact enough.
        #[test]
        fn decimals_survive(value in any::<i64>()) {
            let value = if value == i64::MIN { 0 } else { value };
            let decimal = Decimal(value);
            prop_assert_eq!(decimal.to_string().parse::<Decimal>(), Ok(decimal));
            let float: f64 = decimal.to_string().parse().unwrap();
            prop_assert!((float - value as f64 / 1e9).abs() <= 1e-3);
        }
    }
}
