use leptos::{prelude::*, task::spawn_local};
use ml_evaluation::Confusion;
use shared_model::{
    ModelFile, TestSet,
    learn::{classifier::Classifier, from_table::Words, task::Fit},
    shape::CAPACITY,
};

use super::{super::Draft, form::CsvForm};
use app_ui::{
    controls::busy_button::BusyButton,
    evaluation::{Evaluation, words},
    format,
    messages::notice::Notice,
};

/// How training went.
#[component]
pub(super) fn Trained(fit: Fit, draft: Draft) -> impl IntoView {
    let Fit { correct, rows, skipped, why } = fit;
    let skipped = (skipped > 0).then(|| {
        format!("{} could not be used. The first of these: {}", format::plural(skipped, "row"), why.unwrap_or_default())
    });
    view! {
        <Notice tone="good">
            <p>
                {format!("Trained. Right on {} rows that it had not seen.", format::score(correct, rows))} " "
                <span class="small nowrap">{words::likely(correct.into(), rows.into())}</span>
            </p>
            {skipped.map(|text| view! { <p class="small">{text}</p> })}
        </Notice>
        {move || {
            let (file, (test, _)) = draft.file.get().zip(draft.test.get())?;
            let counted = judged(&file, &test)?;
            Some(view! { <Judged counted=counted classes=file.classes /> })
        }}
    }
}

/// What the model says of the rows that were kept out; there are at most a thousand.
fn judged(file: &ModelFile, test: &[u8]) -> Option<Confusion> {
    let model = Classifier::with_words(file.shape.clone(), &file.words).ok()?;
    let rows = TestSet::parse(&file.shape, test).ok()?.rows;
    let said = |sample| model.predict(sample).map_or(usize::MAX, usize::from);
    Some(Confusion::of(file.classes.len(), rows.iter().map(|(sample, label)| (usize::from(*label), said(sample)))))
}

#[component]
fn Judged(counted: Confusion, classes: Vec<String>) -> impl IntoView {
    // Rows are kept out evenly over the table, so that the most frequent class of both is nearly always the same.
    let always = words::always(&counted, &classes);
    view! {
        {always.map(|text| view! { <p class="small" id="start-baseline">{text}</p> })}
        <details>
            <summary id="start-evaluation">"Which classes it tells apart"</summary>
            <Evaluation counted=counted classes=classes />
        </details>
    }
}

#[component]
pub(super) fn TrainButton(form: CsvForm) -> impl IntoView {
    let busy = RwSignal::new(false);
    let train = Callback::new(move |()| match Order::read(form) {
        Ok(Some(order)) => {
            busy.set(true);
            form.problem.set(None);
            form.forget();
            spawn_local(async move {
                order.train(form).await;
                busy.try_set(false);
            });
        }
        Ok(None) => {}
        Err(why) => form.problem.set(Some(why)),
    });
    view! {
        <div class="row">
            <BusyButton label="Train here" id="train-start" class="primary" busy=busy disabled=form.reading on_press=train />
            <span class="small soft">"Every fifth row is kept out, as the test set on which the model’s accuracy is followed."</span>
        </div>
    }
}

/// What is to be trained, checked.
struct Order {
    words: Words,
    /// Classes that the model has room for.
    room: u16,
}

impl Order {
    /// `None` while no table is chosen; an error is a sentence.
    fn read(form: CsvForm) -> Result<Option<Self>, String> {
        let Some(classes) = form.table.with_untracked(|t| t.as_ref().map(|t| t.classes.len() as u16)) else {
            return Ok(None);
        };
        if form.kind.get_untracked().is_none() {
            return Ok(None);
        }
        let number = form.words_count.get_untracked().trim().parse::<u32>().unwrap_or_default();
        let words = match (form.words_from.get_untracked().as_str(), form.words_listed.get_untracked()) {
            ("listed", Some(words)) => Words::Listed(words),
            ("listed", None) => return Err("Choose the file with your words first, one a line.".into()),
            ("hashed", _) => Words::Hashed(number),
            _ => Words::Frequent(number as usize),
        };
        let room = form.capacity.get_untracked().trim().parse().ok();
        let room = room
            .filter(|room| (classes..=*CAPACITY.end()).contains(room))
            .ok_or_else(|| format!("Room for classes is a number from {classes} to {}.", CAPACITY.end()))?;
        Ok(Some(Self { words, room }))
    }

    async fn train(self, form: CsvForm) {
        let (Some(worker), Some(kind)) = (form.worker.try_get_value(), form.kind.get_untracked()) else { return };
        match worker.train(kind, self.words, self.room).await {
            Ok(trained) => {
                form.draft.test.try_set(Some((trained.test, trained.fit.rows)));
                form.fit.try_set(Some(trained.fit));
                form.draft.file.try_set(Some(trained.file));
            }
            Err(e) => {
                form.problem.try_set(Some(e.to_string()));
            }
        }
    }
}
