//! The settings of the runs that are ready to be played.

use simulation::{Config, gallery::Attack};

/// The first one is the setting that the others are compared with.
pub fn title(attack: Attack) -> String {
    match attack {
        Attack::FlipLabels => "One good, one bad".into(),
        other => other.name().into(),
    }
}

/// The run of a card.
pub fn preset(attack: Attack) -> Config {
    Config { name: title(attack), ..attack.config() }
}
