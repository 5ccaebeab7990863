//! The form of ids, and what is refused before anything is sent.

use protocol::merkle;

use crate::{
    Form, IdError, Ids, id_root,
    ids::{id_leaf, salt},
};

fn formed(form: Form, cell: &str) -> String {
    Ids::read(&[cell], form).unwrap().get(0).to_string()
}

/// Made with CPython 3.11 (Unicode 14): NFKC, `casefold()`, NFKC, `strip()`.
const PYTHON: &str = include_str!("vectors/forms.json");

#[test]
fn texts_have_the_form_that_python_gives_them() {
    let cases: Vec<(String, String)> = serde_json::from_str(PYTHON).unwrap();
    assert!(cases.len() > 1_500);
    for (cell, expected) in cases {
        assert_eq!(formed(Form::Text, &cell), expected, "{cell:?}");
        assert_eq!(formed(Form::Text, &expected), expected, "a form has its own form");
    }
}

#[test]
fn digits_have_one_form() {
    for cell in ["049 123-45", "049.123/45", " 04912345\t", "０４９１２３４５", "(049) 123‑45", "+04912345"] {
        assert_eq!(formed(Form::Digits, cell), "04912345", "{cell:?}");
    }
    assert_ne!(formed(Form::Digits, "007"), formed(Form::Digits, "7"));
    assert_eq!(Ids::read(&["1", "1a"], Form::Digits), Err(IdError::NotDigits { row: 2 }));
    assert_eq!(Ids::read(&["1", " - "], Form::Digits), Err(IdError::Empty { row: 2 }));
}

#[test]
fn the_row_is_named_and_the_id_is_not() {
    let refused = |cells: &[&str]| Ids::read(cells, Form::Text).unwrap_err();
    let long = "x".repeat(513);
    let cases = [
        (refused(&["anna", " "]), IdError::Empty { row: 2 }),
        (refused(&["anna", "bert", "anna"]), IdError::Twice { first: 1, second: 3, spelled: false }),
        (refused(&["anna", "bert", "Anna "]), IdError::Twice { first: 1, second: 3, spelled: true }),
        (refused(&["anna", &long]), IdError::TooLong { row: 2 }),
        // Short in bytes, long once its ligatures are spelled out.
        (refused(&["\u{fdfa}".repeat(20).as_str()]), IdError::TooLong { row: 1 }),
    ];
    for (error, expected) in cases {
        assert_eq!(error, expected);
        assert!(!error.to_string().contains("anna"));
    }
    let sentence = refused(&["anna", "Anna"]).to_string();
    assert_eq!(
        sentence,
        "Rows 1 and 2 have the same id, spelled in two ways. Each id may stand once: leave one of the rows out."
    );
    assert_eq!(format!("{:?}", Ids::read(&["anna"], Form::Text).unwrap()), "Ids(1)");
}

#[test]
fn the_root_holds_an_owner_to_its_list_and_tells_no_id() {
    let secret = [5; 32];
    let list = Ids::read(&["anna", "bert", "carl"], Form::Text).unwrap();
    let root = id_root(&secret, &list);
    // The tree by hand: ((0, 1), 2).
    let leaf = |row: u32, id: &str| id_leaf(&salt(&secret, row), id);
    let expected = merkle::node_hash(&merkle::node_hash(&leaf(0, "anna"), &leaf(1, "bert")), &leaf(2, "carl"));
    assert_eq!(root, expected);
    // Another secret, another root: without the salts nobody can try names.
    assert_ne!(id_root(&[6; 32], &list), root);
    assert_ne!(salt(&secret, 0), salt(&secret, 1));
    assert_ne!(id_root(&secret, &Ids::read(&["bert", "anna", "carl"], Form::Text).unwrap()), root);
}
