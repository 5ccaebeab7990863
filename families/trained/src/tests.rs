//! Calls, topics and sentences against the ABI that the compiler wrote, hashed by another crate than the bindings use.

use contracts::testkit::{calls_are_of, errors_have_sentences, functions, signatures, topics_are_of};
use protocol::Address;

use crate::{
    REFUSALS,
    calls::{published, reproductions},
    logs,
};

const REPRODUCTIONS: &str = include_str!("../artifacts/Reproductions.json");
const PUBLISHED: &str = include_str!("../artifacts/PublishedModels.json");

#[test]
fn every_function_and_event_about_models_as_files_is_known() {
    let who = Address::ZERO;
    let calls = [
        reproductions::attest(1, who, 1, 1),
        reproductions::counts(1, who),
        reproductions::attested(1, who, who),
        reproductions::market(),
    ];
    calls_are_of(&calls, &functions(REPRODUCTIONS));
    let calls = [published::publish("", "", ""), published::withdraw(1), published::model(1), published::model_count()];
    calls_are_of(&calls, &functions(PUBLISHED));
    topics_are_of(&[logs::reproduced_topic()], &signatures(REPRODUCTIONS, "event"));
    topics_are_of(&logs::published_topics(), &signatures(PUBLISHED, "event"));
}

#[test]
fn every_error_has_a_sentence() {
    errors_have_sentences([REPRODUCTIONS, PUBLISHED], REFUSALS, &[]);
}
