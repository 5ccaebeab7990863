//! The second pass over a data set: training and test file are written and hashed.

use std::rc::Rc;

use dataset::{
    Split, SplitOptions, Surveyed,
    task::{Answer, Failure, Progress, Stage},
};
use protocol::cid::{CHUNK_SIZE, HashedFile};
use web_sys::File;
use work::{Job, Part, Parts, Reply};

use crate::{
    hash::Hasher,
    helper::Helper,
    source::Source,
    store::{Output, Store},
    survey::tell,
};

/// Bytes of train or test file that are written at once.
const WRITE: usize = 4 * CHUNK_SIZE;
/// Bytes of test rows that all buckets hold in memory together before they are written to files of their own.
const BUCKETS_IN_MEMORY: usize = 48 << 20;

/// A file of the result, hashed while it is written.
struct Published {
    output: Output,
    hasher: Hasher,
}

impl Published {
    async fn create(store: &Store, name: &str, helper: Option<&Rc<Helper>>) -> Result<Self, Failure> {
        Ok(Self { output: store.create(name).await?, hasher: Hasher::new(helper.cloned()) })
    }

    /// Writes the whole leaves that have gathered, if they are worth a call.
    async fn write(&mut self, gathered: &mut Vec<u8>) -> Result<(), Failure> {
        if gathered.len() >= WRITE {
            let whole = gathered.len() / CHUNK_SIZE * CHUNK_SIZE;
            self.hasher.leaves(&gathered[..whole])?;
            self.output.write(&gathered[..whole])?;
            gathered.drain(..whole);
            self.hasher.settle().await?;
        }
        Ok(())
    }

    async fn finish(mut self, rest: &[u8]) -> Result<(File, HashedFile), Failure> {
        self.hasher.leaves(rest)?;
        self.output.write(rest)?;
        Ok((self.output.finish().await?, self.hasher.finish().await?))
    }
}

pub async fn split(
    store: &Store,
    mut source: Source,
    surveyed: &Surveyed,
    options: &SplitOptions,
    job: &Job<Progress>,
) -> Result<Reply<Answer, Part>, Failure> {
    let mut split = Split::new(surveyed, options)?;
    let mut train = Published::create(store, "train.csv", source.helper()).await?;
    let mut stored: Vec<Option<Output>> = split.output.buckets.iter().map(|_| None).collect();
    let most = BUCKETS_IN_MEMORY / stored.len();
    let mut piece = Vec::new();
    while let Some(next) = source.next().await? {
        piece.resize(next.length() as usize, 0);
        next.copy_to(&mut piece);
        split.push(&piece)?;
        train.write(&mut split.output.train).await?;
        for (at, bucket) in split.output.buckets.iter_mut().enumerate().filter(|(_, bucket)| bucket.len() > most) {
            let output = match &mut stored[at] {
                Some(output) => output,
                none => none.insert(store.create(&format!("test-{at}")).await?),
            };
            output.write(bucket)?;
            bucket.clear();
        }
        tell(job, Stage::Splitting, source.done, source.size())?;
    }
    drop(piece);
    let (output, mut shuffle) = split.finish()?;
    let (train_file, train_hashed) = train.finish(&output.train).await?;
    drop(output.train);

    let mut test = Published::create(store, "test.csv", source.helper()).await?;
    let mut gathered = shuffle.header();
    let total = stored.len() as u64;
    for (at, (rest, stored)) in output.buckets.into_iter().zip(stored).enumerate() {
        match stored {
            None => shuffle.bucket(&rest, &mut gathered)?,
            Some(mut stored) => {
                stored.write(&rest)?;
                shuffle.bucket(&stored.take().await?, &mut gathered)?;
            }
        }
        test.write(&mut gathered).await?;
        tell(job, Stage::Shuffling, at as u64 + 1, total)?;
    }
    let (test_file, test_hashed) = test.finish(&gathered).await?;
    let (report, truth) = shuffle.finish(train_hashed, test_hashed);
    let files = Parts::none().with("train", Part::File(train_file)).with("test", Part::File(test_file));
    Ok(Reply { answer: Answer::Split(report), parts: files.with("truth", Part::moved(&truth)) })
}
