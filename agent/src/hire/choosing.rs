//! Asking those who fit for quotes, the cheapest first, and locking the money for one.

use std::{rc::Rc, time::Duration};

use compute_engine::Checkpoint;
use compute_session::{Client, Deal, Details, Liar, Meeting, News, Shared, SignedQuote};
use jobs::{
    calls,
    market::{Offered, matching},
    typed_data,
};
use protocol::{Address, cid::Cid};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Hiring, kept::Kept, posting::Posted};
use crate::{
    failure::Failure,
    work::talk::{Talk, Talking},
};

/// How long a provider may take to fetch and check the files before another one is asked.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes of a file of details at most; pages of a module's memory.
const DETAILS: u64 = 64 << 10;
const PAGES: u64 = 1 << 16;

/// What a provider says that is new, and what no honest provider says.
type Told = Result<News, Liar>;

/// The provider that runs it, and the open link to it.
pub struct Chosen {
    pub provider: Address,
    pub deal: Deal,
    pub side: Shared<Client>,
    pub news: UnboundedReceiver<Told>,
    told: UnboundedSender<Told>,
    /// Nothing where it cannot be met.
    talking: Option<Talking>,
}

impl Chosen {
    fn of(deal: Deal) -> Self {
        let (told, news) = unbounded_channel();
        Self { provider: deal.provider, deal, side: Shared::new(Client::new(deal)), news, told, talking: None }
    }

    /// Opens the link to it, as its offer says how it is met.
    async fn talk(&mut self, hiring: &Hiring) -> Result<(), Failure> {
        let offer = hiring.view.book.provider(self.provider).map(|found| found.offer).unwrap_or_default();
        let details = hiring.shelf.get(Cid::raw(offer.details), DETAILS).await?;
        let details = Details::read(&details).map_err(|bad| Failure::Failed(bad.to_string()))?;
        let meeting = Meeting {
            of: self.deal.of,
            terms: typed_data::terms(&self.deal.terms),
            client: hiring.me,
            client_key: hiring.link.1,
            provider: self.provider,
            provider_key: details.link,
        };
        let (told, clock) = (self.told.clone(), hiring.clock.clone());
        let talk = Talk {
            chain: hiring.chain.clone(),
            meeting,
            secret: hiring.link.0,
            relays: hiring.servers.clone(),
            machine: self.side.clone(),
            now: Rc::new(move || clock.now()),
            // Whoever does not listen any more has ended.
            wished: Rc::new(move |new| drop(told.send(new))),
            printer: hiring.printer,
        };
        // One that was open ends.
        drop(self.talking.replace(talk.begin()));
        Ok(())
    }
}

/// Meets the provider again that has the job. Where it cannot be met, the job is seen to its end all the same.
pub async fn meet_again(hiring: &Hiring, posted: &Posted, provider: Address) -> Result<Chosen, Failure> {
    let mut chosen = Chosen::of(deal(hiring, posted, provider).await?);
    if let Err(failure) = chosen.talk(hiring).await {
        let said = format!("its provider cannot be met, so nothing is heard from it: {failure}");
        hiring.printer.job(posted.id, "waits", &said);
    }
    Ok(chosen)
}

/// Asks one after the other, and locks the first quote.
pub async fn choose(hiring: &mut Hiring, posted: &Posted, kept: &mut Kept) -> Result<Chosen, Failure> {
    hiring.refresh().await?;
    let offers: Vec<Offered> = hiring.view.book.provider_rows().iter().map(|row| Offered::of(row, None)).collect();
    let found = matching(&posted.posting.wanted, &offers);
    if found.fits.is_empty() {
        let nearest = found.nearest().map(|missed| {
            let misses: Vec<String> = missed.misses.iter().map(|(_, miss)| miss.sentence()).collect();
            format!(" The nearest is {}: {}", missed.account, misses.join(" "))
        });
        return Err(Failure::Refused(format!(
            "No provider fits, so no money was locked. The job waits on chain.{}",
            nearest.unwrap_or_default()
        )));
    }
    for fit in found.fits.iter().filter(|fit| fit.account != hiring.me) {
        let asked = match lacks(hiring, posted, fit.account) {
            None => ask(hiring, posted, fit.account).await,
            Some(lacks) => Err(lacks),
        };
        match asked {
            Ok((chosen, signed)) => {
                lock(hiring, posted, &signed, kept).await?;
                return Ok(chosen);
            }
            Err(failure) => {
                let said = format!("{} does not run it: {failure}", fit.account);
                hiring.printer.job(posted.id, "declined", &said);
            }
        }
    }
    Err(Failure::Failed(
        "Nobody who fits gave a quote, so no money was locked. Ask again later with `agent job … resume`, or order it with other \
         limits: the job that waits on chain holds no money."
            .into(),
    ))
}

/// The contract starts no job whose stake is not free in the deposit of its provider, which says nothing to who asks it then.
fn lacks(hiring: &Hiring, posted: &Posted, provider: Address) -> Option<Failure> {
    let (stake, free) = (posted.posting.terms.stake, hiring.view.book.provider(provider)?.free());
    (free < stake).then(|| {
        Failure::Refused(format!(
            "the job locks a stake of {stake} MDC, and of its deposit {free} MDC are free. A lower --price or a lower --every \
             makes the stake smaller"
        ))
    })
}

async fn ask(hiring: &Hiring, posted: &Posted, provider: Address) -> Result<(Chosen, SignedQuote), Failure> {
    let mut chosen = Chosen::of(deal(hiring, posted, provider).await?);
    chosen.side.with(Client::ask);
    chosen.talk(hiring).await?;
    let quoted = async {
        loop {
            match chosen.news.recv().await {
                Some(Ok(News::Quoted(signed))) => return Ok(signed),
                Some(Ok(News::Declined { why })) => return Err(Failure::Failed(why)),
                Some(Ok(_)) => {}
                Some(Err(lie)) => return Err(Failure::Refused(lie.to_string())),
                None => return Err(Failure::Failed("the link has ended".into())),
            }
        }
    };
    let signed = tokio::time::timeout(PATIENCE, quoted).await;
    let signed = signed.map_err(|_| Failure::Failed(format!("nothing came for {} s", PATIENCE.as_secs())))??;
    Ok((chosen, signed))
}

/// What both sides know of the job.
async fn deal(hiring: &Hiring, posted: &Posted, provider: Address) -> Result<Deal, Failure> {
    let (terms, parties) = (posted.posting.terms, [hiring.me, provider]);
    let log = posted.manifest.log;
    let deal = Deal::from_the_start(hiring.of(posted.id), terms, parties, log, mpc_run::signer);
    if let Ok(from) = posted.posting.files.resumed.parse() {
        let most = posted.largest_checkpoint();
        let file = hiring.shelf.get(from, most).await?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let checkpoint = Checkpoint::decode(&file, PAGES, most).map_err(|bad| Failure::Given(bad.to_string()))?;
        return Ok(deal.going_on_from(&checkpoint));
    }
    Ok(deal)
}

async fn lock(hiring: &Hiring, posted: &Posted, signed: &SignedQuote, kept: &mut Kept) -> Result<(), Failure> {
    let SignedQuote { quote, signature } = signed;
    let terms = &posted.posting.terms;
    let escrow = terms.escrow(quote.price);
    let permit = hiring.chain.permit(hiring.view.contract, escrow).await?;
    let call = calls::lock(posted.id, terms, quote, &signature.0, permit.as_ref());
    // Before the money moves: whoever ends the program now finds that it may be under way.
    let before = kept.ordered().quote_until;
    kept.change(|ordered| ordered.quote_until = before.max(Some(quote.expiry)))?;
    let sent = hiring.chain.send(hiring.view.contract, call).await;
    if matches!(sent, Err(Failure::Refused(_))) {
        // What an earlier program sent may be why it is refused.
        kept.change(|ordered| ordered.quote_until = before)?;
    }
    sent?;
    let said = format!("{escrow} MDC are locked for {} at {} MDC a unit", quote.provider, quote.price);
    hiring.printer.job(posted.id, "locked", &said);
    Ok(())
}
