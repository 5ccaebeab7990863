//! The same over a real relay on this machine.

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(not(target_arch = "wasm32"))]
mod support;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use axum::{
        Router,
        extract::{Path, Query, State, WebSocketUpgrade},
        http::StatusCode,
        response::{IntoResponse, Response},
        routing::get,
    };
    use mpc_learn::{Fact, Metric, What};
    use protocol::{
        Address,
        relay::{MOST_IN_MESSAGE, Room},
    };
    use relay::{Limits, Relay};
    use serde_json::json;
    use tokio_util::sync::CancellationToken;

    use super::support::{
        COMMON, ols, patients, random, tables, training,
        world::{World, attempt},
    };

    #[derive(serde::Deserialize)]
    struct Seat {
        seat: u8,
    }

    async fn enter(
        State(relay): State<Relay>,
        Path((task, attempt)): Path<(u64, u16)>,
        Query(Seat { seat }): Query<Seat>,
        upgrade: WebSocketUpgrade,
    ) -> Response {
        let upgrade = upgrade.protocols([protocol::relay::PROTOCOL]).max_message_size(MOST_IN_MESSAGE);
        match relay.join(Room::Task { task, attempt }, seat, 4, Address([seat; 20])) {
            Ok(joined) => upgrade.on_upgrade(move |socket| joined.serve(socket, CancellationToken::new())),
            Err(error) => (StatusCode::TOO_MANY_REQUESTS, error.to_string()).into_response(),
        }
    }

    #[tokio::test]
    async fn a_task_over_a_relay_ends_as_in_memory() {
        let router =
            Router::new().route("/api/relay/{task}/{attempt}", get(enter)).with_state(Relay::new(Limits::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());

        let tables = tables(&mut random());
        let attempt = attempt(&training(json!({"digits": 30})), 7);
        let begin = std::time::Instant::now();
        let ran = World::relay(server).run(&attempt, &tables, [None, None], 100).await;
        let all = ran.finished(&attempt);
        println!("{:?}", begin.elapsed());
        let metric = all[2].told.iter().find(|told| told.what == What::Fact(Fact::Metric(Metric::Rmse))).unwrap();
        let (got, right) = (metric.numbers[0], ols::fit(&patients()[COMMON]).1);
        assert!((got - right).abs() < 1e-6, "{got} {right}");
    }
}
