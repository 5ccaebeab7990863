//! Reading what a client still sends when its answer is ready: a refused upload, or a body that nobody asked for.
//! Without this the connection would be closed with bytes under way, and the client would see a reset instead of the
//! answer, or lose the next request that it sends over the same connection.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, HttpBody},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures::{Stream, StreamExt, stream::poll_fn};

/// What is read of an unwanted body at most; whoever sends more has to live with the reset.
const MOST: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

type Shared = Arc<Mutex<BodyDataStream>>;

fn pieces(body: Shared) -> impl Stream<Item = Result<bytes::Bytes, axum::Error>> {
    poll_fn(move |context| body.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(context))
}

/// Middleware: reads on to the end of the body before the answer goes out.
pub async fn drain(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if body.is_end_stream() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let body: Shared = Arc::new(Mutex::new(body.into_data_stream()));
    let response = next.run(Request::from_parts(parts, Body::from_stream(pieces(body.clone())))).await;
    let rest = async {
        let mut left = MOST;
        let mut rest = std::pin::pin!(pieces(body));
        while let Some(Ok(piece)) = rest.next().await {
            left = match left.checked_sub(piece.len()) {
                Some(left) => left,
                None => break,
            };
        }
    };
    // Late or not, the answer goes out.
    let _ = tokio::time::timeout(PATIENCE, rest).await;
    response
}
