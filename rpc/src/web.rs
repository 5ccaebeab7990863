//! Fetch, time and chance of a browser.

use std::time::Duration;

use gloo_net::http::Request;
use gloo_timers::future::sleep;

use crate::{BoxFuture, Environment, Reply, Transport, Unreachable};

/// Posts over `fetch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Address of the node.
    pub url: String,
}

impl Transport for Fetch {
    fn post(&self, body: String) -> BoxFuture<'_, Result<Reply, Unreachable>> {
        Box::pin(async move {
            let request = Request::post(&self.url).header("content-type", "application/json").body(body);
            let response = request.map_err(|_| Unreachable)?.send().await.map_err(|_| Unreachable)?;
            let (status, retry_after) = (response.status(), response.headers().get("retry-after"));
            let body = response.text().await.map_err(|_| Unreachable)?;
            Ok(Reply { status, retry_after, body })
        })
    }
}

/// The browser's clock and chance.
#[derive(Debug, Clone, Copy, Default)]
pub struct Web;

impl Environment for Web {
    fn now(&self) -> Duration {
        // The device's clock may be set back, which a wait must not notice.
        let since_start = js_sys::Reflect::get(&js_sys::global(), &"performance".into())
            .ok()
            .and_then(|performance| {
                let now = js_sys::Reflect::get(&performance, &"now".into()).ok()?;
                js_sys::Function::from(now).call0(&performance).ok()?.as_f64()
            })
            .unwrap_or_else(js_sys::Date::now);
        Duration::from_secs_f64((since_start / 1_000.0).max(0.0))
    }

    fn unix_time(&self) -> u64 {
        (js_sys::Date::now() / 1_000.0) as u64
    }

    fn sleep(&self, pause: Duration) -> BoxFuture<'static, ()> {
        Box::pin(sleep(pause))
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}
