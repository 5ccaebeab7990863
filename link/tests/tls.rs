//! An address of wss:// is spoken to over TLS, with the roots that browsers trust.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use link::{TransportError, transport::native};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

#[tokio::test]
async fn wss_begins_with_a_tls_handshake_and_a_server_without_tls_is_no_relay() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let room = protocol::relay::Room::Task { task: 7, attempt: 1 };
    let address = link::transport::address(&format!("https://{}", listener.local_addr().unwrap()), room, 0);
    assert!(address.starts_with("wss://"), "{address}");
    let server = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut first = [0; 3];
        socket.read_exact(&mut first).await.unwrap();
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        first
    };
    let (connected, first) = futures::future::join(native::connect(&address, "token"), server).await;
    // A handshake record of TLS; the request with the token in it is not sent in the clear.
    assert_eq!(first[..2], [0x16, 0x03]);
    assert!(matches!(connected, Err(TransportError::Lost(_))));
}
