//! Options that make sense.

use ml_task::{Algorithm, TrainOptions};

use crate::error::TrainError;

const WIDEST_LAYER: u32 = 16_384;
const MOST_LAYERS: usize = 16;
const DEEPEST: u32 = 12;

/// # Errors
/// [`TrainError::Option`] with what may be chosen instead.
pub fn check(options: &TrainOptions) -> Result<(), TrainError> {
    let number = |what, value: f32, fits: bool, allowed| one(what, value.to_string(), fits, allowed);
    let whole = |what, value: u32, fits: bool, allowed| one(what, value.to_string(), fits, allowed);
    let share = options.validation;
    number("The share kept for validation", share, (0.0..=0.5).contains(&share), "0 to 0.5")?;
    let rate = options.learning_rate;
    number("The learning rate", rate, rate > 0.0 && rate.is_finite(), "a number above 0")?;
    number("The L2 penalty", options.l2, options.l2 >= 0.0 && options.l2.is_finite(), "0 or a number above")?;
    whole("The number of rounds", options.rounds, (1..=1_000_000).contains(&options.rounds), "1 to 1,000,000")?;
    match options.algorithm {
        Algorithm::Trees => {
            whole("The depth of a tree", options.depth, (1..=DEEPEST).contains(&options.depth), "1 to 12")
        }
        Algorithm::Logistic | Algorithm::Mlp => {
            whole("The number of rows of a step", options.batch, options.batch > 0, "at least 1")?;
            let widths = &options.hidden;
            let layers = widths.len();
            one("The number of hidden layers", layers.to_string(), layers <= MOST_LAYERS, "at most 16")?;
            widths.iter().try_for_each(|width| {
                whole("The width of a hidden layer", *width, (1..=WIDEST_LAYER).contains(width), "1 to 16,384")
            })
        }
    }
}

fn one(what: &'static str, value: String, fits: bool, allowed: &'static str) -> Result<(), TrainError> {
    if fits { Ok(()) } else { Err(TrainError::Option { what, value, allowed }) }
}
