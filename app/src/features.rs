//! The features of the page. Another one is another line here, and its crate.

use app_core::feature::{Feature, Later, Page};

use crate::frame;

/// In the order of their links in the rail.
macro_rules! features {
    ($($name:ident,)*) => {
        /// What they add to the first file; contexts of the page are there.
        pub fn first_file() -> Vec<Feature> {
            vec![$($name::feature()),*]
        }

        /// What they add to the third file. Named by `later.rs` only: whatever else reaches it would be in the first file.
        pub const THIRD_FILE: &[Later] = &[$($name::LATER),*];
    };
}

/// Pages of the second file. Named by `later.rs` only, as above.
pub const SECOND_FILE: &[&[Page]] = &[frame::SECOND_FILE, feature_bounty::SECOND_FILE];

/// What goes on once the second file is here. Named by `later.rs` only, as above.
pub const SECOND_FILE_BEGINS: &[fn()] = &[feature_bounty::begin_second_file];

/// Pages of the fourth file. Named by `later.rs` only, as above.
pub const FOURTH_FILE: &[&[Page]] =
    &[feature_data::FOURTH_FILE, feature_learn::FOURTH_FILE, feature_compute::FOURTH_FILE];

/// What goes on once the fourth file is here. Named by `later.rs` only, as above.
pub const FOURTH_FILE_BEGINS: &[fn()] = &[feature_compute::begin_fourth_file];

features! {
    feature_home,
    feature_bounty,
    feature_shared_model,
    feature_trained,
    feature_simulate,
    feature_data,
    feature_learn,
    feature_compute,
    feature_work,
    feature_settings,
}
