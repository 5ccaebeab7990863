//! What a person does in front of the page. Controls are found by their ids, what is told by its words. Everything waits
//! for its condition.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use protocol::Address;
use thirtyfour::prelude::*;

use crate::{PATIENCE, browser::Browser, stack::Stack};

/// Between two looks: at first, and once something has been waited for long. Each look costs the browser some milliseconds.
const PAUSE: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(300)];

/// What stood there before it is gone then.
pub const PROGRAM_IS_THERE: &str = "return !document.getElementById('shell')";

/// Somebody with a browser.
pub struct Person<'a> {
    pub browser: &'a Browser,
    pub url: String,
}

impl<'a> Person<'a> {
    pub fn new(browser: &'a Browser, stack: &Stack) -> Self {
        Self { browser, url: stack.url.clone() }
    }

    /// Opens an address of the page, and waits until its program is there.
    ///
    /// # Errors
    /// When the program does not come, or the browser is gone.
    pub async fn visit(&self, path: &str) -> Result<()> {
        self.browser.driver.goto(format!("{}{path}", self.url)).await?;
        self.until("the page's program", PROGRAM_IS_THERE, "").await
    }

    /// Waits until this text is visible.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn sees(&self, text: &str) -> Result<()> {
        let script = "return document.body.innerText.includes(arguments[0])";
        self.until(&format!("seeing “{text}”"), script, text).await
    }

    /// Waits until this text is gone.
    ///
    /// # Errors
    /// When it stays.
    pub async fn sees_no_more(&self, text: &str) -> Result<()> {
        let script = "return !document.body.innerText.includes(arguments[0])";
        self.until(&format!("“{text}” going away"), script, text).await
    }

    /// Whether this text is visible now.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn is_seeing(&self, text: &str) -> Result<bool> {
        let script = "return document.body.innerText.includes(arguments[0])";
        let answer = self.browser.driver.execute(script, vec![serde_json::json!(text)]).await?;
        Ok(answer.json().as_bool().unwrap_or(false))
    }

    /// Presses the enabled button or link with this id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn presses(&self, id: &str) -> Result<()> {
        let path = format!("//*[self::button or self::a][not(@disabled)][@id={}]", quoted(id));
        self.presses_first(&path, &format!("the button “{id}”")).await
    }

    /// Presses the enabled button or link with this name on it: of a wallet, a model, an attack.
    ///
    /// # Errors
    /// When there is none.
    pub async fn chooses(&self, name: &str) -> Result<()> {
        let path =
            format!("//*[self::button or self::a][not(@disabled)][contains(normalize-space(.), {})]", quoted(name));
        self.presses_first(&path, &format!("the choice “{name}”")).await
    }

    /// Follows a link to this address of the page.
    ///
    /// # Errors
    /// When there is none.
    pub async fn follows(&self, address: &str) -> Result<()> {
        self.presses_first(&format!("//a[@href={}]", quoted(address)), &format!("a link to {address}")).await
    }

    /// Presses the first of these elements that is displayed.
    async fn presses_first(&self, path: &str, what: &str) -> Result<()> {
        let since = Instant::now();
        loop {
            for element in self.browser.driver.find_all(By::XPath(path.to_owned())).await? {
                // An element that is replaced meanwhile is looked for again.
                if element.is_displayed().await.unwrap_or(false) {
                    if element.click().await.is_ok() {
                        return Ok(());
                    }
                    // Where the header lies over it, a person scrolls.
                    let _ = element.scroll_into_view().await;
                }
            }
            self.pause(since, what).await?;
        }
    }

    /// Fills the field with this id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn fills(&self, id: &str, text: &str) -> Result<()> {
        let field = self.finds(&format!("//input[@id={}]", quoted(id))).await?;
        field.clear().await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// Gives a file to the drop zone with this id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn chooses_file(&self, id: &str, file: &Path) -> Result<()> {
        let path = format!("//input[@type='file'][@id={}]", quoted(id));
        let since = Instant::now();
        loop {
            if let Ok(input) = self.browser.driver.find(By::XPath(path.clone())).await {
                input.send_keys(file.to_string_lossy().into_owned()).await?;
                return Ok(());
            }
            self.pause(since, &format!("a place for the file “{id}”")).await?;
        }
    }

    /// Connects a development account, unless the page does so by itself meanwhile.
    ///
    /// # Errors
    /// When it is not offered.
    pub async fn connects(&self, account: Address) -> Result<()> {
        let wallet = "//button[@id='wallet']";
        let choice = format!("//dialog//button[contains(., '{}')]", account.short());
        let since = Instant::now();
        loop {
            let is_connected = self.finds(wallet).await?.text().await?.contains(&account.short());
            match (is_connected, self.is_wallet_menu_open().await?) {
                (true, false) => return Ok(()),
                (true, true) => self.clicks_if_there("//*[@id='wallet-menu-close']").await?,
                (false, false) => self.clicks_if_there(wallet).await?,
                (false, true) => {
                    let is_offered = !self.browser.driver.find_all(By::XPath(choice.clone())).await?.is_empty();
                    let other = "//*[@id='change-account']";
                    self.clicks_if_there(if is_offered { &choice } else { other }).await?;
                }
            }
            self.pause(since, &format!("the account {}", account.short())).await?;
        }
    }

    /// What goes away meanwhile is not clicked.
    async fn clicks_if_there(&self, xpath: &str) -> Result<()> {
        for element in self.browser.driver.find_all(By::XPath(xpath.to_owned())).await? {
            if element.click().await.is_ok() {
                break;
            }
        }
        Ok(())
    }

    async fn is_wallet_menu_open(&self) -> Result<bool> {
        let script = "return document.getElementById('wallet-menu')?.open === true";
        Ok(self.browser.driver.execute(script, vec![]).await?.convert()?)
    }

    /// Takes the airdrop from the wallet menu.
    ///
    /// # Errors
    /// When it does not arrive.
    pub async fn takes_airdrop(&self) -> Result<()> {
        self.finds("//button[@id='wallet']").await?.click().await?;
        self.sees("Get 1,000 MDC").await?;
        self.presses("airdrop").await?;
        let script = "return document.querySelector('#mdc-balance')?.innerText.includes(arguments[0])";
        self.until("1,000 MDC arriving", script, "1,000").await?;
        self.presses("wallet-menu-close").await
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn finds(&self, xpath: &str) -> Result<WebElement> {
        let since = Instant::now();
        loop {
            if let Ok(element) = self.browser.driver.find(By::XPath(xpath.to_owned())).await {
                return Ok(element);
            }
            self.pause(since, xpath).await?;
        }
    }

    /// Waits until the element with this id is gone.
    ///
    /// # Errors
    /// When it stays.
    pub async fn finds_no_more(&self, id: &str) -> Result<()> {
        let script = "return document.getElementById(arguments[0]) === null";
        self.until(&format!("“{id}” going away"), script, id).await
    }

    /// Whether the element with this id is displayed now.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn is_shown(&self, id: &str) -> Result<bool> {
        let script = "return document.getElementById(arguments[0])?.checkVisibility() === true";
        let answer = self.browser.driver.execute(script, vec![serde_json::json!(id)]).await?;
        Ok(answer.json().as_bool().unwrap_or(false))
    }

    /// The text of the element with this id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn reads(&self, id: &str) -> Result<String> {
        Ok(self.finds(&format!("//*[@id='{id}']")).await?.text().await?)
    }

    /// Waits until this script returns true; it gets the argument.
    ///
    /// # Errors
    /// When it does not within the usual patience.
    pub async fn until(&self, what: &str, script: &str, argument: &str) -> Result<()> {
        let since = Instant::now();
        loop {
            let answer = self.browser.driver.execute(script, vec![serde_json::json!(argument)]).await?;
            if answer.json().as_bool() == Some(true) {
                return Ok(());
            }
            self.pause(since, what).await?;
        }
    }

    async fn pause(&self, since: Instant, what: &str) -> Result<()> {
        if since.elapsed() > PATIENCE {
            let text = self.browser.driver.execute("return document.body.innerText", vec![]).await?;
            let text = text.json().as_str().unwrap_or_default().to_owned();
            bail!("waited in vain for {what}. The page says:\n{text}");
        }
        tokio::time::sleep((since.elapsed() / 10).clamp(PAUSE[0], PAUSE[1])).await;
        Ok(())
    }
}

/// An XPath literal.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
