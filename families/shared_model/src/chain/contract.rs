//! What `sol!` makes of the committed ABIs. MarketModel has every function of the other entries, and all classifiers
//! have the same functions.

#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

alloy_sol_types::sol!(MarketModel, "artifacts/MarketModel.json");
alloy_sol_types::sol!(ModelFactory, "artifacts/ModelFactory.json");
alloy_sol_types::sol!(NaiveBayes, "artifacts/classifiers/NaiveBayes.json");
alloy_sol_types::sol!(AccuracyLog, "artifacts/AccuracyLog.json");

contracts::in_range!(IMarket::MarketInfo, IMarket::Participant, ISharedModel::RecordInfo,);
