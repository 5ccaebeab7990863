//! Errors of prediction markets in shared models, in the order of `IMarketModel`.

use contracts::{refusal::KnownError, time::utc};

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "WrongMarketPhase(uint8)",
        sentence: |args| {
            let phase = match args.number::<u8>()? {
                0 => "has no prediction market yet; its owner can post one.",
                1 => "has a market whose first piece is not drawn yet; anyone may draw it now.",
                2 => "has a market that waits for its owner to reveal the drawn piece.",
                3 => {
                    "has a market that is open: contributions are committed to now, and everything else comes after it closes."
                }
                4 => "has a market that is closed, and whoever committed to a contribution shows it now.",
                5 => {
                    "has a market in which nothing can be shown any more; it waits for its owner to reveal the test set."
                }
                6 => "has a market that is being evaluated; anyone may go on with it.",
                7 => "has a market that has ended and was paid out; withdraw from the balance.",
                _ => "has a market that ended without an evaluation; withdraw from the balance.",
            };
            Ok(format!("This cannot be done now: the model {phase}"))
        },
    },
    KnownError {
        signature: "PiecesOutOfRange(uint256)",
        sentence: |args| {
            let pieces: u64 = args.number()?;
            Ok(format!("A test set has 3 to 16 pieces, and this one has {pieces}. Cut it differently."))
        },
    },
    KnownError {
        signature: "LimitOutOfRange(uint16)",
        sentence: |args| {
            let limit: u16 = args.number()?;
            Ok(format!("A market takes 1 to 256 contributions, not {limit}. Choose another limit."))
        },
    },
    KnownError {
        signature: "MarketWindowOutOfRange(uint32)",
        sentence: |args| {
            let window: u32 = args.number()?;
            Ok(format!("A window of {window} seconds is not allowed. Choose one from 10 minutes to 30 days."))
        },
    },
    KnownError {
        signature: "BountyIsZero()",
        sentence: |_| Ok("A market needs a bounty. Enter an amount above 0 MDC.".to_owned()),
    },
    KnownError {
        signature: "StakeOutOfRange(uint128)",
        sentence: |args| {
            Ok(format!("A stake of {} MDC is not possible. Choose one above 0 MDC that exists.", args.amount()?))
        },
    },
    KnownError {
        signature: "ModelTooLarge(uint256)",
        sentence: |args| {
            let words: u64 = args.number()?;
            Ok(format!(
                "The model is too large for a market: one step of its evaluation could touch {words} words of weights, more than fit a transaction. Choose a smaller model or one with sparse samples."
            ))
        },
    },
    KnownError {
        signature: "DrawTooEarly(uint256)",
        sentence: |args| {
            let block: u64 = args.number()?;
            Ok(format!(
                "The piece is drawn by a block that is not there yet. Try again from block {block} on, in a moment."
            ))
        },
    },
    KnownError {
        signature: "WrongPiece(uint256,uint256)",
        sentence: |args| {
            let (piece, expected) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "Pieces are revealed in order: piece {expected} is next, counted from 0, not {piece}. Reveal that one."
            ))
        },
    },
    KnownError {
        signature: "PieceMismatch(bytes32,bytes32)",
        sentence: |args| {
            let (found, expected) = (args.digest()?, args.digest()?);
            Ok(format!(
                "These are not the rows that were committed (hash {}, committed {}). Choose the test set and salts that the market was posted with.",
                found.short(),
                expected.short()
            ))
        },
    },
    KnownError {
        signature: "EmptyPiece(uint256)",
        sentence: |args| {
            let piece: u64 = args.number()?;
            Ok(format!(
                "Piece {piece} has no rows, so nothing can be counted. Such a market cannot go on and is timed out."
            ))
        },
    },
    KnownError {
        signature: "RevealOver(uint256)",
        sentence: |args| {
            let until = utc(args.number()?);
            Ok(format!(
                "The time to reveal was over at {until}. Anyone may call the timeout now, which ends the market."
            ))
        },
    },
    KnownError {
        signature: "PieceTooLarge(uint256,uint256)",
        sentence: |args| {
            let (length, most) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "The piece has {length} bytes, and of this model at most {most} can be counted in a transaction. Such a market cannot go on; post another with smaller pieces."
            ))
        },
    },
    KnownError {
        signature: "PieceTooDear(uint256,uint256)",
        sentence: |args| {
            let (used, most) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "Counting the piece uses {used} gas and may use at most {most}, or it could not be evaluated later. Such a market cannot go on; post another with smaller pieces."
            ))
        },
    },
    KnownError {
        signature: "CommitFirst()",
        sentence: |_| {
            Ok("In a market a contribution is committed to first and shown after the market closes. Commit to it."
                .to_owned())
        },
    },
    KnownError {
        signature: "OwnerMayNotContribute()",
        sentence: |_| {
            Ok("The owner knows the test set and may not contribute to the own market. Use another person's account."
                .to_owned())
        },
    },
    KnownError {
        signature: "NothingToShow(uint256)",
        sentence: |args| {
            let index: u64 = args.number()?;
            Ok(format!(
                "There is nothing to show as contribution {}: nobody has committed to it, or it is shown already. Reload the page.",
                index + 1
            ))
        },
    },
    KnownError {
        signature: "CommitmentMismatch(uint256,bytes32)",
        sentence: |args| {
            let (index, found) = (args.number::<u64>()?, args.digest()?);
            Ok(format!(
                "This is not what contribution {} was committed as (this gives {}). Use the account, example, label and salt that it was committed with.",
                index + 1,
                found.short()
            ))
        },
    },
    KnownError {
        signature: "SampleTooLong(uint256,uint256)",
        sentence: |args| {
            let (length, most) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!("The sample has {} features, and in a market at most {} fit. Shorten it.", length / 3, most / 3))
        },
    },
    KnownError {
        signature: "NotNext(uint256,uint256)",
        sentence: |args| {
            let (first, next) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "Contribution {} cannot be evaluated yet: contribution {} is next. Reload the page and evaluate that one.",
                first + 1,
                next + 1
            ))
        },
    },
    KnownError {
        signature: "WrongContribution(uint256,bytes32)",
        sentence: |args| {
            let index: u64 = args.number()?;
            args.digest()?;
            Ok(format!(
                "This is not contribution {} of the market, which is evaluated next. Reload the page; somebody may have gone on with it.",
                index + 1
            ))
        },
    },
    KnownError {
        signature: "NothingEvaluated()",
        sentence: |_| {
            Ok("This would evaluate nothing: give the next contribution and the pieces, or end the pass where all are evaluated.".to_owned())
        },
    },
    KnownError {
        signature: "PassNotDone(uint256,uint256)",
        sentence: |args| {
            let (next, all) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!("The pass is at contribution {next} of {all}. Evaluate the others first."))
        },
    },
    KnownError {
        signature: "NotOverdue(uint256)",
        sentence: |args| {
            let until = utc(args.number()?);
            Ok(format!("Nothing is overdue: there is time until {until}. Come back then if it is still needed."))
        },
    },
];
