//! A network with the contract of jobs, providers of it, and a client that plays its side of a job by `compute_session`.

#![allow(dead_code)]

pub mod double;
pub mod made_up;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Child,
    rc::Rc,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use compute_engine::{Limits, Outcome, Run, Wasmtime, Work};
use compute_module::instrument;
use compute_session::{CLIENT, Client, Deal, Details, Input, Manifest, Meeting, News, PROVIDER, Shown, SignedQuote};
use devchain::{Anvil, Chain, Options};
use jobs::{
    Files, JOBS, Terms, calls, kind, returns,
    typed_data::{self, Of},
};
use link::{
    LinkError, Links, Own, public_key, transport,
    transport::native::{Time, connector},
};
use mpc_run::{SessionKey, signer};
use protocol::{
    Address, Amount, Digest,
    cid::{Cid, FileHasher},
};
use serde_json::{Value, json};

use crate::support::{World, agent, output, people::fund, text};

/// A chain, a relay, a folder of files, and who is there.
pub struct Lent {
    pub anvil: Anvil,
    pub chain: Chain,
    pub world: World,
    pub deployment: String,
    pub contract: Address,
    pub key: SessionKey,
}

pub const PRICE: Amount = Amount(1_000_000_000_000);
const SECRET: [u8; 32] = [7; 32];
const LOG: u64 = 1 << 16;

/// A program that lends this machine, and what it has said.
pub struct Lender {
    pub child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Lender {
    pub fn has_said(&self, what: &str) -> bool {
        self.said.lock().unwrap().iter().any(|line| line.contains(what))
    }

    /// Whether it has said this of a job.
    pub fn has_said_of(&self, job: u64, what: &str) -> bool {
        let of_job = format!("\"job\":{job},");
        self.said.lock().unwrap().iter().any(|line| line.contains(&of_job) && line.contains(what))
    }

    /// How often it has said this.
    pub fn times(&self, what: &str) -> usize {
        self.said.lock().unwrap().iter().filter(|line| line.contains(what)).count()
    }

    /// Waits until it has said this.
    pub async fn says(&self, what: &str) {
        until(what, async || self.has_said(what)).await;
    }

    /// Waits until it has said this of a job.
    pub async fn says_of(&self, job: u64, what: &str) {
        until(what, async || self.has_said_of(job, what)).await;
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Lender {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Longest wait for what will come.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until something is so.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !is_so().await {
        assert!(begin.elapsed() < PATIENCE, "waited for {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What everybody gets who runs a job from its start.
pub fn outcome(module: &[u8], inputs: &[&[u8]], units: u64) -> Outcome {
    let module = instrument(module).unwrap().into();
    let limits = Limits { instructions: units * 1_000_000, result: 1 << 20, log: 1 << 16 };
    let inputs: Vec<Vec<u8>> = inputs.iter().map(|input| input.to_vec()).collect();
    Run::start(&Wasmtime::new().unwrap(), &Work { module, inputs: inputs.into(), limits }).unwrap().finish().unwrap()
}

impl Lent {
    pub async fn up() -> Self {
        let anvil = Anvil::start(Options { block_time: Some(1), ..Options::default() }).await.unwrap();
        let mut chain = Chain::empty(anvil.url(), vec![coin::REFUSALS, jobs::REFUSALS]).await.unwrap();
        let coin = chain.deploy_as(coin::MODEL_COIN, coin::deploy::model_coin().unwrap()).await.unwrap();
        let contract = chain.deploy_as(JOBS, jobs::deploy::jobs(coin).unwrap()).await.unwrap();
        let world = World::start();
        let deployment = world.write("deployment.json", &serde_json::to_string(&chain.deployment).unwrap());
        let key = SessionKey::new(&[9; 32]).unwrap();
        let client = key.address();
        fund(&chain, &client.to_string()).await;
        chain.request("anvil_impersonateAccount", json!([client])).await.unwrap();
        let most: Amount = "10".parse().unwrap();
        chain.send(client, coin, coin::calls::approve(contract, most)).await.unwrap();
        Self { anvil, chain, world, deployment, contract, key }
    }

    pub fn client(&self) -> Address {
        self.key.address()
    }

    pub fn worker(&self, name: &str, arguments: &[&str]) -> Vec<String> {
        let folder = self.world.path(name).display().to_string();
        let account = self.world.path(&format!("{name}.account.json")).display().to_string();
        let files = self.world.path("files/x").parent().unwrap().display().to_string();
        let mut all: Vec<String> =
            ["worker", &folder, "--deployment", &self.deployment, "--account", &account].map(str::to_owned).into();
        all.extend(["--files", &files, "--server", &self.world.relay].map(str::to_owned));
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        all
    }

    /// What a command of a worker says that must succeed, its last line.
    #[track_caller]
    pub fn say(&self, name: &str, arguments: &[&str]) -> Value {
        let all = self.worker(name, arguments);
        let done = output(&all.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(done.status.success(), "{name} {arguments:?}: {}", text(&done.stderr));
        serde_json::from_str(text(&done.stdout).lines().last().unwrap()).unwrap()
    }

    /// Draws an account with coins, and offers half of this machine for it.
    pub async fn join(&self, name: &str) -> Address {
        self.join_with(name, 50).await.0
    }

    /// The same with another share of the processor, in per cent: the account, and how many jobs run at once.
    pub async fn join_with(&self, name: &str, cpu: u8) -> (Address, u64) {
        let account = self.world.path(&format!("{name}.account.json")).display().to_string();
        let drawn = output(&["key", "account", &account]);
        let drawn: Value = serde_json::from_slice(&drawn.stdout).unwrap();
        fund(&self.chain, drawn["address"].as_str().unwrap()).await;
        let (price, cpu) = (PRICE.to_string(), cpu.to_string());
        let onboard = ["onboard", "--cpu", &cpu, "--memory", "20", "--price", &price, "--deposit", "5"];
        let places = self.say(name, &onboard)["places"].as_u64().unwrap();
        (drawn["address"].as_str().unwrap().parse().unwrap(), places)
    }

    pub fn lend(&self, name: &str) -> Lender {
        let all = self.worker(name, &["run"]);
        self.begins(name, &all.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Begins a program, and hears what it says.
    pub fn begins(&self, name: &str, arguments: &[&str]) -> Lender {
        let mut child = agent(arguments).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let outs: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for out in outs {
            let (said, name) = (said.clone(), name.to_owned());
            std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    println!("{name}: {line}");
                    said.lock().unwrap().push(line);
                }
            });
        }
        Lender { child, said }
    }

    /// Puts a file where workers look for it.
    pub fn put(&self, bytes: &[u8]) -> Cid {
        let cid = FileHasher::hash(bytes).cid;
        fs::write(self.world.path(&format!("files/{cid}")), bytes).unwrap();
        cid
    }

    pub fn get(&self, cid: Cid) -> Vec<u8> {
        fs::read(self.world.path(&format!("files/{cid}"))).unwrap()
    }

    /// A module as a job's workload, with these inputs; from a checkpoint, where one is named.
    pub async fn post(&self, module: &[u8], inputs: &[&[u8]], units: u64, every: u64, from: Option<Cid>) -> Posted {
        let all = inputs.iter().map(|input| Input { cid: self.put(input), bytes: input.len() as u64 }).collect();
        let manifest = Manifest {
            version: 1,
            inputs: all,
            result: 1 << 20,
            log: LOG,
            link: Digest(public_key(&SECRET).unwrap()),
            relays: vec![self.world.relay.clone()],
        };
        let files = Files {
            workload: self.put(module).to_string(),
            inputs: self.put(&manifest.to_bytes()).to_string(),
            resumed: from.map(|cid| cid.to_string()).unwrap_or_default(),
        };
        let pages = instrument(module).unwrap().pages.1;
        let terms = Terms {
            kind: kind::MODULE,
            jurors: 1,
            memory_mib: u16::try_from(pages.div_ceil(16)).unwrap(),
            audit_rate: 500,
            max_seconds: 600,
            window: jobs::MIN_WINDOW,
            deadline: self.chain.now().await.unwrap() + 5_000,
            units,
            every,
            highest_price: PRICE,
            stake: Amount(PRICE.0 * 4 * u128::from(every)),
            files: typed_data::files(&files),
        };
        let posted = self.chain.send(self.client(), self.contract, calls::post(&terms, &files)).await;
        posted.unwrap();
        let count = self.chain.call(self.contract, calls::job_count()).await.unwrap();
        let id = contracts::returns::count(&count).unwrap();
        Posted { of: Of { chain: self.chain.deployment.chain_id, contract: self.contract, job: id }, terms }
    }

    pub async fn job(&self, id: u64) -> returns::ChainJob {
        returns::job(&self.chain.call(self.contract, calls::job(id)).await.unwrap()).unwrap().unwrap()
    }

    pub async fn balance(&self, who: Address) -> Amount {
        let coin = self.chain.coin_address().unwrap();
        contracts::returns::amount(&self.chain.call(coin, coin::calls::balance_of(who)).await.unwrap()).unwrap()
    }
}

/// A job that stands on chain.
#[derive(Clone, Copy)]
pub struct Posted {
    pub of: Of,
    pub terms: Terms,
}

/// The client's side of a job at one provider.
pub struct Side<'a> {
    lent: &'a Lent,
    pub posted: Posted,
    pub machine: Client,
    pub deal: Deal,
    pub log: Vec<Vec<u8>>,
    pub quote: Option<SignedQuote>,
    pub declined: Option<String>,
    pub shown: Option<Shown>,
    /// Whether it promises to pay for checkpoints.
    pub pays: bool,
    links: Links,
}

impl<'a> Side<'a> {
    /// Opens a link to a provider, of whom the details are in the folder of files.
    pub async fn open(lent: &'a Lent, posted: Posted, deal: Deal) -> Self {
        let chain = rpc_offer(lent, deal.provider).await;
        let meeting = Meeting {
            of: posted.of,
            terms: typed_data::terms(&posted.terms),
            client: lent.client(),
            client_key: Digest(public_key(&SECRET).unwrap()),
            provider: deal.provider,
            provider_key: chain.link,
        };
        let terms = meeting.link();
        let address = transport::address(&lent.world.relay, meeting.room(), CLIENT);
        let own = Own { seat: CLIENT, secret: SECRET.into(), confirmation: Vec::new() };
        let connect = Box::new(connector(address, "local".to_owned()));
        let clock = Rc::new(Time::default());
        let links = Links::new(
            Arc::new(terms),
            Arc::new(own),
            &[PROVIDER],
            <Client as compute_session::Side>::MOST,
            [3; 32],
            connect,
            clock,
        )
        .unwrap();
        let mut machine = Client::new(deal);
        machine.ask();
        Self {
            lent,
            posted,
            machine,
            deal,
            log: Vec::new(),
            quote: None,
            declined: None,
            shown: None,
            pays: true,
            links,
        }
    }

    /// Talks until something is so; it may be elsewhere.
    pub async fn until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let begin = Instant::now();
        while !is_so(self) {
            assert!(begin.elapsed() < PATIENCE, "waited for {what}");
            match speak(&mut self.links, &mut self.machine).await {
                Ok(Some(news)) => self.take(news),
                Ok(None) => {}
                Err(LinkError::Restarted { .. }) => {
                    self.links.take_restarted(PROVIDER);
                    self.machine.say_again();
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn take(&mut self, news: News) {
        match news {
            News::Quoted(quote) => self.quote = Some(quote),
            News::Lines(lines) => self.log.extend(lines),
            News::Checkpoint { units, file } if self.pays => self.vouch(units, file),
            News::Checkpoint { .. } => {}
            News::Shown(shown) => self.shown = Some(shown),
            News::Declined { why } => self.declined = Some(why),
        }
    }

    /// This was submitted on chain.
    pub fn submitted(&mut self, commitment: Digest) {
        self.shown = self.machine.submitted(commitment).or(self.shown);
    }

    fn vouch(&mut self, units: u64, file: Cid) {
        let signed = self.lent.key.sign(&self.deal.voucher_digest(units, file)).unwrap();
        self.machine.vouch(units, file, compute_session::Signature(signed.try_into().unwrap()));
    }

    /// Promises to pay again, for what was done meanwhile too.
    pub fn pay(&mut self) {
        self.pays = true;
        let last = self.machine.last_checkpoint().unwrap();
        self.vouch(self.deal.units(last.instructions), last.file);
    }

    /// Waits for a quote and locks it.
    pub async fn lock(&mut self) {
        self.until("a quote", |side| side.quote.is_some() || side.declined.is_some()).await;
        assert_eq!(self.declined, None);
        let SignedQuote { quote, signature } = self.quote.unwrap();
        let call = calls::lock(self.posted.of.job, &self.posted.terms, &quote, &signature.0, None);
        self.lent.chain.send(self.lent.client(), self.lent.contract, call).await.unwrap();
        self.machine.started(self.lent.chain.now().await.unwrap(), u64::from(u32::MAX));
    }
}

/// Says what is due and takes one message, or nothing where none comes for a moment.
async fn speak(links: &mut Links, machine: &mut Client) -> Result<Option<News>, LinkError> {
    let moment = || tokio::time::sleep(Duration::from_millis(100));
    tokio::select! {
        opened = links.opened(PROVIDER) => drop(opened?),
        () = moment() => return Ok(None),
    }
    for message in machine.take_due() {
        let (operation, payload) = message.encode();
        links.send(PROVIDER, operation, &payload).await?;
    }
    let message = tokio::select! {
        message = links.receive(PROVIDER) => message?,
        () = moment() => return Ok(None),
    };
    // Times are the chain's in a program; here nothing expires.
    Ok(machine.take(message.operation, &message.payload, 0).unwrap())
}

/// What a provider says of its machine, found as anybody finds it.
async fn rpc_offer(lent: &Lent, provider: Address) -> Details {
    let client = rpc::Client::over_http(&lent.chain.deployment.rpc_urls, None, rpc::Options::default()).unwrap();
    let head = client.head().await.unwrap().number;
    let logs = client.logs(&rpc::Filter::of([lent.contract]), lent.chain.deployment.start_block, head).await.unwrap();
    let mut offers = logs.logs.iter().filter_map(|log| match jobs::logs::provider(&log.raw) {
        Ok(Some((who, jobs::ProviderEvent::Offers { offer, .. }))) if who == provider => Some(offer),
        _ => None,
    });
    Details::read(&lent.get(Cid::raw(offers.next_back().unwrap().details))).unwrap()
}

/// What both know of a job from its start.
pub fn deal(lent: &Lent, posted: &Posted, provider: Address) -> Deal {
    Deal::from_the_start(posted.of, posted.terms, [lent.client(), provider], LOG, signer)
}
