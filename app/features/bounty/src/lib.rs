//! Bounties: the list, the page of one, posting, and what people do to them.

mod about;
mod actions;
mod chips;
mod home;
mod list;
mod my_work;
mod names;
mod page;
mod post;
mod recheck;
mod record;
mod vault_kinds;

use app_core::{
    feature::{Feature, File, Home, Later, Page, RailLink, later, later_after},
    route, routes,
    wallet::Wallet,
};
use leptos::prelude::*;

use home::{BountyFigures, LatestBounties};
use list::{
    BountiesPage,
    from_chain::{self, FromChain},
};
use my_work::{Bounties, MyWork, mine::MyBounties};
use page::{BountyPage, outline::Outline};
use post::{NewBountyPage, Wizard};

/// What bounties add to the first file.
pub fn feature() -> Feature {
    let work = MyWork::new(Bounties::new(expect_context()), expect_context(), expect_context(), expect_context());
    provide_context(work);
    provide_context(FromChain::default());
    Feature {
        routes: vec![
            route!("/bounties", BountiesPage),
            route!("/bounties/:id", later_after(File::Second, "bounty", || view! { <Outline /> }.into_any())),
            route!("/new", later(File::Third, "new bounty")),
        ],
        rail: vec![RailLink {
            href: routes::BOUNTIES,
            icon: "list",
            name: "Bounties",
            below: &[routes::NEW_BOUNTY],
            count: None,
        }],
        vault_kinds: vault_kinds::kinds(),
        come_back: vault_kinds::come_back(),
        tasks: Some(work.source()),
        home: Some(Home {
            figures: || view! { <BountyFigures /> }.into_any(),
            sections: || view! { <LatestBounties /> }.into_any(),
        }),
    }
}

/// The page that the second file has.
pub const SECOND_FILE: &[Page] = &[("bounty", || view! { <BountyPage /> }.into_any())];

/// What goes on as long as the page lives, once the second file is here.
pub fn begin_second_file() {
    expect_context::<FromChain>().is_here(from_chain::rows);
    expect_context::<MyWork>().follow(expect_context(), expect_context());
}

/// What bounties add to the third file.
pub const LATER: Later = Later {
    pages: &[("new bounty", || view! { <NewBountyPage /> }.into_any())],
    my_work: Some(|| view! { <MyBounties /> }.into_any()),
    account: Some(record::account::part),
    begin: Some(|| provide_context(Wizard::new(expect_context::<Wallet>().on_development_chain()))),
    ..Later::NOTHING
};
