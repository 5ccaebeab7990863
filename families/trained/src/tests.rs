//! Signatures written in this crate, and the sentences for errors, against the ABI that the compiler wrote.

use contracts::testkit::{errors_have_sentences, functions, owned, signatures};

use crate::{
    REFUSALS,
    calls::{published, reproductions},
    logs,
};

const REPRODUCTIONS: &str = include_str!("../artifacts/Reproductions.json");
const PUBLISHED: &str = include_str!("../artifacts/PublishedModels.json");

#[test]
fn every_function_and_event_about_models_as_files_is_known() {
    let of_reproductions =
        owned([reproductions::ATTEST, reproductions::COUNTS, reproductions::ATTESTED, reproductions::MARKET]);
    assert_eq!(functions(REPRODUCTIONS), of_reproductions);
    let of_the_list = owned([published::PUBLISH, published::WITHDRAW, published::MODEL, published::MODEL_COUNT]);
    assert_eq!(functions(PUBLISHED), of_the_list);
    assert_eq!(signatures(REPRODUCTIONS, "event"), owned([logs::REPRODUCED]));
    assert_eq!(signatures(PUBLISHED, "event"), owned([logs::PUBLISHED, logs::WITHDRAWN]));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([REPRODUCTIONS, PUBLISHED], REFUSALS, &[]);
}
