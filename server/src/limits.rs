//! Rate limits: for each network address or account a bucket of requests, kept in memory by `governor`.

use std::{
    hash::Hash,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderName, Request},
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock, middleware::NoOpMiddleware};
use tower_governor::{
    GovernorError, GovernorLayer, governor::GovernorConfig, governor::GovernorConfigBuilder,
    key_extractor::KeyExtractor,
};

use crate::{listen::network, problem::ApiError};

/// A text that is dear to make, so that it is made anew only after a while, whoever asks.
#[derive(Debug, Default)]
pub struct Kept(tokio::sync::Mutex<Option<(Instant, String)>>);

impl Kept {
    /// The text, made anew where the last one is older than `holds`.
    ///
    /// # Errors
    /// Of `make`.
    pub async fn for_a_while<E>(
        &self,
        holds: Duration,
        make: impl Future<Output = Result<String, E>>,
    ) -> Result<String, E> {
        let mut kept = self.0.lock().await;
        if let Some((_, text)) = kept.as_ref().filter(|(made, _)| made.elapsed() < holds) {
            return Ok(text.clone());
        }
        let text = make.await?;
        *kept = Some((Instant::now(), text.clone()));
        Ok(text)
    }
}

/// So many requests a minute for each key, all of them at once if need be. For what is known inside a handler only,
/// e.g. who signed in; [`ClientRate`] stands before handlers.
#[derive(Debug)]
pub struct Rate<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> Rate<K> {
    pub fn new(per_minute: u32) -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN))))
    }

    /// Takes one request from the key's bucket.
    ///
    /// # Errors
    /// [`ApiError::TooMany`] with the seconds to wait.
    pub fn take(&self, key: &K) -> Result<(), ApiError> {
        self.0.check_key(key).map_err(|refused| {
            let wait = refused.wait_time_from(self.0.clock().now());
            ApiError::TooMany { seconds: wait.as_secs() + 1 }
        })
    }

    /// Forgets keys whose buckets are full again.
    pub fn forget_idle(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// So many requests a minute from each network address, all of them at once if need be.
#[derive(Debug, Clone)]
pub struct ClientRate(Arc<GovernorConfig<Client, NoOpMiddleware>>);

impl ClientRate {
    /// `header`: in which the proxy in front writes the client's address.
    pub fn new(per_minute: u32, header: Option<HeaderName>) -> Option<Self> {
        let per_minute = per_minute.max(1);
        let mut builder = GovernorConfigBuilder::default().key_extractor(Client { header });
        builder.period(Duration::from_secs(60) / per_minute).burst_size(per_minute);
        Some(Self(Arc::new(builder.finish()?)))
    }

    /// The layer that refuses what is too much.
    pub fn layer(&self) -> GovernorLayer<Client, NoOpMiddleware, Body> {
        GovernorLayer::new(self.0.clone()).error_handler(refuse)
    }

    /// Forgets addresses whose buckets are full again.
    pub fn forget_idle(&self) {
        self.0.limiter().retain_recent();
        self.0.limiter().shrink_to_fit();
    }
}

fn refuse(error: GovernorError) -> Response {
    match error {
        // The wait is rounded down there.
        GovernorError::TooManyRequests { wait_time, .. } => {
            ApiError::TooMany { seconds: wait_time + 1 }.into_response()
        }
        other => ApiError::inside(other).into_response(),
    }
}

/// Tells clients apart by their network addresses.
#[derive(Debug, Clone)]
pub struct Client {
    header: Option<HeaderName>,
}

impl KeyExtractor for Client {
    type Key = IpAddr;

    fn extract<T>(&self, request: &Request<T>) -> Result<IpAddr, GovernorError> {
        Ok(client(request.headers(), request.extensions(), self.header.as_ref()))
    }
}

/// The network address of a client, or its /64. Behind a proxy it is the last one that the proxy wrote into the trusted
/// header; what comes before that, and every other header, anybody can have written.
pub fn client(headers: &HeaderMap, extensions: &Extensions, header: Option<&HeaderName>) -> IpAddr {
    let forwarded = |header: &HeaderName| {
        let value = headers.get_all(header).iter().next_back()?.to_str().ok()?;
        let last = value.rsplit(',').next()?.trim();
        // Some proxies write the port too.
        last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
    };
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip());
    network(header.and_then(forwarded).unwrap_or(peer))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_what_it_holds_and_says_how_long_to_wait() {
        let rate = Rate::new(3);
        for _ in 0..3 {
            rate.take(&"a").unwrap();
        }
        assert!(matches!(rate.take(&"a"), Err(ApiError::TooMany { seconds: 1..=20 })));
        rate.take(&"b").unwrap();
        // A bucket that is not full is not forgotten.
        rate.forget_idle();
        assert!(matches!(rate.take(&"a"), Err(ApiError::TooMany { .. })));
    }

    #[test]
    fn only_the_proxys_own_entry_counts() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 1.2.3.4".parse().unwrap());
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([9, 9, 9, 9], 1))));
        headers.insert("x-real-ip", "5.5.5.5".parse().unwrap());
        let (usual, other) = (HeaderName::from_static("x-forwarded-for"), HeaderName::from_static("x-real-ip"));
        assert_eq!(client(&headers, &extensions, Some(&usual)), IpAddr::from([1, 2, 3, 4]));
        assert_eq!(client(&headers, &extensions, Some(&other)), IpAddr::from([5, 5, 5, 5]));
        assert_eq!(client(&headers, &extensions, None), IpAddr::from([9, 9, 9, 9]));
        headers.insert("x-forwarded-for", "[2001:db8::1:2]:4711".parse().unwrap());
        assert_eq!(client(&headers, &extensions, Some(&usual)), "2001:db8::".parse::<IpAddr>().unwrap());
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(client(&headers, &extensions, Some(&usual)), IpAddr::from([9, 9, 9, 9]));
    }
}
