//! Pages about shared models.

use crate::family::{Looked, Page, Told, Unknown};

pub(super) const PAGES: &[Page] = &[
    Page::plain("/models", "Shared models", "Models on the chain that everybody can use and teach.")
        .listing("/models/:address"),
    Page::plain("/models/new", "Publish a model", "Put a model on the chain that everybody can use and teach."),
    Page::plain("/models/:address", "Model", "A model on the chain that everybody can use and teach.").about(Looked {
        select: "SELECT CAST(1 AS BIGINT) AS known, f.name, f.description \
                 FROM models m LEFT JOIN model_files f ON f.cid = m.metadata_cid WHERE m.address = $1",
        newest: Some("SELECT address AS key FROM models ORDER BY created_block DESC, created_log DESC LIMIT $1"),
        unknown: Unknown::MayBe,
        told: Told::named,
    }),
    Page::plain("/simulate", "Simulate", "See what happens to a shared model when people teach it wrongly."),
];
