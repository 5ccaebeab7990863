//! What the page of an address says of itself to programs that show links, and that an address without a page says so.

use anyhow::{Context, Result};
use devchain::bounty::{Offer, Published};
use protocol::{
    Amount,
    cid::{Cid, FileHasher},
};
use reqwest::Method;

use crate::{
    pages::built,
    support::{
        Database, TestApp,
        models::{described, perceptron},
        on_both, until,
    },
    trained::{a_winner, metadata},
};

on_both!(pages_say_what_they_are_about, what_does_not_exist_is_missing_once_the_index_knows_all,);

/// Turns the direction of writing, ends the title, and begins a script.
const HOSTILE: &str = "Iris\u{202e}\"></title><script>alert('1')</script> & co";
const HARMLESS: &str = "Iris&quot;&gt;&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; co";

async fn with_page(database: Database) -> Result<TestApp> {
    let dist = built(&database)?;
    TestApp::with(database, |config| {
        config.dist = Some(dist);
        config.origins = vec!["https://market.example".into()];
    })
    .await
}

/// Status and HTML of an address, as a browser asks for it.
async fn page(app: &TestApp, path: &str) -> Result<(u16, String)> {
    let response = app.request(Method::GET, path).header("accept", "text/html").send().await?;
    Ok((response.status().as_u16(), response.text().await?))
}

fn value<'a>(html: &'a str, name: &str) -> Result<&'a str> {
    let tag = html.split_once(&format!("=\"{name}\" content=\"")).with_context(|| format!("no {name} in {html}"))?.1;
    Ok(tag.split_once('"').context("a value that ends")?.0)
}

async fn pages_say_what_they_are_about(database: Database) -> Result<()> {
    let app = with_page(database).await?;
    let chain = &app.chain.chain;
    let requester = app.person(1);
    chain.fund(requester).await?;
    let publisher = app.publisher(requester).await?;

    let file = metadata(HOSTILE);
    publisher.put(file.clone()).await?;
    let published = Published { metadata: FileHasher::hash(&file).cid, ..Published::made_up() };
    let offer = Offer { reward: Amount::mdc(250), ..Offer::default() };
    let posted = chain.post(requester, &offer, &published, vec![1; 10], [1; 32]).await?;
    let mut start = perceptron();
    let files = described(HOSTILE, &mut start);
    publisher.put(files.metadata).await?;
    let model = app.make(requester, &start, &[]).await?.model;
    app.indexed().await?;

    for (path, about) in [
        (format!("/bounties/{}", posted.id), "250 MDC for the best model that tells 10 classes apart, counted on 10 "),
        (format!("/models/{model}"), "What Iris"),
    ] {
        let titled = format!("<title>{HARMLESS} · ModelMarket</title>");
        until("the title is read", async || Ok(page(&app, &path).await?.1.contains(&titled))).await?;
        let (status, html) = page(&app, &path).await?;
        assert_eq!(status, 200);
        assert_eq!(value(&html, "og:title")?, HARMLESS);
        assert!(value(&html, "og:description")?.starts_with(about), "{html}");
        assert_eq!(value(&html, "og:description")?, value(&html, "description")?);
        assert_eq!(value(&html, "og:url")?, format!("https://market.example{path}"));
        assert_eq!((value(&html, "og:type")?, value(&html, "og:site_name")?), ("website", "ModelMarket"));
        assert_eq!(value(&html, "twitter:card")?, "summary");
        assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{html}");
    }
    // Whoever does not run the page's program, or waits for it, reads the same, and lists lead to it.
    let (_, html) = page(&app, &format!("/bounties/{}", posted.id)).await?;
    assert!(html.contains(&format!("<h1 class=\"breakable\">{HARMLESS}</h1>")), "{html}");
    for (list, address) in [("/", format!("/bounties/{}", posted.id)), ("/models", format!("/models/{model}"))] {
        let link = format!("<a class=\"strong breakable\" href=\"{address}\">{HARMLESS}</a>");
        until("the list is made anew", async || Ok(page(&app, list).await?.1.contains(&link))).await?;
        let (_, html) = page(&app, list).await?;
        assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{html}");
    }
    assert!(page(&app, "/work").await?.1.contains("<h1 class=\"breakable\">My work</h1>"));
    assert!(value(&html, "description")?.contains("It takes submissions until 20"), "{html}");
    let (status, sitemap) = page(&app, "/sitemap.xml").await?;
    assert_eq!(status, 200);
    for path in ["/", "/bounties", "/data/new", &format!("/bounties/{}", posted.id), &format!("/models/{model}")] {
        assert!(sitemap.contains(&format!("<loc>https://market.example{path}</loc>")), "{path}: {sitemap}");
    }
    assert!(!sitemap.contains("/:"), "each address has its key: {sitemap}");
    assert!(page(&app, "/robots.txt").await?.1.contains("Sitemap: https://market.example/sitemap.xml"));
    // A file is called as the bounty that it won; one that nobody has named here is shown all the same.
    let (won, unknown) = (Cid::of_block(b"the winner"), Cid::of_block(b"somebody's"));
    a_winner(&app.chain, FileHasher::hash(&file).cid, won).await?;
    app.indexed().await?;
    let title = format!("Model {}", unknown.short());
    for (cid, title) in [(won, HARMLESS), (unknown, &*title)] {
        let (status, html) = page(&app, &format!("/run/{cid}")).await?;
        assert_eq!((status, value(&html, "og:title")?), (200, title), "{html}");
    }
    Ok(())
}

async fn what_does_not_exist_is_missing_once_the_index_knows_all(database: Database) -> Result<()> {
    let app = with_page(database).await?;
    let chain = &app.chain.chain;
    chain.fund(app.person(1)).await?;
    let posted = chain.post(app.person(1), &Offer::default(), &Published::made_up(), vec![1; 10], [1; 32]).await?;
    app.indexed().await?;
    // One that is made right now.
    let (known, unknown) = (format!("/bounties/{}", posted.id), format!("/bounties/{}", posted.id + 1));
    let far = format!("/bounties/{}", posted.id + 1_000);
    let model = format!("/models/{}", app.person(7));
    let nowhere = [&*far, "/data/sets/1000", "/data/grants/1000", "/task/1000", "/jobs/1000"];
    let expect = async |path: &str, status: u16| -> Result<()> {
        let (found, html) = page(&app, path).await?;
        assert_eq!(found, status, "{path}");
        assert_eq!(html.contains("<title>There is no such page"), status == 404, "{path}: {html}");
        Ok(())
    };
    for path in [&known, &unknown, &model] {
        expect(path, 200).await?;
    }
    for path in nowhere {
        expect(path, 404).await?;
    }

    // It cannot be told while the index does not know all blocks, cannot advance, or has just begun.
    assert!(app.kill("indexer"));
    for set in ["head = head + 1", "trouble = 'x'", "block_at = 0"] {
        let (before, change) = (progress(&app).await?, format!("UPDATE progress SET {set} WHERE id = 1"));
        sqlx::query(&change).execute(&app.db.pool).await?;
        for path in nowhere {
            expect(path, 200).await?;
        }
        expect(&known, 200).await?;
        restore(&app, before).await?;
    }
    sqlx::query("DELETE FROM progress").execute(&app.db.pool).await?;
    expect(&far, 200).await?;
    // Nor where the database is in trouble.
    sqlx::query("DROP TABLE progress").execute(&app.db.pool).await?;
    let (status, html) = page(&app, &known).await?;
    assert_eq!((status, html.contains(&format!("<title>Bounty {} · ModelMarket", posted.id))), (200, true), "{html}");
    Ok(())
}

type Progress = (i64, i64, Option<String>);

async fn progress(app: &TestApp) -> Result<Progress> {
    Ok(sqlx::query_as("SELECT head, block_at, trouble FROM progress WHERE id = 1").fetch_one(&app.db.pool).await?)
}

async fn restore(app: &TestApp, (head, block_at, trouble): Progress) -> Result<()> {
    let update = sqlx::query("UPDATE progress SET head = $1, block_at = $2, trouble = $3 WHERE id = 1");
    update.bind(head).bind(block_at).bind(trouble).execute(&app.db.pool).await?;
    Ok(())
}
