//! Two data owners and a requester, each in a browser of its own, and how they sit in a task.

use anyhow::{Result, ensure};
use e2e::{Browser, Person, Profile, Stack};
use protocol::Address;

use crate::learning::{GRID, RMSE, told};

/// Who has a seat, with which account, and the table that it brings.
pub type Seat<'p> = (&'p Person<'p>, Address, Option<&'static str>);

/// Their browsers. Profiles live as long as these.
pub struct Three {
    pub browsers: [Browser; 3],
    _profiles: [Profile; 3],
}

impl Three {
    pub async fn open() -> Result<Self> {
        let profiles = [Profile::fresh()?, Profile::fresh()?, Profile::fresh()?];
        let browsers = [
            Browser::open(&profiles[0], &[]).await?,
            Browser::open(&profiles[1], &[]).await?,
            Browser::open(&profiles[2], &[]).await?,
        ];
        Ok(Self { browsers, _profiles: profiles })
    }

    /// The clinic, the laboratory, and who asks.
    pub fn people<'a>(&'a self, stack: &'a Stack) -> [Person<'a>; 3] {
        self.browsers.each_ref().map(|browser| Person::new(browser, stack))
    }

    pub async fn quit(self) -> Result<()> {
        for browser in self.browsers {
            browser.quit().await?;
        }
        Ok(())
    }
}

/// Their seats, with the tables of the sample.
pub fn seats<'p>([clinic, laboratory, asks]: &'p [Person<'p>; 3], accounts: [Address; 3]) -> [Seat<'p>; 3] {
    let [first, second, requester] = accounts;
    [(clinic, first, Some("clinic.csv")), (laboratory, second, Some("laboratory.csv")), (asks, requester, None)]
}

/// The requester, who has the last seat, was told one error, which is the right one.
pub async fn is_told_the_error(asks: &Person<'_>) -> Result<()> {
    let error = told(asks, 2).await?;
    ensure!(error.len() == 1 && (error[0] - RMSE).abs() <= GRID, "{error:?}, and {RMSE} is right");
    Ok(())
}
