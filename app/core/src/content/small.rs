//! Small files that several parts of a page read: each is fetched and hashed once.

use std::{collections::BTreeMap, rc::Rc};

use futures::lock::Mutex;
use leptos::prelude::*;

use super::{Body, ContentError, checked};
use crate::settings::Settings;

/// Bytes up to which a file is kept as long as the page that asked for it.
const SMALL: u64 = 1 << 20;

/// By their CIDs. Held while one is fetched: whoever wants the same waits for it.
type Kept = Rc<Mutex<BTreeMap<String, Rc<Body>>>>;

/// The small files of a page.
#[derive(Clone, Copy)]
pub struct SmallFiles(StoredValue<Kept, LocalStorage>);

impl SmallFiles {
    pub fn none() -> Self {
        Self(StoredValue::new_local(Rc::default()))
    }

    /// As [`checked`]. Where no more than a small file is expected, it is kept, and not fetched again.
    ///
    /// # Errors
    /// [`ContentError`]; then it is fetched again when it is next asked for.
    pub async fn checked(
        self,
        settings: Settings,
        cid: &str,
        limit: u64,
        progress: impl Fn(u64),
    ) -> Result<Rc<Body>, ContentError> {
        let files = self.0.try_get_value().filter(|_| limit <= SMALL);
        let Some(files) = files else { return checked(settings, cid, limit, progress).await.map(Rc::new) };
        let mut files = files.lock().await;
        let known = files.get(cid).cloned();
        let body = match known {
            Some(body) => body,
            None => Rc::new(checked(settings, cid, limit, progress).await?),
        };
        // Another part of the page may have expected a larger one.
        if body.bytes() > limit {
            return Err(ContentError::TooLarge { cid: cid.to_owned(), limit });
        }
        files.insert(cid.to_owned(), body.clone());
        Ok(body)
    }
}
