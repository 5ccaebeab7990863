//! A server that tells other events than the chain has: none of them are used, the page says so, and shows what is true.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};
use protocol::{Address, subject::Subject};
use rpc::testing::Rules;

use crate::steps;

/// Has submitted nothing.
const NOBODY: Address = Address([0xad; 20]);

#[tokio::test]
async fn what_a_server_invents_or_leaves_out_is_not_believed() -> Result<()> {
    let stack = Stack::behind_strict_node().await?;
    let Some(proxy) = &stack.strict else { unreachable!("it was started with one") };
    proxy.strict.now(Rules::default());
    steps::two_old_bounties(&stack).await?;
    let [_, _, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let word = |account: Address| hex::encode(account.0);
    let another = format!("SET topics = replace(lower(topics), '{}', '{}')", word(trainer), word(NOBODY));
    let second = Subject::new(bounty::FAMILY, 2);
    for (shot, account, what, how) in
        [("invented", trainer, "UPDATE", another.as_str()), ("kept-back", NOBODY, "DELETE FROM", "")]
    {
        let profile = Profile::fresh()?;
        let browser = Browser::open(&profile, &[]).await?;
        let person = Person::new(&browser, &stack);
        steps::opens_first_old_bounty(&person, proxy).await?;
        stack.falsify_logs(&second, account, what, how).await?;
        steps::opens_second_old_bounty(&person, proxy).await?;
        person.sees("were not those of the chain. None of them are used").await?;
        person.sees(&trainer.short()).await?;
        browser.shots(&format!("server-{shot}")).await?;
        browser.quit().await?;
    }
    Ok(())
}
