//! Wallets and devices that behave as was seen in public: JavaScript in `e2e/wallets/`, loaded before the page's own.

use anyhow::{Context, Result};

use crate::{browser::Browser, stack::root};

impl Browser {
    /// Loads wallets into every page from now on: names of files in `e2e/wallets/`. Each is then
    /// `window.trialWallets[name]`.
    ///
    /// # Errors
    /// When there is no such file, or the browser is gone.
    pub async fn has_wallets(&self, node: &str, names: &[&str]) -> Result<()> {
        let mut script = format!("globalThis.trialNode = {};\n{}", serde_json::json!(node), file("base")?);
        for name in names {
            // A block each, so that their names do not meet.
            script.push_str(&format!("\n{{\n{}\n}}\n", file(name)?));
        }
        self.loads_first(&script).await
    }

    /// The device's clock is two hours ahead, or as many seconds as a page's address says after `?ahead=`.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn has_wrong_clock(&self) -> Result<()> {
        self.loads_first(&file("clock")?).await
    }

    async fn loads_first(&self, script: &str) -> Result<()> {
        self.driver.cdp().page().add_script_to_evaluate_on_new_document(script.to_owned()).await?;
        Ok(())
    }

    /// Steers the wallet of a name: `w` is it in the script.
    ///
    /// # Errors
    /// When the browser is gone or the script fails.
    pub async fn steers(&self, name: &str, script: &str) -> Result<serde_json::Value> {
        let script = format!("const w = window.trialWallet = window.trialWallets['{name}']; {script}");
        Ok(self.driver.execute(script, vec![]).await?.json().clone())
    }
}

fn file(name: &str) -> Result<String> {
    let path = root().join(format!("e2e/wallets/{name}.js"));
    std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
}
