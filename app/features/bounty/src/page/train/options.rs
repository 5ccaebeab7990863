//! How to train: few choices, each with what suits most tables.

use std::{collections::BTreeMap, str::FromStr};

use leptos::prelude::*;
use ml_task::{Algorithm, EngineChoice, TrainOptions};

pub(super) const ALGORITHMS: [(Algorithm, &str, &str); 3] = [
    (Algorithm::Trees, "Boosted trees", "Strong on tables of numbers and categories; needs little care."),
    (Algorithm::Mlp, "Neural network", "For pictures and for many features that act together."),
    (Algorithm::Logistic, "Logistic regression", "Quick, small and easy to explain; a good first try."),
];
/// In how many parts rows can be kept aside in turn; 0 for not at all.
pub(super) const FOLDS: [u8; 3] = [0, 5, 10];

/// What an algorithm is called.
pub(super) fn name(algorithm: Algorithm) -> &'static str {
    ALGORITHMS.into_iter().find(|(known, ..)| *known == algorithm).map_or("", |(_, name, _)| name)
}

/// What is counted while it trains, as the form calls it.
pub(super) fn step(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Trees => "tree",
        Algorithm::Mlp | Algorithm::Logistic => "epoch",
    }
}

/// How a model was trained, in few words.
pub(super) fn described(options: &TrainOptions) -> String {
    let layers = || options.hidden.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    let mut text = match options.algorithm {
        Algorithm::Trees => format!("up to {} trees a class, depth {}", options.rounds, options.depth),
        Algorithm::Mlp if options.hidden.is_empty() => format!("no layers, up to {} epochs", options.rounds),
        Algorithm::Mlp => format!("layers of {}, up to {} epochs", layers(), options.rounds),
        Algorithm::Logistic => format!("up to {} epochs", options.rounds),
    };
    if options.balance {
        text.push_str(", classes balanced");
    }
    format!("{text}, rate {}, seed {}", options.learning_rate, options.seed)
}

/// Most rounds and widest layer that the form takes; more would train for days.
const MAX_ROUNDS: u32 = 10_000;
const MAX_WIDTH: u32 = 4_096;
const MAX_LAYERS: usize = 6;

/// What the form holds, as typed.
#[derive(Clone, Copy)]
pub struct Options {
    pub(super) algorithm: RwSignal<Algorithm>,
    pub(super) rounds: RwSignal<String>,
    pub(super) rate: RwSignal<String>,
    pub(super) hidden: RwSignal<String>,
    pub(super) depth: RwSignal<String>,
    pub(super) validation: RwSignal<String>,
    pub(super) balance: RwSignal<bool>,
    pub(super) seed: RwSignal<String>,
    pub(super) licence: RwSignal<String>,
    pub(super) engine: RwSignal<EngineChoice>,
    /// One of [`FOLDS`].
    pub(super) folds: RwSignal<u8>,
}

impl Options {
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let options = Self {
            algorithm: RwSignal::new(ALGORITHMS[0].0),
            rounds: text(),
            rate: text(),
            hidden: text(),
            depth: text(),
            validation: text(),
            balance: RwSignal::new(false),
            seed: text(),
            licence: RwSignal::new("CC-BY-4.0".into()),
            engine: RwSignal::new(EngineChoice::Measured),
            folds: RwSignal::new(FOLDS[0]),
        };
        options.choose(ALGORITHMS[0].0);
        options
    }

    /// Chooses an algorithm, with what suits it.
    pub(super) fn choose(self, algorithm: Algorithm) {
        let usual = TrainOptions::new(algorithm, Vec::new());
        self.algorithm.set(algorithm);
        self.rounds.set(usual.rounds.to_string());
        self.rate.set(usual.learning_rate.to_string());
        self.depth.set(usual.depth.to_string());
        self.hidden.set(usual.hidden.iter().map(u32::to_string).collect::<Vec<_>>().join(", "));
        self.validation.set((usual.validation * 100.0).round().to_string());
        self.seed.set(usual.seed.to_string());
    }

    /// What was chosen, or a sentence that says what to change. `note` names the bounty in the model's file.
    pub fn read(self, classes: Vec<String>, note: String) -> Result<TrainOptions, String> {
        let usual = TrainOptions::new(self.algorithm.get_untracked(), classes);
        let rounds = format!("The number of {}s", step(usual.algorithm));
        let percent = number::<f32>(self.validation, "The share kept aside", 0.0, 50.0)?;
        let mut hidden = Vec::new();
        for width in self.hidden.get_untracked().split([',', ' ']).filter(|w| !w.is_empty()) {
            hidden.push(within(width, "The width of a layer", 1, MAX_WIDTH)?);
        }
        if hidden.len() > MAX_LAYERS {
            return Err(format!("{} hidden layers are too many for a table; use at most {MAX_LAYERS}.", hidden.len()));
        }
        let licence = self.licence.with_untracked(|l| l.trim().to_owned());
        Ok(TrainOptions {
            seed: number(self.seed, "The seed", 0, u64::from(u32::MAX))?,
            validation: percent / 100.0,
            balance: self.balance.get_untracked(),
            rounds: number(self.rounds, &rounds, 1, MAX_ROUNDS)?,
            learning_rate: number(self.rate, "The learning rate", 1e-6, 10.0)?,
            hidden,
            depth: number(self.depth, "The depth", 1, 12)?,
            engine: self.engine.get_untracked(),
            licence: Some(licence).filter(|l| !l.is_empty()),
            notes: BTreeMap::from([("modelmarket.bounty".to_owned(), note)]),
            ..usual
        })
    }

    /// These, and the other algorithms on the same rows with what suits most tables.
    pub(super) fn with_others(chosen: &TrainOptions) -> Vec<TrainOptions> {
        let like = |algorithm| TrainOptions {
            seed: chosen.seed,
            validation: chosen.validation,
            balance: chosen.balance,
            engine: chosen.engine,
            licence: chosen.licence.clone(),
            notes: chosen.notes.clone(),
            ..TrainOptions::new(algorithm, chosen.classes.clone())
        };
        let one = |algorithm| if algorithm == chosen.algorithm { chosen.clone() } else { like(algorithm) };
        ALGORITHMS.into_iter().map(|(algorithm, ..)| one(algorithm)).collect()
    }
}

fn number<T>(text: RwSignal<String>, what: &str, least: T, most: T) -> Result<T, String>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    text.with_untracked(|text| within(text, what, least, most))
}

fn within<T>(text: &str, what: &str, least: T, most: T) -> Result<T, String>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    let found = text.trim().parse::<T>().ok().filter(|n| *n >= least && *n <= most);
    found.ok_or_else(|| format!("{what} must be a number from {least} to {most}; “{}” is not.", text.trim()))
}
