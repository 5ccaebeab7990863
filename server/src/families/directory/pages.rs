//! Pages about organisations' data.

use sqlx::{Row, any::AnyRow};

use crate::family::{Looked, Page, Told, Unknown};

pub(super) const PAGES: &[Page] = &[
    Page::plain("/data", "Data", "Data sets to learn on together, which stay with their owners.")
        .listing("/data/sets/:id"),
    Page::plain("/data/mine", "My data", "What an organisation publishes of its data, and who may learn on it."),
    Page::plain("/data/new", "Publish a data set", "Tell others what data you have; the rows stay with you."),
    Page::plain("/data/requests", "Requests for data", "Who asks to learn on an organisation's data."),
    Page::plain("/data/sets/:id", "Data set", "Data to learn on together, which stays with its owner.").about(Looked {
        select: "SELECT CAST(1 AS BIGINT) AS known, d.name \
                 FROM datasets s LEFT JOIN descriptions d ON d.cid = s.description_cid WHERE s.id = $1",
        newest: Some("SELECT CAST(id AS TEXT) AS key FROM datasets ORDER BY id DESC LIMIT $1"),
        unknown: Unknown::IsAbove("SELECT MAX(id) FROM datasets"),
        told: |row, _| titled(row),
    }),
    Page::plain("/data/grants/:id", "Grant", "Leave to learn on a data set.").about(Looked {
        select: "SELECT CAST(1 AS BIGINT) AS known FROM grants WHERE id = $1",
        newest: None,
        unknown: Unknown::IsAbove("SELECT MAX(id) FROM grants"),
        told: |_, _| Ok(Told::default()),
    }),
];

fn titled(row: &AnyRow) -> Result<Told, sqlx::Error> {
    Ok(Told { title: row.try_get("name")?, description: None })
}
