//! Pages about compute jobs.

use crate::family::{Looked, Page, Told, Unknown};

pub(super) const PAGES: &[Page] = &[
    Page::plain("/jobs", "Compute jobs", "Work that is computed on others' machines and paid by what was counted."),
    Page::plain(
        "/jobs/new",
        "Post a job",
        "Have something computed on others' machines, and pay for what was counted.",
    ),
    Page::plain("/lend", "Lend this machine", "Compute for others, and be paid for what was counted."),
    Page::plain("/network", "Providers", "Who lends a machine, and what has been computed there."),
    Page::plain("/jobs/:id", "Job", "Work that is computed on somebody's machine and paid by what was counted.").about(
        Looked {
            select: "SELECT CAST(1 AS BIGINT) AS known FROM jobs WHERE id = $1",
            newest: Some("SELECT CAST(id AS TEXT) AS key FROM jobs ORDER BY id DESC LIMIT $1"),
            unknown: Unknown::IsAbove("SELECT MAX(id) FROM jobs"),
            told: |_, _| Ok(Told::default()),
        },
    ),
];
