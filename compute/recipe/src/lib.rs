//! Recipes: compute jobs whose module is ours, the trainer of `ml/train`. Input 0 is the [`Recipe`], input 1 the table; the
//! module logs a [`Line`] where there is something to tell, and its result is an [`Output`].
//!
//! | module | what it does |
//! |---|---|
//! | `recipe` | what a recipe says, read with every rule checked |
//! | `line` | lines of the log |
//! | `output` | the result: a model with its figures, or why there is none |
//!
//! The module is built by `cargo xtask recipe` from `compute/recipe/module` and committed; that the identifiers here are
//! those of the file is held by a test.

mod line;
mod output;
mod recipe;

pub use line::Line;
pub use output::{BadOutput, Metrics, Output};
pub use recipe::{BadRecipe, Recipe};

/// The module as it was built, before it is instrumented.
pub const MODULE: &[u8] = include_bytes!("../artifacts/recipe.wasm");
/// CID of [`MODULE`], in its text form.
pub const MODULE_CID: &str = include_str!("../artifacts/recipe.cid").trim_ascii();
/// CID of what `compute_module::instrument` makes of [`MODULE`]: what everybody runs.
pub const INSTRUMENTED_CID: &str = include_str!("../artifacts/recipe.instrumented.cid").trim_ascii();

/// Number of the input that is the recipe.
pub const RECIPE: usize = 0;
/// Number of the input that is the table.
pub const TABLE: usize = 1;
