//! A line to a strict node that fails one time in so many, each time in another way.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use rand::{Rng, SeedableRng, rngs::StdRng};
use rpc::{BoxFuture, Reply, Transport, Unreachable, testing::Strict};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// Clones share chance and counts.
#[derive(Clone)]
pub struct Flaky {
    strict: Strict,
    random: Arc<Mutex<StdRng>>,
    fails_one_in: Arc<AtomicU64>,
    served: Arc<AtomicU64>,
}

impl Flaky {
    pub fn before(strict: Strict, seed: u64) -> Self {
        let random = Arc::new(Mutex::new(StdRng::seed_from_u64(seed)));
        Self { strict, random, fails_one_in: Arc::default(), served: Arc::default() }
    }

    /// Fails one time in so many from now on; 0 for never.
    pub fn fail(&self, one_in: u64) {
        self.fails_one_in.store(one_in, Ordering::SeqCst);
    }

    /// Requests that came, whatever became of them.
    pub fn served(&self) -> u64 {
        self.served.load(Ordering::SeqCst)
    }

    fn failure(&self, body: &str) -> Option<Result<Reply, Unreachable>> {
        let one_in = self.fails_one_in.load(Ordering::SeqCst);
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        if one_in == 0 || random.random_range(0..one_in) > 0 {
            return None;
        }
        let reply = |status, body: String| Ok(Reply { status, retry_after: None, body });
        Some(match random.random_range(0..5) {
            0 => Err(Unreachable),
            1 => reply(502, "<html>Bad Gateway</html>".into()),
            2 => reply(200, "cut off in the mid".into()),
            3 => reply(503, String::new()),
            _ => {
                let request: Value = serde_json::from_str(body).unwrap_or_default();
                let error = json!({"code": -32_603, "message": "internal error"});
                let one = |request: &Value| json!({"jsonrpc": "2.0", "id": request["id"], "error": error});
                let answer = match &request {
                    Value::Array(all) => all.iter().map(one).collect(),
                    request => one(request),
                };
                reply(200, answer.to_string())
            }
        })
    }

    /// Listens on a port of this machine, for a server that is a process of its own; ended when dropped.
    pub async fn listen(&self) -> anyhow::Result<Listening> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/", post(answer)).with_state(self.clone());
        let task = tokio::spawn(async move {
            // Ends with the task only.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Listening { url, task })
    }
}

pub struct Listening {
    pub url: String,
    task: JoinHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(flaky): State<Flaky>, body: Bytes) -> (StatusCode, [(&'static str, String); 1], String) {
    let reply = flaky.post(String::from_utf8_lossy(&body).into_owned()).await;
    let Reply { status, retry_after, body } =
        reply.unwrap_or(Reply { status: 500, retry_after: None, body: "gone".into() });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let header = retry_after.map_or(("x-none", String::new()), |after| ("retry-after", after));
    (status, [header], body)
}

impl Transport for Flaky {
    fn post(&self, body: String) -> BoxFuture<'_, Result<Reply, Unreachable>> {
        self.served.fetch_add(1, Ordering::SeqCst);
        let failure = self.failure(&body);
        Box::pin(async move {
            match failure {
                Some(failure) => failure,
                None => Ok(self.strict.post_as("", &body).await),
            }
        })
    }
}
