//! The relay behind real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use axum::{
    Router,
    extract::{Path, Query, State, WebSocketUpgrade},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{SinkExt, StreamExt};
use protocol::{
    Address,
    relay::{MOST_IN_MESSAGE, NOTICE, Notice, Room, close, envelope, envelopes},
};
use relay::{Limits, Relay};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};
use tokio_util::sync::CancellationToken;

/// Longest wait for anything that will come: far longer than it takes on a machine that does ten other things meanwhile.
const PATIENCE: Duration = Duration::from_secs(300);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A relay that believes whoever says which seat of three it has. The account is one for each seat.
struct Stack {
    address: String,
    relay: Relay,
    stop: CancellationToken,
}

#[derive(serde::Deserialize)]
struct Seat {
    seat: u8,
}

async fn enter(
    State((relay, stop)): State<(Relay, CancellationToken)>,
    Path((task, attempt)): Path<(u64, u16)>,
    Query(Seat { seat }): Query<Seat>,
    upgrade: WebSocketUpgrade,
) -> Response {
    match relay.join(Room::Task { task, attempt }, seat, 3, Address([seat; 20])) {
        Ok(joined) => upgrade.max_message_size(MOST_IN_MESSAGE).on_upgrade(move |socket| joined.serve(socket, stop)),
        Err(error) => (StatusCode::TOO_MANY_REQUESTS, error.to_string()).into_response(),
    }
}

impl Stack {
    async fn start(limits: Limits) -> Self {
        let (relay, stop) = (Relay::new(limits), CancellationToken::new());
        let router = Router::new().route("/{task}/{attempt}", get(enter)).with_state((relay.clone(), stop.clone()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("ws://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { address, relay, stop }
    }

    async fn try_join(&self, task: u64, seat: u8) -> Result<Socket, Error> {
        connect_async(format!("{}/{task}/1?seat={seat}", self.address)).await.map(|(socket, _)| socket)
    }

    async fn join(&self, task: u64, seat: u8) -> Socket {
        self.try_join(task, seat).await.unwrap()
    }
}

async fn say(socket: &mut Socket, to: u8, body: &[u8]) {
    socket.send(Message::Binary(envelope(to, body).into())).await.unwrap();
}

/// The next envelope, or the code that the connection was closed with.
async fn hear(socket: &mut Socket) -> Result<(u8, Vec<u8>), u16> {
    loop {
        let next = tokio::time::timeout(PATIENCE, socket.next()).await.expect("something comes");
        match next {
            Some(Ok(Message::Binary(bytes))) => {
                let (seat, body) = envelopes(&bytes).next().unwrap().unwrap();
                return Ok((seat, body.to_vec()));
            }
            Some(Ok(Message::Close(frame))) => return Err(frame.map_or(0, |frame| frame.code.into())),
            Some(Ok(_)) => {}
            None | Some(Err(_)) => return Err(0),
        }
    }
}

async fn notice(socket: &mut Socket) -> Notice {
    let (seat, body) = hear(socket).await.unwrap();
    assert_eq!(seat, NOTICE);
    Notice::read(&body).unwrap()
}

/// Waits until something is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn envelopes_arrive_in_order_with_whom_they_are_from() {
    let stack = Stack::start(Limits::default()).await;
    let mut one = stack.join(7, 0).await;
    let mut two = stack.join(7, 1).await;
    assert_eq!(notice(&mut two).await, Notice::Came(0));
    assert_eq!(notice(&mut one).await, Notice::Came(1));
    let mut three = stack.join(7, 2).await;
    assert_eq!([notice(&mut three).await, notice(&mut three).await], [Notice::Came(0), Notice::Came(1)]);
    assert_eq!(notice(&mut one).await, Notice::Came(2));
    assert_eq!(notice(&mut two).await, Notice::Came(2));
    for number in 0..50 {
        say(&mut one, 2, &[number]).await;
    }
    // Several in one message.
    let both = [envelope(2, b"a"), envelope(0, b"b")].concat();
    two.send(Message::Binary(both.into())).await.unwrap();
    let mut from_one = Vec::new();
    let mut from_two = Vec::new();
    while from_one.len() < 50 || from_two.is_empty() {
        match hear(&mut three).await.unwrap() {
            (0, body) => from_one.extend(body),
            (1, body) => from_two.extend(body),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(from_one, (0..50).collect::<Vec<u8>>());
    assert_eq!((from_two.as_slice(), hear(&mut one).await.unwrap()), (b"a".as_slice(), (1, b"b".to_vec())));
    drop(three);
    assert_eq!(notice(&mut one).await, Notice::Left(2));
    let counts = stack.relay.counts();
    assert_eq!((counts.envelopes, counts.bytes, counts.connections), (52, 52, 2));
}

#[tokio::test]
async fn tasks_and_attempts_do_not_hear_each_other_and_nothing_is_kept() {
    let stack = Stack::start(Limits::default()).await;
    let mut one = stack.join(7, 0).await;
    let mut other = stack.join(8, 1).await;
    // For a seat that is not there: dropped, and not given to whoever comes later.
    say(&mut one, 1, b"too early").await;
    until("it was dropped", || stack.relay.counts().dropped == 1).await;
    let mut two = stack.join(7, 1).await;
    assert_eq!(notice(&mut two).await, Notice::Came(0));
    say(&mut one, 1, b"in time").await;
    assert_eq!(hear(&mut two).await.unwrap(), (0, b"in time".to_vec()));
    say(&mut other, 0, b"to nobody").await;
    until("it was dropped", || stack.relay.counts().dropped == 2).await;
}

#[tokio::test]
async fn a_slow_receiver_stops_its_sender_and_nobody_else() {
    let limits = Limits { link: 1 << 20, ..Limits::default() };
    let stack = Stack::start(limits).await;
    let mut receiver = stack.join(7, 2).await;
    let (one, mut two) = (stack.join(7, 0).await, stack.join(7, 1).await);
    let (mut sink, _reading) = one.split();
    // Far more than fits, all sockets' buffers included.
    const ALL: usize = 1_500;
    let sending = tokio::spawn(async move {
        for number in 0..ALL as u32 {
            let body = [number.to_be_bytes().as_slice(), &[0; 64_000]].concat();
            sink.send(Message::Binary(envelope(2, &body).into())).await.unwrap();
        }
        sink
    });
    until("the sender is held back", || stack.relay.counts().held_back > 0).await;
    // Nothing moves any more, however long one waits; what waits is within the limit.
    let mut before = stack.relay.counts();
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = stack.relay.counts();
        if now.envelopes == before.envelopes {
            break;
        }
        before = now;
    }
    assert!(!sending.is_finished());
    assert!(before.waiting <= (1 << 20) && before.envelopes < ALL as u64, "{before:?}");
    // Another sender reaches the same receiver, and the receiver's slowness takes nothing from anybody.
    say(&mut two, 2, b"and me").await;
    let (mut heard, mut and_me) = (0u32, false);
    while heard < ALL as u32 || !and_me {
        match hear(&mut receiver).await.unwrap() {
            (0, body) => {
                assert_eq!(body[..4], heard.to_be_bytes());
                heard += 1;
            }
            (1, body) => and_me = body == b"and me",
            _ => {}
        }
    }
    let _sink = sending.await.unwrap();
    until("nothing waits", || stack.relay.counts().waiting == 0).await;
}

/// Sends to a seat for as long as the relay takes it.
fn fills(socket: Socket, to: u8) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let (mut sink, _reading) = socket.split();
        while sink.send(Message::Binary(envelope(to, &[0; 64_000]).into())).await.is_ok() {}
    })
}

#[tokio::test]
async fn one_room_does_not_take_the_memory_of_all() {
    const ROOM: usize = 3 << 19;
    let limits = Limits { link: 1 << 20, room: ROOM, memory: 2 << 20, ..Limits::default() };
    let stack = Stack::start(limits).await;
    let receiver = stack.join(7, 2).await;
    let filling = [fills(stack.join(7, 0).await, 2), fills(stack.join(7, 1).await, 2)];
    until("the room is full", || stack.relay.counts().waiting > ROOM as u64 - 65_000).await;
    let (mut one, mut two) = (stack.join(8, 0).await, stack.join(8, 1).await);
    say(&mut one, 1, b"and we").await;
    assert_eq!(notice(&mut two).await, Notice::Came(0));
    assert_eq!(hear(&mut two).await.unwrap(), (0, b"and we".to_vec()));
    assert!(stack.relay.counts().waiting <= ROOM as u64);
    drop(receiver);
    filling.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn whoever_fills_the_memory_of_all_holds_nobody_up() {
    // What `fills` sends at once, and the seat and the length in front of it.
    const MESSAGE: usize = 64_000 + 5;
    let stack = Stack::start(Limits { own: MESSAGE, memory: 2 * MESSAGE, ..Limits::default() }).await;
    let receiver = stack.join(7, 2).await;
    let filling = fills(stack.join(7, 0).await, 2);
    until("there is room for nothing", || stack.relay.counts().waiting == 3 * MESSAGE as u64).await;
    let (mut one, mut two) = (stack.join(8, 0).await, stack.join(8, 1).await);
    assert_eq!(notice(&mut two).await, Notice::Came(0));
    // One after the other: the room of the first is that of the second.
    for number in 0..3 {
        say(&mut one, 1, &[number; 64_000]).await;
    }
    for number in 0..3 {
        assert_eq!(hear(&mut two).await.unwrap(), (0, vec![number; 64_000]));
    }
    assert_eq!(stack.relay.counts().stuck, 0, "the memory was full all the time");
    drop(receiver);
    filling.abort();
}

#[tokio::test]
async fn a_receiver_that_takes_nothing_in_is_closed_although_it_pings() {
    let stack = Stack::start(Limits { stuck: Duration::from_millis(300), ..Limits::default() }).await;
    let (mut pings, _unread) = stack.join(7, 2).await.split();
    let pinging = tokio::spawn(async move {
        while pings.send(Message::Ping(Vec::new().into())).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let filling = fills(stack.join(7, 0).await, 2);
    until("it is closed", || stack.relay.counts().stuck == 1).await;
    // What waited for it takes no space any more.
    until("nothing waits", || stack.relay.counts().waiting == 0).await;
    filling.abort();
    pinging.abort();
}

#[tokio::test]
async fn a_receiver_that_leaves_frees_its_senders() {
    let stack = Stack::start(Limits { link: 100_000, memory: 150_000, ..Limits::default() }).await;
    let receiver = stack.join(7, 2).await;
    let mut one = stack.join(7, 0).await;
    let mut two = stack.join(7, 1).await;
    let sending = tokio::spawn(async move {
        for _ in 0..1_000 {
            say(&mut one, 2, &[0; 60_000]).await;
        }
        one
    });
    until("it waits", || stack.relay.counts().held_back > 0).await;
    drop(receiver);
    let mut one = sending.await.unwrap();
    // The room is free again for others.
    say(&mut one, 1, &[1; 60_000]).await;
    loop {
        if hear(&mut two).await.unwrap() == (0, vec![1; 60_000]) {
            break;
        }
    }
    until("nothing waits", || stack.relay.counts().waiting == 0).await;
}

#[tokio::test]
async fn the_same_seat_again_takes_the_place_of_the_first() {
    let stack = Stack::start(Limits::default()).await;
    let mut first = stack.join(7, 0).await;
    let mut other = stack.join(7, 1).await;
    notice(&mut other).await;
    notice(&mut first).await;
    let mut second = stack.join(7, 0).await;
    assert_eq!(hear(&mut first).await, Err(close::REPLACED));
    assert_eq!(notice(&mut second).await, Notice::Came(1));
    assert_eq!(notice(&mut other).await, Notice::Came(0));
    say(&mut other, 0, b"to the second").await;
    assert_eq!(hear(&mut second).await.unwrap(), (1, b"to the second".to_vec()));
    until("the first is gone", || stack.relay.counts().connections == 2).await;
    // It did not take the second one's place with it.
    say(&mut other, 0, b"again").await;
    assert_eq!(hear(&mut second).await.unwrap(), (1, b"again".to_vec()));
}

#[tokio::test]
async fn silent_and_faulty_clients_are_closed_with_a_reason() {
    let stack = Stack::start(Limits { idle: Duration::from_millis(300), ..Limits::default() }).await;
    let mut silent = stack.join(7, 0).await;
    assert_eq!(hear(&mut silent).await, Err(close::IDLE));
    let faulty = [
        Message::Binary(vec![1, 0, 0, 0, 9, 1].into()),
        Message::Binary(envelope(0, b"to myself").into()),
        Message::Binary(envelope(3, b"to nobody").into()),
        Message::Binary(envelope(NOTICE, b"as the relay").into()),
        Message::Text("hello".into()),
    ];
    for message in faulty {
        let mut client = stack.join(7, 0).await;
        client.send(message).await.unwrap();
        assert_eq!(hear(&mut client).await, Err(close::UNREADABLE));
    }
    let mut large = stack.join(7, 0).await;
    // Whoever sends too much may see a reset instead of the close.
    let _ = large.send(Message::Binary(vec![0; MOST_IN_MESSAGE + 1].into())).await;
    assert!(hear(&mut large).await.is_err());
    let counts = stack.relay.counts();
    assert_eq!((counts.idle, counts.unreadable), (1, 5));
    until("no place is taken", || stack.relay.counts().connections == 0).await;
}

#[tokio::test]
async fn one_account_does_not_take_all_places() {
    let stack = Stack::start(Limits { per_account: 2, connections: 3, ..Limits::default() }).await;
    let refused = |joined: Result<Socket, Error>| match joined {
        Err(Error::Http(answer)) => answer.status().as_u16() == 429,
        other => panic!("{:?}", other.map(|_| ())),
    };
    let _kept = (stack.join(1, 0).await, stack.join(2, 0).await);
    assert!(refused(stack.try_join(3, 0).await), "the same account has two");
    let third = stack.join(3, 1).await;
    assert!(refused(stack.try_join(3, 2).await), "three in all");
    drop(third);
    until("its place is free", || stack.relay.counts().connections == 2).await;
    stack.join(3, 2).await;
}

#[tokio::test]
async fn an_account_with_all_its_places_can_connect_each_seat_again() {
    let stack = Stack::start(Limits { per_account: 2, connections: 3, ..Limits::default() }).await;
    let (mut first, _kept, _other) = (stack.join(1, 0).await, stack.join(2, 0).await, stack.join(2, 1).await);
    // The cut was not noticed here: the first connection still has its place.
    let mut again = stack.join(1, 0).await;
    assert_eq!(hear(&mut first).await, Err(close::REPLACED));
    // Its end gives no place away that the second one has.
    until("the first is gone", || stack.relay.counts().connections == 3).await;
    assert!(stack.try_join(3, 0).await.is_err(), "two of one account");
    again.close(None).await.unwrap();
    until("its place is free", || stack.relay.counts().connections == 2).await;
    stack.join(3, 0).await;
}

#[tokio::test]
async fn a_relay_that_stops_says_so() {
    let stack = Stack::start(Limits::default()).await;
    let mut client = stack.join(7, 0).await;
    until("it is in", || stack.relay.counts().connections == 1).await;
    stack.stop.cancel();
    assert_eq!(hear(&mut client).await, Err(close::STOPPING));
}
