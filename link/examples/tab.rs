//! Ends of a link in two pages of a browser, for the benchmark: one sends, the other one listens. Built for the browser by
//! `cargo xtask bench private`; the page is `app/workers/party/bench`.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod tab {
    use std::rc::Rc;

    use futures::future::{FutureExt as _, ready};
    use link::{
        Environment as _, LinkError, Links, Own, Proof, Seat, Terms, public_key,
        transport::web::{Time, connector},
    };
    use protocol::{Address, Digest, relay::Room};
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Rounds of which the middle one is told.
    const ROUNDS: usize = 101;
    const MESSAGE: usize = 1 << 20;

    /// One end. Its keys are everybody's: only what it costs is measured.
    #[wasm_bindgen]
    pub struct Ends {
        links: Links,
        peer: u8,
        time: Time,
    }

    fn text(error: LinkError) -> String {
        error.to_string()
    }

    #[wasm_bindgen]
    impl Ends {
        /// # Errors
        /// A sentence.
        #[wasm_bindgen(constructor)]
        pub fn new(relay: &str, task: u32, seat: u8) -> Result<Self, String> {
            let secret = |seat: u8| [seat + 101; 32];
            let of = |seat: u8| {
                let key = public_key(&secret(seat)).ok_or("there is no such key")?;
                Ok::<_, String>(Seat { address: Address([seat; 20]), roles: 1, key, proof: Proof::TwoNodes })
            };
            let terms = Terms {
                chain_id: 1,
                contract: Address([9; 20]),
                task: task.into(),
                attempt: 1,
                plan: Digest([3; 32]),
                spec: Digest([4; 32]),
                seats: vec![of(0)?, of(1)?],
                confirmed: |_| None,
            };
            let none = || "none".to_string();
            let own = Own { seat, secret: secret(seat).into(), confirmation: Vec::new() };
            let address = link::transport::address(relay, Room::Task { task: task.into(), attempt: 1 }, seat);
            let connect = Box::new(connector(address, none(), move || ready(Ok(none())).boxed_local()));
            let time = Time::default();
            let mut seed = [seat; 32];
            seed[..4].copy_from_slice(&task.to_be_bytes());
            let links = Links::new(terms.into(), own.into(), &[1 - seat], MESSAGE, seed, connect, Rc::new(time))
                .map_err(text)?;
            Ok(Self { links, peer: 1 - seat, time })
        }

        /// Sends, and says how fast that was and how long a small message takes there and back.
        ///
        /// # Errors
        /// A sentence.
        pub async fn sends(mut self, megabytes: u32) -> Result<String, String> {
            self.links.opened(self.peer).await.map_err(text)?;
            let mut trips = Vec::new();
            for _ in 0..ROUNDS {
                let begin = self.time.now();
                self.links.send(self.peer, 1, &[0; 32]).await.map_err(text)?;
                self.links.receive(self.peer).await.map_err(text)?;
                trips.push((self.time.now() - begin).as_secs_f64());
            }
            trips.sort_by(f64::total_cmp);
            let message = vec![7; MESSAGE];
            let begin = self.time.now();
            let mut left = megabytes as usize * 1_000_000;
            while left > 0 {
                let size = left.min(MESSAGE);
                self.links.send(self.peer, 2, &message[..size]).await.map_err(text)?;
                left -= size;
            }
            self.links.receive(self.peer).await.map_err(text)?;
            let rate = f64::from(megabytes) / (self.time.now() - begin).as_secs_f64();
            self.links.settle().await.map_err(text)?;
            Ok(format!("{{\"rate\":{rate},\"trip\":{}}}", trips[ROUNDS / 2]))
        }

        /// Answers, and listens.
        ///
        /// # Errors
        /// A sentence.
        pub async fn listens(mut self, megabytes: u32) -> Result<String, String> {
            self.links.opened(self.peer).await.map_err(text)?;
            for _ in 0..ROUNDS {
                let message = self.links.receive(self.peer).await.map_err(text)?;
                self.links.send(self.peer, 1, &message.payload).await.map_err(text)?;
            }
            let mut left = megabytes as usize * 1_000_000;
            while left > 0 {
                left = left.saturating_sub(self.links.receive(self.peer).await.map_err(text)?.payload.len());
            }
            self.links.send(self.peer, 2, b"all").await.map_err(text)?;
            self.links.settle().await.map_err(text)?;
            Ok("{\"done\":true}".to_string())
        }
    }
}
