use std::{pin::pin, rc::Rc, sync::Arc, time::Duration};

use futures::future::{Either, join, join_all, select};
use link::{LinkError, Links, Own, Proof, Seat, Terms, public_key, transport::memory::Hub, transport::native::Time};
use protocol::{Address, Digest};

use super::{Mail, Subject};
use crate::RunError;

fn mails(seats: u8) -> Vec<Mail> {
    let secret = |seat: u8| [seat + 1; 32];
    let seat = |seat| Seat {
        address: Address([seat; 20]),
        roles: 0,
        key: public_key(&secret(seat)).unwrap(),
        proof: Proof::TwoNodes,
    };
    let terms = Arc::new(Terms {
        chain_id: 1,
        contract: Address::ZERO,
        task: 1,
        attempt: 1,
        plan: Digest::ZERO,
        spec: Digest::ZERO,
        seats: (0..seats).map(seat).collect(),
        confirmed: |_| None,
    });
    let hub = Hub::default();
    (0..seats)
        .map(|seat| {
            let clock = Rc::new(Time::default());
            let peers: Vec<u8> = (0..seats).filter(|peer| *peer != seat).collect();
            let own = Arc::new(Own { seat, secret: secret(seat).into(), confirmation: Vec::new() });
            let connect = Box::new(hub.connector(seat));
            let links =
                Links::new(terms.clone(), own, &peers, super::PIECE, [seat + 9; 32], connect, clock.clone()).unwrap();
            Mail::new(links, &peers, clock)
        })
        .collect()
}

/// Each says more than a link has room for before it listens to anybody.
#[tokio::test(start_paused = true)]
async fn seats_that_all_send_first_in_a_circle_do_not_wait_for_ever() {
    let payload = |from: u8| vec![from; 17 << 20];
    let program = async |seat: u8, mut mail: Mail| {
        let (next, before) = ((seat + 1) % 3, (seat + 2) % 3);
        mail.send(next, Subject::Numbers, &payload(seat)).await.unwrap();
        mail.send(next, Subject::Said, &[]).await.unwrap();
        mail.receive(before, Subject::Said).await.unwrap();
        assert!(mail.receive(before, Subject::Numbers).await.unwrap() == payload(before));
        mail.part().await.unwrap();
    };
    join_all((0..).zip(mails(3)).map(|(seat, mail)| program(seat, mail))).await;
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_ends_says_why_in_a_few_plain_words() {
    let [mut one, mut other] = mails(2).try_into().map_err(drop).unwrap();
    let why = format!("no\nmore{}", "!".repeat(1_000));
    let ending = async {
        one.opened(1).await.unwrap();
        one.give_up(&why, None).await;
    };
    let (_, heard) = join(ending, other.receive(0, Subject::Numbers)).await;
    let Err(RunError::Ended { seat: 0, why }) = heard else { panic!("{heard:?}") };
    assert!(why.starts_with("nomore!") && why.len() == 300);
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_sends_and_sends_what_nobody_waits_for_is_refused() {
    // Empty messages take room too, and so do pieces of a message that never ends.
    for payload in [0, 10_000, 2 << 20].map(|bytes| vec![7; bytes]) {
        let [mut one, mut other] = mails(2).try_into().map_err(drop).unwrap();
        other.most = 64 << 10;
        let sending = async {
            for _ in 0..2_000 {
                one.send(1, Subject::File, &payload).await.unwrap();
            }
            one.listen().await
        };
        let heard = match select(pin!(sending), pin!(other.receive(0, Subject::Numbers))).await {
            Either::Left((ended, _)) => panic!("{ended}"),
            Either::Right((heard, _)) => heard,
        };
        let refused = RunError::Link(LinkError::TooLarge { seat: 0, most: 64 << 10 });
        assert_eq!(heard.unwrap_err(), refused, "{} bytes", payload.len());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_received_makes_room_for_more() {
    let [mut one, mut other] = mails(2).try_into().map_err(drop).unwrap();
    other.most = 64 << 10;
    let sending = async {
        for _ in 0..100 {
            one.send(1, Subject::Numbers, &[7; 10_000]).await.unwrap();
            one.receive(1, Subject::Heard).await.unwrap();
        }
    };
    let receiving = async {
        for _ in 0..100 {
            assert_eq!(other.receive(0, Subject::Numbers).await.unwrap(), [7; 10_000]);
            other.send(0, Subject::Heard, &[]).await.unwrap();
        }
        other.linger().await;
    };
    join(sending, receiving).await;
}

#[tokio::test(start_paused = true)]
async fn who_has_everything_leaves_although_another_says_no_farewell_or_something_else() {
    for says_why in [false, true] {
        let [mut one, mut other] = mails(2).try_into().map_err(drop).unwrap();
        let begin = tokio::time::Instant::now();
        let others = async {
            other.opened(0).await.unwrap();
            if says_why {
                other.give_up("Its owner has stopped it.", None).await;
            }
        };
        let (left, ()) = join(one.leave(Duration::from_secs(60)), others).await;
        left.unwrap();
        let took = begin.elapsed().as_secs();
        assert!(if says_why { took < 10 } else { (60..70).contains(&took) }, "{took} seconds");
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_is_waited_for_so_long_and_no_longer() {
    let [mut one, mut other] = mails(2).try_into().map_err(drop).unwrap();
    let limit = Duration::from_secs(30);
    let sending = async {
        other.send(0, Subject::File, &[7; 100]).await.unwrap();
        other.listen().await
    };
    let receiving = async {
        assert_eq!(one.receive_within(1, Subject::File, limit).await.unwrap(), Some(vec![7; 100]));
        assert_eq!(one.receive_within(1, Subject::Key, limit).await.unwrap(), None);
    };
    match select(pin!(sending), pin!(receiving)).await {
        Either::Left((ended, _)) => panic!("{ended}"),
        Either::Right(((), _)) => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_seat_that_leaves_no_later_round_is_refused() {
    for (number, fits) in [(7_u32, true), (u32::MAX, false)] {
        let [mut one, mut other] = mails(2).try_into().map_err(drop).unwrap();
        let said = [&number.to_be_bytes(), b"here".as_slice()].concat();
        let saying = async {
            other.send(0, Subject::Round, &said).await.unwrap();
            // It is in no round itself, and hears of each one anew.
            while other.listen().await != RunError::Stopped {}
        };
        let gathered = match select(pin!(saying), pin!(one.gather(b"there"))).await {
            Either::Left(_) => unreachable!("nobody stops it"),
            Either::Right((gathered, _)) => gathered,
        };
        match gathered {
            Ok(standings) => assert!(fits && standings[&1] == b"here"),
            Err(error) => assert!(!fits && matches!(error, RunError::Unreadable { seat: 1, .. }), "{error}"),
        }
    }
}
