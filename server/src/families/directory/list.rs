//! Lists of organisations, data sets and grants.

use ::directory::{
    Dataset, Description, Organisation, Profile,
    api::{
        DatasetList, DatasetQuery, DatasetRow, DatasetSort, GrantList, GrantQuery, GrantRow, OrganisationList,
        OrganisationQuery, OrganisationRow,
    },
};
use sqlx::{Row, any::AnyRow};

use super::dated::DatedGrant;
use crate::{
    db::{Db, from_db, name, split, to_db},
    problem::ApiError,
    views::{
        filter::Filter,
        order::{
            First::{Largest, Smallest},
            Order,
        },
        paging::page,
        search::{pattern, searchable},
        status,
    },
};

const DEFAULT_LIMIT: u64 = 50;
const MAX_LIMIT: u64 = 100;

/// A kind of row: what is selected, from where, and how it is read.
pub(super) struct Selection<T> {
    pub(super) columns: &'static str,
    pub(super) from: &'static str,
    pub(super) read: fn(&AnyRow) -> Result<T, ApiError>,
}

pub(super) const ORGANISATIONS: Selection<OrganisationRow> = Selection {
    columns: "o.account, o.state, p.body, \
              (SELECT COUNT(*) FROM datasets d WHERE d.owner = o.account AND d.revoked = 0)",
    from: "FROM organisations o LEFT JOIN profiles p ON p.cid = o.profile_cid",
    read: organisation,
};

pub(super) const DATASETS: Selection<DatasetRow> = Selection {
    columns: "d.id, d.state, f.body, p.name",
    from: "FROM datasets d LEFT JOIN descriptions f ON f.cid = d.description_cid \
           LEFT JOIN organisations o ON o.account = d.owner LEFT JOIN profiles p ON p.cid = o.profile_cid",
    read: dataset,
};

pub(super) const GRANTS: Selection<GrantRow> = Selection {
    columns: "g.id, g.state, d.owner, f.name, d.revoked",
    from: "FROM grants g JOIN datasets d ON d.id = g.dataset LEFT JOIN descriptions f ON f.cid = d.description_cid",
    read: grant,
};

fn organisation(row: &AnyRow) -> Result<OrganisationRow, ApiError> {
    let account: String = row.try_get(0)?;
    let organisation: Organisation = parsed(row, 1)?;
    let profile: Option<Profile> = parsed_if_any(row, 2)?;
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let count: i64 = row.try_get(3)?;
    Ok(OrganisationRow {
        account: account.parse().map_err(ApiError::inside)?,
        organisation,
        name: profile.as_ref().map(|profile| profile.name.clone()),
        text: profile.as_ref().and_then(|profile| text(&profile.text)),
        url: profile.as_ref().and_then(|profile| text(&profile.url)),
        nodes: profile.map(|profile| profile.nodes).unwrap_or_default(),
        datasets: u32::try_from(count).unwrap_or(u32::MAX),
    })
}

fn dataset(row: &AnyRow) -> Result<DatasetRow, ApiError> {
    let dataset: Dataset = parsed(row, 1)?;
    let described: Option<Description> = parsed_if_any(row, 2)?;
    Ok(DatasetRow {
        id: from_db(row.try_get(0)?),
        dataset,
        name: described.as_ref().map(|described| described.name.clone()),
        text: described.as_ref().map(|described| described.text.clone()).filter(|text| !text.is_empty()),
        columns: described.map(|described| described.columns).unwrap_or_default(),
        owner_name: row.try_get(3)?,
    })
}

fn grant(row: &AnyRow) -> Result<GrantRow, ApiError> {
    let DatedGrant { grant, applied_at, decided_at } = parsed(row, 1)?;
    let owner: String = row.try_get(2)?;
    Ok(GrantRow {
        id: from_db(row.try_get(0)?),
        grant,
        owner: owner.parse().map_err(ApiError::inside)?,
        dataset_name: row.try_get(3)?,
        revoked: row.try_get::<i64, _>(4)? != 0,
        applied_at,
        decided_at: Some(decided_at).filter(|at| *at > 0),
    })
}

fn parsed<T: serde::de::DeserializeOwned>(row: &AnyRow, column: usize) -> Result<T, ApiError> {
    serde_json::from_str(row.try_get(column)?).map_err(ApiError::inside)
}

fn parsed_if_any<T: serde::de::DeserializeOwned>(row: &AnyRow, column: usize) -> Result<Option<T>, ApiError> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(ApiError::inside)
}

/// The rows of one page, and how many there are on all.
async fn found<T>(
    db: &Db,
    what: &Selection<T>,
    wanted: &Filter,
    order: &str,
    page: &str,
) -> Result<(Vec<T>, u64), ApiError> {
    let (clause, Selection { columns, from, read }) = (wanted.clause(), what);
    let select = format!("SELECT {columns} {from} {clause} ORDER BY {order} {page}");
    let count = format!("SELECT COUNT(*) {from} {clause}");
    let rows = wanted.query(&select).fetch_all(&db.pool).await?;
    let total = wanted.query(&count).fetch_one(&db.pool).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, from_db(total.try_get(0)?)))
}

/// The one row that a condition names; `what` is its parameter.
pub(super) async fn one<T>(db: &Db, selection: &Selection<T>, column: &str, what: &str) -> Result<Option<T>, ApiError> {
    let select = format!("SELECT {} {} WHERE {column} = $1", selection.columns, selection.from);
    let row = sqlx::query(&select).bind(what).fetch_optional(&db.pool).await?;
    row.as_ref().map(selection.read).transpose()
}

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub(super) async fn organisations(db: &Db, query: &OrganisationQuery) -> Result<OrganisationList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    if let Some(search) = searchable(query.search.as_deref()) {
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("(p.folded {like} OR LOWER(o.account) {like})"));
    }
    if let Some(joined) = query.joined {
        wanted.only(format!("o.joined = {}", i64::from(joined)));
    }
    let (rows, total) = found(db, &ORGANISATIONS, &wanted, "o.joined_at DESC, o.account", &page).await?;
    Ok(OrganisationList { rows, total, status })
}

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub(super) async fn datasets(db: &Db, query: &DatasetQuery) -> Result<DatasetList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    if let Some(search) = searchable(query.search.as_deref()) {
        let number = search.strip_prefix('#').unwrap_or(&search).parse::<u32>();
        let number = number.map(|id| format!(" OR d.id = {id}")).unwrap_or_default();
        let like = format!("LIKE {} ESCAPE '\\'", wanted.text(pattern(&search)));
        wanted.only(format!("(f.folded {like} OR p.name_folded {like} OR LOWER(d.owner) {like}{number})"));
    }
    if let Some(column) = searchable(query.column.as_deref()) {
        let column = wanted.text(pattern(&column));
        wanted.only(format!("f.columns_folded LIKE {column} ESCAPE '\\'"));
    }
    if let Some(owner) = query.owner {
        let owner = wanted.text(owner.to_string());
        wanted.only(format!("d.owner = {owner}"));
    }
    if let Some(industry) = query.industry {
        wanted.only(format!("d.industry = {industry}"));
    }
    if let Some(rows) = query.min_rows {
        wanted.only(format!("d.row_count >= {rows}"));
    }
    if let Some(price) = query.max_price {
        let (hi, lo) = split(price);
        wanted.only(format!("(d.price_hi < {hi} OR (d.price_hi = {hi} AND d.price_lo <= {lo}))"));
    }
    if let Some(revoked) = query.revoked {
        wanted.only(format!("d.revoked = {}", i64::from(revoked)));
    }
    let order = match query.sort.unwrap_or_default() {
        DatasetSort::Newest => Order::default(),
        DatasetSort::Rows => Order::default().by("d.row_count", Largest),
        DatasetSort::Price => Order::default().by("d.price_hi", Smallest).by("d.price_lo", Smallest),
    };
    let order = order.by("d.id", Largest).sql(query.reverse.unwrap_or_default());
    let (rows, total) = found(db, &DATASETS, &wanted, &order, &page).await?;
    Ok(DatasetList { rows, total, status })
}

/// # Errors
/// [`ApiError`] for a page that cannot be, or when the database fails.
pub(super) async fn grants(db: &Db, query: &GrantQuery) -> Result<GrantList, ApiError> {
    let page = page(query.offset, query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
    let status = status::status(db).await?;
    let mut wanted = Filter::default();
    if let Some(dataset) = query.dataset {
        wanted.only(format!("g.dataset = {}", to_db(dataset)));
    }
    for (column, account) in [("d.owner", query.owner), ("g.grantee", query.user)] {
        if let Some(account) = account {
            let account = wanted.text(account.to_string());
            wanted.only(format!("{column} = {account}"));
        }
    }
    if let Some(state) = query.state {
        let state = wanted.text(name(state));
        wanted.only(format!("g.stands = {state}"));
    }
    let order = "CASE WHEN g.stands = 'pending' THEN 0 ELSE 1 END, g.id DESC";
    let (rows, total) = found(db, &GRANTS, &wanted, order, &page).await?;
    Ok(GrantList { rows, total, status })
}
