//! Pages about models as files.

use crate::family::{Looked, Page, Told, Unknown};

pub(super) const PAGES: &[Page] = &[
    Page::plain("/models/trained", "Trained models", "Models as files: winners of bounties, and published ones.")
        .listing("/run/:cid"),
    Page::plain("/run", "Run your own model", "Run an ONNX model in the browser; the file stays on your machine."),
    Page::plain("/run/:cid", "Model", "A model as a file, to be run in the browser.").about(Looked {
        // A bounty's before a publication's, since a winner is public before its bounty ends; then the first one:
        // anybody can publish the same file under another name.
        select: "SELECT CAST(1 AS BIGINT) AS known, f.name, f.description FROM (\
                 SELECT p.cid, p.name, p.description, 1 AS rank, p.at FROM publications p \
                 WHERE NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.id = p.id) \
                 UNION ALL SELECT b.model_cid, t.title, '', 0, b.ended_at FROM bounties b \
                 LEFT JOIN titles t ON t.cid = b.metadata_cid) f WHERE f.cid = $1 ORDER BY f.rank, f.at LIMIT 1",
        newest: Some(
            "SELECT p.cid AS key FROM publications p \
             WHERE p.cid <> '' AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.id = p.id) \
             GROUP BY p.cid ORDER BY MAX(p.at) DESC LIMIT $1",
        ),
        unknown: Unknown::MayBe,
        told: Told::named,
    }),
];
