//! WebSocket and time of tokio.

use std::time::Duration;

use futures::{
    FutureExt, SinkExt, StreamExt,
    future::{self, LocalBoxFuture},
};
use protocol::relay::{MOST_IN_MESSAGE, PROTOCOL};
use tokio_tungstenite::{
    connect_async_with_config,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderValue, StatusCode, header},
        protocol::WebSocketConfig,
    },
};

use super::{Connect, Transport, closed};
use crate::{environment::Environment, error::TransportError};

/// Time of a native program. Its futures run on tokio.
#[derive(Debug, Clone, Copy)]
pub struct Time(tokio::time::Instant);

impl Default for Time {
    fn default() -> Self {
        Self(tokio::time::Instant::now())
    }
}

impl Environment for Time {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed_local()
    }
}

/// Connects to `address` under a session of the server.
///
/// # Errors
/// [`TransportError`] where the server refuses, or is not there.
pub async fn connect(address: &str, token: &str) -> Result<Transport, TransportError> {
    let unusable = |what: String| TransportError::Refused(format!("{address} cannot be used: {what}."));
    let mut request = address.into_client_request().map_err(|error| unusable(error.to_string()))?;
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| unusable(error.to_string()))?;
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let config = WebSocketConfig::default().max_message_size(Some(MOST_IN_MESSAGE)).write_buffer_size(0);
    let (socket, _) =
        connect_async_with_config(request, Some(config), true).await.map_err(|error| refused(error, address))?;
    let (sink, stream) = socket.split();
    let sink = sink.sink_map_err(lost).with(|bytes| future::ok(Message::Binary(bytes)));
    // Pings are answered below; texts are not of this protocol.
    let stream = stream.filter_map(|message| {
        future::ready(match message {
            Ok(Message::Binary(bytes)) => Some(Ok(bytes)),
            Ok(Message::Text(_)) => Some(Err(TransportError::Unreadable)),
            Ok(Message::Close(Some(frame))) => Some(Err(closed(frame.code.into(), &frame.reason))),
            Ok(Message::Close(None)) => Some(Err(TransportError::Lost("closed".to_string()))),
            Ok(_) => None,
            Err(error) => Some(Err(lost(error))),
        })
    });
    Ok(Transport { sink: Box::pin(sink), stream: Box::pin(stream) })
}

/// Connects to one address as often as it takes.
pub fn connector(address: String, token: String) -> impl Connect {
    move || {
        let (address, token) = (address.clone(), token.clone());
        async move { connect(&address, &token).await }.boxed_local()
    }
}

fn lost(error: Error) -> TransportError {
    TransportError::Lost(error.to_string())
}

/// A server that answers no to the request itself will answer so again.
fn refused(error: Error, address: &str) -> TransportError {
    let Error::Http(answer) = error else { return lost(error) };
    let passing = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
    if answer.status().is_server_error() || passing.contains(&answer.status()) {
        return TransportError::Lost(format!("{address} answers {}", answer.status()));
    }
    // A server of ours says why in its answer.
    let body = answer.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let said = body.split("\"detail\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("sign in again");
    TransportError::Refused(format!("{said} ({})", answer.status()))
}
