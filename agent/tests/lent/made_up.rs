//! A provider that speaks as one should, and makes up what it says: it has an account and a key of its own, and no program.

use std::{rc::Rc, sync::Arc, time::Duration};

use compute_engine::Outcome;
use compute_session::{
    Announced, CLIENT, Deal, Details, Manifest, Meeting, PROVIDER, Provider, Shown, Side, Signature, SignedQuote, Wish,
    delivery,
};
use devchain::Chain;
use jobs::{
    Offer, Quote, calls, kind,
    market::{Equipment, Share},
    typed_data::{self, Of},
};
use link::{
    LinkError, Links, Own, public_key,
    sealing::seal,
    transport,
    transport::native::{Time, connector},
};
use mpc_run::{SessionKey, signer};
use protocol::{Address, Digest, cid::Cid};
use serde_json::json;

use super::{Lent, PRICE, until};
use crate::support::people::fund;

const SECRET: [u8; 32] = [8; 32];
const SALT: Digest = Digest([5; 32]);

/// See the module.
pub struct MadeUp<'a> {
    lent: &'a Lent,
    key: SessionKey,
    /// Of the client's links and sealed results.
    pub client_key: Digest,
    pub deal: Deal,
    pub side: Provider,
    pub wishes: Vec<Wish>,
    links: Links,
}

/// Joins as a provider.
pub async fn joins(lent: &Lent) -> SessionKey {
    let key = SessionKey::new(&[4; 32]).unwrap();
    let me = key.address();
    fund(&lent.chain, &me.to_string()).await;
    unlocks(&lent.chain, me).await;
    let most = "10".parse().unwrap();
    let coin = lent.chain.coin_address().unwrap();
    lent.chain.send(me, coin, coin::calls::approve(lent.contract, most)).await.unwrap();
    let details = Details {
        version: 1,
        link: Digest(public_key(&SECRET).unwrap()),
        cores: 2,
        memory: Share::try_from(20).unwrap(),
        equipment: Equipment::default(),
        benchmark: Cid::of_block(b"benchmark"),
        measured_at: 0,
    };
    let details = lent.put(&details.to_bytes()).digest;
    let offer = Offer { price: PRICE, kinds: 1 << kind::MODULE, memory_mib: 1_024, units_per_second: 1_000, details };
    lent.chain.lend(me, "5".parse().unwrap(), &offer).await.unwrap();
    key
}

/// What a provider shows of this, sealed to its client.
pub fn sealed(lent: &Lent, provider: &MadeUp<'_>, found: &Outcome) -> Shown {
    let delivery = delivery(&provider.deal.of, provider.deal.client);
    let sealed = seal(&provider.client_key.0, &delivery, &found.result, [6; 32]).unwrap();
    Shown {
        result: found.hash(),
        units: found.units(),
        salt: Digest::ZERO,
        ended: found.ended as u8,
        instructions: found.instructions,
        file: lent.put(&sealed),
    }
}

async fn unlocks(chain: &Chain, account: Address) {
    chain.request("anvil_impersonateAccount", json!([account])).await.unwrap();
}

impl<'a> MadeUp<'a> {
    /// Meets the client of a job, once it is posted.
    pub async fn meets(lent: &'a Lent, key: SessionKey, id: u64) -> Self {
        let mut job = None;
        until("the job", async || {
            job = lent.chain.job_book().await.unwrap().0.job(id).cloned();
            job.is_some()
        })
        .await;
        let job = job.unwrap();
        let manifest = Manifest::read(&lent.get(job.files.inputs.parse().unwrap())).unwrap();
        let of = Of { chain: lent.chain.deployment.chain_id, contract: lent.contract, job: id };
        let deal = Deal::from_the_start(of, job.terms, [job.client, key.address()], manifest.log, signer);
        let meeting = Meeting {
            of,
            terms: typed_data::terms(&job.terms),
            client: job.client,
            client_key: manifest.link,
            provider: key.address(),
            provider_key: Digest(public_key(&SECRET).unwrap()),
        };
        let address = transport::address(&lent.world.relay, meeting.room(), PROVIDER);
        let own = Own { seat: PROVIDER, secret: SECRET.into(), confirmation: Vec::new() };
        let connect = Box::new(connector(address, "local".to_owned()));
        let links = Links::new(
            Arc::new(meeting.link()),
            Arc::new(own),
            &[CLIENT],
            <Provider as Side>::MOST,
            [3; 32],
            connect,
            Rc::new(Time::default()),
        );
        let client_key = manifest.link;
        Self { lent, key, client_key, deal, side: Provider::new(deal), wishes: Vec::new(), links: links.unwrap() }
    }

    /// Talks until something is so.
    pub async fn until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let begin = std::time::Instant::now();
        while !is_so(self) {
            assert!(begin.elapsed() < super::PATIENCE, "waited for {what}");
            match self.speak().await {
                Ok(()) => {}
                Err(LinkError::Restarted { .. }) => {
                    self.links.take_restarted(CLIENT);
                    self.side.say_again();
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Says what is due and takes one message, or nothing where none comes for a moment.
    async fn speak(&mut self) -> Result<(), LinkError> {
        let moment = || tokio::time::sleep(Duration::from_millis(100));
        tokio::select! {
            opened = self.links.opened(CLIENT) => drop(opened?),
            () = moment() => return Ok(()),
        }
        for message in self.side.take_due() {
            let (operation, payload) = message.encode();
            self.links.send(CLIENT, operation, &payload).await?;
        }
        let message = tokio::select! {
            message = self.links.receive(CLIENT) => message?,
            () = moment() => return Ok(()),
        };
        self.wishes.extend(self.side.take(message.operation, &message.payload).unwrap());
        Ok(())
    }

    /// Signs a quote for the whole job, and starts it once it is locked.
    pub async fn takes_the_job(&mut self) {
        self.quotes().await;
        let (id, provider) = (self.deal.of.job, self.key.address());
        while self.lent.chain.on_jobs(provider, calls::start(id)).await.is_err() {
            self.speak().await.unwrap();
        }
    }

    /// Signs a quote for the whole job.
    pub async fn quotes(&mut self) {
        self.until("the question for a quote", |me| me.wishes.contains(&Wish::Quote)).await;
        let (provider, units) = (self.key.address(), self.deal.terms.units);
        let expiry = self.lent.chain.now().await.unwrap() + 300;
        let quote = Quote { provider, price: PRICE, units, expiry, nonce: 0 };
        let signature = self.key.sign(&self.deal.quote_digest(&quote)).unwrap();
        self.side.quote(SignedQuote { quote, signature: Signature(signature.try_into().unwrap()) });
    }

    /// Says that it has come so far.
    pub fn announces(&mut self, instructions: u64, file: &[u8]) {
        let file = self.lent.put(file);
        self.side.checkpoint(Announced { instructions, file });
    }

    /// Cashes what it was promised, submits this result and shows it.
    pub async fn submits(&mut self, shown: Shown) {
        self.submits_with(shown, Digest::ZERO).await;
    }

    /// The same, with this head of the log.
    pub async fn submits_with(&mut self, shown: Shown, head: Digest) {
        self.submits_unshown(shown, head).await;
        self.shows(shown);
    }

    /// Shows what it has submitted.
    pub fn shows(&mut self, shown: Shown) {
        self.side.show(Shown { salt: SALT, ..shown });
    }

    /// Cashes what it was promised, and submits this result with this head of the log, without a word to the client.
    pub async fn submits_unshown(&mut self, shown: Shown, head: Digest) {
        let (id, me) = (self.deal.of.job, self.key.address());
        if let Some(voucher) = self.side.voucher() {
            let redeem = calls::redeem(id, voucher.units, voucher.checkpoint.digest, &voucher.signature.0);
            self.lent.chain.on_jobs(me, redeem).await.unwrap();
        }
        let commitment = typed_data::commitment(id, 0, me, typed_data::answer(shown.result, shown.units), SALT);
        let submit = calls::submit(id, commitment, shown.file.digest, shown.units, head);
        self.lent.chain.on_jobs(me, submit).await.unwrap();
    }
}
