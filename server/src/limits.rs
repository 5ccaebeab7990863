//! Rate limits: a bucket of tokens per network address or account, kept in memory.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::Extensions,
    http::HeaderMap,
    middleware::Next,
    response::Response,
};

use crate::{app::App, problem::ApiError};

/// Buckets kept before full ones are thrown away.
const MANY: usize = 10_000;

/// So many requests a minute for each key, all of them at once if need be.
#[derive(Debug)]
pub struct Rate<K> {
    per_minute: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl<K: Eq + Hash> Rate<K> {
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute.max(1)), buckets: Mutex::default() }
    }

    /// Takes one request from the key's bucket.
    ///
    /// # Errors
    /// [`ApiError::TooMany`] with the seconds to wait.
    pub fn take(&self, key: K) -> Result<(), ApiError> {
        let now = Instant::now();
        let per_second = self.per_minute / 60.0;
        let filled =
            |bucket: &Bucket| (bucket.tokens + (now - bucket.at).as_secs_f64() * per_second).min(self.per_minute);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MANY {
            buckets.retain(|_, bucket| filled(bucket) < self.per_minute);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: self.per_minute, at: now });
        let tokens = filled(bucket);
        if tokens < 1.0 {
            return Err(ApiError::TooMany { seconds: ((1.0 - tokens) / per_second).ceil() as u64 });
        }
        *bucket = Bucket { tokens: tokens - 1.0, at: now };
        Ok(())
    }
}

/// The network address of a client. Behind a proxy it is the last one the proxy wrote down; what comes before that,
/// anybody can have written.
pub fn client(headers: &HeaderMap, extensions: &Extensions, behind_proxy: bool) -> IpAddr {
    let forwarded = || {
        let value = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        value.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip());
    if behind_proxy { forwarded().unwrap_or(peer) } else { peer }
}

/// Middleware: the limit on all API requests.
///
/// # Errors
/// [`ApiError::TooMany`].
pub async fn limit(State(app): State<App>, request: Request, next: Next) -> Result<Response, ApiError> {
    app.requests.take(client(request.headers(), request.extensions(), app.behind_proxy))?;
    Ok(next.run(request).await)
}

/// Middleware: the tighter limit on nonces and sign-ins.
///
/// # Errors
/// [`ApiError::TooMany`].
pub async fn limit_sign_ins(State(app): State<App>, request: Request, next: Next) -> Result<Response, ApiError> {
    app.sign_ins.take(client(request.headers(), request.extensions(), app.behind_proxy))?;
    Ok(next.run(request).await)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_what_it_holds_and_says_how_long_to_wait() {
        let rate = Rate::new(3);
        for _ in 0..3 {
            rate.take("a").unwrap();
        }
        assert!(matches!(rate.take("a"), Err(ApiError::TooMany { seconds: 1..=20 })));
        rate.take("b").unwrap();
    }

    #[test]
    fn only_the_proxys_own_entry_counts() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 1.2.3.4".parse().unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([9, 9, 9, 9], 1))));
        assert_eq!(client(&headers, &extensions, true), IpAddr::from([1, 2, 3, 4]));
        assert_eq!(client(&headers, &extensions, false), IpAddr::from([9, 9, 9, 9]));
    }
}
