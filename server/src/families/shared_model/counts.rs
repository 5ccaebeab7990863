//! Models and contributions, as many as the contracts have.

use ::shared_model::{FAMILY, MODEL_FACTORY, calls, returns};
use protocol::Address;

use crate::{
    db::from_db,
    indexer::{Counting, Gap, IndexError},
};

/// A gap where the factory made a model, or a model has a contribution, that was not told.
pub(super) async fn missing(counting: &mut Counting<'_>) -> Result<Option<Gap>, IndexError> {
    let Some(factory) = counting.deployment.contract(MODEL_FACTORY) else { return Ok(None) };
    let Some(answer) = counting.view(factory, &calls::factory::model_count()).await else { return Ok(None) };
    let Ok(made) = contracts::returns::count(&answer) else { return Ok(None) };
    let told: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM models").fetch_one(&mut *counting.connection).await?;
    let told = from_db(told);
    if made > told {
        let reason = format!("The factory made {made} models, but the node told of {told}.");
        return Ok(Some(Gap { family: FAMILY, since: None, reason }));
    }
    for subject in counting.changed(FAMILY).await? {
        let Ok(model) = subject.parse::<Address>() else { continue };
        let told: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM contributions WHERE model = $1")
            .bind(subject.as_str())
            .fetch_one(&mut *counting.connection)
            .await?;
        let Some(answer) = counting.view(model, &calls::shared::totals()).await else { continue };
        let Ok(totals) = returns::shared::totals(&answer) else { continue };
        if u64::from(totals.contributions) > from_db(told) {
            let reason = format!("Model {model} has more contributions than the node told of.");
            return Ok(Some(Gap { family: FAMILY, since: Some(subject), reason }));
        }
    }
    Ok(None)
}
