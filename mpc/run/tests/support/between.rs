//! A seat that does not follow the protocol: between an honest program and the others it says something else than that does.

use std::{
    collections::BTreeMap,
    future::{Future as _, poll_fn},
    pin::pin,
    rc::Rc,
    sync::Arc,
    task::Poll,
};

use link::{Links, Message, Own, SeatNumber, transport::memory::Hub, transport::native::Time};
use mpc_run::{Attempt, PIECE};

use super::world::secret;

/// Links of a seat to these others.
pub fn links(attempt: &Attempt, seat: SeatNumber, peers: &[SeatNumber], hub: &Hub) -> Links {
    let own = Own { seat, secret: secret(seat, 2).into(), confirmation: Vec::new() };
    let connect = Box::new(hub.connector(seat));
    let clock = Rc::new(Time::default());
    Links::new(attempt.terms.clone(), Arc::new(own), peers, PIECE, [seat + 100; 32], connect, clock).unwrap()
}

/// Passes what `seat` and the others say to each other; `seat` runs in `inside`, the others in `outside`. What `seat` says is
/// changed on the way.
pub async fn between(
    attempt: &Attempt,
    seat: SeatNumber,
    [outside, inside]: [&Hub; 2],
    mut change: impl FnMut(SeatNumber, &mut Message),
) {
    let peers = attempt.spec.peers(seat);
    let mut mine = links(attempt, seat, &peers, outside);
    let mut theirs: BTreeMap<SeatNumber, Links> =
        peers.iter().map(|peer| (*peer, links(attempt, *peer, &[seat], inside))).collect();
    loop {
        let next = poll_fn(|context| {
            for &peer in &peers {
                if let Poll::Ready(Ok(message)) = pin!(mine.receive(peer)).poll(context) {
                    return Poll::Ready((peer, true, message));
                }
                let Some(links) = theirs.get_mut(&peer) else { continue };
                if let Poll::Ready(Ok(message)) = pin!(links.receive(seat)).poll(context) {
                    return Poll::Ready((peer, false, message));
                }
            }
            Poll::Pending
        });
        let (peer, came, mut message) = next.await;
        // A link that has ended says nothing more.
        let _ = match came {
            true => theirs.get_mut(&peer).unwrap().send(seat, message.operation, &message.payload).await,
            false => {
                change(peer, &mut message);
                mine.send(peer, message.operation, &message.payload).await
            }
        };
    }
}
