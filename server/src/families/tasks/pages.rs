//! Pages about tasks of private learning.

use crate::family::{Looked, Page, Told, Unknown};

pub(super) const PAGES: &[Page] = &[
    Page::plain("/learn", "Learn", "Learn from the data of several owners; nobody sees the rows of another."),
    Page::plain("/learn/new", "New task", "Learn from the data of several owners; nobody sees the rows of another."),
    Page::plain("/task/:id", "Task", "Learning from the data of several owners; nobody sees the rows of another.")
        .about(Looked {
            select: "SELECT CAST(1 AS BIGINT) AS known FROM tasks WHERE id = $1",
            newest: Some("SELECT CAST(id AS TEXT) AS key FROM tasks ORDER BY id DESC LIMIT $1"),
            unknown: Unknown::IsAbove("SELECT MAX(id) FROM tasks"),
            told: |_, _| Ok(Told::default()),
        }),
];
