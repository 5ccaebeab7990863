//! Reads revealed files back from the call data of the transaction that revealed them, so that anyone can re-check a
//! score from the chain alone.
//!
//! Who reveals through a wallet that is a contract calls the market from inside another call. Such wallets pass the call on
//! as it is, so that a ground truth is found in it; what another contract hands over in a form of its own, and predictions
//! that are revealed so, are to be had by their CIDs only.

use contracts::abi::{DecodeError, arguments, digest, narrow, selector};

use crate::{Commitment, contract::BountyMarket};

/// Why revealed files could not be read from a transaction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(
        "This transaction does not call {expected} of BountyMarket itself; the files it revealed cannot be read from it."
    )]
    OtherCall { expected: &'static str },
}

/// What `revealTruth` was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealedTruth {
    /// Number of the bounty.
    pub bounty: u64,
    /// The ground-truth file.
    pub truth_file: Vec<u8>,
}

/// What `revealPrediction` was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealedPrediction {
    /// Number of the bounty.
    pub bounty: u64,
    /// What was committed to.
    pub committed: Commitment,
    /// The ground-truth file.
    pub truth_file: Vec<u8>,
    /// The prediction file.
    pub prediction_file: Vec<u8>,
    /// A text from a stranger.
    pub model_cid: String,
}

/// # Errors
/// [`InputError`] when this is not the call data of `revealTruth`.
pub fn reveal_truth(call_data: &[u8]) -> Result<RevealedTruth, InputError> {
    let Some((bounty, truth_file)) = arguments::<BountyMarket::revealTruthCall>(call_data)? else {
        return Err(InputError::OtherCall { expected: "revealTruth" });
    };
    Ok(RevealedTruth { bounty: narrow(bounty)?, truth_file: truth_file.into() })
}

/// The ground-truth file that `revealTruth` is given in a call that stands somewhere in this call data, at its beginning or
/// within what a contract passes on; the first one that `is_it`.
pub fn truth_within(call_data: &[u8], is_it: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    let called = selector("revealTruth(uint256,bytes)");
    let calls = call_data.windows(called.len()).enumerate().filter(|(_, word)| **word == called);
    let mut files = calls.filter_map(|(at, _)| handed_over(call_data.get(at + called.len()..)?));
    files.find(|file| is_it(file)).map(<[u8]>::to_vec)
}

/// The file among the arguments of `revealTruth`: number of the bounty, where the file is, and there its length and bytes.
fn handed_over(arguments: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| {
        let (high, low) = arguments.get(at..at.checked_add(32)?)?.split_last_chunk::<8>()?;
        if high.iter().all(|byte| *byte == 0) { usize::try_from(u64::from_be_bytes(*low)).ok() } else { None }
    };
    let at = number(32)?;
    let (length, begin) = (number(at)?, at.checked_add(32)?);
    arguments.get(begin..begin.checked_add(length)?)
}

/// # Errors
/// [`InputError`] when this is not the call data of `revealPrediction`.
pub fn reveal_prediction(call_data: &[u8]) -> Result<RevealedPrediction, InputError> {
    let Some((bounty, prediction_superhash, model_superhash, truth, prediction, model_cid)) =
        arguments::<BountyMarket::revealPredictionCall>(call_data)?
    else {
        return Err(InputError::OtherCall { expected: "revealPrediction" });
    };
    Ok(RevealedPrediction {
        bounty: narrow(bounty)?,
        committed: Commitment {
            prediction_superhash: digest(prediction_superhash),
            model_superhash: digest(model_superhash),
        },
        truth_file: truth.into(),
        prediction_file: prediction.into(),
        model_cid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls;
    use protocol::Digest;

    #[test]
    fn revealed_files_are_read_back_from_their_call() {
        let (truth, prediction) = (vec![1; 37], vec![2; 57]);
        assert_eq!(
            reveal_truth(&calls::reveal_truth(9, &truth)),
            Ok(RevealedTruth { bounty: 9, truth_file: truth.clone() })
        );
        let committed = Commitment { prediction_superhash: Digest([3; 32]), model_superhash: Digest([4; 32]) };
        let call = calls::reveal_prediction(9, &committed, &truth, &prediction, "bafybei");
        assert_eq!(
            reveal_prediction(&call),
            Ok(RevealedPrediction {
                bounty: 9,
                committed,
                truth_file: truth,
                prediction_file: prediction,
                model_cid: "bafybei".into()
            })
        );
        for len in 4..call.len() - 31 {
            assert_eq!(
                reveal_prediction(&call[..len]).err(),
                Some(InputError::Decode(DecodeError::Malformed)),
                "{len} bytes"
            );
        }
    }

    #[test]
    fn a_truth_is_found_in_what_a_contract_passes_on() {
        let truth: Vec<u8> = (0..137).collect();
        let call = calls::reveal_truth(9, &truth);
        let is_it = |file: &[u8]| file == truth;
        assert_eq!(truth_within(&call, is_it).as_ref(), Some(&truth));
        // Behind other words, beside a call that names another file, and with bytes after it.
        let decoy = calls::reveal_truth(9, &[7; 137]);
        let passed_on = [&[0xab_u8; 71][..], &decoy[..], &[0xcd; 3][..], &call[..], &[0; 40][..]].concat();
        assert_eq!(truth_within(&passed_on, is_it).as_ref(), Some(&truth));
        // Cut off, or with offsets and lengths that lead nowhere.
        assert_eq!(truth_within(&call[..4 + 96 + 136], is_it), None);
        for word in [1, 2] {
            let mut lost = call.clone();
            lost[4 + 32 * word..4 + 32 * (word + 1)].fill(0xff);
            assert_eq!(truth_within(&lost, is_it), None, "word {word}");
        }
        for other in [&[][..], &[1, 2, 3], &calls::settle(1), &decoy] {
            assert_eq!(truth_within(other, is_it), None);
        }
    }

    #[test]
    fn other_calls_are_named() {
        let other = InputError::OtherCall { expected: "revealTruth" };
        for data in [&[][..], &[1, 2, 3], &calls::settle(1)] {
            assert_eq!(reveal_truth(data), Err(other.clone()));
        }
    }
}
