//! Errors of classifiers, in the order of `IClassifier`, and of the factory of shared models.

use contracts::refusal::KnownError;

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NotModel(address,address)",
        sentence: |args| {
            let (_, model) = (args.address()?, args.address()?);
            Ok(format!("Only the model at {} may change its weights. Contribute to the model instead.", model.short()))
        },
    },
    KnownError {
        signature: "BadShape(uint256)",
        sentence: |args| {
            let what = match args.number::<u8>()? {
                0 => "number of features",
                1 => "most classes that it can ever have",
                2 => "number of classes at the start",
                3 => "learning rate or smoothing",
                4 => "number of biases or class sizes",
                5 => "biases or class sizes",
                _ => "size: with all its classes it could not be asked or taught in one transaction",
            };
            Ok(format!("The chain takes no model like this one because of its {what}. Correct it and deploy again."))
        },
    },
    KnownError {
        signature: "NotReady(uint256,uint256)",
        sentence: |args| {
            let (loaded, needed) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "The model is not ready: {loaded} of {needed} words of its weights are loaded. Its owner can go on with the deployment."
            ))
        },
    },
    KnownError {
        signature: "AlreadyLoaded(uint256)",
        sentence: |args| {
            let needed: u64 = args.number()?;
            Ok(format!(
                "All {needed} words of the weights are loaded and cannot be changed. The model is ready to be used."
            ))
        },
    },
    KnownError {
        signature: "WrongStart(uint256,uint256)",
        sentence: |args| {
            let (first, expected) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "The weights go on at word {expected}, not at {first}; another window may have sent a part. Reload the page and resume the deployment."
            ))
        },
    },
    KnownError {
        signature: "WrongChunk(uint256)",
        sentence: |args| {
            let length: u64 = args.number()?;
            Ok(format!(
                "A part of the weights has a multiple of 30 bytes and no more than are missing; this one has {length}. Check the model file and resume the deployment."
            ))
        },
    },
    KnownError {
        signature: "LaneOutOfRange(uint256)",
        sentence: |args| {
            let word: u64 = args.number()?;
            Ok(format!(
                "Word {word} of the weights has a number that this kind of model cannot have. Check the model file."
            ))
        },
    },
    KnownError {
        signature: "NormOff(uint256)",
        sentence: |args| {
            let norm: u64 = args.number()?;
            Ok(format!(
                "The squares of the sample add up to {norm} instead of 10^12 within 10^9. Encode it with the model's encoder, which normalises it."
            ))
        },
    },
    KnownError {
        signature: "NoFeatures()",
        sentence: |_| {
            Ok("The sample has no feature that the model knows, such as a word of its vocabulary. Choose another one."
                .to_owned())
        },
    },
    KnownError {
        signature: "TooManyFeatures(uint256,uint256)",
        sentence: |args| {
            let (features, most) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!("The sample has {features} features, and this model takes at most {most} at once. Shorten it."))
        },
    },
    KnownError {
        signature: "IndexOutOfRange(uint256,uint256)",
        sentence: |args| {
            let (index, features) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "The sample names feature {index}, but the model has {features}, counted from 0. Encode it with the model's own encoder."
            ))
        },
    },
    KnownError {
        signature: "IndicesNotIncreasing(uint256)",
        sentence: |args| {
            let position: u64 = args.number()?;
            Ok(format!(
                "The features of a sample are sorted and named once each; the one at position {position} is not above the one before it. Encode it again."
            ))
        },
    },
    KnownError {
        signature: "UnknownLabel(uint256,uint256)",
        sentence: |args| {
            let (label, classes) = (args.number::<u64>()?, args.number::<u64>()?);
            Ok(format!(
                "There is no class {label}: the model has {classes}, counted from 0. Choose one of them, or propose a new class."
            ))
        },
    },
    KnownError {
        signature: "NoRoomForClass(uint256)",
        sentence: |args| {
            let capacity: u64 = args.number()?;
            Ok(format!(
                "The model was made for {capacity} classes and has them all, so none can be added. Deploy a model with more room."
            ))
        },
    },
    KnownError {
        signature: "UnknownKind(uint8)",
        sentence: |args| {
            let kind: u8 = args.number()?;
            Ok(format!("The factory knows no kind {kind} of classifier or incentive. Choose one from the list."))
        },
    },
    KnownError {
        signature: "WaitsOutOfOrder(uint32,uint32,uint32)",
        sentence: |args| {
            let (refund, owner, any) = (args.number::<u32>()?, args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!(
                "The waits are too close: {refund} s for a refund, {owner} s for the owner, {any} s for anyone. Make each at least {refund} s longer than the one before."
            ))
        },
    },
    KnownError {
        signature: "WaitOutOfRange(uint32,uint32,uint32)",
        sentence: |args| {
            let (wait, least, most) = (args.number::<u32>()?, args.number::<u32>()?, args.number::<u32>()?);
            Ok(format!("A wait of {wait} s is not possible with this incentive. Choose one from {least} to {most} s."))
        },
    },
    KnownError {
        signature: "CostWeightOutOfRange(uint128,uint128,uint128)",
        sentence: |args| {
            let (weight, least, most) = (args.amount()?, args.amount()?, args.amount()?);
            Ok(format!(
                "A cost weight of {weight} MDC is not possible with this incentive. Choose one from {least} to {most} MDC."
            ))
        },
    },
    KnownError {
        signature: "CloneArgumentsTooLong()",
        sentence: |_| Ok("The model's shape is too long for the chain. Deploy a model with fewer classes.".to_owned()),
    },
    KnownError {
        signature: "Create2EmptyBytecode()",
        sentence: |_| Ok("The factory has nothing to make a model from. Choose another network in Settings.".to_owned()),
    },
    KnownError {
        signature: "FailedDeployment()",
        sentence: |_| {
            Ok("The model's contracts could not be made. Try again; if it fails again, please report this.".to_owned())
        },
    },
    KnownError {
        signature: "InsufficientBalance(uint256,uint256)",
        sentence: |args| {
            args.word()?;
            Ok("The factory lacks the coins of the chain for this, which never happens. Please report this with the transaction.".to_owned())
        },
    },
];
