//! What axe-core finds on a page: whom it shuts out, by rules that are known to the field. No rule is switched off.

use std::fmt;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::stack::root;

/// A rule that a page breaks.
#[derive(Debug, Clone, Deserialize)]
pub struct Finding {
    /// As in axe's list of rules.
    pub id: String,
    /// `critical`, `serious`, `moderate` or `minor`.
    pub impact: String,
    /// What is wrong, and a few of the elements where it is, as HTML.
    pub help: String,
    pub elements: Vec<String>,
}

impl Finding {
    /// Whether a page may not be like that.
    pub fn counts(&self) -> bool {
        self.impact != "minor"
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {} {}", self.id, self.impact, self.help, self.elements.join(" "))
    }
}

/// What axe finds on the page as it is now.
///
/// # Errors
/// When the browser is gone, or `npm ci` has not installed axe.
pub async fn findings(driver: &WebDriver) -> Result<Vec<Finding>> {
    if evaluated(driver, "typeof axe").await? != "object" {
        let path = root().join("node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        evaluated(driver, &format!("{axe}; 0")).await?;
    }
    // Elements that cannot be judged are told apart from findings by axe itself. Style sheets need not be read once more:
    // the one rule that wants them is among axe's experimental ones, which do not run.
    let run =
        "axe.run(document, { resultTypes: ['violations'], preload: { assets: ['media'] } }).then(({ violations }) =>
        violations.map(({ id, impact, help, nodes }) => ({
            id, impact, help, elements: nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)),
        })))";
    Ok(serde_json::from_value(evaluated(driver, run).await?)?)
}

/// What an expression comes to, once it has. The driver's own commands give up after half a minute, which a loaded machine
/// may need.
async fn evaluated(driver: &WebDriver, expression: &str) -> Result<serde_json::Value> {
    let asked = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
    let answer = driver.cdp().send_raw("Runtime.evaluate", asked).await?;
    anyhow::ensure!(answer["exceptionDetails"].is_null(), "axe failed: {}", answer["exceptionDetails"]);
    Ok(answer["result"]["value"].clone())
}
