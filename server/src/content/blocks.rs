//! Where the blocks of kept files are, in the database: the tables `leaves` and `nodes`.

use async_trait::async_trait;
use content::{BlockIndex, CheckedFile, IndexFailure, Place};
use protocol::cid::Cid;
use sqlx::{Connection, Row};

use crate::db::{Db, from_db, insert_many, to_db};

/// The index of blocks of servers that share a database.
#[derive(Debug, Clone)]
pub struct Blocks(pub Db);

#[async_trait]
impl BlockIndex for Blocks {
    async fn add(&self, file: &CheckedFile) -> Result<(), IndexFailure> {
        let name = file.file.cid.to_string();
        let mut connection = self.0.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        let into = "leaves (cid, file, position, bytes)";
        insert_many(&mut transaction, into, 4, "ON CONFLICT DO NOTHING", &file.leaves, |query, leaf| {
            query.bind(leaf.cid.to_string()).bind(name.clone()).bind(to_db(leaf.position)).bind(i64::from(leaf.bytes))
        })
        .await?;
        let into = "nodes (cid, encoded)";
        insert_many(&mut transaction, into, 2, "ON CONFLICT DO NOTHING", &file.nodes, |query, (cid, bytes)| {
            query.bind(cid.to_string()).bind(hex::encode(bytes))
        })
        .await?;
        Ok(transaction.commit().await?)
    }

    async fn node(&self, cid: &Cid) -> Result<Option<Vec<u8>>, IndexFailure> {
        let select = sqlx::query("SELECT encoded FROM nodes WHERE cid = $1").bind(cid.to_string());
        let Some(row) = select.fetch_optional(&self.0.pool).await? else { return Ok(None) };
        Ok(Some(hex::decode(row.try_get::<&str, _>(0)?)?))
    }

    async fn leaf(&self, cid: &Cid) -> Result<Vec<Place>, IndexFailure> {
        let select = sqlx::query("SELECT file, position, bytes FROM leaves WHERE cid = $1").bind(cid.to_string());
        let mut places = Vec::new();
        for row in select.fetch_all(&self.0.pool).await? {
            let file = row.try_get::<&str, _>(0)?.parse()?;
            places.push(Place { file, position: from_db(row.try_get(1)?), bytes: from_db(row.try_get(2)?) });
        }
        Ok(places)
    }
}
