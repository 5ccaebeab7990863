//! The features of the page. Another one is another line here, and its crate.

use app_core::feature::{Feature, Later, Page};

/// In the order of their links in the rail.
macro_rules! features {
    ($($name:ident,)*) => {
        /// What they add to the first file; contexts of the page are there.
        pub fn first_file() -> Vec<Feature> {
            vec![$($name::feature()),*]
        }

        /// What they add to the second file. Named by `later.rs` only: whatever else reaches it would be in the first file.
        pub const SECOND_FILE: &[Later] = &[$($name::LATER),*];
    };
}

/// Pages of the third file. Named by `later.rs` only, as above.
pub const THIRD_FILE: &[&[Page]] = &[feature_data::THIRD_FILE, feature_learn::THIRD_FILE, feature_compute::THIRD_FILE];

/// What goes on once the third file is here. Named by `later.rs` only, as above.
pub const THIRD_FILE_BEGINS: &[fn()] = &[feature_compute::begin_third_file];

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
